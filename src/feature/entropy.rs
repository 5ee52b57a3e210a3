//! Regularity: how often stretches that are alike stay alike one sample longer.
//!
//! Templates have m samples, alike is a largest distance of at most (not strict) r population standard
//! deviations; both stand in the options. Only `sampen` is computed without allocating.

use super::recurrence::{Matches, Recurrence};
use super::sorted::Sorted;
use super::{Feature, Window};
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

const RICHMAN: &str = "Richman and Moorman 2000, doi:10.1152/ajpheart.2000.278.6.H2039";
const PINCUS: &str = "Pincus 1991, doi:10.1073/pnas.88.6.2297";
const CHEN: &str = "Chen et al. 2007, doi:10.1109/TNSRE.2007.897025; d over r squared is our choice";
const COSTA: &str = "Costa, Goldberger and Peng 2002, doi:10.1103/PhysRevLett.89.068102";

/// Longest window of the entropy that has no faster way than all pairs of templates.
const MOST_PAIRED: usize = 20_000;

pub(super) const ROWS: &[Feature] = &[
    Feature::row(
        ("sampen", "sample entropy"),
        Unit::ONE,
        Some(0),
        RICHMAN,
        "-ln(A/B), templates of m + 1 and m = 2 samples alike within 0.2 SD (population), N-m of each",
        |w| w.matches().map_or(CONSTANT, entropy),
    )
    .min(4),
    Feature::row(
        ("apen", "approximate entropy"),
        Unit::ONE,
        Some(0),
        PINCUS,
        "phi(2) - phi(3), phi(m) = mean ln share of the N-m+1 templates alike within 0.2 SD, itself among them",
        approximate,
    )
    .min(4)
    .on_request(),
    Feature::row(
        ("fuzzyen", "fuzzy entropy"),
        Unit::ONE,
        Some(0),
        CHEN,
        "-ln(A/B), mean exp(-(d/r)^2) over pairs of templates less their means, m = 2, r = 0.2 SD, N-m of each",
        fuzzy,
    )
    .min(4)
    .on_request(),
    scale("mse2", "sample entropy at scale 2", "sampen of means of 2 samples, r of the window", |w| multiscale(w, 2)),
    scale("mse3", "sample entropy at scale 3", "sampen of means of 3 samples, r of the window", |w| multiscale(w, 3)),
    scale("mse4", "sample entropy at scale 4", "sampen of means of 4 samples, r of the window", |w| multiscale(w, 4)),
    scale("mse5", "sample entropy at scale 5", "sampen of means of 5 samples, r of the window", |w| multiscale(w, 5)),
];

const CONSTANT: Reading = Undefined("constant signal");

const fn scale(
    id: &'static str,
    name: &'static str,
    definition: &'static str,
    compute: fn(&Window<'_>) -> Reading,
) -> Feature {
    Feature::row((id, name), Unit::ONE, Some(0), COSTA, definition, compute).min(20).on_request()
}

#[expect(clippy::cast_precision_loss, reason = "2^53 pairs would take years")]
fn entropy(m: Matches) -> Reading {
    if m.long == 0 {
        return Undefined("no similar templates");
    }
    // As a difference of the other sign, so that A = B is 0 and not -0.
    Value((m.short as f64 / m.long as f64).ln())
}

fn tolerance(w: &Window<'_>) -> f64 {
    w.options().entropy_r * w.central().variance.sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
fn approximate(w: &Window<'_>) -> Reading {
    if w.central().flat {
        return CONSTANT;
    }
    let (n, m) = (w.samples().len(), w.options().entropy_m);
    if n <= m {
        return Undefined("too few samples");
    }
    let mut counts = vec![[0u32; 2]; n];
    Recurrence::default().rows(&w.sorted(), tolerance(w), m, [n - m + 1, n - m], |i, short, long| {
        counts[i][0] += short;
        counts[i][1] += long;
    });
    let phi = |which: usize| {
        let templates = n - m + 1 - which;
        let logs = counts[..templates].iter().map(|c| (f64::from(c[which]) / templates as f64).ln());
        logs.sum::<f64>() / templates as f64
    };
    Value(phi(0) - phi(1))
}

fn fuzzy(w: &Window<'_>) -> Reading {
    if w.central().flat {
        return CONSTANT;
    }
    let (x, m, r) = (w.samples(), w.options().entropy_m, tolerance(w));
    if x.len() <= m + 1 || x.len() > MOST_PAIRED {
        return Undefined(if x.len() > m + 1 { "too many samples" } else { "too few samples" });
    }
    let alike = |length: usize| {
        let templates = &centred(x, length, x.len() - m);
        let mut sum = 0.0;
        for (i, a) in templates.chunks(length).enumerate() {
            for b in templates[(i + 1) * length..].chunks(length) {
                let distance = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                sum += (-(distance / r) * (distance / r)).exp();
            }
        }
        sum
    };
    let (short, long) = (alike(m), alike(m + 1));
    if long > 0.0 { Value((short / long).ln()) } else { Undefined("no similar templates") }
}

/// The first `count` templates one after another, each less its mean.
#[expect(clippy::cast_precision_loss, reason = "template lengths are small")]
fn centred(x: &[f64], length: usize, count: usize) -> Vec<f64> {
    let mut out = Vec::with_capacity(length * count);
    for template in x.windows(length).take(count) {
        let mean = template.iter().sum::<f64>() / length as f64;
        out.extend(template.iter().map(|v| v - mean));
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "scales are small")]
fn multiscale(w: &Window<'_>, scale: usize) -> Reading {
    if w.central().flat {
        return CONSTANT;
    }
    let coarse: Vec<f64> =
        w.samples().chunks_exact(scale).map(|c| c.iter().sum::<f64>() / scale as f64).collect();
    let limits = coarse.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    let mut sorted = Sorted::default();
    sorted.sort(&coarse, limits.0, limits.1);
    entropy(Recurrence::default().matches(&sorted, tolerance(w), w.options().entropy_m))
}
