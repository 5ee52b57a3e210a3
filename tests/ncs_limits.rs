//! Where limits of nerve conduction hold: sites, ages, absent responses; and what entered trains say.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

use myotome::norms::ncs::Limits;
use myotome::pipeline::analyze::{self, Analysis, Options};
use myotome::result::MeasureRow;

const AMPLITUDE: &str = "amplitude_baseline_to_negative_peak";

fn analyse(name: &str, age: &str, tests: &str) -> Analysis {
    let path = std::env::temp_dir().join(format!("myotome-test-{}-ncs-limits-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    let subject = format!("schema = \"myotome.study/1\"\n[subject]\n{age}sex = \"male\"\nheight_cm = 172\n");
    std::fs::write(path.join("study.toml"), subject + tests).unwrap();
    let a = analyze::run(&path, &Options::default()).unwrap();
    let _ = std::fs::remove_dir_all(&path);
    a
}

fn row<'a>(a: &'a Analysis, id: &str, place: &str) -> &'a MeasureRow {
    let at = |r: &&MeasureRow| {
        r.id == id
            && (place.is_empty()
                || r.place.site.as_deref() == Some(place)
                || r.place.segment.as_deref() == Some(place))
    };
    a.report.measures.iter().find(at).unwrap_or_else(|| panic!("no row {id} at {place}"))
}

/// A motor study of the median nerve: sites with distance and latency.
fn median(sites: &[(&str, f64, f64)]) -> String {
    let mut text =
        "[[motor]]\nnerve = \"median\"\nside = \"right\"\nmuscle = \"abductor_pollicis_brevis\"\n".to_owned();
    for (site, distance, latency) in sites {
        text += &format!(
            "[[motor.stimulation]]\nsite = \"{site}\"\ndistance_mm = {distance}\n\
             values = {{ onset_latency_ms = {latency}, amplitude_mv = 2.0 }}\n"
        );
    }
    text
}

#[test]
fn an_absent_sensory_response_is_abnormal_without_a_distance() {
    let sural = "[[sensory]]\nnerve = \"sural\"\nside = \"right\"\nrecording_site = \"lateral_malleolus\"\n\
                 [[sensory.stimulation]]\nsite = \"calf\"\nresponse = \"absent\"\n";
    let verdict = |age: &str| {
        let a = analyse(&format!("absent{}", age.len() + usize::from(age.contains('8'))), age, sural);
        row(&a, AMPLITUDE, "calf").verdict
    };
    assert_eq!(verdict("age_years = 45\n"), "abnormal");
    assert_eq!(verdict("age_years = 80\n"), "borderline");
    assert_eq!(verdict(""), "not_assessable");
    assert_eq!(verdict("age_years = 4.5\n"), "not_assessable");
}

#[test]
fn limits_hold_at_the_distal_site_alone() {
    for site in ["mars", "elbow", "palm"] {
        let a = analyse(&format!("at-{site}"), "age_years = 45\n", &median(&[(site, 80.0, 8.0)]));
        for id in ["onset_latency", AMPLITUDE] {
            let r = row(&a, id, site);
            assert_eq!(r.verdict, "no_limit", "{site} {id}");
            assert!(r.limit.note.contains("`wrist`"), "{}", r.limit.note);
        }
    }
    let a = analyse("wrist", "age_years = 45\n", &median(&[("wrist", 80.0, 8.0)]));
    assert_eq!(row(&a, "onset_latency", "wrist").verdict, "abnormal");
    // Proximal first: the wrist is found by its name, the velocity is not judged.
    let a = analyse("turned", "age_years = 45\n", &median(&[("elbow", 220.0, 12.0), ("wrist", 80.0, 8.0)]));
    assert_eq!(row(&a, "onset_latency", "wrist").verdict, "abnormal");
    assert_eq!(row(&a, "onset_latency", "elbow").verdict, "no_limit");
    let velocity = row(&a, "conduction_velocity", "wrist-elbow");
    assert!((velocity.value.unwrap() - 55.0).abs() < 1e-9);
    assert_eq!(velocity.verdict, "not_assessable");
    assert!(velocity.doubts.iter().any(|d| d.contains("distal first")));
    let a = analyse("straight", "age_years = 45\n", &median(&[("wrist", 80.0, 8.0), ("elbow", 220.0, 12.0)]));
    assert_eq!(row(&a, "conduction_velocity", "wrist-elbow").verdict, "normal");
    let f = |site: &str| {
        format!(
            "[[f_wave]]\nnerve = \"median\"\nside = \"right\"\nmuscle = \"abductor_pollicis_brevis\"\n\
             site = \"{site}\"\nvalues = {{ min_latency_ms = 40.0 }}\n"
        )
    };
    assert_eq!(
        row(&analyse("f", "age_years = 45\n", &f("elbow")), "f_min_latency", "elbow").verdict,
        "no_limit"
    );
}

#[test]
fn children_are_not_held_against_adults() {
    for age in ["0", "0.5", "4"] {
        let a = analyse("child", &format!("age_years = {age}\n"), &median(&[("wrist", 80.0, 8.0)]));
        for id in ["onset_latency", AMPLITUDE] {
            let r = row(&a, id, "wrist");
            assert_eq!((r.verdict, r.limit.z), ("not_assessable", None), "{age} {id}");
            assert!(r.limit.note.contains("the set is of adults"), "{}", r.limit.note);
        }
    }
}

#[test]
fn entered_trains_say_why_and_rise_as_recorded_ones() {
    let train = |name: &str, hz: u32, values: &str| {
        analyse(
            name,
            "age_years = 45\n",
            &format!(
                "[[repetitive_stimulation]]\nnerve = \"ulnar\"\nside = \"right\"\n\
                 muscle = \"abductor_digiti_minimi\"\nskin_temperature_c = 33\nfrequency_hz = {hz}\n\
                 values = {{ {values} }}\n"
            ),
        )
    };
    for (name, list) in [("two", "[8, 7]"), ("zeros", "[0, 0, 0, 0]")] {
        let a = train(name, 3, &format!("amplitudes_mv = {list}"));
        let r = row(&a, "decrement", "");
        assert_eq!((r.status, r.verdict), ("undefined", "not_assessable"));
        assert!(r.reason.is_some());
    }
    let a = train("fast", 30, "amplitudes_mv = [1.1, 1.7, 2.5, 3.3]");
    let r = row(&a, "increment", "");
    assert!((r.value.unwrap() - 200.0).abs() < 1e-9);
    assert_eq!((r.verdict, r.origin), ("abnormal", "entered"));
    let a = train("slow", 3, "amplitudes_mv = [8, 8, 8, 8]");
    assert!(!a.report.measures.iter().any(|r| r.id == "increment"));
    let a = train("both", 3, "decrement_percent = 12, amplitudes_mv = [8, 8, 8, 8]");
    let r = row(&a, "decrement", "");
    assert!(r.doubts.iter().any(|d| d.contains("12 %") && d.contains("0.0 %")), "{:?}", r.doubts);
    assert_eq!(r.verdict, "not_assessable");
    let a = train("agree", 3, "decrement_percent = 12, amplitudes_mv = [8, 7.5, 7.2, 7.04]");
    assert_eq!((row(&a, "decrement", "").verdict, row(&a, "decrement", "").doubts.len()), ("abnormal", 0));
}

#[test]
fn the_built_in_table_is_a_laboratorys_file() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/reference/ncs_limits.csv");
    let own = Limits::from_file(&path).unwrap();
    assert_eq!(own.rows(), Limits::built_in().rows());
}
