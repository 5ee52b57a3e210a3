//! The summary on standard output.

use super::{model, muscle, ncs, previous, suggest, words};
use crate::measure::Severity;
use crate::pipeline::analyze::{Analysis, ChannelView, RecordingView};
use crate::result::{NeedleRow, QualityRow, Report};
use std::fmt::Write;
use std::path::Path;

/// Contributions and caveats of a muscle that are told; the page has all.
const SHORT: usize = 4;

/// Next tests that are told; the page has all.
const NEXT: usize = 3;

/// A screenful about `analysis`, whose page lies at `page`.
pub fn text(analysis: &Analysis, page: &Path) -> String {
    let mut out = format!("{}\n", analysis.title);
    suggested(&mut out, &analysis.report);
    for view in &analysis.recordings {
        // Neighbours that would read the same are told together.
        let alike =
            |a: &ChannelView, b: &ChannelView| said(a) == said(b) && a.needle.is_none() && b.needle.is_none();
        for group in view.channels.chunk_by(alike) {
            channels(&mut out, &analysis.report.needle, view, group);
        }
    }
    let warned: Vec<&QualityRow> =
        analysis.report.quality.iter().filter(|q| q.severity >= Severity::Warning).collect();
    for view in &analysis.muscles {
        judged(&mut out, &analysis.report.needle[view.row]);
    }
    let mut told: Vec<Vec<&QualityRow>> = Vec::new();
    for q in &warned {
        match told.iter_mut().find(|g| g[0].file == q.file && g[0].check == q.check) {
            Some(group) => group.push(q),
            None => told.push(vec![q]),
        }
    }
    for group in &told {
        quality(&mut out, group);
    }
    if warned.is_empty() {
        out += "  quality: no warning\n";
    }
    conduction(&mut out, analysis);
    compared(&mut out, analysis);
    model::summary(&mut out, &analysis.report.models);
    let entered = analysis.report.measures.iter().filter(|m| m.origin == "entered").count();
    if entered > 0 {
        let _ = writeln!(out, "  {} carried into the result", words::counted(entered, "entered value"));
    }
    for test in analysis.report.next_tests.iter().take(NEXT) {
        let (bits, separates) = (test.expected_information_bits, words::micro(&test.separates));
        let _ = writeln!(out, "  next test: {} ({bits:.2} bit): {separates}", suggest::said(test));
    }
    for line in &analysis.report.not_assessed {
        let _ = writeln!(out, "  not assessed: {line}");
    }
    let _ = writeln!(out, "  report: {}", page.display());
    out += "  Not a medical device; not for diagnosis or treatment decisions.\n";
    out
}

/// The leading suggestions with what the criteria say, and where the two do not agree.
fn suggested(out: &mut String, report: &Report) {
    let first = suggest::leading(&report.patterns);
    let Some((_, row, p)) = first.first() else { return };
    let _ = writeln!(out, "  {}", suggest::lead(row, *p));
    for (_, row, p) in &first {
        let (title, p) = (suggest::title(row), words::probability(*p));
        let _ = writeln!(out, "    {title}: probability {p}; {}", suggest::verdict(row));
    }
    for line in &report.disagreements {
        let _ = writeln!(out, "    criteria and probabilities do not agree: {}", words::micro(line));
    }
    for pitfall in &report.pitfalls {
        let (seen, done) = (words::micro(&pitfall.seen), words::micro(&pitfall.done));
        let _ = writeln!(out, "  can mislead: {seen}: {done}");
    }
}

/// What nerve conduction shows.
fn conduction(out: &mut String, analysis: &Analysis) {
    if analysis.ncs.is_empty() {
        return;
    }
    let rows = ncs::every(&analysis.ncs);
    let [abnormal, borderline, normal] =
        ["abnormal", "borderline", "normal"].map(|v| ncs::of_verdict(&rows, v));
    let judged = abnormal.len() + borderline.len() + normal.len();
    let _ = writeln!(
        out,
        "  nerve conduction: {} held against a limit, {} beyond it, {} too near to it to tell",
        words::counted(judged, "number"),
        abnormal.len(),
        borderline.len()
    );
    for fact in ncs::facts(&abnormal) {
        let _ = writeln!(out, "    {fact}");
    }
    let doubted = rows.iter().filter(|r| !r.doubts.is_empty() || r.reason.is_some()).count();
    if doubted > 0 {
        let _ = writeln!(
            out,
            "    {} with a doubt or without a value: the report says why",
            words::counted(doubted, "number")
        );
    }
}

/// What moved since an earlier study.
fn compared(out: &mut String, analysis: &Analysis) {
    let Some(previous) = &analysis.report.previous else { return };
    let _ = writeln!(out, "  compared with {}: {}", previous.title, previous::counts(previous));
    let changed: Vec<_> = previous.measures.iter().filter(|m| m.verdict == "changed").collect();
    for row in changed.iter().take(2 * SHORT) {
        let name = words::measure(&row.id);
        let unit = words::unit(&row.unit);
        let _ =
            writeln!(out, "    changed: {}: {name} ({unit}) {}", previous::of_row(row), previous::moved(row));
    }
    if let Some(more) = changed.len().checked_sub(2 * SHORT).filter(|m| *m > 0) {
        let _ = writeln!(out, "    and {more} more in the report");
    }
    for note in &previous.notes {
        let _ = writeln!(out, "    with care: {note}");
    }
}

/// What is said of a channel beside its label.
fn said(c: &ChannelView) -> String {
    let volts = words::no_volts(c);
    let comma = if volts.is_empty() { "" } else { ", " };
    let (rate, length) = (c.sampling_frequency_hz, words::number(c.duration_s));
    format!("{}, {rate} Hz, {length} s{comma}{volts}", c.kind.name())
}

fn channels(out: &mut String, rows: &[NeedleRow], view: &RecordingView, group: &[ChannelView]) {
    let [first, .., last] = group else {
        if let [one] = group {
            channel(out, rows, view, one, &one.label);
        }
        return;
    };
    let label = format!("{} … {}: {} channels", first.label, last.label, group.len());
    channel(out, rows, view, first, &label);
}

/// What a muscle suggests.
fn judged(out: &mut String, row: &NeedleRow) {
    let refused = words::why_not(row);
    let refused = if refused.is_empty() { refused } else { format!(": {}", words::micro(&refused)) };
    let _ = writeln!(out, "  {}: {}{refused}", muscle::name(row), words::impression(row.impression));
    if let Some(p) = row.probabilities {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        let [normal, neurogenic, myopathic] = [p.normal, p.neurogenic, p.myopathic].map(percent);
        let _ = writeln!(out, "    normal {normal}, neurogenic {neurogenic}, myopathic {myopathic}");
    }
    let _ = writeln!(out, "    {}", muscle::grades_in_short(row));
    for (direction, list) in muscle::directions(row) {
        let more = list.len().saturating_sub(SHORT);
        let more = if more > 0 { format!("; and {more} more in the report") } else { String::new() };
        let short: Vec<String> = list.iter().take(SHORT).map(|e| muscle::in_short(e)).collect();
        let _ = writeln!(out, "    {}: {}{more}", muscle::direction(direction), short.join("; "));
    }
    // Refusals stand behind the impression already; a person's grades need no word of care here.
    let care = row.caveats.iter().filter(|c| !c.starts_with("not interpreted: ")).take(SHORT);
    let by_hand = row.evidence.iter().any(|e| e.source.starts_with("entered"))
        && row.evidence.iter().all(|e| e.source.starts_with("entered"));
    for caveat in care.filter(|_| !by_hand) {
        let _ = writeln!(out, "    with care: {}", words::micro(caveat));
    }
}

fn channel(out: &mut String, rows: &[NeedleRow], view: &RecordingView, c: &ChannelView, label: &str) {
    let what = if view.what.is_empty() { String::new() } else { format!(" ({})", view.what) };
    let _ = writeln!(out, "  {}{what} [{label}]: {}{}", view.file, said(c), found(c, rows));
}

/// What was found in a needle channel, in half a line.
fn found(c: &ChannelView, rows: &[NeedleRow]) -> String {
    let Some(row) = c.needle.map(|i| &rows[i]) else { return String::new() };
    if row.impression == "not_interpretable" {
        return "; not interpretable".into();
    }
    let mut out = String::new();
    if row.decomposition.is_some() {
        let fit = row.motor_units.iter().filter(|u| u.quantifiable).count();
        let _ = write!(out, "; {} ({fit} quantified)", words::counted(row.motor_units.len(), "motor unit"));
    }
    if !row.spontaneous.is_empty() {
        let _ = write!(out, "; spontaneous: {}", muscle::kinds(row.spontaneous.iter().map(|s| s.kind)));
    }
    out
}

fn quality(out: &mut String, group: &[&QualityRow]) {
    let q = group[0];
    let channel = match (q.channel.as_str(), group.len()) {
        ("", _) => String::new(),
        (label, 1) => format!(" [{label}]"),
        (label, n) => format!(" [{label}, and {} more in the report]", n - 1),
    };
    let _ = writeln!(out, "  quality: {}{channel} {}: {}", q.file, q.check, words::micro(&q.detail));
}
