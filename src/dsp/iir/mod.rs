//! Recursive filters: from the options to second-order sections, and their application.
//!
//! [`FilterOptions::design`] gives [`Sections`], which run forward only ([`Sections::apply`], causal, with a
//! phase delay) or forward and backward ([`Sections::apply_zero_phase`]: no delay, and the magnitude squared,
//! so that a Butterworth filter is at −6 dB at its corners).
//!
//! Conventions are those of scipy.signal: the corner of Butterworth is −3 dB (of one pass), of Chebyshev I and
//! elliptic the end of the pass band, of Chebyshev II the edge of the stop band; `order` is that of the
//! low-pass prototype, so a band-pass or band-stop has twice as many poles.
//!
//! Way of a design: analogue prototype → frequency transformation, its corners pre-warped → bilinear
//! transformation → pairing into sections. Nothing passes through polynomials of high degree, which lose all
//! accuracy for low corners.

mod apply;
mod bessel;
mod elliptic;
mod kernel;
mod notch;
mod prototype;
mod sections;
mod transform;

pub use apply::{FilterScratch, State};
pub use bessel::BesselNorm;
pub use notch::NotchOptions;
pub use sections::Sections;

use crate::units::Hertz;
use crate::{Error, Result};
use transform::Shape;

/// What passes, with its corners.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Response {
    /// Passes what is below the corner.
    Lowpass(Hertz),
    /// Passes what is above the corner.
    Highpass(Hertz),
    /// Passes what is between the corners.
    Bandpass(Hertz, Hertz),
    /// Passes what is not between the corners.
    Bandstop(Hertz, Hertz),
}

/// The approximation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Family {
    /// Flattest pass band.
    Butterworth,
    /// Equal ripple in the pass band.
    Chebyshev1 {
        /// Peak-to-peak ripple, dB; above 0.
        ripple_db: f64,
    },
    /// Equal ripple in the stop band.
    Chebyshev2 {
        /// Least attenuation in the stop band, dB; above 0.
        attenuation_db: f64,
    },
    /// Equal ripple in both bands, the narrowest transition.
    Elliptic {
        /// Peak-to-peak ripple in the pass band, dB; above 0 and below the attenuation.
        ripple_db: f64,
        /// Least attenuation in the stop band, dB; above 0.
        attenuation_db: f64,
    },
    /// Flattest group delay: keeps the shape of potentials best.
    Bessel {
        /// To what the corner refers.
        norm: BesselNorm,
    },
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilterOptions {
    /// The approximation.
    pub family: Family,
    /// Order of the prototype, 1 to [`FilterOptions::MAX_ORDER`].
    pub order: usize,
    /// What passes.
    pub response: Response,
}

impl FilterOptions {
    /// Highest order accepted. Our choice: no published EMG filter comes near, and sections hold well here.
    pub const MAX_ORDER: usize = 24;

    /// A Butterworth high-pass filter.
    pub fn highpass(order: usize, corner: Hertz) -> Self {
        FilterOptions { family: Family::Butterworth, order, response: Response::Highpass(corner) }
    }
    /// A Butterworth low-pass filter.
    pub fn lowpass(order: usize, corner: Hertz) -> Self {
        FilterOptions { family: Family::Butterworth, order, response: Response::Lowpass(corner) }
    }
    /// A Butterworth band-pass filter.
    pub fn bandpass(order: usize, low: Hertz, high: Hertz) -> Self {
        FilterOptions { family: Family::Butterworth, order, response: Response::Bandpass(low, high) }
    }
    /// A Butterworth band-stop filter.
    pub fn bandstop(order: usize, low: Hertz, high: Hertz) -> Self {
        FilterOptions { family: Family::Butterworth, order, response: Response::Bandstop(low, high) }
    }

    /// Makes the sections. Errors: an order, corner, ripple or attenuation out of its range.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Sections> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        if !(1..=Self::MAX_ORDER).contains(&self.order) {
            let why = format!("{}; 1 to {} are possible", self.order, Self::MAX_ORDER);
            return Err(Error::option("filter order", why));
        }
        let shape = match self.response {
            Response::Lowpass(f) => Shape::Lowpass(warp(corner(f, fs)?)),
            Response::Highpass(f) => Shape::Highpass(warp(corner(f, fs)?)),
            Response::Bandpass(low, high) => {
                let (bandwidth, centre) = band(low, high, fs)?;
                Shape::Bandpass { bandwidth, centre }
            }
            Response::Bandstop(low, high) => {
                let (bandwidth, centre) = band(low, high, fs)?;
                Shape::Bandstop { bandwidth, centre }
            }
        };
        let prototype = match self.family {
            Family::Butterworth => prototype::butterworth(self.order),
            Family::Chebyshev1 { ripple_db } => {
                prototype::chebyshev1(self.order, decibels("ripple", ripple_db)?)
            }
            Family::Chebyshev2 { attenuation_db } => {
                prototype::chebyshev2(self.order, decibels("attenuation", attenuation_db)?)
            }
            Family::Elliptic { ripple_db, attenuation_db } => {
                let (ripple, attenuation) =
                    (decibels("ripple", ripple_db)?, decibels("attenuation", attenuation_db)?);
                elliptic::elliptic(self.order, ripple, attenuation).ok_or_else(|| {
                    let why =
                        format!("{ripple} dB with an attenuation of {attenuation} dB; it must be below it");
                    Error::option("ripple", why)
                })?
            }
            Family::Bessel { norm } => bessel::bessel(self.order, norm),
        };
        Sections::from_zpk(shape.apply(prototype).bilinear())
    }
}

/// The corner as a fraction of the Nyquist frequency.
fn corner(f: Hertz, fs: f64) -> Result<f64> {
    let nyquist = fs / 2.0;
    if f.0 > 0.0 && f.0 < nyquist {
        return Ok(f.0 / nyquist);
    }
    let why = format!(
        "{} Hz; above 0 and below {nyquist} Hz (half the sampling frequency of {fs} Hz) is possible: \
         choose another corner, or leave the filter out",
        f.0
    );
    Err(Error::option("filter corner", why))
}

/// The analogue frequency that the bilinear transformation (at a sampling frequency of 2) maps to `w`.
fn warp(w: f64) -> f64 {
    4.0 * (std::f64::consts::PI * w / 2.0).tan()
}

/// Bandwidth and geometric centre of the pre-warped corners.
fn band(low: Hertz, high: Hertz, fs: f64) -> Result<(f64, f64)> {
    let (l, h) = (corner(low, fs)?, corner(high, fs)?);
    if l >= h {
        let why = format!("{} to {} Hz; the first must be below the second", low.0, high.0);
        return Err(Error::option("filter corners", why));
    }
    let (l, h) = (warp(l), warp(h));
    Ok((h - l, (l * h).sqrt()))
}

/// Checks a ripple or attenuation.
fn decibels(name: &str, db: f64) -> Result<f64> {
    if db > 0.0 && db <= 300.0 {
        return Ok(db);
    }
    Err(Error::option(name, format!("{db} dB; above 0 and at most 300 is possible")))
}
