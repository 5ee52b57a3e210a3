//! Peaks, crossings and areas of a conditioned sweep (baseline at 0).
#![expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]

use std::ops::Range;

/// A peak by a polynomial through its top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Top {
    /// Position in samples.
    pub(super) at: f64,
    /// Height.
    pub(super) height: f64,
    /// Standard deviation of the position (samples) and of the height, per unit of noise.
    pub(super) at_sd: f64,
    /// See `at_sd`.
    pub(super) height_sd: f64,
    /// Half the length of what was fitted, in samples.
    pub(super) half: f64,
}

/// The part of a top that is fitted: above 1 − 2.2/√(peak over noise) of it, 60 to 93 %. In noise a larger part gives the
/// better height, without noise a smaller one follows the shape better. Ours.
fn top_share(height: f64, noise: f64) -> f64 {
    (1.0 - 2.2 * (noise / height.abs().max(f64::MIN_POSITIVE)).sqrt()).clamp(0.6, 0.93)
}

/// Peak about sample `near` of `y`, by a polynomial through the samples around it whose smoothed height stays
/// above a share of the largest. `sign` is −1 for a lowest point; `noise` that of a sample.
pub(super) fn top(y: &[f64], smoothed: &[f64], near: usize, sign: f64, noise: f64) -> Top {
    let share = top_share(smoothed[near], noise);
    let level = share * sign * smoothed[near];
    let above = |i: &usize| sign * smoothed[*i] >= level;
    let from = (0..near).rev().take_while(above).last().unwrap_or(near);
    let to = (near + 1..y.len()).take_while(above).last().unwrap_or(near) + 1;
    let degree = match to - from {
        9.. => 4,
        5.. => 2,
        _ => 0,
    };
    if degree == 0 {
        return parabola(y, near, sign);
    }
    // Powers of u in −1…1 about the middle.
    let (middle, half) = (f64::midpoint(from as f64, to as f64 - 1.0), (to - from) as f64 / 2.0);
    let mut gram = [[0.0; 5]; 5];
    let mut right = [0.0; 5];
    for (i, v) in y[from..to].iter().enumerate() {
        let u = ((from + i) as f64 - middle) / half;
        let mut powers = [1.0; 5];
        for d in 1..5 {
            powers[d] = powers[d - 1] * u;
        }
        for a in 0..=degree {
            right[a] += powers[a] * sign * v;
            for b in 0..=degree {
                gram[a][b] += powers[a] * powers[b];
            }
        }
    }
    let Some(inverse) = invert(gram, degree + 1) else { return parabola(y, near, sign) };
    let mut c = [0.0; 5];
    for a in 0..=degree {
        c[a] = (0..=degree).map(|b| inverse[a][b] * right[b]).sum();
    }
    let value = |u: f64| c.iter().rev().fold(0.0, |s, c| s * u + c);
    let mut best = (f64::NEG_INFINITY, 0.0);
    for i in -40..=40 {
        let u = f64::from(i) / 40.0;
        if value(u) > best.0 {
            best = (value(u), u);
        }
    }
    let mut u: f64 = best.1;
    let bend = |u: f64| 2.0 * c[2] + 6.0 * c[3] * u + 12.0 * c[4] * u * u;
    for _ in 0..8 {
        let slope = c[1] + 2.0 * c[2] * u + 3.0 * c[3] * u * u + 4.0 * c[4] * u * u * u;
        if bend(u) < 0.0 {
            u = (u - slope / bend(u)).clamp(best.1 - 0.025, best.1 + 0.025);
        }
    }
    let spread = |v: [f64; 5]| -> f64 {
        let square: f64 = (0..=degree)
            .flat_map(|a| (0..=degree).map(move |b| (a, b)))
            .map(|(a, b)| v[a] * inverse[a][b] * v[b])
            .sum();
        square.max(0.0).sqrt()
    };
    let slope_sd = spread([0.0, 1.0, 2.0 * u, 3.0 * u * u, 4.0 * u * u * u]);
    Top {
        at: middle + half * u,
        height: sign * value(u),
        at_sd: if bend(u) < 0.0 { half * slope_sd / -bend(u) } else { half },
        height_sd: spread([1.0, u, u * u, u * u * u, u * u * u * u]),
        half,
    }
}

/// Parabola through three samples; the middle one at an end.
fn parabola(y: &[f64], near: usize, sign: f64) -> Top {
    let plain = Top { at: near as f64, height: y[near], at_sd: 0.5, height_sd: 1.0, half: 1.0 };
    if near == 0 || near + 1 >= y.len() {
        return plain;
    }
    let (a, b, c) = (sign * y[near - 1], sign * y[near], sign * y[near + 1]);
    let bend = a + c - 2.0 * b;
    if bend >= 0.0 {
        return plain;
    }
    let shift = (0.5 * (a - c) / bend).clamp(-1.0, 1.0);
    Top { at: near as f64 + shift, height: sign * (b - 0.25 * (a - c) * shift), ..plain }
}

/// Inverse of the leading `n` × `n` part, by Gauss and Jordan; `None` when singular.
pub(super) fn invert(mut m: [[f64; 5]; 5], n: usize) -> Option<[[f64; 5]; 5]> {
    let mut out = [[0.0; 5]; 5];
    (0..5).for_each(|i| out[i][i] = 1.0);
    for i in 0..n {
        let pivot = (i..n).max_by(|a, b| m[*a][i].abs().total_cmp(&m[*b][i].abs()))?;
        m.swap(i, pivot);
        out.swap(i, pivot);
        let scale = m[i][i];
        if scale.abs() < 1e-12 {
            return None;
        }
        for j in 0..n {
            m[i][j] /= scale;
            out[i][j] /= scale;
        }
        for k in (0..n).filter(|k| *k != i) {
            let share = m[k][i];
            for j in 0..n {
                m[k][j] -= share * m[i][j];
                out[k][j] -= share * out[i][j];
            }
        }
    }
    Some(out)
}

/// A crossing of 0 and its slope there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crossing {
    pub(super) at: f64,
    /// Per sample.
    pub(super) slope: f64,
    /// Standard deviation of the position for a noise of 1.
    pub(super) sd: f64,
}

/// First fall of the smoothed trace to 0 or below behind `from`, placed by a straight line through the samples
/// around it that lie near 0: within eight times the noise, 4 to 20 % of the peak. `None` when it never falls.
pub(super) fn fall(y: &[f64], smoothed: &[f64], from: usize, peak: f64, noise: f64) -> Option<Crossing> {
    let level = (8.0 * noise).clamp(0.04 * peak, 0.2 * peak);
    let first = (from..y.len()).find(|i| smoothed[*i] <= 0.0)?;
    let near = |i: &usize| smoothed[*i].abs() <= level;
    let start = (from..first).rev().take_while(near).last().unwrap_or(first.max(1) - 1);
    // As far behind it as before it, as long as it still falls.
    let reach = (first - start).max(1);
    let mut end = first;
    while end + 1 < y.len()
        && end - first < reach
        && smoothed[end + 1].abs() <= level
        && smoothed[end + 1] <= smoothed[end]
    {
        end += 1;
    }
    let n = (end - start + 1) as f64;
    let middle = f64::midpoint(start as f64, end as f64);
    let (mut uu, mut uy, mut sum) = (0.0, 0.0, 0.0);
    for (i, v) in y[start..=end].iter().enumerate() {
        let u = (start + i) as f64 - middle;
        uu += u * u;
        uy += u * v;
        sum += v;
    }
    let slope = if uu > 0.0 { uy / uu } else { 0.0 };
    if slope < 0.0 {
        let at = middle - sum / n / slope;
        if at >= start as f64 && at <= end as f64 {
            let u = at - middle;
            return Some(Crossing { at, slope, sd: (1.0 / n + u * u / uu).sqrt() / -slope });
        }
    }
    let (a, b) = (smoothed[first - 1], smoothed[first]);
    let share = if a > b { (a / (a - b)).clamp(0.0, 1.0) } else { 1.0 };
    Some(Crossing { at: (first - 1) as f64 + share, slope: b - a, sd: 1.0 / (a - b).abs().max(1e-30) })
}

/// Start of the first `quiet` samples in a row behind `from` that stay within ±`level`; `None` when the trace ends
/// before.
pub(super) fn last_return(smoothed: &[f64], from: usize, level: f64, quiet: usize) -> Option<usize> {
    let mut since = from;
    for (i, v) in smoothed.iter().enumerate().skip(from) {
        if v.abs() >= level {
            since = i + 1;
        } else if i + 1 - since >= quiet {
            return Some(since);
        }
    }
    None
}

/// ∫ y between two positions, by the trapezoid rule with the ends interpolated; in units of y · samples.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the samples")]
pub(super) fn area(y: &[f64], from: f64, to: f64) -> f64 {
    let last = y.len() as f64 - 1.0;
    let (from, to) = (from.clamp(0.0, last), to.clamp(0.0, last));
    if to <= from {
        return 0.0;
    }
    let value = |at: f64| {
        let i = (at as usize).min(y.len().saturating_sub(2));
        let share = at - i as f64;
        y[i] * (1.0 - share) + y.get(i + 1).copied().unwrap_or(y[i]) * share
    };
    let (a, b) = (from.ceil() as usize, to.floor() as usize);
    if a > b {
        return f64::midpoint(value(from), value(to)) * (to - from);
    }
    let inside: f64 = y[a..b].iter().zip(&y[a + 1..=b]).map(|(p, q)| f64::midpoint(*p, *q)).sum();
    inside
        + f64::midpoint(value(from), y[a]) * (a as f64 - from)
        + f64::midpoint(y[b], value(to)) * (to - b as f64)
}

/// Sample of the largest value of `sign · x` in a range (the first of equals).
pub(super) fn extreme(x: &[f64], range: Range<usize>, sign: f64) -> Option<usize> {
    let mut best: Option<usize> = None;
    for i in range {
        if best.is_none_or(|b| sign * x[i] > sign * x[b]) {
            best = Some(i);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quartic_top_is_found_between_the_samples() {
        let y: Vec<f64> = (0..60)
            .map(|i| {
                let u = (f64::from(i) - 30.3) / 20.0;
                5.0 - 3.0 * u * u + 0.4 * u.powi(4)
            })
            .collect();
        let found = top(&y, &y, 30, 1.0, 0.0);
        assert!((found.at - 30.3).abs() < 1e-6 && (found.height - 5.0).abs() < 1e-9, "{found:?}");
        let down: Vec<f64> = y.iter().map(|v| -v).collect();
        let found = top(&down, &down, 30, -1.0, 0.0);
        assert!((found.at - 30.3).abs() < 1e-6 && (found.height + 5.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn an_area_is_that_of_the_polygon() {
        let y = [0.0, 1.0, 2.0, 1.0, 0.0, -1.0];
        for (from, to, want) in
            [(0.0, 4.0, 4.0), (0.5, 4.0, 3.875), (1.25, 1.75, 0.75), (4.0, 5.0, -0.5), (3.0, 2.0, 0.0)]
        {
            assert!((area(&y, from, to) - want).abs() < 1e-12, "{from} to {to}: {}", area(&y, from, to));
        }
    }

    #[test]
    fn a_fall_through_zero_is_placed_between_the_samples() {
        let y: Vec<f64> = (0..40).map(|i| 10.0 - f64::from(i) * 0.47).collect();
        let found = fall(&y, &y, 0, 10.0, 0.0).unwrap();
        assert!((found.at - 10.0 / 0.47).abs() < 1e-9 && (found.slope + 0.47).abs() < 1e-12, "{found:?}");
        assert_eq!(fall(&y[..10], &y[..10], 0, 10.0, 0.0), None);
    }
}
