//! Measures of a noise-free potential: the truth that measurements are held against. The definitions are those
//! of reference text 1.10 and 1.11; nothing here is shared with what measures recordings.

use crate::dsp::turns::turns;
use crate::truth::MuapTruth;

/// Onset and end: |x| stays below it outwards, V. In use are 5 to 10 µV (Stålberg et al. 1986); ours is their
/// geometric mean. Over [`GAP`] it bounds the mean slope to 5 µV/ms, so that a slope needs no limit of its own.
const FLAT: f64 = 7e-6;
/// So long it must stay flat; what comes after it is a satellite, s (text 1.10).
const GAP: f64 = 3e-3;
/// Least excursion of a phase and change of a turn, V (text 1.11).
const EXCURSION: f64 = 25e-6;

/// A potential's extent and measures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// The measures.
    pub muap: MuapTruth,
    /// First sample of the potential.
    pub onset: usize,
    /// Last sample of the potential.
    pub end: usize,
}

/// Measures `x` (V, no noise, `frequency` in Hz well above the band) around its main negative peak at `peak`.
///
/// - amplitude: peak to peak within the duration
/// - duration: from the first to the last sample of 7 µV and more with no flat stretch of more than 3 ms between
///   them and the peak; satellites are not counted in
/// - phases: changes of sign between excursions of 25 µV and more, plus 1
/// - turns: reversals of 25 µV and more on both sides, from baseline to baseline
/// - rise time: from the positive peak before the main negative peak to it
///
/// A `peak` outside `x` gives zeros.
pub fn measure(x: &[f64], frequency: f64, peak: usize) -> Measured {
    if peak >= x.len() {
        return Measured::default();
    }
    let onset = peak - reach(x[..=peak].iter().rev(), frequency);
    let end = peak + reach(x[peak..].iter(), frequency);
    let inside = &x[onset..=end];
    let (low, high) = inside.iter().fold((0.0_f64, 0.0_f64), |(l, h), &v| (l.min(v), h.max(v)));
    let amplitude = high - low;
    let area: f64 = inside.iter().map(|v| v.abs()).sum::<f64>() / frequency;
    let thickness_ms = if amplitude > 0.0 { area / amplitude * 1e3 } else { 0.0 };
    // The first and the last deflection count with their height from the baseline.
    let mut whole = vec![0.0];
    whole.extend_from_slice(inside);
    whole.push(0.0);
    let mut found = Vec::new();
    turns(&whole, EXCURSION, &mut found);
    #[expect(clippy::cast_precision_loss, reason = "lengths of potentials")]
    let (duration, rise) =
        ((end - onset) as f64 / frequency, (peak - top_before(x, peak)) as f64 / frequency);
    Measured {
        muap: MuapTruth {
            amplitude_uv: amplitude * 1e6,
            duration_ms: duration * 1e3,
            area_uvms: area * 1e9,
            thickness_ms,
            size_index: if amplitude > 0.0 { 2.0 * (amplitude * 1e3).log10() + thickness_ms } else { 0.0 },
            rise_time_ms: rise * 1e3,
            phases: phases(inside),
            turns: found.len(),
            junction_sd_us: 0.0,
        },
        onset,
        end,
    }
}

/// Samples from `outwards`' first to the last that is not flat, with no flat stretch longer than [`GAP`] before it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few ms of samples")]
fn reach<'a>(outwards: impl Iterator<Item = &'a f64>, frequency: f64) -> usize {
    let gap = (GAP * frequency).ceil() as usize;
    let mut last = 0;
    for (i, x) in outwards.enumerate() {
        if x.abs() >= FLAT {
            last = i;
        } else if i - last > gap {
            break;
        }
    }
    last
}

/// The positive peak before the main negative one: backwards the highest sample before the potential has come
/// down again by a twentieth of the height.
fn top_before(x: &[f64], peak: usize) -> usize {
    let (low, high) = x.iter().fold((0.0_f64, 0.0_f64), |(l, h), &v| (l.min(v), h.max(v)));
    let back = 0.05 * (high - low);
    let mut top = peak;
    for i in (0..peak).rev() {
        if x[i] > x[top] {
            top = i;
        } else if x[top] - x[i] > back {
            break;
        }
    }
    top
}

fn phases(x: &[f64]) -> usize {
    let (mut count, mut sign) = (0, 0.0);
    for v in x.iter().filter(|v| v.abs() >= EXCURSION) {
        if v.signum() != sign {
            count += 1;
            sign = v.signum();
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 kHz: a triphasic potential of straight lines, 30 µV, -500 µV, 100 µV; 8 ms later a satellite.
    fn triphasic() -> Vec<f64> {
        let corners = [
            (0.0, 0.0),
            (10.0, 0.0),
            (11.0, 30.0),
            (11.4, -500.0),
            (12.0, 100.0),
            (14.0, 0.0),
            (22.0, 0.0),
            (22.5, 60.0),
            (23.0, 0.0),
            (40.0, 0.0),
        ];
        (0..4000)
            .map(|i| f64::from(i) * 0.01)
            .map(|t: f64| {
                let k = corners.iter().rposition(|c| c.0 <= t).unwrap().min(corners.len() - 2);
                let (a, b) = (corners[k], corners[k + 1]);
                (a.1 + (b.1 - a.1) * (t - a.0) / (b.0 - a.0)) * 1e-6
            })
            .collect()
    }

    #[test]
    fn a_potential_of_straight_lines_is_measured_by_hand() {
        let x = triphasic();
        let got = measure(&x, 100_000.0, 1140);
        let m = &got.muap;
        assert!((m.amplitude_uv - 600.0).abs() < 1.0, "{m:?}");
        assert!((m.duration_ms - 3.63).abs() < 0.03, "{m:?}");
        assert!((m.rise_time_ms - 0.4).abs() < 0.02, "{m:?}");
        assert_eq!((m.phases, m.turns), (3, 3), "{m:?}");
        assert!((m.area_uvms - 339.0).abs() < 3.0, "{m:?}");
        assert!((m.thickness_ms - m.area_uvms / m.amplitude_uv).abs() < 1e-9);
    }

    #[test]
    fn nothing_gives_zeros() {
        assert_eq!(measure(&[], 1000.0, 0), Measured::default());
        let flat = measure(&[0.0; 50], 1000.0, 20).muap;
        assert_eq!((flat.amplitude_uv, flat.size_index, flat.phases, flat.turns), (0.0, 0.0, 0, 0));
    }
}
