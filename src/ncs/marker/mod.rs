//! Markers of compound muscle, sensory and mixed nerve action potentials.
//!
//! # How
//! 1. What lies under the response (offset, drift, mains, stimulus artefact) is fitted to the quiet parts of the
//!    sweep and subtracted (`quiet`). No filter runs over the response.
//! 2. A negative peak in the search window counts as a response when it rises and falls by several times the
//!    noise.
//! 3. The onset is where the fitted rise passes 0.5 % of the peak (`rise`); a threshold and a tangent run beside
//!    it and are given, but not mixed in: the tangent alone would add its half millisecond.
//! 4. Peaks by a polynomial through the top, ends by crossings of the baseline, areas between them (`shape`).
//!
//! Sources: signal-analysis conventions of routine conduction studies (baseline to negative peak, onset to first
//! return); the 0.5 % definition makes an onset comparable across noise levels and simulations.

mod find;
mod joint;
mod measure;
mod noise;
mod onset;
mod place;
mod quiet;
mod refine;
mod response;
mod rise;
mod saturation;
mod shape;
mod stepwise;
mod stretch;

pub use response::{Artefact, Doubt, MarkerName, Presence, Response, ResponseKind, TakeOff};

use super::Sweep;
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// Markers set by hand; s from the stimulus. What is given replaces what would be found and is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Manual {
    /// Take-off of the negative phase.
    pub onset: Option<Seconds>,
    /// Where the peak latency is read.
    pub peak: Option<Seconds>,
    /// Where the amplitude is read; the same as `peak` when only one of the two is given.
    pub negative_peak: Option<Seconds>,
    /// Lowest point for the amplitude peak to peak.
    pub positive_peak: Option<Seconds>,
    /// End of the negative phase.
    pub end: Option<Seconds>,
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkerOptions {
    /// Which response.
    pub kind: ResponseKind,
    /// No response begins before; s from the stimulus, at least 0. Defaults by kind: [`MarkerOptions::of`].
    pub earliest: Seconds,
    /// No negative peak lies behind; above `earliest`.
    pub latest: Seconds,
    /// Up to here from the stimulus nothing is used: the artefact's steep part. 0 to `earliest`.
    pub blank: Seconds,
    /// Markers set by hand.
    pub manual: Manual,
}

impl MarkerOptions {
    /// Windows that hold every routine study of a kind. Ours: shortest latencies (wrist to thenar at 50 mm in a
    /// small hand, finger to wrist) and longest ones (a slowed leg nerve from the popliteal fossa).
    pub fn of(kind: ResponseKind) -> Self {
        let (earliest, latest) = match kind {
            ResponseKind::Cmap => (0.001, 0.045),
            ResponseKind::Snap => (0.0008, 0.015),
            ResponseKind::Mixed => (0.0008, 0.025),
        };
        MarkerOptions {
            kind,
            earliest: Seconds(earliest),
            latest: Seconds(latest),
            blank: Seconds(0.0004),
            manual: Manual::default(),
        }
    }

    /// Makes the plan.
    ///
    /// # Errors
    /// A window that is empty or no window, a marker that is no number or out of order.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Marker> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?;
        let (earliest, latest, blank) = (self.earliest.0, self.latest.0, self.blank.0);
        if !(earliest >= 0.0 && latest > earliest && latest <= 10.0) {
            let why =
                format!("{earliest} to {latest} s; a window behind the stimulus and up to 10 s is needed");
            return Err(Error::option("search window", why));
        }
        if !(0.0..=earliest).contains(&blank) {
            let why = format!("{blank} s; 0 to the search window's start is possible");
            return Err(Error::option("blanked time", why));
        }
        if (latest - earliest) * fs.0 < 8.0 {
            let why = format!("{earliest} to {latest} s holds fewer than 8 samples at {} Hz", fs.0);
            return Err(Error::option("search window", why));
        }
        let m = &self.manual;
        for (name, marker) in [
            ("onset", m.onset),
            ("peak", m.peak),
            ("negative peak", m.negative_peak),
            ("positive peak", m.positive_peak),
            ("end", m.end),
        ] {
            if let Some(Seconds(at)) = marker
                && !(0.0..=10.0).contains(&at)
            {
                return Err(Error::option(
                    format!("{name} marker"),
                    format!("{at} s; 0 to 10 s is possible"),
                ));
            }
        }
        let order = [m.onset, m.negative_peak.or(m.peak), m.end];
        let given: Vec<f64> = order.iter().flatten().map(|s| s.0).collect();
        if given.windows(2).any(|w| w[0] >= w[1]) {
            return Err(Error::option("markers", "onset, negative peak and end must come in this order"));
        }
        Ok(Marker { options: *self, fs: fs.0 })
    }
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    options: MarkerOptions,
    fs: f64,
}

/// Buffers that [`Marker::apply`] works in; one for each thread.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// The sweep less a stimulus artefact that was fitted together with the response.
    clean: Vec<f64>,
    y: Vec<f64>,
    smoothed: Vec<f64>,
    work: Vec<f64>,
    before: Vec<f64>,
    bins: stepwise::Bins,
    rise: rise::Buffers,
}

impl Marker {
    /// Measures one sweep.
    ///
    /// # Errors
    /// The sweep has another sampling frequency than the plan.
    pub fn apply(&self, sweep: &Sweep<'_>, scratch: &mut Scratch) -> Result<Response> {
        let own = sweep.sampling_frequency().0;
        if (own / self.fs - 1.0).abs() > 1e-9 {
            let what = format!("a sweep of {own} Hz; the marker was made for {} Hz", self.fs);
            return Err(Error::Signal(what));
        }
        Ok(measure::response(&self.options, sweep, scratch))
    }

    /// The options it was made of.
    pub fn options(&self) -> &MarkerOptions {
        &self.options
    }
}
