//! One channel as the checks see it: stored values, stretches without a gap, and figures that several need.

use super::QualityOptions;
use super::lattice::{self, Lattice};
use super::number::Figures;
pub(super) use super::number::Number;
use crate::measure::{Finding, Severity};
use crate::recording::{Channel, ChannelKind, Samples, Segment};
use std::sync::OnceLock;

/// Runs `$body` with `$x` as the slice of whatever type the samples have.
macro_rules! on_samples {
    ($samples:expr, $x:ident => $body:expr) => {
        match $samples {
            $crate::recording::Samples::I16($x) => $body,
            $crate::recording::Samples::I32($x) => $body,
            $crate::recording::Samples::F32($x) => $body,
            $crate::recording::Samples::F64($x) => $body,
        }
    };
}
pub(super) use on_samples;

/// Figures over all measurable samples, in stored values.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stats {
    pub(super) n: usize,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) mean: f64,
    pub(super) sd: f64,
    /// Greatest |step| between neighbours.
    pub(super) step: f64,
    /// Greatest |2b - a - c| of three neighbours.
    pub(super) bend: f64,
}

/// One channel, its kind as far as known, and figures that several checks need.
#[derive(Debug)]
pub struct ChannelView<'a> {
    /// The channel.
    pub channel: &'a Channel,
    /// What it records: the user's word, else the file's.
    pub kind: ChannelKind,
    /// Free of gaps, missing samples and values that are no finite number.
    pub(super) stretches: Vec<Segment>,
    pub(super) stats: Stats,
    lattice: OnceLock<Option<Lattice>>,
}

impl<'a> ChannelView<'a> {
    /// Looks at all samples once. O(n).
    pub fn new(channel: &'a Channel, options: &QualityOptions) -> Self {
        let kind = match (channel.kind, options.kind) {
            (ChannelKind::Other, _) | (_, None) => channel.kind,
            (_, Some(kind)) => kind,
        };
        let stretches = match &channel.samples {
            Samples::F32(x) => finite(channel, x),
            Samples::F64(x) => finite(channel, x),
            _ => channel.measurable(),
        };
        let stats = on_samples!(&channel.samples, x => stats(x, &stretches));
        ChannelView { channel, kind, stretches, stats, lattice: OnceLock::new() }
    }
    /// The pattern of the codes, learned when first asked for.
    pub(super) fn lattice(&self) -> Option<Lattice> {
        *self.lattice.get_or_init(|| lattice::learn(self))
    }
    /// Sampling frequency, Hz.
    pub(super) fn fs(&self) -> f64 {
        self.channel.sampling_frequency.0
    }
    /// Steps between the values that occur, in stored values; 0 for real numbers.
    pub(super) fn quantum(&self) -> f64 {
        match self.lattice() {
            Some(lattice) => lattice.step,
            None if self.channel.samples.is_integer() => 1.0,
            None => 0.0,
        }
    }
    /// Time of sample `i` from the recording's start, s.
    pub(super) fn time_of(&self, i: usize) -> f64 {
        let after = self.channel.segments.partition_point(|s| s.first <= i);
        let (first, onset) = after
            .checked_sub(1)
            .map_or((0, 0.0), |s| (self.channel.segments[s].first, self.channel.segments[s].onset_s));
        onset + count(i - first) / self.fs()
    }
    /// The first few places as text: `0.0903 s, 0.2323 s … (12 in all)`.
    pub(super) fn places(&self, samples: &[usize]) -> String {
        let shown: Vec<String> =
            samples.iter().take(5).map(|&i| format!("{:.4} s", self.time_of(i))).collect();
        let more = if samples.len() > 5 { " …" } else { "" };
        format!("{}{more}", shown.join(", "))
    }
    /// A stored value in the channel's unit, as text.
    pub(super) fn amount(&self, stored: f64) -> String {
        self.in_unit(self.channel.scaling.apply(stored))
    }
    /// A number in the channel's unit, as text.
    pub(super) fn in_unit(&self, physical: f64) -> String {
        let unit = if self.channel.uncalibrated.is_some() { "" } else { self.channel.unit.text.as_str() };
        let text = format_4(physical);
        if unit.is_empty() { text } else { format!("{text} {unit}") }
    }
    /// A finding on this channel.
    pub(super) fn finding(
        &self,
        check: &'static str,
        severity: Severity,
        count: u64,
        share: f64,
        detail: String,
    ) -> Finding {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        Finding::file(check, severity, count, share, detail).on(&self.channel.label)
    }
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}

/// About four significant digits, without an exponent for everyday sizes.
pub(super) fn format_4(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e7).contains(&size) {
        format!("{x:.3e}")
    } else if size >= 1000.0 {
        format!("{x:.0}")
    } else if size >= 10.0 {
        format!("{x:.1}")
    } else {
        format!("{x:.4}")
    }
}

/// Measurable stretches, cut further at values that are no finite number.
fn finite<T: Number>(channel: &Channel, x: &[T]) -> Vec<Segment> {
    let mut out = Vec::new();
    for s in channel.measurable() {
        let mut first = s.first;
        if x[first..first + s.len].iter().all(|v| v.value().is_finite()) {
            out.push(s);
            continue;
        }
        let end = [f64::NAN];
        let values = x[s.first..s.first + s.len].iter().map(|v| v.value()).chain(end);
        for (i, value) in (s.first..).zip(values) {
            if !value.is_finite() {
                if i > first {
                    let onset_s = s.onset_s + count(first - s.first) / channel.sampling_frequency.0;
                    out.push(Segment { first, len: i - first, onset_s });
                }
                first = i + 1;
            }
        }
    }
    out
}

fn stats<T: Number>(x: &[T], stretches: &[Segment]) -> Stats {
    let Some(pivot) = stretches.first().map(|s| x[s.first].value()) else { return Stats::default() };
    let mut all = Figures::new(pivot);
    let mut n = 0;
    for s in stretches {
        T::figures(&x[s.first..s.first + s.len], &mut all);
        n += s.len;
    }
    let m = all.sum / count(n);
    // Rounding may leave a constant far from zero with a tiny variance of either sign.
    let sd = if all.min == all.max { 0.0 } else { (all.squares / count(n) - m * m).max(0.0).sqrt() };
    let mean = (pivot + m).clamp(all.min, all.max);
    Stats { n, min: all.min, max: all.max, mean, sd, step: all.step, bend: all.bend }
}
