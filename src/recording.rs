//! A recording: channels with their own sampling frequencies, annotations, and what the reader noticed.
//!
//! Stored values stay as the file holds them ([`Samples`]); [`Channel::physical`] is the way to the file's
//! unit and [`Channel::si`] to volts.

use crate::measure::Finding;
use crate::units::{Hertz, SignalUnit};
use std::ops::Range;

/// Stored values in the smallest type that holds them.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the variants are the types")]
pub enum Samples {
    I16(Vec<i16>),
    I32(Vec<i32>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

impl Samples {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Samples::I16(v) => v.len(),
            Samples::I32(v) => v.len(),
            Samples::F32(v) => v.len(),
            Samples::F64(v) => v.len(),
        }
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether the values are integers.
    pub fn is_integer(&self) -> bool {
        matches!(self, Samples::I16(_) | Samples::I32(_))
    }
    /// Stored value `i` as a number, exactly.
    pub fn get(&self, i: usize) -> f64 {
        match self {
            Samples::I16(v) => f64::from(v[i]),
            Samples::I32(v) => f64::from(v[i]),
            Samples::F32(v) => f64::from(v[i]),
            Samples::F64(v) => v[i],
        }
    }
    /// Maps `range` through `f` into `out` (cleared first).
    fn map_into(&self, range: Range<usize>, out: &mut Vec<f64>, f: impl Fn(f64) -> f64) {
        out.clear();
        match self {
            Samples::I16(v) => out.extend(v[range].iter().map(|&x| f(f64::from(x)))),
            Samples::I32(v) => out.extend(v[range].iter().map(|&x| f(f64::from(x)))),
            Samples::F32(v) => out.extend(v[range].iter().map(|&x| f(f64::from(x)))),
            Samples::F64(v) => out.extend(v[range].iter().map(|&x| f(x))),
        }
    }
}

/// From stored values to the file's unit. Two forms, because each format defines its own and the last bit
/// of the result depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(missing_docs, reason = "the formulas say what the fields are")]
pub enum Scaling {
    /// physical = stored.
    #[default]
    Identity,
    /// physical = (stored − baseline) / gain (WFDB).
    Divide { baseline: f64, gain: f64 },
    /// physical = (stored + offset) × factor (EDF).
    Multiply { offset: f64, factor: f64 },
}

impl Scaling {
    /// Applies it to one stored value.
    #[inline]
    pub fn apply(self, stored: f64) -> f64 {
        match self {
            Scaling::Identity => stored,
            Scaling::Divide { baseline, gain } => (stored - baseline) / gain,
            Scaling::Multiply { offset, factor } => (stored + offset) * factor,
        }
    }
    /// Physical units per stored step, above zero.
    pub fn step(self) -> f64 {
        match self {
            Scaling::Identity => 1.0,
            Scaling::Divide { gain, .. } => (1.0 / gain).abs(),
            Scaling::Multiply { factor, .. } => factor.abs(),
        }
    }
}

/// What a channel records. BIDS words in lower case, and `evoked` for stimulus-locked sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelKind {
    /// EMG, needle or surface not known.
    #[default]
    Emg,
    /// Intramuscular EMG.
    Needle,
    /// Surface EMG.
    Surface,
    /// Stimulus-locked response.
    Evoked,
    /// Anything else (force, acceleration, trigger, ECG, …).
    Other,
}

impl ChannelKind {
    /// The word used in files.
    pub fn name(self) -> &'static str {
        match self {
            ChannelKind::Emg => "emg",
            ChannelKind::Needle => "needle",
            ChannelKind::Surface => "surface",
            ChannelKind::Evoked => "evoked",
            ChannelKind::Other => "other",
        }
    }
}

/// A stretch of samples without a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Index of its first sample in the channel's samples.
    pub first: usize,
    /// How many samples.
    pub len: usize,
    /// Time of its first sample from the recording's start, s.
    pub onset_s: f64,
}

/// One A/D signal.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// As in the file; blanks around it removed.
    pub label: String,
    /// What it records, as far as the file says.
    pub kind: ChannelKind,
    /// Its own sampling frequency.
    pub sampling_frequency: Hertz,
    /// Unit of [`Channel::physical`].
    pub unit: SignalUnit,
    /// Why the values are not in a trustworthy unit; `None` when they are.
    pub uncalibrated: Option<String>,
    /// Stored values.
    pub samples: Samples,
    /// From stored values to `unit`.
    pub scaling: Scaling,
    /// Ranges of samples that the file marks as missing; sorted, apart from each other.
    pub missing: Vec<Range<usize>>,
    /// Stretches without a gap, in order; one for a continuous channel.
    pub segments: Vec<Segment>,
    /// Bits of the integer type in the file, for instance 12 for WFDB 212; `None` for floats and text.
    pub storage_bits: Option<u32>,
    /// Least and greatest stored value that the header allows (EDF digital minimum and maximum).
    pub digital_limits: Option<(i64, i64)>,
    /// Muscle, where the file says it.
    pub target_muscle: Option<String>,
    /// Electrode or transducer, where the file says it.
    pub electrode: Option<String>,
    /// Hardware filters, where the file says them.
    pub hardware_filters: Option<String>,
}

impl Channel {
    /// A continuous channel without missing samples; everything not given is unknown.
    pub fn new(
        label: impl Into<String>,
        sampling_frequency: Hertz,
        unit: SignalUnit,
        samples: Samples,
    ) -> Self {
        let len = samples.len();
        let label: String = label.into();
        Channel {
            kind: ChannelKind::default(),
            label: label.trim().to_owned(),
            sampling_frequency,
            unit,
            uncalibrated: None,
            samples,
            scaling: Scaling::Identity,
            missing: Vec::new(),
            segments: vec![Segment { first: 0, len, onset_s: 0.0 }],
            storage_bits: None,
            digital_limits: None,
            target_muscle: None,
            electrode: None,
            hardware_filters: None,
        }
    }
    /// Number of samples, missing ones among them.
    pub fn len(&self) -> usize {
        self.samples.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }
    /// Samples `range` in the file's unit into `out` (cleared first). A missing sample is NaN: this and
    /// [`Channel::si`] are the only places where one stands for it.
    ///
    /// # Panics
    /// If `range` is not inside the channel.
    pub fn physical_into(&self, range: Range<usize>, out: &mut Vec<f64>) {
        let scaling = self.scaling;
        self.fill(range, out, |x| scaling.apply(x));
    }
    /// All samples in the file's unit; see [`Channel::physical_into`].
    pub fn physical(&self) -> Vec<f64> {
        let mut out = Vec::new();
        self.physical_into(0..self.len(), &mut out);
        out
    }
    /// Samples `range` in volts into `out` where the unit is a voltage, else in the file's unit.
    /// A missing sample is NaN.
    ///
    /// # Panics
    /// If `range` is not inside the channel.
    pub fn si_into(&self, range: Range<usize>, out: &mut Vec<f64>) {
        let (scaling, volts) = (self.scaling, self.unit.volts_per_unit.unwrap_or(1.0));
        self.fill(range, out, |x| scaling.apply(x) * volts);
    }
    /// All samples in SI; see [`Channel::si_into`].
    pub fn si(&self) -> Vec<f64> {
        let mut out = Vec::new();
        self.si_into(0..self.len(), &mut out);
        out
    }
    fn fill(&self, range: Range<usize>, out: &mut Vec<f64>, f: impl Fn(f64) -> f64) {
        self.samples.map_into(range.clone(), out, f);
        for gap in &self.missing {
            let (start, end) = (gap.start.max(range.start), gap.end.min(range.end));
            if start < end {
                out[start - range.start..end - range.start].fill(f64::NAN);
            }
        }
    }
    /// Number of missing samples.
    pub fn missing_count(&self) -> usize {
        self.missing.iter().map(ExactSizeIterator::len).sum()
    }
    /// Volts per stored step; `None` when uncalibrated or no voltage.
    pub fn volts_per_step(&self) -> Option<f64> {
        if self.uncalibrated.is_some() || !self.samples.is_integer() {
            return None;
        }
        self.unit.volts_per_unit.map(|v| v * self.scaling.step())
    }
    /// Whether the values are volts that can be trusted.
    pub fn is_calibrated_voltage(&self) -> bool {
        self.uncalibrated.is_none() && self.unit.is_voltage()
    }
    /// Stretches that can be measured: inside one segment and free of missing samples.
    pub fn measurable(&self) -> Vec<Segment> {
        let mut out = Vec::new();
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let mut push = |segment: &Segment, first: usize, end: usize| {
            if end > first {
                let onset_s = segment.onset_s + (first - segment.first) as f64 / self.sampling_frequency.0;
                out.push(Segment { first, len: end - first, onset_s });
            }
        };
        for segment in &self.segments {
            let end = segment.first + segment.len;
            let mut first = segment.first;
            for gap in self.missing.iter().filter(|g| g.end > segment.first && g.start < end) {
                push(segment, first, gap.start.min(end));
                first = first.max(gap.end);
            }
            push(segment, first, end);
        }
        out
    }
}

/// A note in time: of the recordist, the device, or a stimulus.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// From the recording's start, s; before it when negative.
    pub onset_s: f64,
    /// `None` where the file gives none.
    pub duration_s: Option<f64>,
    /// Whole text, as in the file.
    pub text: String,
    /// Label of the channel it belongs to, if any.
    pub channel: Option<String>,
}

/// Who was recorded, as far as the file says and a measurement may need. No names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subject {
    /// Age, years.
    pub age_years: Option<f64>,
    /// `male` or `female`.
    pub sex: Option<String>,
}

/// A file, decoded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recording {
    /// The file as the user named it.
    pub file: String,
    /// Id of a row of `format::FORMATS`.
    pub format: &'static str,
    /// Start of the recording as local date and time, `2000-01-01T12:30:00.25`; fractions as far as given.
    pub start: Option<String>,
    /// In file order.
    pub channels: Vec<Channel>,
    /// In order of onset.
    pub annotations: Vec<Annotation>,
    /// Who was recorded.
    pub subject: Subject,
    /// Length of a record, s, of a file whose records need not follow each other (EDF+D); `None` for others.
    pub record_s: Option<f64>,
    /// Free text of the file, a line each. May hold anything: escape before showing.
    pub comments: Vec<String>,
    /// What the reader had to mend, leave out, or doubt.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurable_stretches_avoid_gaps_and_missing_samples_and_keep_their_times() {
        let mut c = Channel::new("x", Hertz(10.0), SignalUnit::parse("mV"), Samples::I16((0..100).collect()));
        c.segments =
            vec![Segment { first: 0, len: 40, onset_s: 0.0 }, Segment { first: 40, len: 60, onset_s: 100.0 }];
        c.missing = vec![10..20, 35..45, 99..100];
        let got: Vec<_> = c.measurable().iter().map(|s| (s.first, s.len, s.onset_s)).collect();
        assert_eq!(got, [(0, 10, 0.0), (20, 15, 2.0), (45, 54, 100.5)]);
        let physical = c.physical();
        assert_eq!(physical.iter().filter(|x| x.is_nan()).count(), c.missing_count());
        assert_eq!(c.si()[5], 5e-3);
    }
}
