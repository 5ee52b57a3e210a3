//! Any study: the naive reading of the two-muscle rule, and what no study may do.

use super::*;

/// The rule as it is written, by loops over the tables.
fn naive_two_muscles(case: &Case, root: &str) -> bool {
    let study = case.study();
    let counted = |name: &str| -> Option<(&'static str, &'static str)> {
        let m = MUSCLES.iter().find(|m| m.id == name)?;
        let limb = m.region == "upper_limb" || m.region == "lower_limb";
        let major =
            MYOTOMES.iter().any(|r| r.muscle == name && r.root.name() == root && r.weight == Weight::Major);
        (limb && major).then_some((m.id, m.nerve))
    };
    let mut abnormal = Vec::new();
    for n in study.needle.iter().filter(|n| n.side == Some(Side::Right)) {
        let f = n.findings.as_ref().unwrap();
        let big = |c: Option<myotome::study::Change>| c == Some(myotome::study::Change::Increased);
        let little = |c: Option<myotome::study::Change>| c == Some(myotome::study::Change::Decreased);
        let large = big(f.muap_amplitude) || big(f.muap_duration);
        let small = !large && (little(f.muap_amplitude) || little(f.muap_duration));
        let active = f.fibrillation.unwrap_or(0) > 0 || f.positive_sharp_wave.unwrap_or(0) > 0;
        if large || (active && !small) {
            abnormal.extend(counted(n.muscle.as_deref().unwrap()));
        }
    }
    abnormal.iter().any(|a| abnormal.iter().any(|b| a.1 != b.1))
}

fn pick<'t, T: ?Sized>(random: &mut ChaCha8Rng, from: &[&'t T]) -> &'t T {
    let at = (u64::from(random.next_u32()) * from.len() as u64) >> 32;
    from[usize::try_from(at).unwrap()]
}

const FINDINGS: [&str; 9] =
    ["normal", "normal", "normal", "neurogenic", "active", "large", "small", "polyphasic", "fasciculating"];

fn random_case(random: &mut ChaCha8Rng, muscles: usize, studies: usize) -> Case {
    let ids: Vec<&str> = MUSCLES.iter().map(|m| m.id).collect();
    let subject = pick(
        random,
        &[
            "age_years = 40",
            "age_years = 70",
            "days_since_onset = 9",
            "age_years = 55\ndays_since_onset = 90",
        ],
    );
    let mut case = Case::default().subject(subject);
    let mut taken = Vec::new();
    for _ in 0..muscles {
        let (muscle, side) = (pick(random, &ids), pick(random, &["right", "right", "left"]));
        if !taken.contains(&(muscle, side)) {
            taken.push((muscle, side));
            case = case.muscles(&format!("{side} {muscle} {}", pick(random, &FINDINGS)));
        }
    }
    let known: Vec<&str> =
        NCS_STUDIES.iter().filter(|s| s.kind != StudyKind::LateResponse).map(|s| s.id).collect();
    let mut done = Vec::new();
    for _ in 0..studies {
        let (study, side) = (pick(random, &known), pick(random, &["right", "left"]));
        if !done.contains(&(study, side)) {
            done.push((study, side));
            case = case.nerves(&format!(
                "{side} {study} {}",
                pick(random, &["normal", "normal", "low", "absent", "slow"])
            ));
            case = pieces(case, study, side, random);
        }
    }
    // Comparisons between the sides where both are there.
    for study in known {
        if done.contains(&(study, "right")) && done.contains(&(study, "left")) {
            let verdict = pick(random, &["normal", "abnormal"]);
            let verdict = if verdict == "normal" { "normal" } else { "abnormal" };
            let id = "amplitude_side_difference";
            case = case.row(number(study, None, None, id, Some(60.0), verdict, (None, Some(50.0))));
        }
    }
    case
}

/// Numbers over the pieces of a motor study.
fn pieces(mut case: Case, study: &str, side: &str, random: &mut ChaCha8Rng) -> Case {
    let known = NCS_STUDIES.iter().find(|s| s.id == study).unwrap();
    if known.kind != StudyKind::Motor {
        return case;
    }
    for pair in known.sites.windows(2) {
        let at = format!("{}-{}", pair[0], pair[1]);
        let slow = pick(random, &["y", "n", "n"]) == "y";
        let block = pick(random, &["y", "n", "n"]) == "y";
        let word = |bad| if bad { "abnormal" } else { "normal" };
        for (id, value, verdict) in [
            ("conduction_velocity", if slow { 30.0 } else { 55.0 }, word(slow)),
            ("velocity_drop", if slow { 20.0 } else { 2.0 }, word(slow)),
            ("amplitude_ratio", if block { 0.4 } else { 0.95 }, "no_limit"),
            ("conduction_block", if block { 60.0 } else { 5.0 }, word(block)),
        ] {
            case = case.row(number(
                study,
                Some(side),
                Some(&at),
                id,
                Some(value),
                verdict,
                (Some(50.0), Some(10.0)),
            ));
        }
    }
    case
}

#[test]
fn the_two_muscle_rule_equals_its_naive_reading() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let roots = ["C5", "C6", "C7", "C8", "T1", "L2", "L3", "L4", "L5", "S1"];
    let (mut met, mut all) = (0, 0);
    for _ in 0..1200 {
        let case = random_case(&mut random, 12, 0);
        let judged = case.judge();
        for root in roots {
            let id = format!("radiculopathy_{}", root.to_lowercase());
            let own = judged.iter().find(|j| j.pattern.id == id && j.side == Some(Side::Right)).unwrap();
            let naive = naive_two_muscles(&case, root);
            assert_eq!(clause(own, "R1").verdict == "met", naive, "{root}: {:?}", case.needles);
            met += usize::from(naive);
            all += 1;
        }
    }
    assert!(met > 300 && met < all / 2, "{met} of {all}: the random studies do not try the rule");
}

/// Every pattern but those that speak of the study as it is.
fn verdicts(case: &Case) -> Vec<(String, Three)> {
    let of = |j: &Judged| (format!("{} {:?}", j.pattern.id, j.side.map(Side::name)), truth(j));
    case.judge().iter().filter(|j| !["normal", "inconclusive"].contains(&j.pattern.id)).map(of).collect()
}

/// The case without one test: a muscle, or all rows of a study on a side with the comparisons that need it.
fn without(case: &Case, at: usize) -> Case {
    let mut out = case.clone();
    if at < case.needles.len() {
        out.needles.remove(at);
        return out;
    }
    let key = |r: &myotome::result::MeasureRow| {
        (r.place.nerve.clone(), r.place.muscle.clone(), r.place.recording_site.clone())
    };
    let gone = &case.rows[(at - case.needles.len()) % case.rows.len().max(1)];
    out.rows.retain(|r| {
        key(r) != key(gone)
            || (r.place.side.is_some() && gone.place.side.is_some() && r.place.side != gone.place.side)
    });
    out
}

#[test]
fn taking_a_test_away_never_makes_a_criterion_met() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let (mut compared, mut met) = (0, 0);
    for round in 0..24 {
        let (muscles, studies) = if round % 2 == 0 { (14, 10) } else { (30, 24) };
        let case = random_case(&mut random, muscles, studies);
        let full = verdicts(&case);
        met += full.iter().filter(|v| v.1 == Three::Met).count();
        for at in 0..case.needles.len() + case.rows.len() / 3 {
            let less = verdicts(&without(&case, at));
            for (a, b) in full.iter().zip(&less) {
                assert_eq!(a.0, b.0);
                assert!(
                    b.1 != Three::Met || a.1 == Three::Met,
                    "{}: {:?} became met without test {at} of {:?} {:?}",
                    a.0,
                    a.1,
                    case.needles,
                    case.rows
                        .iter()
                        .map(|r| (&r.id, &r.place.nerve, &r.place.side, r.verdict))
                        .collect::<Vec<_>>()
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 20_000 && met > 40, "{compared} comparisons, {met} met: nothing was tried");
}

#[test]
fn an_empty_study_meets_nothing_and_names_no_finding() {
    for judged in Case::default().judge() {
        if judged.pattern.id == "inconclusive" {
            assert_eq!(judged.verdict.verdict, "met");
            continue;
        }
        assert_eq!(judged.verdict.verdict, "indeterminate", "{}", judged.pattern.id);
        for c in &judged.verdict.criteria {
            assert!(!c.why.is_empty() && !c.text.is_empty(), "{}", c.id);
            let cites = MUSCLES.iter().any(|m| c.why.contains(&format!("{}:", m.id.replace('_', " "))));
            assert!(!cites, "{}: {}", c.id, c.why);
        }
    }
}

/// A muscle that a clause cites was examined, and stands there with its own findings.
#[test]
fn every_muscle_that_is_cited_was_examined() {
    let mut random = ChaCha8Rng::seed_from_u64(23);
    let mut cited = 0;
    for _ in 0..60 {
        let case = random_case(&mut random, 14, 8);
        let study = case.study();
        let examined: Vec<String> = study
            .needle
            .iter()
            .map(|n| format!("{} {}", n.side.unwrap().name(), n.muscle.as_deref().unwrap().replace('_', " ")))
            .collect();
        for judged in case.judge() {
            for c in &judged.verdict.criteria {
                for side in ["right", "left"] {
                    for m in MUSCLES.iter() {
                        let name = format!("{side} {}", m.id.replace('_', " "));
                        if c.why.contains(&format!("{name}: ")) {
                            cited += 1;
                            assert!(examined.contains(&name), "{} cites {name}: {}", c.id, c.why);
                        }
                    }
                }
            }
        }
    }
    assert!(cited > 1000, "{cited}");
}

/// A met pattern stands although a test is missing, and the test is named.
#[test]
fn a_met_pattern_names_the_kinds_of_test_that_were_not_done() {
    let judged = l5().nerves(LEG_SNAPS).right("radiculopathy_l5");
    assert_eq!(judged.verdict.verdict, "met");
    let wanted = ["motor conduction", "needle examination of paraspinal muscles"];
    assert_eq!(judged.missing, wanted.map(str::to_owned));
}

#[test]
fn every_pattern_is_judged_with_all_its_clauses() {
    assert!(NERVES.len() > 40);
    for judged in muscles("right deltoid neurogenic").judge() {
        let table = criteria(judged.pattern.id).unwrap();
        let count =
            table.required.len() + table.supporting.len() + table.contradicting.len() + table.sets.len();
        assert_eq!(judged.verdict.criteria.len(), count, "{}", judged.pattern.id);
    }
}
