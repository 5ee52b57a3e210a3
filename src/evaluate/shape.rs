//! How far two potentials are apart after they are put over each other.

/// Shifts that are tried, s: potentials of one reference point differ by less. Ours.
const MOST_SHIFT_S: f64 = 10e-3;

/// Aligned distance of `other` from `own`: min over the shift of ‖other − own‖² / ‖own‖²; `None` when `own` is
/// flat. Outside their samples both are 0. `below`: distances that are surely not below it are given as
/// infinite, to save time.
///
/// The best shift is found on whole samples and refined by a parabola through the correlation.
/// Source: signal-analysis reference, clustering (e = ‖x − S‖²/‖S‖²) and metrics.
pub fn aligned_distance(
    own: Shape<'_>,
    other: Shape<'_>,
    sampling_frequency: f64,
    below: f64,
) -> Option<f64> {
    let (power, other_power) = (energy(own.samples), energy(other.samples));
    if power <= 0.0 {
        return None;
    }
    // Two vectors of such lengths cannot come nearer (triangle inequality).
    if (power.sqrt() - other_power.sqrt()).powi(2) >= below * power {
        return Some(f64::INFINITY);
    }
    #[expect(clippy::cast_possible_truncation, reason = "10 ms of samples; a hostile frequency is cut")]
    let reach = (MOST_SHIFT_S * sampling_frequency).clamp(1.0, 1e5) as i64;
    let correlation: Vec<f64> = (-reach..=reach).map(|shift| product(own, other, shift)).collect();
    let best = (0..correlation.len()).max_by(|a, b| correlation[*a].total_cmp(&correlation[*b]))?;
    let peak = match (best.checked_sub(1).map(|i| correlation[i]), correlation.get(best + 1)) {
        (Some(before), Some(after)) => {
            let here = correlation[best];
            let bend = before - 2.0 * here + after;
            if bend < 0.0 { here - (before - after).powi(2) / (8.0 * bend) } else { here }
        }
        _ => correlation[best],
    };
    Some(((power + other_power - 2.0 * peak) / power).max(0.0))
}

/// A potential and the index of its reference point.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "said above")]
pub struct Shape<'a> {
    pub samples: &'a [f64],
    pub reference: usize,
}

fn energy(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

/// Σ own[i]·other[i − shift], both counted from their reference points.
fn product(own: Shape<'_>, other: Shape<'_>, shift: i64) -> f64 {
    let offset = own.reference as i64 + shift - other.reference as i64;
    let skip = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
    let (a, b) = if offset >= 0 {
        (own.samples.get(skip..), Some(other.samples))
    } else {
        (Some(own.samples), other.samples.get(skip..))
    };
    a.unwrap_or(&[]).iter().zip(b.unwrap_or(&[])).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bump(at: f64, width: f64, height: f64) -> Vec<f64> {
        (0..200)
            .map(|i| {
                let t = (f64::from(i) - at) / width;
                height * (1.0 - t * t) * (-0.5 * t * t).exp()
            })
            .collect()
    }
    fn distance(a: &[f64], b: &[f64], below: f64) -> f64 {
        let shape = |samples| Shape { samples, reference: 100 };
        aligned_distance(shape(a), shape(b), 20e3, below).unwrap()
    }
    /// The definition, on whole samples.
    fn naive(own: &[f64], other: &[f64]) -> f64 {
        let at = |x: &[f64], i: i32| usize::try_from(i).ok().and_then(|i| x.get(i).copied()).unwrap_or(0.0);
        let power: f64 = own.iter().map(|v| v * v).sum();
        (-200..=200)
            .map(|s| (-200..400).map(|i| (at(own, i) - at(other, i - s)).powi(2)).sum::<f64>() / power)
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn it_equals_the_definition_where_the_shift_is_whole() {
        for other in [bump(112.0, 8.0, 90.0), bump(70.0, 12.0, 100.0), bump(100.0, 8.0, -40.0)] {
            let own = bump(100.0, 8.0, 100.0);
            // The parabola gains a little where the best shift is not whole.
            let (got, want) = (distance(&own, &other, 100.0), naive(&own, &other));
            assert!(got <= want + 1e-12 && want - got < 2e-3, "{got} {want}");
        }
    }

    #[test]
    fn a_part_of_a_sample_is_no_distance_and_a_scale_is() {
        let own = bump(100.0, 6.0, 100.0);
        assert!(distance(&own, &bump(104.5, 6.0, 100.0), 1.0) < 1e-3);
        // ‖1.5 x − x‖² / ‖x‖² = 0.25
        assert!((distance(&own, &bump(100.0, 6.0, 150.0), 1.0) - 0.25).abs() < 1e-9);
        assert_eq!(distance(&own, &bump(100.0, 6.0, 150.0), 0.1), f64::INFINITY);
        let flat = Shape { samples: &[0.0; 9], reference: 0 };
        assert_eq!(aligned_distance(flat, flat, 20e3, 1.0), None);
    }
}
