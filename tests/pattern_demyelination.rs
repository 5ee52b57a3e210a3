//! Each set of demyelination criteria met, not met and not to be judged.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod pattern_support;

use myotome::norms::ncs::{StudyKind, distal_duration, study};
use myotome::pattern::demyelination::{self, SetVerdict, sets_without};
use myotome::pattern::facts::Facts;
use myotome::pattern::three::Three::{self, Met, NotMet, Unknown};
use myotome::result::{Limit, MeasureRow};
use pattern_support::{Analysed, Text};

/// Values of a stimulation: latency, amplitude, duration.
fn v(latency: f64, amplitude: f64, duration: f64) -> String {
    format!(
        "onset_latency_ms = {latency:?}, amplitude_mv = {amplitude:?}, negative_peak_duration_ms = {duration:?}"
    )
}

/// A motor nerve: distal values, proximal values with its velocity, least F latency.
#[derive(Clone)]
struct Nerve {
    distal: (f64, f64, f64),
    proximal: (f64, f64),
    velocity: f64,
    f: &'static str,
}

fn healthy() -> [Nerve; 4] {
    let n = |latency, amplitude: f64, velocity, f| Nerve {
        distal: (latency, amplitude, 5.0),
        proximal: (0.95 * amplitude, 5.2),
        velocity,
        f,
    };
    [
        n(3.6, 9.0, 56.0, "min_latency_ms = 27.0, persistence_percent = 90, sweeps = 20"),
        n(2.8, 10.0, 58.0, "min_latency_ms = 27.5, persistence_percent = 90, sweeps = 20"),
        n(4.6, 5.0, 47.0, "min_latency_ms = 50.0, persistence_percent = 80, sweeps = 20"),
        n(4.4, 9.0, 45.0, "min_latency_ms = 50.0, persistence_percent = 100, sweeps = 20"),
    ]
}

const NAMES: [(&str, &str, &str, &str, u32); 4] = [
    ("median", "abductor_pollicis_brevis", "wrist", "elbow", 220),
    ("ulnar", "abductor_digiti_minimi", "wrist", "below_elbow", 220),
    ("fibular", "extensor_digitorum_brevis", "ankle", "below_fibular_head", 320),
    ("tibial", "abductor_hallucis", "ankle", "popliteal_fossa", 400),
];

fn text(nerves: &[Nerve; 4], celsius: f64) -> Text {
    let mut text = Text::new("");
    for (n, (nerve, muscle, distal, proximal, mm)) in nerves.iter().zip(NAMES) {
        let late = n.distal.0 + f64::from(mm) / n.velocity;
        let near = v(n.distal.0, n.distal.1, n.distal.2);
        let far =
            format!("{}, conduction_velocity_m_s = {:?}", v(late, n.proximal.0, n.proximal.1), n.velocity);
        text.motor_at(celsius, nerve, "right", muscle, &[(distal, 80, &near), (proximal, mm, &far)]);
        if !n.f.is_empty() {
            text = text.f_wave(nerve, "right", muscle, distal, n.f);
        }
    }
    text
}

/// Distal durations are measured in recordings alone: added to the rows here, without a stated high-pass.
fn with_durations(a: Analysed, ms: f64) -> Analysed {
    durations_at(a, ms, None)
}

/// The same at a stated high-pass: the row is then held against the first set that has a limit for it.
fn durations_at(mut a: Analysed, ms: f64, high_pass_hz: Option<f64>) -> Analysed {
    let distal: Vec<MeasureRow> = a
        .report
        .measures
        .iter()
        .filter(|m| m.place.test == "motor" && m.id == "onset_latency" && m.limit.upper.is_some())
        .cloned()
        .collect();
    assert_eq!(distal.len(), 4);
    for mut row in distal {
        row.id = "distal_duration".into();
        row.value = Some(ms);
        row.limit = Limit::default();
        row.verdict = "no_limit";
        let (nerve, muscle) = (row.place.nerve.clone().unwrap(), row.place.muscle.clone().unwrap());
        let study = study(&[StudyKind::Motor], &nerve, &muscle, None).unwrap().id;
        if let Some(l) = distal_duration(study).find(|l| Some(l.high_pass_hz) == high_pass_hz) {
            row.limit = Limit { set: l.set.into(), upper: Some(l.upper_ms), ..Limit::default() };
            row.verdict = if ms > l.upper_ms { "abnormal" } else { "normal" };
        }
        a.report.measures.push(row);
    }
    a
}

fn judged(name: &str, nerves: &[Nerve; 4]) -> Vec<SetVerdict> {
    demyelination::sets(&with_durations(text(nerves, 33.0).analysed(name), 6.0).facts())
}

fn of<'s>(sets: &'s [SetVerdict], id: &str) -> &'s SetVerdict {
    sets.iter().find(|s| s.id == id).unwrap()
}

fn row(sets: &[SetVerdict], id: &str) -> &'static str {
    sets.iter().flat_map(|s| &s.criteria).find(|c| c.id == id).unwrap().verdict
}

#[test]
fn healthy_nerves_meet_no_set() {
    let sets = judged("healthy", &healthy());
    assert_eq!(sets.len(), 16);
    for s in sets.iter().filter(|s| s.counts) {
        // The Dutch set speaks in percent of a limit of duration that nobody published; Uncini's has limits of
        // the distal duration for one high-pass alone, which is not stated. (EFNS's too, yet it asks for another criterion.)
        let open = match s.id {
            "DUTCH" => 2,
            "UNCINI2017" => 1,
            _ => 0,
        };
        assert_eq!(s.verdict, if open > 0 { Unknown } else { NotMet }, "{}: {:?}", s.id, s.criteria);
        assert_eq!(s.judged, s.criteria.len() - open, "{}", s.id);
    }
    for (hz, id) in [(2.0, "UNCINI2017"), (20.0, "EFNS2010")] {
        let a = durations_at(text(&healthy(), 33.0).analysed("healthy_hz"), 6.0, Some(hz));
        assert_eq!(of(&demyelination::sets(&a.facts()), id).verdict, NotMet, "{id}");
    }
    assert_eq!(of(&sets, "HADDEN1998_AXONAL").verdict, NotMet);
    assert_eq!(of(&sets, "HADDEN1998_INEXCITABLE").verdict, NotMet);
}

#[test]
fn every_set_is_met_by_nerves_that_are_slow_long_and_blocked() {
    let mut nerves = healthy();
    for (n, f) in nerves.iter_mut().zip(["55.0", "55.0", "99.0", "99.0"]) {
        n.distal.0 *= 2.6;
        n.velocity *= 0.4;
        n.proximal = (0.3 * n.distal.1, 5.5);
        n.f = if f == "55.0" {
            "min_latency_ms = 55.0, sweeps = 20"
        } else {
            "min_latency_ms = 99.0, sweeps = 20"
        };
    }
    let sets = judged("slow", &nerves);
    for s in sets.iter().filter(|s| s.counts) {
        assert_eq!(s.verdict, Met, "{}: {:?}", s.id, s.criteria);
    }
    assert_eq!((of(&sets, "EANPNS2021").grade, of(&sets, "EFNS2010").grade), ("strong", "definite"));
    assert_eq!(row(&sets, "DM_DUTCH_6"), "met");
    assert_eq!(of(&sets, "HADDEN1998_AXONAL").verdict, NotMet, "its nerves are demyelinated");
}

#[test]
fn without_late_responses_or_proximal_sites_nothing_is_denied() {
    let mut nerves = healthy();
    nerves.iter_mut().for_each(|n| n.f = "");
    let sets = judged("no_f", &nerves);
    for s in sets.iter().filter(|s| s.counts && s.id != "AAN1991" && s.id != "CORNBLATH") {
        // Where two or three abnormalities are asked for, one that is open changes nothing.
        let open = !["ITALIAN", "ALBERS_KELLY"].contains(&s.id);
        assert_eq!(s.verdict, if open { Unknown } else { NotMet }, "{}: {:?}", s.id, s.criteria);
        assert!(s.missing.iter().any(|m| m.contains("F waves not done")), "{}", s.id);
    }
    let distal = "onset_latency_ms = 3.0, amplitude_mv = 9.0";
    let a = Text::new("")
        .motor("ulnar", "right", "abductor_digiti_minimi", &[("wrist", 80, distal)])
        .analysed("lone");
    for s in demyelination::sets(&a.facts()).iter().filter(|s| s.counts) {
        assert_eq!(s.verdict, Unknown, "{}: {:?}", s.id, s.criteria);
    }
    let empty = Text::new("").analysed("empty");
    for s in demyelination::sets(&empty.facts()) {
        assert_eq!(s.verdict, Unknown, "{}: {:?}", s.id, s.criteria);
        assert_eq!(s.judged, 0, "{}", s.id);
    }
}

#[test]
fn a_number_on_the_threshold_follows_each_set() {
    // 150 % of 3.7 ms (ulnar) and of 6.5 ms (fibular): at least 150 % asks for it, above 150 % does not.
    let mut nerves = healthy();
    nerves[1].distal.0 = 5.55;
    nerves[2].distal.0 = 9.75;
    let sets = judged("on", &nerves);
    for (id, verdict) in [
        ("DM_EANPNS2021_1", "met"),
        ("DM_EFNS2010_1", "met"),
        ("DM_RAJABALLY2015_2", "not_met"),
        ("DM_DUTCH_2", "not_met"),
        ("DM_UNCINI2017_1", "met"),
        ("DM_AAN1991_4", "met"),
    ] {
        assert_eq!(row(&sets, id), verdict, "{id}");
    }
    assert_eq!(of(&sets, "RAJABALLY2015").verdict, NotMet);
    assert_eq!(of(&sets, "EANPNS2021").verdict, Met);
    // One group of four, where three are needed.
    assert_eq!(of(&sets, "AAN1991").verdict, NotMet);
}

#[test]
fn one_nerve_is_the_weaker_step_and_not_the_set() {
    let mut nerves = healthy();
    nerves[1].distal.0 = 7.0;
    let sets = judged("one", &nerves);
    let ean = of(&sets, "EANPNS2021");
    assert_eq!((ean.verdict, ean.grade), (NotMet, "weak"));
    let efns = of(&sets, "EFNS2010");
    assert_eq!((efns.verdict, efns.grade), (Unknown, "possible"), "the high-pass is not stated");
    // The median nerve at the wrist is no nerve of these criteria.
    let mut nerves = healthy();
    nerves[0].distal.0 = 9.0;
    nerves[1].distal.0 = 7.0;
    assert_eq!(of(&judged("wrist", &nerves), "EANPNS2021").verdict, NotMet);
}

#[test]
fn a_small_distal_response_asks_for_more() {
    // 75 % of the lower limits of ulnar (52) and fibular (36) velocity.
    let mut nerves = healthy();
    nerves[1].velocity = 39.0;
    nerves[2].velocity = 27.0;
    let sets = judged("kept", &nerves);
    assert_eq!(row(&sets, "DM_CORNBLATH_1"), "met");
    assert_eq!(row(&sets, "DM_EANPNS2021_2"), "not_met");
    for n in &mut nerves[1..3] {
        n.distal.1 = 0.7;
        n.proximal.0 = 0.68;
    }
    let sets = judged("small", &nerves);
    assert_eq!(row(&sets, "DM_CORNBLATH_1"), "not_met");
    assert_eq!(row(&sets, "DM_AAN1991_1"), "not_met");
}

#[test]
fn absent_f_waves_need_another_criterion_in_another_nerve() {
    let mut nerves = healthy();
    nerves[1].f = "absent";
    nerves[3].f = "absent";
    let sets = judged("f", &nerves);
    assert_eq!(row(&sets, "DM_EANPNS2021_4"), "not_met");
    assert_eq!(row(&sets, "DM_AAN1991_5"), "met");
    // In one of the two nerves it does not help; in a third it does.
    nerves[1].distal.0 = 7.0;
    assert_eq!(row(&judged("f_same", &nerves), "DM_EANPNS2021_4"), "not_met");
    nerves[2].distal.0 = 11.0;
    let sets = judged("f_other", &nerves);
    assert_eq!(row(&sets, "DM_EANPNS2021_4"), "met");
    assert_eq!(row(&sets, "DM_RAJABALLY2015_4"), "met");
    // Nine stimuli cannot show an absence.
    nerves[1].f = "persistence_percent = 0, sweeps = 9";
    nerves[3].f = "persistence_percent = 0, sweeps = 9";
    assert_eq!(row(&judged("f_few", &nerves), "DM_EANPNS2021_4"), "indeterminate");
}

#[test]
fn block_is_judged_by_each_set_with_and_without_duration() {
    // A fall of 40 % in two nerves: enough for the newer set, not for the older one's definite step.
    let mut nerves = healthy();
    for n in &mut nerves[1..3] {
        n.proximal.0 = 0.6 * n.distal.1;
    }
    let sets = judged("fall", &nerves);
    assert_eq!((of(&sets, "EANPNS2021").verdict, of(&sets, "EANPNS2021").grade), (Met, "strong"));
    assert_eq!((of(&sets, "EFNS2010").verdict, of(&sets, "EFNS2010").grade), (Met, "probable"));
    assert_eq!(row(&sets, "DM_HADDEN1998_3"), "not_met");
    assert_eq!((row(&sets, "DM_AAN1991_2"), row(&sets, "DM_AAN1991_3")), ("met", "not_met"));
    // Longer by 20 %: dispersion by the older sets.
    nerves[1].proximal.1 = 6.0;
    nerves[2].proximal.1 = 6.0;
    let sets = judged("spread", &nerves);
    assert_eq!((row(&sets, "DM_CORNBLATH_4"), row(&sets, "DM_CORNBLATH_5")), ("not_met", "met"));
    // Tibial responses fall in healthy persons.
    let mut nerves = healthy();
    nerves[3].proximal.0 = 0.55 * nerves[3].distal.1;
    nerves[1].proximal.0 = 0.55 * nerves[1].distal.1;
    let sets = judged("tibial", &nerves);
    assert_eq!(row(&sets, "DM_EANPNS2021_5"), "not_met");
    // The tibial nerve counts by its own threshold, together with another nerve.
    let mut nerves = healthy();
    nerves[1].proximal.1 = 7.0;
    nerves[3].proximal.1 = 7.0;
    assert_eq!(row(&judged("tibial_40", &nerves), "DM_EANPNS2021_7"), "not_met");
    nerves[3].proximal.1 = 10.5;
    let sets = judged("tibial_110", &nerves);
    assert_eq!((row(&sets, "DM_EANPNS2021_7"), row(&sets, "DM_EANPNS2021_8")), ("met", "met"));
    // Duration up by 40 % in two nerves.
    let mut nerves = healthy();
    nerves[0].proximal.1 = 7.0;
    nerves[1].proximal.1 = 7.0;
    let sets = judged("dispersed", &nerves);
    for id in ["EANPNS2021", "EFNS2010", "UNCINI2017", "ALBERS", "HO"] {
        assert_eq!(of(&sets, id).verdict, Met, "{id}");
    }
    assert_eq!(of(&sets, "ITALIAN").verdict, NotMet, "one of two");
}

#[test]
fn features_of_two_nerves_need_not_be_the_same_for_hadden() {
    let mut nerves = healthy();
    nerves[1].distal.0 = 4.5; // 122 %
    nerves[2].velocity = 30.0; // 83 %
    let sets = judged("hadden", &nerves);
    assert_eq!(of(&sets, "HADDEN1998").verdict, Met);
    assert_eq!((row(&sets, "DM_HADDEN1998_1"), row(&sets, "DM_HADDEN1998_2")), ("not_met", "not_met"));
    assert_eq!(of(&sets, "HO").verdict, NotMet, "the same one in two nerves");
}

#[test]
fn axonal_and_inexcitable_classes_do_not_count_as_demyelination() {
    let mut nerves = healthy();
    for n in &mut nerves {
        n.distal.1 *= 0.1;
        n.proximal.0 *= 0.1;
    }
    let sets = judged("low", &nerves);
    assert_eq!(of(&sets, "HADDEN1998_AXONAL").verdict, Met, "{:?}", of(&sets, "HADDEN1998_AXONAL").criteria);
    assert!(!of(&sets, "HADDEN1998_AXONAL").counts);
    let mut text = Text::new("");
    for (nerve, muscle, distal, ..) in NAMES {
        text.motor_at(33.0, nerve, "right", muscle, &[(distal, 80, "absent")]);
    }
    let a = text.analysed("none");
    let sets = demyelination::sets(&a.facts());
    assert_eq!(of(&sets, "HADDEN1998_INEXCITABLE").verdict, Met);
    for s in sets.iter().filter(|s| s.counts) {
        assert_eq!(s.verdict, Unknown, "{}: {:?}", s.id, s.criteria);
    }
}

#[test]
fn cold_limbs_and_numbers_set_aside_are_not_counted() {
    let mut nerves = healthy();
    for n in &mut nerves {
        n.distal.0 *= 2.6;
        n.velocity *= 0.4;
    }
    let cold = text(&nerves, 24.0).analysed("cold");
    let sets = demyelination::sets(&cold.facts());
    assert_eq!(row(&sets, "DM_EANPNS2021_1"), "indeterminate");
    assert_eq!(row(&sets, "DM_EANPNS2021_2"), "indeterminate");
    let why = &of(&sets, "EANPNS2021").criteria[0].why;
    assert!(why.contains("warm the limb"), "{why}");
    let warm = text(&nerves, 33.0).analysed("warm");
    let facts = warm.facts();
    assert_eq!(row(&demyelination::sets(&facts), "DM_EANPNS2021_2"), "met");
    let velocities = facts.data.iter().filter(|d| d.row.id == "conduction_velocity");
    let aside: Vec<_> = velocities.map(|d| (d.index, "wrong_distance")).collect();
    assert_eq!(row(&sets_without(&facts, &aside), "DM_EANPNS2021_2"), "indeterminate");
}

#[test]
fn slowing_at_the_elbow_alone_is_entrapment() {
    let wrist = v(2.8, 10.0, 5.0);
    let below = format!("{}, conduction_velocity_m_s = 58.0", v(6.6, 9.7, 5.1));
    let above = format!("{}, conduction_velocity_m_s = 20.0", v(11.6, 4.0, 5.2));
    let mut text = Text::new("");
    for side in ["right", "left"] {
        let sites = [("wrist", 80, &*wrist), ("below_elbow", 220, &*below), ("above_elbow", 100, &*above)];
        text = text.motor("ulnar", side, "abductor_digiti_minimi", &sites);
    }
    let a = text.analysed("elbow");
    let sets = demyelination::sets(&a.facts());
    assert_eq!(row(&sets, "DM_EANPNS2021_2"), "not_met");
    assert_eq!(row(&sets, "DM_EANPNS2021_5"), "not_met");
    assert_eq!(demyelination::demyelinating_features(&a.facts()).0, NotMet);
    // Left and right are two nerves.
    let below = format!("{}, conduction_velocity_m_s = 30.0", v(10.1, 9.7, 5.1));
    let mut text = Text::new("");
    for side in ["right", "left"] {
        text = text.motor(
            "ulnar",
            side,
            "abductor_digiti_minimi",
            &[("wrist", 80, &wrist), ("below_elbow", 220, &below)],
        );
    }
    assert_eq!(row(&demyelination::sets(&text.analysed("both").facts()), "DM_EANPNS2021_2"), "met");
}

#[test]
fn distal_durations_need_their_own_sets_limit() {
    let mut nerves = healthy();
    nerves[2].distal.0 = 11.0;
    let a = text(&nerves, 33.0).analysed("durations");
    // Beyond every high-pass, with a long latency in another nerve.
    let long = with_durations(a, 12.0);
    let sets = demyelination::sets(&long.facts());
    assert_eq!(row(&sets, "DM_EANPNS2021_9"), "met");
    assert_eq!(row(&sets, "DM_EFNS2010_8"), "indeterminate", "one limit alone says nothing of other filters");
    // Between them: which high-pass decides, and it is not stated.
    let a = text(&nerves, 33.0).analysed("between");
    assert_eq!(
        row(&demyelination::sets(&with_durations(a, 8.05).facts()), "DM_EANPNS2021_9"),
        "indeterminate"
    );
}

#[test]
fn the_sensory_form_is_judged_and_never_counts() {
    let sensory = |ulnar: &str, radial: &str, sural: &str| {
        Text::new("")
            .sensory("ulnar", "right", "digit_5", "wrist", 140, ulnar)
            .sensory("superficial_radial", "right", "snuffbox", "forearm", 100, radial)
            .sensory("sural", "right", "lateral_malleolus", "calf", 140, sural)
    };
    let (normal, sural) = (
        "onset_latency_ms = 2.4, peak_latency_ms = 3.0, amplitude_uv = 25.0",
        "onset_latency_ms = 2.9, peak_latency_ms = 3.6, amplitude_uv = 14.0",
    );
    let slow = "onset_latency_ms = 5.5, peak_latency_ms = 6.5, amplitude_uv = 25.0";
    let a = sensory(slow, "onset_latency_ms = 4.0, peak_latency_ms = 4.9, amplitude_uv = 28.0", sural)
        .analysed("s1");
    let sets = demyelination::sets(&a.facts());
    let form = of(&sets, "EANPNS2021_SENSORY");
    assert_eq!((form.verdict, form.counts), (Met, false));
    assert_eq!((row(&sets, "DM_EANPNS2021_11"), row(&sets, "DM_EANPNS2021_12")), ("met", "met"));
    let a = sensory(normal, "onset_latency_ms = 1.8, peak_latency_ms = 2.3, amplitude_uv = 28.0", sural)
        .analysed("s2");
    let sets = demyelination::sets(&a.facts());
    assert_eq!(of(&sets, "EANPNS2021_SENSORY").verdict, NotMet);
    assert_eq!(of(&sets, "EANPNS2021_SENSORY_ADD").verdict, NotMet);
    let sure: Three = demyelination::sural_sparing(&a.facts()).0;
    assert_eq!(sure, NotMet);
    let a = Text::new("").sensory("sural", "right", "lateral_malleolus", "calf", 140, sural).analysed("s3");
    assert_eq!(demyelination::sural_sparing(&a.facts()).0, Unknown);
    let absent = sensory("absent", "absent", "absent").analysed("s4");
    assert_eq!(demyelination::sural_sparing(&absent.facts()).0, NotMet);
}

#[test]
fn the_acute_axonal_form_needs_days_and_two_low_responses() {
    let of = |name: &str, subject: &str, share: f64| {
        let mut text = Text::new(subject);
        for (n, (nerve, muscle, distal, proximal, mm)) in healthy().iter().zip(NAMES) {
            let far = format!(
                "{}, conduction_velocity_m_s = {:?}",
                v(n.distal.0 + f64::from(mm) / n.velocity, share * n.proximal.0, 5.2),
                n.velocity
            );
            let near = v(n.distal.0, share * n.distal.1, 5.0);
            text.motor_at(33.0, nerve, "right", muscle, &[(distal, 80, &near), (proximal, mm, &far)]);
        }
        let a = text.analysed(name);
        let facts: Facts<'_> = a.facts();
        (demyelination::acute_axonal(&facts).0, demyelination::axonal_features(&facts).0)
    };
    let days = |d: &str| format!("age_years = 45\nsex = \"male\"\nheight_cm = 172\n{d}");
    assert_eq!(of("a1", &days("days_since_onset = 10"), 0.1), (Met, Met));
    assert_eq!(of("a2", &days("days_since_onset = 200"), 0.1).0, NotMet);
    assert_eq!(of("a3", &days(""), 0.1).0, Unknown);
    assert_eq!(of("a4", &days("days_since_onset = 10"), 1.0), (NotMet, NotMet));
}
