//! One window and what its features share, each computed at most once.

use super::extractor::{FeatureOptions, Plan};
use super::pass::{self, Basic};
use crate::units::Hertz;
use std::cell::OnceCell;

/// Shared quantities and their buffers.
#[derive(Default)]
pub(super) struct Work {
    basic: OnceCell<Basic>,
}

impl Work {
    /// Forgets the last window; keeps the buffers.
    pub(super) fn reset(&mut self) {
        self.basic.take();
    }
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
    /// The number of samples.
    pub(super) fn n(&self) -> f64 {
        self.x.len() as f64
    }
    pub(super) fn plan(&self) -> &'a Plan {
        self.plan
    }
    /// Time from one sample to the next, s.
    pub(super) fn dt(&self) -> f64 {
        1.0 / self.plan.fs.0
    }
    pub(super) fn basic(&self) -> &'a Basic {
        self.work.basic.get_or_init(|| pass::basic(self.x))
    }
}
