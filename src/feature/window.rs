//! One window and what its features share, each computed at most once.

use super::alike::Alike;
use super::extractor::{FeatureOptions, Plan};
use super::pass::{self, Basic, Differences, Threshold};
use super::rank::Ranked;
use super::recurrence::{Matches, Recurrence};
use super::sorted::Sorted;
use super::spectrum::{Spectrum, SpectrumBuffers};
use super::turn::{self, Turns};
use super::wavelet::{self, Energies};
use super::{counts, root};
use crate::dsp::ar::{self, ArScratch};
use crate::units::Hertz;
use std::cell::{OnceCell, Ref, RefCell, RefMut};

/// Order of the autoregressive rows.
pub(super) const AR_ORDER: usize = 4;

/// Power that is a smaller share of the signal's own is rounding: 1e-14 of its amplitude squared. Our choice,
/// some hundred times what the transform of a constant leaves behind.
pub(super) const ROUNDING: f64 = 1e-28;

/// Shared quantities and their buffers.
#[derive(Default)]
pub(super) struct Work {
    basic: OnceCell<Basic>,
    central: OnceCell<Central>,
    raw: OnceCell<[f64; 4]>,
    differences: OnceCell<Option<Differences>>,
    roots: OnceCell<Roots>,
    turns: OnceCell<Turns>,
    ar: OnceCell<Option<[f64; AR_ORDER]>>,
    spectrum: OnceCell<Option<Spectrum>>,
    matches: OnceCell<Option<Matches>>,
    wavelet: OnceCell<Option<Energies>>,
    is_sorted: OnceCell<()>,
    is_ranked: OnceCell<()>,
    ranked: RefCell<Ranked>,
    sorted: RefCell<Sorted>,
    alike: RefCell<Alike>,
    recurrence: RefCell<Recurrence>,
    ar_scratch: RefCell<ArScratch>,
    buffers: RefCell<SpectrumBuffers>,
    extremes: RefCell<Vec<f64>>,
}

impl Work {
    /// Forgets the last window; keeps the buffers.
    pub(super) fn reset(&mut self) {
        self.basic.take();
        self.central.take();
        self.raw.take();
        self.differences.take();
        self.roots.take();
        self.turns.take();
        self.ar.take();
        self.spectrum.take();
        self.matches.take();
        self.wavelet.take();
        self.is_sorted.take();
        self.is_ranked.take();
    }
}

/// Central moments (population).
#[derive(Debug, Clone, Copy)]
pub(super) struct Central {
    pub(super) mean: f64,
    /// Σ (x - mean)²; exactly 0 for a constant.
    pub(super) squares: f64,
    pub(super) variance: f64,
    pub(super) third: f64,
    pub(super) fourth: f64,
    /// Whether nothing but rounding varies.
    pub(super) flat: bool,
}

/// Roots of the samples in mV, over all of them and over those with i from 0.2N to 0.8N.
#[derive(Debug, Clone, Copy)]
pub(super) struct Roots {
    /// Σ √|x|.
    pub(super) half: f64,
    /// Σ |x|^p, p = 0.75 in the middle and 0.5 outside.
    pub(super) mixed: f64,
}

/// The samples of one window, V, all finite, with what is shared between its features.
pub struct Window<'a> {
    x: &'a [f64],
    plan: &'a Plan,
    work: &'a Work,
}

#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
impl<'a> Window<'a> {
    pub(super) fn new(x: &'a [f64], plan: &'a Plan, work: &'a Work) -> Self {
        Window { x, plan, work }
    }
    /// The samples, V.
    pub fn samples(&self) -> &'a [f64] {
        self.x
    }
    /// Their sampling frequency.
    pub fn sampling_frequency(&self) -> Hertz {
        self.plan.fs
    }
    /// The options.
    pub fn options(&self) -> &'a FeatureOptions {
        &self.plan.options
    }
    /// The threshold of counts.
    pub(super) fn threshold(&self) -> Threshold {
        Threshold::new(self.options().threshold_v)
    }
    /// The number of samples.
    pub(super) fn n(&self) -> f64 {
        self.x.len() as f64
    }
    /// Time from one sample to the next, s.
    pub(super) fn dt(&self) -> f64 {
        1.0 / self.plan.fs.0
    }
    /// A count per second: over N·dt.
    pub(super) fn rate(&self, count: f64) -> f64 {
        count / (self.n() * self.dt())
    }
    pub(super) fn plan(&self) -> &'a Plan {
        self.plan
    }
    pub(super) fn basic(&self) -> &'a Basic {
        self.work.basic.get_or_init(|| pass::basic(self.x, self.threshold()))
    }
    pub(super) fn central(&self) -> &'a Central {
        self.work.central.get_or_init(|| {
            let basic = self.basic();
            let mean = basic.sum / self.n();
            // The mean of a constant is rounded, and the rounding would pass for a variance.
            let shift = if basic.max == basic.min { basic.max } else { mean };
            let [squares, cubes, fourths, _] = pass::powers(self.x, shift);
            let variance = squares / self.n();
            Central {
                mean: shift,
                squares,
                variance,
                third: cubes / self.n(),
                fourth: fourths / self.n(),
                flat: variance.is_nan() || variance <= ROUNDING * (basic.square / self.n()),
            }
        })
    }
    /// Σ x², x³, x⁴, x⁵, mean not removed.
    pub(super) fn raw(&self) -> &'a [f64; 4] {
        self.work.raw.get_or_init(|| pass::powers(self.x, 0.0))
    }
    /// `None` for a single sample.
    pub(super) fn differences(&self) -> Option<&'a Differences> {
        let threshold = self.threshold();
        self.work
            .differences
            .get_or_init(|| (self.x.len() > 1).then(|| pass::differences(self.x, threshold)))
            .as_ref()
    }
    pub(super) fn roots(&self) -> &'a Roots {
        self.work.roots.get_or_init(|| {
            let (lo, hi) = counts::middle(self.x.len());
            let (middle, middle_mixed) = root::root_sums(&self.x[lo..hi], 1e3);
            let outside = root::root_sums(&self.x[..lo], 1e3).0 + root::root_sums(&self.x[hi..], 1e3).0;
            Roots { half: middle + outside, mixed: middle_mixed + outside }
        })
    }
    pub(super) fn turns(&self) -> &'a Turns {
        self.work.turns.get_or_init(|| {
            let (basic, threshold) = (self.basic(), self.options().turn_threshold_v);
            if basic.max - basic.min < threshold {
                return Turns::default();
            }
            turn::turns(self.x, threshold, &mut self.work.extremes.borrow_mut())
        })
    }
    /// Burg's coefficients; `None` where nothing can be predicted.
    pub(super) fn ar(&self) -> Option<&'a [f64; AR_ORDER]> {
        self.work
            .ar
            .get_or_init(|| {
                let mut a = [0.0; AR_ORDER];
                ar::burg(self.x, &mut self.work.ar_scratch.borrow_mut(), &mut a).map(|()| a)
            })
            .as_ref()
    }
    /// The spectrum's sums; `None` when there is no power in the band.
    pub(super) fn spectrum(&self) -> Option<&'a Spectrum> {
        self.work
            .spectrum
            .get_or_init(|| {
                if self.central().flat {
                    return None;
                }
                let floor = ROUNDING * self.basic().square / self.n();
                self.plan.spectrum.apply(self.x, floor, &mut self.work.buffers.borrow_mut())
            })
            .as_ref()
    }
    /// Density in the band, V²/Hz; of this window only after [`Window::spectrum`] was `Some`.
    pub(super) fn density(&self) -> Ref<'a, [f64]> {
        Ref::map(self.work.buffers.borrow(), |b| b.density(&self.plan.spectrum))
    }
    /// Energies by wavelet level.
    pub(super) fn wavelet(&self) -> Option<&'a Energies> {
        self.work.wavelet.get_or_init(|| wavelet::energies(self.x)).as_ref()
    }
    /// The samples in ascending order.
    pub(super) fn sorted(&self) -> Ref<'a, Sorted> {
        self.work.is_sorted.get_or_init(|| {
            let basic = self.basic();
            self.work.sorted.borrow_mut().sort(self.x, basic.min, basic.max);
        });
        self.work.sorted.borrow()
    }
    /// The samples for quantiles.
    pub(super) fn ranked(&self) -> RefMut<'a, Ranked> {
        self.work.is_ranked.get_or_init(|| {
            let basic = self.basic();
            self.work.ranked.borrow_mut().load(self.x, basic.min, basic.max);
        });
        self.work.ranked.borrow_mut()
    }
    /// Similar templates for sample entropy; `None` for a constant.
    pub(super) fn matches(&self) -> Option<Matches> {
        *self.work.matches.get_or_init(|| {
            let central = self.central();
            let r = self.options().entropy_r * central.variance.sqrt();
            (!central.flat).then(|| {
                let (basic, m) = (self.basic(), self.options().entropy_m);
                let limits = (basic.min, basic.max);
                let found = self.work.alike.borrow_mut().matches(self.x, limits, r, m);
                if let Some(found) = found {
                    return found;
                }
                let sorted = self.sorted();
                self.work.recurrence.borrow_mut().matches(&sorted, r, m)
            })
        })
    }
}
