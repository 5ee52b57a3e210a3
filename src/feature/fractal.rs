//! Self-similarity: fractal dimensions and scaling exponents. All on request.

use super::{Feature, Window};
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

const HIGUCHI: &str = "Higuchi 1988, doi:10.1016/0167-2789(88)90081-4; k up to 10 is our choice";
const PETROSIAN: &str = "Petrosian 1995, doi:10.1109/CBMS.1995.465426 (sign changes of D)";
const KATZ: &str = "Katz 1988, doi:10.1016/0010-4825(88)90041-8";
const PENG: &str = "Peng et al. 1994, doi:10.1103/PhysRevE.49.1685; the box sizes are our choice";
const HURST: &str = "Hurst 1951, doi:10.1061/TACEAT.0006518; the block sizes are our choice";

/// Largest step of Higuchi's curve lengths.
const STEPS: usize = 10;

pub(super) const ROWS: &[Feature] = &[
    Feature::row(
        ("higuchi", "Higuchi fractal dimension"),
        Unit::ONE,
        Some(0),
        HIGUCHI,
        "slope of ln L(k) on ln(1/k), k = 1..10, L(k) the mean over starts of the normalised curve length",
        higuchi,
    )
    .min(2 * STEPS)
    .on_request(),
    Feature::row(
        ("petrosian", "Petrosian fractal dimension"),
        Unit::ONE,
        Some(0),
        PETROSIAN,
        "log10 N / (log10 N + log10(N / (N + 0.4 n))), n = number of D[i-1] D[i] < 0",
        petrosian,
    )
    .min(3)
    .on_request(),
    Feature::row(
        ("katz", "Katz fractal dimension"),
        Unit::ONE,
        Some(0),
        KATZ,
        "log10 n / (log10 n + log10(d/L)), L = sum |D|, n = N-1, d = max |x - x[1]|",
        katz,
    )
    .min(3)
    .on_request(),
    Feature::row(
        ("dfa", "detrended fluctuation exponent"),
        Unit::ONE,
        Some(0),
        PENG,
        "slope of ln F(n) on ln n, n = floor(4 * 2^(j/4)) up to N/4, boxes from the start, linear trend removed",
        fluctuation,
    )
    .min(64)
    .on_request(),
    Feature::row(
        ("hurst", "Hurst exponent (rescaled range)"),
        Unit::ONE,
        Some(0),
        HURST,
        "slope of ln mean R/S on ln n, n = 8, 16, 32, … up to N/2, blocks from the start, population SD",
        rescaled_range,
    )
    .min(32)
    .on_request(),
];

/// Least-squares slope of `y` on `x`; `Undefined` for fewer than two different `x`.
#[expect(clippy::cast_precision_loss, reason = "few points")]
fn slope(points: &[(f64, f64)]) -> Reading {
    let n = points.len() as f64;
    let mean = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let cross: f64 = points.iter().map(|p| (p.0 - mean.0) * (p.1 - mean.1)).sum();
    let square: f64 = points.iter().map(|p| (p.0 - mean.0) * (p.0 - mean.0)).sum();
    Reading::finite(cross / square, "too few scales")
}

#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
fn higuchi(w: &Window<'_>) -> Reading {
    let x = w.samples();
    if w.central().flat {
        return Undefined("constant signal");
    }
    let mut points = [(0.0, 0.0); STEPS];
    for (k, point) in (1..).zip(&mut points) {
        let length = |start: usize| {
            let steps = (x.len() - 1 - start) / k;
            let sum: f64 = (1..=steps).map(|i| (x[start + i * k] - x[start + (i - 1) * k]).abs()).sum();
            sum * (x.len() - 1) as f64 / (steps * k) as f64 / k as f64
        };
        let mean = (0..k).map(length).sum::<f64>() / k as f64;
        *point = (-(k as f64).ln(), mean.ln());
    }
    if points.iter().any(|p| !p.1.is_finite()) {
        return Undefined("no change at one of the scales");
    }
    slope(&points)
}

fn petrosian(w: &Window<'_>) -> Reading {
    let sign_changes = w
        .samples()
        .windows(3)
        .filter(|v| {
            let (d, e) = (v[1] - v[0], v[2] - v[1]);
            (d < 0.0 && e > 0.0) || (d > 0.0 && e < 0.0)
        })
        .count();
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let (n, changes) = (w.n(), sign_changes as f64);
    Value(n.log10() / (n.log10() + (n / (n + 0.4 * changes)).log10()))
}

fn katz(w: &Window<'_>) -> Reading {
    let (x, n) = (w.samples(), (w.n() - 1.0).log10());
    let Some(length) = w.differences().map(|d| d.abs).filter(|&d| d > 0.0) else {
        return Undefined("constant signal");
    };
    let reach = x.iter().map(|v| (v - x[0]).abs()).fold(0.0, f64::max);
    Reading::finite(n / (n + (reach / length).log10()), "the curve is as long as its steps")
}

#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and below N")]
fn fluctuation(w: &Window<'_>) -> Reading {
    let central = w.central();
    if central.flat {
        return Undefined("constant signal");
    }
    let mut sum = 0.0;
    let walk: Vec<f64> = w
        .samples()
        .iter()
        .map(|v| {
            sum += v - central.mean;
            sum
        })
        .collect();
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut size = 0;
    for j in 0.. {
        let next = (4.0 * 2f64.powf(f64::from(j) / 4.0) + 1e-9) as usize;
        if next > walk.len() / 4 {
            break;
        }
        if next == size {
            continue;
        }
        size = next;
        let boxes = walk.chunks_exact(size);
        let count = boxes.len() as f64;
        let f = (boxes.map(detrended).sum::<f64>() / (count * size as f64)).sqrt();
        if f.is_nan() || f <= 0.0 {
            return Undefined("no fluctuation at one of the scales");
        }
        points.push(((size as f64).ln(), f.ln()));
    }
    slope(&points)
}

/// Sum of squares about the straight line of least squares.
#[expect(clippy::cast_precision_loss, reason = "box lengths stay far below 2^52")]
fn detrended(y: &[f64]) -> f64 {
    let n = y.len() as f64;
    let (centre, mean) = ((n - 1.0) / 2.0, y.iter().sum::<f64>() / n);
    let at = |i: usize| i as f64 - centre;
    let cross: f64 = y.iter().enumerate().map(|(i, v)| at(i) * (v - mean)).sum();
    let slope = cross / (n * (n * n - 1.0) / 12.0);
    y.iter().enumerate().map(|(i, v)| v - mean - slope * at(i)).map(|e| e * e).sum()
}

#[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
fn rescaled_range(w: &Window<'_>) -> Reading {
    let x = w.samples();
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut size = 8;
    while size <= x.len() / 2 {
        let (mut sum, mut blocks) = (0.0, 0.0);
        for block in x.chunks_exact(size) {
            let mean = block.iter().sum::<f64>() / size as f64;
            let (mut walk, mut low, mut high, mut square) = (0.0f64, 0.0f64, 0.0f64, 0.0);
            for v in block {
                walk += v - mean;
                (low, high) = (low.min(walk), high.max(walk));
                square += (v - mean) * (v - mean);
            }
            // A block in which nothing varies has no rescaled range.
            if block.iter().any(|v| *v != block[0]) {
                sum += (high - low) / (square / size as f64).sqrt();
                blocks += 1.0;
            }
        }
        if blocks > 0.0 {
            points.push(((size as f64).ln(), (sum / blocks).ln()));
        }
        size *= 2;
    }
    if w.central().flat { Undefined("constant signal") } else { slope(&points) }
}
