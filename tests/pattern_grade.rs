//! Grades of carpal tunnel syndrome and severity of ulnar and fibular lesions.

mod pattern_support;

use myotome::pattern::grade::{self, CtsGrade};
use myotome::pattern::three::Three;
use myotome::study::Side;
use pattern_support::{ACTIVE, NORMAL, Text};

const FINE: &str = "onset_latency_ms = 2.6, peak_latency_ms = 3.3, amplitude_uv = 30.0";
const SLOW: &str = "onset_latency_ms = 4.0, peak_latency_ms = 4.9, amplitude_uv = 20.0";

/// Motor values, sensory values, peak latency of the median palm response (1.8 ms is the ulnar one).
fn hand(name: &str, motor: &str, sensory: &str, palm: Option<f64>) -> CtsGrade {
    let mut text = Text::new("");
    if !motor.is_empty() {
        text = text.motor("median", "right", "abductor_pollicis_brevis", &[("wrist", 80, motor)]);
    }
    if !sensory.is_empty() {
        text = text.sensory("median", "right", "digit_2", "wrist", 140, sensory);
    }
    if let Some(ms) = palm {
        let of = |ms: f64| {
            format!("onset_latency_ms = {:?}, peak_latency_ms = {ms:?}, amplitude_uv = 60.0", ms - 0.4)
        };
        text = text.sensory("median", "right", "wrist", "palm", 80, &of(ms)).sensory(
            "ulnar",
            "right",
            "wrist",
            "palm",
            80,
            &of(1.8),
        );
    }
    let a = text.analysed(name);
    let mut all = grade::carpal_tunnel(&a.facts());
    assert_eq!(all.len(), 1, "{name}");
    assert_eq!(all[0].side, Side::Right);
    all.remove(0)
}

fn motor(ms: f64) -> String {
    format!("onset_latency_ms = {ms:?}, amplitude_mv = 8.0")
}

fn grades(g: &CtsGrade) -> (String, String) {
    let of =
        |rows: &[&myotome::norms::CtsGradeRow]| rows.iter().map(|r| r.grade).collect::<Vec<_>>().join("/");
    (of(&g.bland), of(&g.padua))
}

#[test]
fn each_grade_of_both_scales_is_reached() {
    for (name, motor_values, sensory, palm, bland, padua) in [
        ("g0", motor(3.6), FINE, Some(1.9), "0", "negative"),
        ("g1", motor(3.6), FINE, Some(2.6), "1", "minimal"),
        ("g2", motor(3.6), SLOW, Some(2.9), "2", "mild"),
        ("g3", motor(5.6), SLOW, None, "3", "moderate"),
        ("g3edge", motor(6.5), SLOW, None, "3", "moderate"),
        ("g4", motor(5.6), "absent", None, "4", "severe"),
        ("g5", motor(7.5), "absent", None, "5", "severe"),
        ("g5there", motor(7.5), SLOW, None, "5", "moderate"),
        ("g6", "absent".to_owned(), "absent", None, "6", "extreme"),
        ("g6small", "amplitude_mv = 0.1".to_owned(), "absent", None, "6", "extreme"),
    ] {
        let g = hand(name, &motor_values, sensory, palm);
        assert_eq!(grades(&g), (bland.to_owned(), padua.to_owned()), "{name}: {:?}", g.numbers);
        assert!(!g.numbers.is_empty() && g.note.is_empty(), "{name}");
    }
}

#[test]
fn what_is_missing_leaves_the_grades_that_fit() {
    // No comparative test: normal or very mild.
    let g = hand("m1", &motor(3.6), FINE, None);
    assert_eq!(grades(&g).0, "0/1");
    assert_eq!(g.bland_grade(), None);
    assert!(g.missing.iter().any(|m| m.contains("comparative")), "{:?}", g.missing);
    assert_eq!(g.words(), "Bland 0 (normal) or 1 (very mild), Padua negative or minimal");
    // No sensory study: a long latency is moderate or severe; a very long one decides alone.
    let g = hand("m2", &motor(5.6), "", None);
    assert_eq!(grades(&g).0, "3/4");
    assert!(g.missing.iter().any(|m| m.contains("sensory response")));
    assert_eq!(hand("m3", &motor(7.5), "", None).bland_grade(), Some(5));
    // No motor study.
    let g = hand("m4", "", "absent", None);
    assert_eq!(grades(&g).0, "4/5/6");
    assert!(g.missing.iter().any(|m| m.contains("motor latency")));
    assert!(grade::carpal_tunnel(&Text::new("").analysed("m5").facts()).is_empty());
}

#[test]
fn a_cold_hand_is_not_graded_by_its_latency() {
    let mut text = Text::new("");
    text.motor_at(25.0, "median", "right", "abductor_pollicis_brevis", &[("wrist", 80, &motor(7.5))]);
    let a = text.sensory("median", "right", "digit_2", "wrist", 140, FINE).analysed("cold_hand");
    let g = &grade::carpal_tunnel(&a.facts())[0];
    assert_eq!(g.bland_grade(), None, "{}", g.words());
    assert!(g.missing.iter().any(|m| m.contains("motor latency")));
}

#[test]
fn a_polyneuropathy_stands_beside_the_grade() {
    let a = Text::new("")
        .motor("median", "right", "abductor_pollicis_brevis", &[("wrist", 80, &motor(5.6))])
        .sensory("median", "right", "digit_2", "wrist", 140, SLOW)
        .sensory("sural", "right", "lateral_malleolus", "calf", 140, "absent")
        .analysed("pn");
    let g = &grade::carpal_tunnel(&a.facts())[0];
    assert!(g.note.contains("right sural") && g.note.contains("CTS5"), "{}", g.note);
    assert!(g.words().ends_with("(CTS5)"));
}

#[test]
fn severity_says_whether_axons_are_lost() {
    let of = |name: &str, mv: f64, needle: Option<&str>| {
        let values = format!("onset_latency_ms = 2.8, amplitude_mv = {mv:?}");
        let mut text =
            Text::new("").motor("ulnar", "right", "abductor_digiti_minimi", &[("wrist", 80, &values)]);
        if let Some(findings) = needle {
            text = text.needle("first_dorsal_interosseous", "right", findings);
        }
        grade::ulnar(&text.analysed(name).facts(), Side::Right).unwrap()
    };
    assert_eq!(of("u1", 10.0, Some(NORMAL)).words, "slowing or block only");
    assert_eq!(of("u2", 10.0, Some(ACTIVE)).words, "with loss of axons");
    assert_eq!(of("u3", 2.0, None).axonal, Three::Met);
    let open = of("u4", 10.0, None);
    assert_eq!((open.axonal, open.words), (Three::Unknown, "cannot be judged"));
    assert!(grade::ulnar(&Text::new("").analysed("u5").facts(), Side::Right).is_none());
    let fibular = Text::new("").needle("tibialis_anterior", "left", ACTIVE).analysed("u6");
    assert_eq!(grade::fibular(&fibular.facts(), Side::Left).unwrap().axonal, Three::Met);
    assert!(grade::fibular(&fibular.facts(), Side::Right).is_none());
}
