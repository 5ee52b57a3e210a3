//! What can be checked from the study file alone: the two-muscle rule, and whether cited findings are there.

use super::found::Cited;
use crate::norms::{Muscle, Weight, muscle, nerve, roots_of};
use crate::study::{Change, Findings, Side, Study};

/// The two-muscle rule: at least two limb muscles of one side with neurogenic change that share a root of major weight
/// and are supplied by different nerves. `None` where fewer than two limb muscles were graded.
///
/// Neurogenic: fibrillation potentials or positive sharp waves without short small units, or units of increased amplitude
/// or duration (Wilbourn and Aminoff 1998; Dillingham et al. 2020).
pub fn two_muscles(study: &Study) -> Option<bool> {
    let graded: Vec<(&'static Muscle, Side, bool)> = study
        .needle
        .iter()
        .filter_map(|n| {
            let known = muscle(n.muscle.as_deref()?)?;
            let limb = matches!(known.region, "upper_limb" | "lower_limb");
            limb.then_some((known, n.side?, is_neurogenic(n.findings.as_ref()?)))
        })
        .collect();
    if graded.len() < 2 {
        return None;
    }
    let abnormal: Vec<_> = graded.iter().filter(|g| g.2).collect();
    let shares = |a: &Muscle, b: &Muscle| {
        let major =
            |m: &Muscle| -> Vec<_> { roots_of(m.id).filter(|r| r.1 == Weight::Major).map(|r| r.0).collect() };
        let other = major(b);
        major(a).iter().any(|r| other.contains(r))
    };
    let pair = |(i, a): (usize, &&(&'static Muscle, Side, bool))| {
        abnormal[i + 1..].iter().any(|b| a.1 == b.1 && a.0.nerve != b.0.nerve && shares(a.0, b.0))
    };
    Some(abnormal.iter().enumerate().any(pair))
}

fn is_neurogenic(f: &Findings) -> bool {
    let small = f.muap_amplitude == Some(Change::Decreased) && f.muap_duration == Some(Change::Decreased);
    let active = f.fibrillation.unwrap_or(0) > 0 || f.positive_sharp_wave.unwrap_or(0) > 0;
    let large = f.muap_amplitude == Some(Change::Increased) || f.muap_duration == Some(Change::Increased);
    active && !small || large
}

/// Whether a cited finding's place is among the tests of the study. A place without a test, or of what is no test (the
/// person), claims nothing and is taken as there.
pub fn is_in(study: &Study, cited: &Cited) -> bool {
    let same = |said: &str, there: Option<&str>| said.is_empty() || there == Some(said);
    let sided = |there: Option<Side>| same(&cited.side, there.map(Side::name)) || cited.side == "bilateral";
    let branch = |there: Option<&str>| {
        let related = |a: &str, b: &str| nerve(a).is_some_and(|n| n.parent == b);
        same(&cited.nerve, there)
            || there.is_some_and(|t| related(t, &cited.nerve) || related(&cited.nerve, t))
    };
    let at = |sites: &[Option<&str>]| {
        cited.site.is_empty() || cited.site.split('-').all(|s| sites.contains(&Some(s)))
    };
    let sites = |all: &[crate::study::Stimulation]| -> Vec<Option<String>> {
        all.iter().map(|s| s.site.clone()).collect()
    };
    let here = |all: &[crate::study::Stimulation]| {
        let sites = sites(all);
        at(&sites.iter().map(Option::as_deref).collect::<Vec<_>>())
    };
    match cited.test.as_str() {
        "needle" => study.needle.iter().any(|n| same(&cited.muscle, n.muscle.as_deref()) && sided(n.side)),
        "motor" => study.motor.iter().any(|m| {
            branch(m.nerve.as_deref())
                && same(&cited.muscle, m.muscle.as_deref())
                && sided(m.side)
                && here(&m.stimulation)
        }),
        "sensory" => study.sensory.iter().any(|s| {
            branch(s.nerve.as_deref())
                && same(&cited.recording_site, s.recording_site.as_deref())
                && sided(s.side)
                && here(&s.stimulation)
        }),
        "f_wave" => study
            .f_wave
            .iter()
            .any(|f| branch(f.nerve.as_deref()) && same(&cited.muscle, f.muscle.as_deref()) && sided(f.side)),
        "h_reflex" => study.h_reflex.iter().any(|h| sided(h.side)),
        "repetitive_stimulation" => study
            .repetitive_stimulation
            .iter()
            .any(|r| branch(r.nerve.as_deref()) && same(&cited.muscle, r.muscle.as_deref()) && sided(r.side)),
        "cmap_scan" => study.cmap_scan.iter().any(|c| branch(c.nerve.as_deref()) && sided(c.side)),
        "munix" => study.munix.iter().any(|m| branch(m.nerve.as_deref()) && sided(m.side)),
        "" | "subject" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::parse;

    fn study(muscles: &[(&str, &str, u8, &str)]) -> Study {
        let mut text = "schema = \"myotome.study/1\"\n".to_owned();
        for (muscle, side, fib, amplitude) in muscles {
            text += &format!(
                "[[needle]]\nmuscle = \"{muscle}\"\nside = \"{side}\"\nfindings = {{ fibrillation = {fib}, \
                 positive_sharp_wave = 0, muap_amplitude = \"{amplitude}\" }}\n"
            );
        }
        parse(&text).unwrap()
    }

    #[test]
    fn two_muscles_need_one_root_two_nerves_and_one_side() {
        let n = "normal";
        let of = |rows: &[(&str, &str, u8, &str)]| two_muscles(&study(rows));
        assert_eq!(of(&[("tibialis_anterior", "right", 2, n)]), None);
        // L5 by the fibular and the superior gluteal nerve.
        assert_eq!(
            of(&[("tibialis_anterior", "right", 2, n), ("gluteus_medius", "right", 1, n)]),
            Some(true)
        );
        assert_eq!(
            of(&[("tibialis_anterior", "right", 2, n), ("gluteus_medius", "left", 1, n)]),
            Some(false)
        );
        assert_eq!(
            of(&[("tibialis_anterior", "right", 2, n), ("peroneus_longus", "right", 1, n)]),
            Some(false)
        );
        assert_eq!(
            of(&[("tibialis_anterior", "right", 2, n), ("gluteus_maximus", "right", 1, n)]),
            Some(false)
        );
        // Paraspinals are no limb muscle.
        assert_eq!(of(&[("tibialis_anterior", "right", 2, n), ("paraspinal_l5", "right", 1, n)]), None);
        assert_eq!(
            of(&[
                ("tibialis_anterior", "right", 0, "increased"),
                ("gluteus_medius", "right", 0, "increased")
            ]),
            Some(true)
        );
        assert_eq!(
            of(&[("tibialis_anterior", "right", 0, n), ("gluteus_medius", "right", 0, n)]),
            Some(false)
        );
    }

    #[test]
    fn a_cited_place_must_be_in_the_study() {
        let study = parse(
            "schema = \"myotome.study/1\"\n[[motor]]\nnerve = \"fibular\"\nside = \"right\"\nmuscle = \
             \"extensor_digitorum_brevis\"\n[[motor.stimulation]]\nsite = \"ankle\"\n[[motor.stimulation]]\nsite = \
             \"below_fibular_head\"\n[[sensory]]\nnerve = \"sural\"\nside = \"right\"\nrecording_site = \
             \"lateral_malleolus\"\n[[sensory.stimulation]]\nsite = \"calf\"\n[[h_reflex]]\nside = \"left\"\n",
        )
        .unwrap();
        let cited = |test: &str, nerve: &str, side: &str, site: &str| Cited {
            test: test.into(),
            nerve: nerve.into(),
            side: side.into(),
            site: site.into(),
            ..Cited::default()
        };
        assert!(is_in(&study, &cited("motor", "fibular", "right", "ankle")));
        assert!(is_in(&study, &cited("motor", "deep_fibular", "right", "")));
        assert!(is_in(&study, &cited("motor", "fibular", "right", "ankle-below_fibular_head")));
        assert!(!is_in(&study, &cited("motor", "fibular", "left", "ankle")));
        assert!(!is_in(&study, &cited("motor", "tibial", "right", "")));
        assert!(!is_in(&study, &cited("motor", "fibular", "right", "knee")));
        assert!(is_in(&study, &cited("sensory", "sural", "right", "calf")));
        assert!(!is_in(&study, &Cited { recording_site: "digit_2".into(), ..cited("sensory", "", "", "") }));
        assert!(
            is_in(&study, &cited("h_reflex", "", "left", ""))
                && !is_in(&study, &cited("h_reflex", "", "right", ""))
        );
        assert!(!is_in(&study, &cited("needle", "", "", "")) && !is_in(&study, &cited("guess", "", "", "")));
        assert!(is_in(&study, &Cited::default()));
    }
}
