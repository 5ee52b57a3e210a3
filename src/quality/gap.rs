//! Interruptions and missing samples.

use super::view::{ChannelView, count};
use crate::measure::{Finding, Severity};

/// Count: interruptions (missing stretches and breaks between segments). Share: of the time from the first
/// sample to the last that holds no sample.
///
/// Records that follow each other without a break are no interruption: half a sampling period of slack
/// takes up rounded onsets.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    let (channel, fs) = (view.channel, view.fs());
    let mut breaks: Vec<(f64, f64)> = channel
        .missing
        .iter()
        .filter(|m| !m.is_empty())
        .map(|m| (view.time_of(m.start), count(m.len()) / fs))
        .collect();
    let missing = breaks.len();
    let mut overlaps = 0;
    for pair in channel.segments.windows(2) {
        let end = pair[0].onset_s + count(pair[0].len) / fs;
        let lost = pair[1].onset_s - end;
        if lost > 0.5 / fs {
            breaks.push((end, lost));
        } else if lost < -1.5 / fs {
            overlaps += 1;
        }
    }
    let mut out = Vec::new();
    if overlaps > 0 {
        let detail =
            format!("{overlaps} segments begin before the one before them has ended; times are doubtful");
        out.push(view.finding("gap", Severity::Warning, overlaps, 0.0, detail));
    }
    if breaks.is_empty() {
        return out;
    }
    breaks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let lost: f64 = breaks.iter().map(|b| b.1).sum();
    let longest = breaks.iter().map(|b| b.1).fold(0.0, f64::max);
    let held = count(channel.len() - channel.missing_count()) / fs;
    let first: Vec<String> = breaks.iter().take(5).map(|b| format!("{:.4} s", b.0)).collect();
    let share = lost / (lost + held);
    // A discontinuous file of sweeps is gaps by design; the samples that are there lose nothing.
    let severity = match () {
        () if view.stats.n == 0 => Severity::Refuse,
        () if missing > 0 => Severity::Warning,
        () => Severity::Note,
    };
    let detail = format!(
        "{} interruption{} ({missing} of samples marked missing), {lost:.4} s in all, the longest {longest:.4} s, at {}{}; no window may cross them",
        breaks.len(),
        if breaks.len() == 1 { "" } else { "s" },
        first.join(", "),
        if breaks.len() > 5 { " …" } else { "" },
    );
    out.push(view.finding("gap", severity, breaks.len() as u64, share, detail));
    out
}
