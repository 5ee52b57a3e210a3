//! Peak ratio: the largest number of turns per amplitude on the way from slight to full effort.

use super::Pattern;
use crate::measure::Reading;

/// Largest ratio over the epochs of a muscle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakRatio {
    /// Turns per second over mean amplitude, 1/(s·V); 1e-6 times this is 1/(s·µV).
    pub ratio: Reading,
    /// Place of the epoch that has it in the list of epochs.
    pub epoch: Option<usize>,
    /// Why it must not be held against a limit: the force was not varied; `None` when it was.
    pub weakened: Option<&'static str>,
}

/// The peak ratio of epochs from slight to full effort, in any order. Epochs without an amplitude (fewer than two
/// turns) do not count.
///
/// The ratio rises with force to a peak and falls again, so the peak is only known when force was varied: our
/// check is that the epochs with the fewest and the most turns differ by a factor of 2 (not strict).
///
/// Source: Liguori et al. 1992; raised in myopathy, lowered in neurogenic lesions. No limit by muscle is at hand.
pub fn peak(epochs: &[Pattern]) -> PeakRatio {
    let ratio = |p: &Pattern| p.mean_amplitude.value().filter(|a| *a > 0.0).map(|a| p.turns_per_s / a);
    let best = epochs.iter().enumerate().filter_map(|(i, p)| Some((i, ratio(p)?))).fold(
        None,
        |best: Option<(usize, f64)>, (i, r)| match best {
            Some((_, b)) if b >= r => best,
            _ => Some((i, r)),
        },
    );
    let turns = epochs.iter().filter(|p| ratio(p).is_some()).map(|p| p.turns_per_s);
    let (least, most) = turns.fold((f64::MAX, 0.0_f64), |(a, b), t| (a.min(t), b.max(t)));
    let weakened = match best {
        None => Some("no epoch with two turns"),
        Some(_) if most < 2.0 * least => {
            Some("the force was not varied: the ratio's peak may not have been reached")
        }
        Some(_) => None,
    };
    let ratio =
        best.map_or(Reading::Undefined("no epoch with two turns"), |(_, r)| Reading::finite(r, "not finite"));
    PeakRatio { ratio, epoch: best.map(|b| b.0), weakened }
}

/// The ratio of [`peak`] alone.
pub fn peak_ratio(epochs: &[Pattern]) -> Reading {
    peak(epochs).ratio
}

#[cfg(test)]
mod tests {
    use super::super::tests::epoch;
    use super::*;

    #[test]
    fn the_first_of_the_largest_is_taken_and_a_constant_force_is_said() {
        let ramp = [
            epoch(50.0, Some(2e-4)),
            epoch(300.0, Some(4e-4)),
            epoch(449.0, Some(6e-4)),
            epoch(600.0, Some(1e-3)),
        ];
        let peak = peak(&ramp);
        assert_eq!(peak.epoch, Some(1));
        assert!((peak.ratio.value().unwrap() * 1e-6 - 0.75).abs() < 1e-12, "{peak:?}");
        assert_eq!(peak.weakened, None);
        assert_eq!(peak_ratio(&ramp), peak.ratio);
        assert!(super::peak(&ramp[1..2]).weakened.unwrap().contains("not varied"));
        for none in [&[][..], &[epoch(1.0, None)]] {
            let peak = super::peak(none);
            assert!(peak.ratio.value().is_none() && peak.epoch.is_none() && peak.weakened.is_some());
        }
    }
}
