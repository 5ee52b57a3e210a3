//! Whatever the facts are, every judgement ends, gives finite numbers and the same answer twice.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

use myotome::norms::ncs::NCS_STUDIES;
use myotome::norms::{MUSCLES, NERVES};
use myotome::pattern::facts::{Facts, MuscleFact, SIDES};
use myotome::pattern::pitfalls::{History, guard};
use myotome::pattern::{chance, demyelination, grade, not_assessed};
use myotome::result::{Limit, MeasureRow, Where};
use myotome::study::{Change, Polyphasia, Recruitment, Region, Study, SubjectSide};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(n).unwrap()).unwrap()
    }
    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (self.below(3) > 0).then_some(value)
    }
    fn number(&mut self) -> f64 {
        let ordinary = [0.0, 0.5, 1.0, 3.6, 7.0, 20.0, 48.0, 55.0, 90.0, 250.0];
        let odd = [-1.0, 1e-300, -1e300, 1e300, f64::MIN_POSITIVE];
        if self.below(8) == 0 { self.one(&odd) } else { self.one(&ordinary) }
    }
}

const TESTS: [&str; 8] =
    ["motor", "sensory", "f_wave", "h_reflex", "repetitive_stimulation", "cmap_scan", "munix", "needle"];
const IDS: [&str; 24] = [
    "onset_latency",
    "peak_latency",
    "amplitude_baseline_to_negative_peak",
    "amplitude_peak_to_peak",
    "conduction_velocity",
    "velocity_drop",
    "conduction_block",
    "temporal_dispersion",
    "amplitude_ratio",
    "area_ratio",
    "duration_ratio",
    "distal_duration",
    "f_min_latency",
    "f_persistence",
    "f_sweeps",
    "f_chronodispersion",
    "h_latency",
    "h_m_ratio",
    "median_ulnar_palm_difference",
    "combined_sensory_index",
    "decrement",
    "amplitude_side_difference",
    "negative_peak_area",
    "no_such_measure",
];
const SITES: [&str; 9] = [
    "wrist",
    "elbow",
    "below_elbow",
    "above_elbow",
    "erb",
    "ankle",
    "below_fibular_head",
    "popliteal_fossa",
    "x",
];

fn row(dice: &mut Dice) -> MeasureRow {
    let test = dice.one(&TESTS);
    let study = &NCS_STUDIES[dice.below(NCS_STUDIES.len())];
    let known = dice.below(5) > 0;
    let nerve = if known { study.nerve } else { NERVES[dice.below(NERVES.len())].id };
    let recording = if known { study.recording } else { MUSCLES[dice.below(MUSCLES.len())].id };
    let side = dice.one(&SIDES).name().to_owned();
    let (a, b) = (dice.one(&SITES), dice.one(&SITES));
    let segment = match dice.below(5) {
        0 => Some(format!("{a}-{b}")),
        1 => Some(a.to_owned()),
        _ => None,
    };
    let status = dice.one(&["value", "value", "value", "absent", "undefined"]);
    let value = dice.number();
    let limit = Limit {
        set: dice.one(&["NDTF", "PRESTON", "EANPNS2021", ""]).to_owned(),
        lower: {
            let n = dice.number();
            dice.maybe(n)
        },
        upper: {
            let n = dice.number();
            dice.maybe(n)
        },
        note: dice.one(&["", "limit holds at 8 cm, and the distance is not stated"]).to_owned(),
        z: None,
    };
    let mut out = MeasureRow::measured(
        dice.one(&IDS),
        "ms",
        if status == "value" { Ok(value) } else { Err("cannot be said".into()) },
        Where {
            test: test.into(),
            nerve: dice.maybe(nerve.to_owned()),
            side: dice.maybe(side),
            muscle: (test != "sensory").then(|| recording.to_owned()),
            site: segment.is_none().then(|| dice.one(&SITES).to_owned()),
            segment,
            recording_site: (test == "sensory").then(|| recording.to_owned()),
            ..Where::default()
        },
        "random".into(),
    );
    out.status = status;
    out.limit = limit;
    out.verdict = dice.one(&["normal", "borderline", "abnormal", "no_limit", "not_assessable"]);
    if dice.below(6) == 0 {
        out.doubts.push(
            dice.one(&["skin at 20 °C, below 32 °C: warm the limb", "the distance is short"]).to_owned(),
        );
    }
    out
}

fn muscle(dice: &mut Dice) -> MuscleFact {
    let mut m = MuscleFact::unknown(&MUSCLES[dice.below(MUSCLES.len())], dice.one(&SIDES));
    let grade = u8::try_from(dice.below(5)).unwrap();
    m.fibrillation = dice.maybe(grade);
    m.positive_sharp_wave = dice.maybe(grade / 2);
    let change = dice.one(&[Change::Normal, Change::Increased, Change::Decreased]);
    m.amplitude = dice.maybe(change);
    m.duration = dice.maybe(change);
    m.polyphasia = dice.maybe(Polyphasia::Increased);
    let recruitment = dice.one(&[Recruitment::Normal, Recruitment::Reduced, Recruitment::None]);
    m.recruitment = dice.maybe(recruitment);
    m
}

#[test]
fn random_facts_are_judged_without_a_panic_and_twice_alike() {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(20_417));
    let (mut sets, mut pitfalls, mut asides) = (0, 0, 0);
    for _ in 0..400 {
        let mut study = Study::default();
        let (age, height, days) = (dice.number().abs(), dice.number().abs(), dice.number().abs());
        study.subject.age_years = dice.maybe(age);
        study.subject.height_cm = dice.maybe(height);
        study.subject.days_since_onset = dice.maybe(days);
        let side = dice.one(&[SubjectSide::Left, SubjectSide::Right, SubjectSide::Bilateral]);
        study.subject.complaint_side = dice.maybe(side);
        study.subject.complaint_region = dice.maybe(Region::Cervical);
        let n = dice.below(120);
        let rows: Vec<MeasureRow> = (0..n).map(|_| row(&mut dice)).collect();
        let mut facts = Facts::new(&study, &rows, &[]);
        let n = dice.below(12);
        facts.muscles = (0..n).map(|_| muscle(&mut dice)).collect();
        let history = History {
            cervical_surgery: dice.maybe(true),
            lumbosacral_surgery: dice.maybe(true),
            diabetes: dice.maybe(true),
        };
        let guarded = guard(&facts, &history);
        assert_eq!(guarded, guard(&facts, &history));
        assert!(guarded.set_aside.iter().all(|(i, _)| *i < rows.len()));
        assert!(guarded.set_aside.windows(2).all(|w| w[0].0 < w[1].0), "each once, rising");
        let judged = demyelination::sets_without(&facts, &guarded.set_aside);
        assert_eq!(judged, demyelination::sets_without(&facts, &guarded.set_aside));
        for s in &judged {
            for c in &s.criteria {
                assert!(
                    ["met", "not_met", "indeterminate"].contains(&c.verdict) && !c.why.is_empty(),
                    "{c:?}"
                );
                assert!(!c.why.contains("NaN") && !c.why.contains("inf "), "{c:?}");
            }
        }
        for judge in [
            demyelination::uniform_slowing,
            demyelination::sural_sparing,
            demyelination::acute_axonal,
            demyelination::demyelinating_features,
            demyelination::axonal_features,
        ] {
            assert!(!judge(&facts).1.is_empty());
        }
        for g in grade::carpal_tunnel(&facts) {
            assert!(!g.words().is_empty());
        }
        for side in SIDES {
            let _ = (grade::ulnar(&facts, side), grade::fibular(&facts, side));
        }
        if let Some(c) = chance::by_chance(&facts) {
            assert!(
                c.expected.is_finite() && (0.0..=1.0).contains(&c.at_least_one) && c.abnormal <= c.tested
            );
        }
        assert!(not_assessed::patterns(&facts).len() >= 7);
        let _ = not_assessed::statements(&facts);
        sets += judged.iter().filter(|s| !s.missing.is_empty()).count();
        pitfalls += guarded.pitfalls.len();
        asides += guarded.set_aside.len();
    }
    assert!(
        sets > 100 && pitfalls > 100 && asides > 50,
        "{sets} {pitfalls} {asides}: the dice no longer reach the code"
    );
}
