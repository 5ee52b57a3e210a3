//! The interference pattern of a muscle by level of effort, as evidence.

use super::evidence::{NO_LIMIT, judged, shown};
use super::{Muscle, Site};
use crate::needle::interference::{Cloud, Pattern, peak};
use crate::result::Evidence;

/// Levels in order of force.
pub(super) const LEVELS: [&str; 3] = ["slight", "moderate", "maximal"];
/// An epoch with fewer turns per second holds no contraction and is left out of the means, 1/s. Ours.
const LEAST_TURNS: f64 = 5.0;
/// Below this sampling frequency turns are lost: the amplifier's band must reach 10 kHz (IFCN2019, recalled), and a
/// spike of 0.3 ms needs three samples. Ours.
const COARSE_HZ: f64 = 10_000.0;
/// Turns per second of a full pattern. Ours: below, full effort was hardly reached, or few units are left.
const FULL_TURNS: f64 = 200.0;

/// Means of the epochs of one level of effort; SI.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Level {
    pub(super) epochs: usize,
    pub(super) turns_per_s: f64,
    /// Mean of ln amplitude, as an amplitude, V.
    pub(super) amplitude: f64,
    pub(super) small_segments_per_s: f64,
    pub(super) activity: f64,
    pub(super) envelope: f64,
    pub(super) upper_centile_amplitude: f64,
    pub(super) short_interval_share: f64,
}

/// Epochs of a level that hold a contraction, of recordings that may be interpreted.
fn epochs(muscle: &Muscle<'_>, level: &str) -> Vec<Pattern> {
    let of = |s: &&Site| s.level == Some(level) && s.refusals.is_empty();
    let all = muscle.sites.iter().filter(of).flat_map(|s| s.patterns);
    all.filter(|p| p.turns_per_s >= LEAST_TURNS && p.mean_amplitude.value().is_some_and(|a| a > 0.0))
        .copied()
        .collect()
}

/// Means over the epochs of a level; `None` without one.
#[expect(clippy::cast_precision_loss, reason = "a count of epochs")]
pub(super) fn level(muscle: &Muscle<'_>, level: &str) -> Option<Level> {
    let all = epochs(muscle, level);
    let n = all.len() as f64;
    if all.is_empty() {
        return None;
    }
    let mean = |f: &dyn Fn(&Pattern) -> f64| all.iter().map(f).sum::<f64>() / n;
    Some(Level {
        epochs: all.len(),
        turns_per_s: mean(&|p| p.turns_per_s),
        amplitude: mean(&|p| p.mean_amplitude.value().map_or(0.0, f64::ln)).exp(),
        small_segments_per_s: mean(&|p| p.small_segments_per_s),
        activity: mean(&|p| p.activity),
        envelope: mean(&|p| p.envelope.value().unwrap_or(0.0)),
        upper_centile_amplitude: mean(&|p| p.upper_centile_amplitude.value().unwrap_or(0.0)),
        short_interval_share: mean(&|p| p.short_interval_share.value().unwrap_or(0.0)),
    })
}

/// The pattern as evidence: by level, peak ratio, cloud. `cloud` is a laboratory's own, where it has one.
pub(super) fn evidence(muscle: &Muscle<'_>, cloud: Option<&Cloud>) -> Vec<Evidence> {
    let mut out = Vec::new();
    let mut all: Vec<Pattern> = Vec::new();
    for name in LEVELS {
        let Some(l) = level(muscle, name) else { continue };
        all.extend(epochs(muscle, name));
        out.push(shown(
            format!(
                "interference pattern at {name} effort, {} epochs: {:.0} turns/s, mean amplitude {:.0} uV, small segments {:.0} \
                 1/s, activity {:.0} %, envelope {:.0} uV, upper centile amplitude {:.0} uV, intervals below 1.5 ms {:.0} %",
                l.epochs,
                l.turns_per_s,
                l.amplitude * 1e6,
                l.small_segments_per_s,
                100.0 * l.activity,
                l.envelope * 1e6,
                l.upper_centile_amplitude * 1e6,
                100.0 * l.short_interval_share,
            ),
            NO_LIMIT,
        ));
    }
    if all.is_empty() {
        return out;
    }
    let peak = peak(&all);
    let ratio = peak.ratio.value().map_or("not defined".into(), |r| format!("{:.2} 1/(s*uV)", r * 1e-6));
    let weak = peak.weakened.map_or(String::new(), |w| format!("; {w}"));
    out.push(shown(
        format!("peak ratio of turns to mean amplitude over {} epochs: {ratio}{weak}", all.len()),
        "LIGUORI1992, published; no published limit for this muscle: shown, not judged",
    ));
    out.push(by_cloud(&all, cloud));
    out
}

fn by_cloud(all: &[Pattern], cloud: Option<&Cloud>) -> Evidence {
    let Some(cloud) = cloud else {
        return shown(
            "turns and amplitude against the cloud of normal muscles",
            "no published limit that holds for another device and needle (TACLOUD2016, published; STALBERG1983, recalled)",
        );
    };
    let o = cloud.outside(all);
    let finding = format!(
        "turns and amplitude: of {} epochs {} above and {} below the cloud; more than 10 %, and at least 3, meet the criterion",
        o.placed, o.above, o.below
    );
    let source = "rule: STALBERG1983, recalled; cloud: the laboratory's own";
    match o.is_abnormal() {
        Some(true) if o.above > o.below => judged(finding, "met", "neurogenic", source),
        Some(true) => judged(finding, "met", "myopathic", source),
        Some(false) => judged(finding, "not met", "normal", source),
        None => shown(finding, source),
    }
}

/// What weakens the interference pattern.
pub(super) fn caveats(muscle: &Muscle<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let used =
        |s: &&Site| s.refusals.is_empty() && !s.patterns.is_empty() && s.level.is_some_and(|l| l != "rest");
    if let Some(s) = muscle.sites.iter().filter(used).find(|s| s.sampling_frequency.0 < COARSE_HZ) {
        out.push(format!(
            "{}: sampled at {} Hz: turns and amplitudes read low",
            s.file, s.sampling_frequency.0
        ));
    }
    match level(muscle, "maximal") {
        Some(l) if l.turns_per_s < FULL_TURNS => out.push(format!(
            "at full effort only {:.0} turns/s: full effort was not reached, or few motor units are left",
            l.turns_per_s
        )),
        Some(_) => {}
        None => {
            out.push("full effort was not recorded: the full interference pattern is not assessed".to_owned())
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::{FS, site_of};
    use super::*;
    use crate::needle::interference::InterferenceOptions;
    use crate::trace::Trace;
    use crate::units::Hertz;

    /// Epochs of sines of 2f turns/s and twice the amplitude.
    fn sines(f: f64, amplitude: f64, seconds: u32) -> Vec<Pattern> {
        let n = seconds * 20_000;
        let x: Vec<f64> =
            (0..n).map(|i| amplitude * (std::f64::consts::TAU * f * f64::from(i) / FS).sin()).collect();
        InterferenceOptions::default().design(Hertz(FS)).unwrap().apply(Trace::new(&x, Hertz(FS)).unwrap())
    }

    #[test]
    fn levels_are_summed_up_and_quiet_epochs_left_out() {
        let mut slight = sines(40.0, 200e-6, 3);
        slight.extend(sines(1.0, 200e-6, 2));
        let sites = [super::super::Site { patterns: &slight, ..site_of("slight", &[], &[]) }];
        let muscle = Muscle { id: None, age_years: None, sites: &sites };
        let l = level(&muscle, "slight").unwrap();
        assert!(l.epochs == 3 && (l.turns_per_s - 80.0).abs() < 1e-9, "{l:?}");
        assert!((l.amplitude / 400e-6 - 1.0).abs() < 1e-3 && level(&muscle, "maximal").is_none());
        let said = evidence(&muscle, None);
        assert_eq!(said.len(), 3);
        assert!(
            said.iter().all(|e| e.verdict == "cannot be judged" && e.source.contains("no published limit"))
        );
        assert!(said[1].finding.contains("not varied"), "{}", said[1].finding);
        assert!(caveats(&muscle).iter().any(|c| c.contains("full effort was not recorded")));
        let refused = ["hum".to_owned()];
        let sites = [super::super::Site { refusals: &refused, ..sites[0].clone() }];
        assert!(evidence(&Muscle { id: None, age_years: None, sites: &sites }, None).is_empty());
    }

    #[test]
    fn a_laboratorys_cloud_is_met_not_met_or_cannot_be_judged() {
        let normal: Vec<Pattern> =
            (1..=12).flat_map(|k| sines(10.0 * f64::from(k), 200e-6 + 1e-6 * f64::from(k % 3), 2)).collect();
        let cloud = Cloud::fit(&normal).unwrap();
        let of = |patterns: &[Pattern]| {
            let sites = [super::super::Site { patterns, ..site_of("moderate", &[], &[]) }];
            let said = evidence(&Muscle { id: None, age_years: None, sites: &sites }, Some(&cloud));
            (said[2].verdict, said[2].speaks_for)
        };
        assert_eq!(of(&sines(50.0, 900e-6, 4)), ("met", "neurogenic"));
        assert_eq!(of(&sines(50.0, 90e-6, 4)), ("met", "myopathic"));
        assert_eq!(of(&normal), ("not met", "normal"));
        assert_eq!(of(&normal[..5]), ("cannot be judged", "none"));
    }

    #[test]
    fn low_rates_and_low_effort_are_said() {
        let few = sines(40.0, 200e-6, 2);
        let sites = [super::super::Site {
            patterns: &few,
            sampling_frequency: Hertz(4000.0),
            ..site_of("maximal", &[], &[])
        }];
        let said = caveats(&Muscle { id: None, age_years: None, sites: &sites });
        assert!(said[0].contains("4000 Hz") && said[1].contains("80 turns/s"), "{said:?}");
    }
}
