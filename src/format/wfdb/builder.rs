//! Joins pieces of one channel, and what lies between them, into one.

use crate::recording::{Channel, Samples, Segment};
use crate::units::Hertz;

/// Stored type of a joined channel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 16-bit integers.
    I16,
    /// 32-bit integers.
    I32,
    /// Physical values: the pieces differ in scale.
    F64,
}

/// A channel in the making.
pub(super) struct Builder {
    pub(super) samples: Samples,
    pub(super) missing: Vec<std::ops::Range<usize>>,
    /// First sample and time in samples of each stretch.
    starts: Vec<(usize, u64)>,
    /// Samples from the start, gaps included.
    time: u64,
    gap: bool,
}

impl Builder {
    /// Nothing yet.
    pub(super) fn new(kind: Kind) -> Self {
        let samples = match kind {
            Kind::I16 => Samples::I16(Vec::new()),
            Kind::I32 => Samples::I32(Vec::new()),
            Kind::F64 => Samples::F64(Vec::new()),
        };
        Builder { samples, missing: Vec::new(), starts: Vec::new(), time: 0, gap: true }
    }

    fn begin(&mut self) {
        if self.gap {
            self.starts.push((self.samples.len(), self.time));
            self.gap = false;
        }
    }

    fn add_missing(&mut self, range: std::ops::Range<usize>) {
        match self.missing.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.missing.push(range),
        }
    }

    /// Appends the first `count` samples of `channel`; physical ones are multiplied by `factor`.
    pub(super) fn push(&mut self, channel: &Channel, count: usize, factor: f64) {
        if count == 0 {
            return;
        }
        self.begin();
        let at = self.samples.len();
        match (&mut self.samples, &channel.samples) {
            (Samples::I16(out), Samples::I16(v)) => out.extend_from_slice(&v[..count]),
            (Samples::I32(out), Samples::I16(v)) => out.extend(v[..count].iter().map(|&x| i32::from(x))),
            (Samples::I32(out), Samples::I32(v)) => out.extend_from_slice(&v[..count]),
            (Samples::F64(out), v) => out.extend((0..count).map(|i| {
                let value = channel.scaling.apply(v.get(i));
                if factor == 1.0 { value } else { value * factor }
            })),
            _ => {}
        }
        for gap in channel.missing.iter().filter(|g| g.start < count) {
            self.add_missing(at + gap.start..at + gap.end.min(count));
        }
        self.time += count as u64;
    }

    /// Passes over `count` samples that are not there.
    pub(super) fn skip(&mut self, count: u64, filled: bool) {
        if count == 0 {
            return;
        }
        if filled {
            self.begin();
            let at = self.samples.len();
            let end = at + usize::try_from(count).unwrap_or(0); // within the budget, see `fills`
            match &mut self.samples {
                Samples::I16(v) => v.resize(end, i16::MIN),
                Samples::I32(v) => v.resize(end, i32::MIN),
                Samples::F64(v) => v.resize(end, 0.0),
                Samples::F32(v) => v.resize(end, 0.0),
            }
            self.add_missing(at..end);
        } else {
            self.gap = true;
        }
        self.time = self.time.saturating_add(count);
    }

    /// The stretches between gaps.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub(super) fn segments(&self, frequency: Hertz) -> Vec<Segment> {
        let ends = self.starts.iter().skip(1).map(|s| s.0).chain([self.samples.len()]);
        let pairs = self.starts.iter().zip(ends);
        let made = |(&(first, time), end): (&(usize, u64), usize)| Segment {
            first,
            len: end - first,
            onset_s: time as f64 / frequency.0,
        };
        pairs.map(made).collect()
    }
}
