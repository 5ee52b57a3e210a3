//! The discrete wavelet transform with orthogonal wavelets.
//!
//! Convention: coefficient `k` of a level is the sum of filter value `j` times sample `2k + 1 − j`
//! ([`Extension::Periodization`]: sample `F/2 + 2k − j`, `F` the filter's length), where samples beyond the
//! ends come from the [`Extension`]. PyWavelets (`wavedec`, `waverec`) gives the same numbers.
//! Source: Mallat 1989, doi:10.1109/34.192463.

use super::wavelet_filters::FILTERS;
use crate::error::unknown_id;
use crate::{Error, Result};

/// An orthogonal wavelet: `db1` to `db20`, `sym2` to `sym20`, `coif1` to `coif5`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wavelet {
    id: &'static str,
    lowpass: &'static [f64],
}

impl Wavelet {
    /// The wavelet with this id. Errors: an unknown id; the nearest known one is named.
    pub fn named(id: &str) -> Result<Self> {
        Self::all()
            .find(|w| w.id == id)
            .ok_or_else(|| unknown_id("wavelet", id, FILTERS.iter().map(|(id, _)| *id)))
    }

    /// Every wavelet that is known.
    pub fn all() -> impl Iterator<Item = Self> {
        FILTERS.iter().map(|&(id, lowpass)| Wavelet { id, lowpass })
    }

    /// The id.
    pub fn id(self) -> &'static str {
        self.id
    }

    /// Low-pass analysis filter; an even number of values.
    pub fn lowpass(self) -> &'static [f64] {
        self.lowpass
    }

    /// High-pass analysis filter: the low-pass one backwards with alternating signs.
    pub fn highpass(self) -> Vec<f64> {
        let backwards = self.lowpass.iter().rev().enumerate();
        backwards.map(|(j, &v)| if j % 2 == 0 { -v } else { v }).collect()
    }

    /// Levels after which at least one coefficient is still untouched by the ends:
    /// ⌊log₂(n / (F − 1))⌋, 0 for shorter traces.
    pub fn max_level(self, samples: usize) -> usize {
        let mut level = 0;
        while (self.lowpass.len() - 1) << (level + 1) <= samples {
            level += 1;
        }
        level
    }
}

/// Where samples beyond the ends come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// Mirrored, the outermost sample twice: c b a | a b c | c b a.
    Symmetric,
    /// Mirrored about the outermost sample: c b | a b c | b a.
    Reflect,
    /// Repeated: a b c | a b c | a b c.
    Periodic,
    /// Zeros.
    Zero,
    /// Repeated, and only ⌈n / 2⌉ coefficients a level; an odd trace repeats its last sample first.
    Periodization,
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DwtOptions {
    /// The wavelet.
    pub wavelet: Wavelet,
    /// The ends.
    pub extension: Extension,
    /// Levels; `None`: as many as [`Wavelet::max_level`] allows for each trace. More are possible.
    pub levels: Option<usize>,
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dwt {
    wavelet: Wavelet,
    /// Both filters backwards.
    filters: [Vec<f64>; 2],
    extension: Extension,
    levels: Option<usize>,
}

/// The coefficients of a trace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decomposition {
    /// Samples of the trace.
    pub samples: usize,
    /// What the last level's low-pass filter left.
    pub approximation: Vec<f64>,
    /// Details, the coarsest level first. Level `l` (1 is the finest) holds fs/2ˡ⁺¹ to fs/2ˡ.
    pub details: Vec<Vec<f64>>,
}

impl DwtOptions {
    /// Makes the plan. Errors: more than 48 levels (our choice: no trace is that long).
    pub fn design(&self) -> Result<Dwt> {
        if let Some(levels) = self.levels.filter(|&l| l > 48) {
            return Err(Error::option("levels", format!("{levels}; 0 to 48 are possible")));
        }
        let backwards = |f: &[f64]| f.iter().rev().copied().collect();
        Ok(Dwt {
            wavelet: self.wavelet,
            filters: [backwards(self.wavelet.lowpass), backwards(&self.wavelet.highpass())],
            extension: self.extension,
            levels: self.levels,
        })
    }
}

impl Dwt {
    /// Coefficients that a level makes of `n` values.
    pub fn coefficients(&self, n: usize) -> usize {
        match self.extension {
            _ if n == 0 => 0,
            Extension::Periodization => n.div_ceil(2),
            _ => (n + self.wavelet.lowpass.len() - 1) / 2,
        }
    }

    /// Decomposes `x`. An empty trace has no coefficients.
    pub fn apply(&self, x: &[f64]) -> Decomposition {
        let levels = self.levels.unwrap_or(self.wavelet.max_level(x.len()));
        let mut approximation = x.to_vec();
        let mut details = Vec::new();
        let mut extended = Vec::new();
        for _ in 0..levels {
            self.extend(&approximation, &mut extended);
            let length = self.wavelet.lowpass.len();
            let filtered = |f: &[f64]| -> Vec<f64> {
                let windows = extended.windows(length).step_by(2);
                windows.map(|w| w.iter().zip(f).map(|(a, b)| a * b).sum()).collect()
            };
            details.push(filtered(&self.filters[1]));
            approximation = filtered(&self.filters[0]);
        }
        details.reverse();
        Decomposition { samples: x.len(), approximation, details }
    }

    /// Puts a trace together again. Errors: coefficients that are not as many as this plan makes.
    pub fn inverse(&self, d: &Decomposition) -> Result<Vec<f64>> {
        let mut lengths = vec![d.samples];
        for level in 0..d.details.len() {
            lengths.push(self.coefficients(lengths[level]));
        }
        let mut x = d.approximation.clone();
        for (detail, pair) in d.details.iter().zip(lengths.windows(2).rev()) {
            if x.len() != pair[1] || detail.len() != pair[1] {
                return Err(Error::Signal(format!(
                    "wavelet level of {} and {} coefficients; {} of each make {} samples",
                    x.len(),
                    detail.len(),
                    pair[1],
                    pair[0]
                )));
            }
            x = self.join(&x, detail, pair[0]);
        }
        if x.len() == d.samples {
            Ok(x)
        } else {
            Err(Error::Signal(format!("{} wavelet coefficients for {} samples", x.len(), d.samples)))
        }
    }

    /// Values before the first sample that a level reads.
    fn lead(&self) -> usize {
        let length = self.wavelet.lowpass.len();
        if self.extension == Extension::Periodization { length / 2 - 1 } else { length - 2 }
    }

    /// All that a level reads: the values with what lies beyond both ends.
    fn extend(&self, x: &[f64], out: &mut Vec<f64>) {
        out.clear();
        let (n, lead) = (x.len(), self.lead());
        if n == 0 {
            return;
        }
        // Distance from a point one or more whole periods before the first sample, so that none is negative.
        let place = |p: usize, period: usize| (p + (lead.div_ceil(period) * period) - lead) % period;
        let value = |p: usize| match self.extension {
            Extension::Periodic => x[place(p, n)],
            Extension::Periodization => x[place(p, n.next_multiple_of(2)).min(n - 1)],
            Extension::Zero => p.checked_sub(lead).and_then(|i| x.get(i)).copied().unwrap_or(0.0),
            Extension::Symmetric => {
                let i = place(p, 2 * n);
                x[if i < n { i } else { 2 * n - 1 - i }]
            }
            Extension::Reflect => {
                let period = (2 * (n - 1)).max(1);
                let i = place(p, period);
                x[if i < n { i } else { period - i }]
            }
        };
        let total = 2 * (self.coefficients(n) - 1) + self.wavelet.lowpass.len();
        out.extend((0..total.min(lead)).map(value));
        out.extend_from_slice(&x[..n.min(total - out.len())]);
        out.extend((out.len()..total).map(value));
    }

    /// One level back: the transpose of the analysis, which is its inverse because the wavelet is orthogonal.
    fn join(&self, approximation: &[f64], detail: &[f64], samples: usize) -> Vec<f64> {
        let length = self.wavelet.lowpass.len();
        let mut spread = vec![0.0; 2 * approximation.len() + length];
        for (k, (a, d)) in approximation.iter().zip(detail).enumerate() {
            let target = &mut spread[2 * k..2 * k + length];
            for ((t, lowpass), highpass) in target.iter_mut().zip(&self.filters[0]).zip(&self.filters[1]) {
                *t += a * lowpass + d * highpass;
            }
        }
        let lead = self.lead();
        if self.extension != Extension::Periodization {
            return spread[lead..].iter().take(samples).copied().collect();
        }
        let period = 2 * approximation.len();
        let mut x = vec![0.0; period];
        for (p, v) in spread.iter().enumerate() {
            if period > 0 {
                x[(p + lead.div_ceil(period) * period - lead) % period] += v;
            }
        }
        x.truncate(samples);
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENSIONS: [Extension; 5] = [
        Extension::Symmetric,
        Extension::Reflect,
        Extension::Periodic,
        Extension::Zero,
        Extension::Periodization,
    ];

    #[test]
    fn every_filter_is_orthonormal_to_its_even_shifts_and_its_moments_vanish() {
        assert_eq!(Wavelet::all().count(), 44);
        for wavelet in Wavelet::all() {
            let (h, g) = (wavelet.lowpass(), wavelet.highpass());
            for shift in (0..h.len()).step_by(2) {
                let dot = |a: &[f64], b: &[f64]| a[shift..].iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
                let want = if shift == 0 { 1.0 } else { 0.0 };
                assert!((dot(h, h) - want).abs() < 1e-14, "{} {shift}", wavelet.id());
                assert!(dot(h, &g).abs() < 1e-14 && dot(&g, h).abs() < 1e-14, "{} {shift}", wavelet.id());
            }
            assert!((h.iter().sum::<f64>() - 2.0_f64.sqrt()).abs() < 1e-14);
            assert!(g.iter().sum::<f64>().abs() < 1e-14, "{}", wavelet.id());
            if h.len() > 2 {
                let ramp: f64 = g.iter().enumerate().map(|(j, v)| v * j as f64).sum();
                assert!(ramp.abs() < 1e-12, "{}: {ramp}", wavelet.id());
            }
        }
    }

    #[test]
    fn every_trace_comes_back() {
        let x: Vec<f64> = (0..77).map(|i| f64::from(i * i % 19) - 7.5).collect();
        for wavelet in Wavelet::all() {
            for extension in EXTENSIONS {
                for levels in [None, Some(0), Some(1), Some(5)] {
                    let plan = DwtOptions { wavelet, extension, levels }.design().unwrap();
                    for n in [0, 1, 2, 3, 8, 21, 64, 77] {
                        let d = plan.apply(&x[..n]);
                        let back = plan.inverse(&d).unwrap();
                        assert_eq!(back.len(), n);
                        for (a, b) in back.iter().zip(&x) {
                            assert!((a - b).abs() < 1e-12, "{} {extension:?} {levels:?} {n}", wavelet.id());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn unknown_wavelets_and_wrong_coefficients_are_refused() {
        let message = Wavelet::named("sim8").unwrap_err().to_string();
        assert!(message.contains("sym8"), "{message}");
        let wavelet = Wavelet::named("sym8").unwrap();
        assert_eq!((wavelet.max_level(14), wavelet.max_level(29), wavelet.max_level(30)), (0, 0, 1));
        let options = DwtOptions { wavelet, extension: Extension::Symmetric, levels: Some(2) };
        assert!(DwtOptions { levels: Some(49), ..options }.design().is_err());
        let plan = options.design().unwrap();
        let mut d = plan.apply(&[1.0; 40]);
        d.details[0].pop();
        assert!(plan.inverse(&d).is_err());
        assert!(plan.inverse(&Decomposition { samples: 3, ..Decomposition::default() }).is_err());
    }
}
