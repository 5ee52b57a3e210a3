//! When a muscle is active: episodes of activation in a trace, by rows of [`ONSET_METHODS`].
//!
//! Every window is given in seconds and the sampling frequency has no default, so that the same muscle
//! gives the same times at any rate. No method shifts time, and a trace that runs backwards gives the
//! mirrored episodes: the end of an episode is its onset in reversed time. Comparisons with a threshold are
//! strict.
//!
//! Rest is either given or searched for: the quietest 200 ms, and every 50-ms block whose power is less
//! than twice that. Where rest is searched for, activity is at least twice (3 dB) above it whatever `h`
//! says, for the quietest stretch is chosen for being low. A trace of one level, all rest or all
//! contraction, shows no difference between the two: no episode is found, and [`Activation::why_none`] says
//! so.

mod baseline;
mod bonato;
mod likelihood;
mod runs;
#[cfg(test)]
mod tests;
mod threshold;

use crate::dsp::envelope::{Average, Ends, Envelope, EnvelopeOptions};
use crate::dsp::iir::{FilterOptions, FilterScratch, Sections};
use crate::error::unknown_id;
use crate::measure::Reading;
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// A stretch of activity: samples `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// First active sample.
    pub start: usize,
    /// First sample after it; the trace's length where the trace ends active.
    pub end: usize,
}

/// Episodes, or why nothing can be said.
type Found = std::result::Result<Vec<Episode>, &'static str>;

/// One way to find episodes.
#[derive(Debug, Clone, Copy)]
pub struct OnsetMethod {
    /// Unique.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// Default of [`OnsetOptions::window`].
    pub window: Seconds,
    /// Default of [`OnsetOptions::h`]; `None` where the method has no such number.
    pub h: Option<f64>,
    /// Who defined it, and what is our choice.
    pub source: &'static str,
    detect: fn(&Plan, &[f64], &mut Scratch) -> Found,
}

/// All methods; the first is the default.
pub static ONSET_METHODS: &[OnsetMethod] = &[
    OnsetMethod {
        id: "tkeo_likelihood",
        name: "Teager-Kaiser energy, then the most likely moment of change (Laplace)",
        window: Seconds(0.05),
        h: Some(3.0),
        source: "energy: Solnik et al. 2010, doi:10.1007/s00421-010-1521-8; most likely change: \
                 Staude et al. 2001, \
                 doi:10.1155/S1110865701000191; neighbours 1 ms apart and the search windows are our choice",
        detect: likelihood::detect,
    },
    OnsetMethod {
        id: "threshold",
        name: "moving average of the rectified trace above mean + h SD of rest",
        window: Seconds(0.05),
        h: Some(3.0),
        source: "Hodges and Bui 1996, doi:10.1016/S0921-884X(96)95190-5, without the \
                 low-pass filter; a centred window is our choice",
        detect: threshold::single,
    },
    OnsetMethod {
        id: "hodges_bui",
        name: "windows of the low-passed rectified trace above mean + h SD of rest",
        window: Seconds(0.025),
        h: Some(3.0),
        source: "Hodges and Bui 1996, doi:10.1016/S0921-884X(96)95190-5: 50 Hz, 25 ms, 3 SD; Butterworth \
                 of order 2, \
                 forwards and backwards, is our choice",
        detect: threshold::hodges_bui,
    },
    OnsetMethod {
        id: "bonato",
        name: "double threshold on sums of two squares",
        window: Seconds(0.01),
        h: None,
        source: "Bonato et al. 1998, doi:10.1109/10.661154: one of five pairs, false \
                 alarms 5 %; samples 1 ms apart instead of \
                 a whitening filter are our choice",
        detect: bonato::detect,
    },
];

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnsetOptions {
    /// Id of a row of [`ONSET_METHODS`].
    pub method: &'static str,
    /// Where the muscle rests, from the first sample on; `None`: searched for.
    pub baseline: Option<(Seconds, Seconds)>,
    /// How many standard deviations above the mean of rest activity is; `None`: the method's own.
    pub h: Option<f64>,
    /// Smoothing or averaging window; `None`: the method's own. `bonato` always has five pairs, about 10
    /// ms.
    pub window: Option<Seconds>,
    /// What stays above the threshold for less is no activity. Default 50 ms, our choice (Hodges and Bui
    /// 1996 have 20 to 50 ms, Bonato et al. 1998 have 30 ms).
    pub min_duration: Seconds,
    /// Episodes that are less apart are one. Default 100 ms, our choice.
    pub min_gap: Seconds,
    /// Low-pass filter of `hodges_bui` forwards only, which delays the onset. Default false.
    pub causal: bool,
}

impl Default for OnsetOptions {
    fn default() -> Self {
        OnsetOptions {
            method: ONSET_METHODS[0].id,
            baseline: None,
            h: None,
            window: None,
            min_duration: Seconds(0.05),
            min_gap: Seconds(0.1),
            causal: false,
        }
    }
}

/// What a method works with.
#[derive(Debug, Clone)]
struct Plan {
    options: OnsetOptions,
    fs: Hertz,
    h: f64,
    /// Least samples of an episode, and of a gap.
    least: usize,
    gap: usize,
    smoothing: Envelope,
    windows: Envelope,
    lowpass: Option<Sections>,
}

impl Plan {
    /// At least 1.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1 … 1e12")]
    fn samples(&self, s: f64) -> usize {
        (s * self.fs.0).round().clamp(1.0, 1e12) as usize
    }
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone)]
pub struct Detector {
    plan: Plan,
    method: &'static OnsetMethod,
    window: Seconds,
}

/// Memory that a [`Detector`] works in; may hold anything before.
#[derive(Default)]
pub struct Scratch {
    series: Vec<f64>,
    smooth: Vec<f64>,
    work: Vec<f64>,
    filter: FilterScratch,
}

/// What was found in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// In order, apart from each other.
    pub episodes: Vec<Episode>,
    /// Why there is none where that does not mean that the muscle was at rest.
    pub why_none: Option<&'static str>,
}

impl OnsetOptions {
    /// Makes the plan. Errors: an unknown method, an option out of its range, or a sampling frequency too
    /// low for a window or for the filter.
    pub fn design(&self, fs: Hertz) -> Result<Detector> {
        let fs = Hertz::sampling_frequency(fs.0)?;
        let method = ONSET_METHODS
            .iter()
            .find(|m| m.id == self.method)
            .ok_or_else(|| unknown_id("onset method", self.method, ONSET_METHODS.iter().map(|m| m.id)))?;
        let h = self.h.or(method.h).unwrap_or(0.0);
        if !(0.0..=1e6).contains(&h) {
            return Err(Error::option("h", format!("{h}; 0 to 1e6 are possible")));
        }
        for (name, s) in [("minimum duration", self.min_duration.0), ("minimum gap", self.min_gap.0)] {
            if !(0.0..=86_400.0).contains(&s) {
                return Err(Error::option(name, format!("{s} s; 0 to a day is possible")));
            }
        }
        if let Some((from, to)) = self.baseline
            && !(from.0 >= 0.0 && to.0 > from.0 && to.0.is_finite())
        {
            return Err(Error::option(
                "baseline",
                format!("{} to {} s; two rising times are needed", from.0, to.0),
            ));
        }
        let window = self.window.unwrap_or(method.window);
        let envelope = |ends| EnvelopeOptions { average: Average::Mean, window, ends }.design(fs);
        let lowpass = if method.id == "hodges_bui" {
            Some(FilterOptions::lowpass(2, threshold::CORNER).design(fs)?)
        } else {
            None
        };
        let mut plan = Plan {
            options: *self,
            fs,
            h,
            least: 1,
            gap: 1,
            smoothing: envelope(Ends::Shorten)?,
            windows: envelope(Ends::Drop)?,
            lowpass,
        };
        (plan.least, plan.gap) = (plan.samples(self.min_duration.0), plan.samples(self.min_gap.0));
        Ok(Detector { plan, method, window })
    }
}

impl Detector {
    /// The method and its options in one line, for a result.
    pub fn describe(&self) -> String {
        let ms = |s: Seconds| (s.0 * 1e6).round() / 1e3;
        let o = &self.plan.options;
        let threshold =
            self.method.h.map_or(String::new(), |_| format!(", threshold mean + {} SD of rest", self.plan.h));
        let baseline =
            o.baseline.map_or("the quietest 200 ms and what is less than 3 dB above".to_owned(), |(a, b)| {
                format!("{} to {} s", a.0, b.0)
            });
        format!(
            "{}: {}; window {} ms{threshold}; at least {} ms, gaps under {} ms closed; rest: {baseline}",
            self.method.id,
            self.method.name,
            ms(self.window),
            ms(o.min_duration),
            ms(o.min_gap)
        )
    }

    /// All episodes of a trace of finite samples. O(n).
    pub fn activation(&self, x: &[f64], scratch: &mut Scratch) -> Activation {
        let none = |why| Activation { episodes: Vec::new(), why_none: Some(why) };
        if x.is_empty() {
            return none("empty trace");
        }
        if x.iter().all(|v| *v == x[0]) {
            return none("constant signal");
        }
        match (self.method.detect)(&self.plan, x, scratch) {
            Err(why) => none(why),
            Ok(episodes) if episodes.is_empty() && self.plan.options.baseline.is_none() => {
                none("one level throughout: rest and activity cannot be told apart")
            }
            Ok(episodes) => Activation { episodes, why_none: None },
        }
    }

    /// The episodes alone; see [`Detector::activation`].
    pub fn episodes(&self, x: &[f64], scratch: &mut Scratch) -> Vec<Episode> {
        self.activation(x, scratch).episodes
    }

    /// When the first episode starts, s from the first sample. `Absent` where the muscle rests throughout a
    /// trace whose baseline was given; `Undefined` where rest and activity cannot be told apart, or where
    /// the trace starts active.
    pub fn onset(&self, x: &[f64]) -> Reading {
        let found = self.activation(x, &mut Scratch::default());
        match (found.episodes.first(), found.why_none) {
            (Some(e), _) if e.start == 0 => Reading::Undefined("active from the first sample on"),
            #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
            (Some(e), _) => Reading::Value(e.start as f64 / self.plan.fs.0),
            (None, Some(why)) => Reading::Undefined(why),
            (None, None) => Reading::Absent,
        }
    }
}
