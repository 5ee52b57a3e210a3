//! Amplitude: rectified and squared samples, and their moments.

use super::Feature;
use crate::dsp::simd::{sum_map2, widest};
use crate::measure::Reading::Value;
use crate::units::Unit;

const HUDGINS: &str = "Hudgins, Parker and Scott 1993, doi:10.1109/10.204774";
const PHINYOMARK: &str = "Phinyomark, Phukpattaranont and Limsakul 2012, doi:10.1016/j.eswa.2012.01.102";

pub(super) const ROWS: &[Feature] = &[
    Feature::row(("mav", "mean absolute value (ARV)"), Unit::MICROVOLT, Some(1), HUDGINS, "mean |x|", |w| {
        Value(w.basic().abs / w.n())
    }),
    Feature::row(
        ("mmav1", "modified mean absolute value 1"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "mean w|x|, w = 1 for 0.25N <= i <= 0.75N, else 0.5",
        |w| Value(weighted(w.samples(), &w.plan().modified[0]) / w.n()),
    ),
    Feature::row(
        ("rms", "root mean square"),
        Unit::MICROVOLT,
        Some(1),
        PHINYOMARK,
        "sqrt(mean x^2), mean not removed",
        |w| Value((w.basic().square / w.n()).sqrt()),
    ),
];

fn weighted(x: &[f64], weight: &[f64]) -> f64 {
    widest(
        #[inline(always)]
        || sum_map2(x, weight, |v, w| v.abs() * w),
    )
}
