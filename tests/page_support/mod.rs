//! A study whose pattern rows are written by hand, as the reasoning would give them: what the page makes of them is
//! tested apart from how they come about.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test binary uses its own part")]

use myotome::pipeline::analyze::{self, Analysis, Options};
use myotome::result::{
    ByChance, Criterion, NextTest, PatternEvidence, PatternRow, Pitfall, RuleVerdict, Where,
};

/// Entered values and findings of a right L5 root lesion; no recordings, so that it is quick.
pub const STUDY: &str = r#"
schema = "myotome.study/1"
id = "page-l5"
[subject]
age_years = 54
sex = "male"
height_cm = 178
complaint_side = "right"
complaint_region = "lumbosacral"
days_since_onset = 60
[scores]
start_back_total = 6
[[motor]]
nerve = "fibular"
side = "right"
muscle = "extensor_digitorum_brevis"
skin_temperature_c = 30.2
[[motor.stimulation]]
site = "ankle"
distance_mm = 80
values = { onset_latency_ms = 4.6, amplitude_mv = 1.1 }
[[motor.stimulation]]
site = "below_fibular_head"
distance_mm = 320
values = { onset_latency_ms = 11.7, amplitude_mv = 1.0, conduction_velocity_m_s = 45.1 }
[[sensory]]
nerve = "sural"
side = "right"
recording_site = "lateral_malleolus"
[[sensory.stimulation]]
site = "calf"
distance_mm = 140
values = { peak_latency_ms = 3.6, amplitude_uv = 12.0 }
[[sensory]]
nerve = "superficial_fibular"
side = "right"
recording_site = "lateral_ankle"
[[sensory.stimulation]]
site = "lateral_leg"
distance_mm = 120
response = "absent"
[[h_reflex]]
side = "right"
muscle = "soleus"
site = "popliteal_fossa"
values = { latency_ms = 31.0, h_m_ratio_percent = 38 }
[[needle]]
muscle = "tibialis_anterior"
side = "right"
findings = { insertional = "increased", fibrillation = 2, positive_sharp_wave = 1, fasciculation = 0, complex_repetitive_discharge = true, muap_amplitude = "increased", muap_duration = "increased", polyphasia = "increased", recruitment = "reduced" }
[[needle]]
muscle = "tibialis_posterior"
side = "right"
findings = { insertional = "increased", fibrillation = 1, positive_sharp_wave = 1, muap_amplitude = "normal", muap_duration = "normal", polyphasia = "increased", recruitment = "reduced" }
[[needle]]
muscle = "gastrocnemius_medial"
side = "right"
findings = { insertional = "normal", fibrillation = 0, positive_sharp_wave = 0, fasciculation = 0, muap_amplitude = "normal", muap_duration = "normal", polyphasia = "normal", recruitment = "normal" }
[[needle]]
muscle = "vastus_lateralis"
side = "right"
findings = { fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = "normal", muap_duration = "normal", recruitment = "normal" }
[[needle]]
muscle = "paraspinal_l5"
side = "right"
findings = { insertional = "increased", fibrillation = 2, positive_sharp_wave = 1 }
[[needle]]
muscle = "tibialis_anterior"
side = "left"
findings = { fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = "normal", muap_duration = "normal", recruitment = "normal" }
[[needle]]
muscle = "first_dorsal_interosseous"
side = "right"
findings = { fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = "normal", recruitment = "early" }
"#;

/// The study as the program judges it.
pub fn judged(name: &str, study: &str) -> Analysis {
    let folder = std::env::temp_dir().join(format!("myotome-test-{}-page-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("study.toml"), study).unwrap();
    let analysis = analyze::run(&folder, &Options::default()).unwrap();
    let _ = std::fs::remove_dir_all(&folder);
    analysis
}

/// The study without pattern rows.
pub fn analyse(name: &str, study: &str) -> Analysis {
    let mut analysis = judged(name, study);
    let report = &mut analysis.report;
    (report.patterns, report.next_tests, report.pitfalls) = (Vec::new(), Vec::new(), Vec::new());
    (report.disagreements, report.not_assessed, report.by_chance) = (Vec::new(), Vec::new(), None);
    analysis
}

fn clause(id: &str, text: &str, role: &'static str, verdict: &'static str, why: &str) -> Criterion {
    Criterion {
        id: id.into(),
        text: text.into(),
        role,
        verdict,
        why: why.into(),
        source: "LAUDER1994".into(),
        status: "recalled".into(),
    }
}

fn finding(text: &str, weight_db: f64) -> PatternEvidence {
    let direction = match weight_db {
        w if w > 0.05 => "for",
        w if w < -0.05 => "against",
        _ => "neutral",
    };
    PatternEvidence {
        finding: text.into(),
        direction,
        weight_db,
        against_normal_db: weight_db,
        against_others_db: 0.5 * weight_db,
        place: Where::default(),
    }
}

/// A row with nothing but its name and numbers.
pub fn row(
    id: &str,
    name: &str,
    family: &str,
    level: Option<&str>,
    side: Option<&str>,
    p: Option<f64>,
) -> PatternRow {
    PatternRow {
        id: id.into(),
        name: name.into(),
        family: family.into(),
        level: level.map(str::to_owned),
        side: side.map(str::to_owned),
        probability: p,
        prior: p.map(|_| 0.08),
        rule: RuleVerdict { verdict: "indeterminate", tier: "", criteria: Vec::new() },
        evidence: Vec::new(),
        total_db: None,
        unexplained: Vec::new(),
        missing: Vec::new(),
        would_change: Vec::new(),
        remarks: Vec::new(),
    }
}

fn l5() -> PatternRow {
    let right = Some("right");
    let mut l5 =
        row("radiculopathy", "L5 radiculopathy pattern", "radiculopathy", Some("L5"), right, Some(0.88));
    l5.rule = RuleVerdict {
        verdict: "met",
        tier: "consistent",
        criteria: vec![
            clause(
                "R1",
                "abnormal needle findings in two or more muscles of one root that different nerves supply",
                "required",
                "met",
                "tibialis anterior (fibular nerve), tibialis posterior (tibial nerve)",
            ),
            clause(
                "R2",
                "muscles of the neighbouring roots are normal",
                "required",
                "met",
                "vastus lateralis (L4), gastrocnemius, medial head (S1)",
            ),
            clause(
                "R3",
                "sensory responses of the dermatome are kept",
                "supporting",
                "not_met",
                "superficial fibular response absent; its ganglion can lie inside the canal at L5",
            ),
            clause(
                "R4",
                "paraspinal muscles are abnormal",
                "supporting",
                "met",
                "paraspinal L5: fibrillation potentials 2+",
            ),
            clause(
                "R7",
                "no sign of a fibular neuropathy at the fibular head",
                "contradicting",
                "indeterminate",
                "no stimulation above the fibular head",
            ),
        ],
    };
    l5.evidence = vec![
        finding("right tibialis posterior: fibrillation potentials 1+ (limit 0)", 11.4),
        finding("right tibialis anterior: fibrillation potentials 2+ (limit 0)", 9.2),
        finding("right paraspinal L5: fibrillation potentials 2+ (limit 0)", 6.1),
        finding("right superficial fibular sensory response absent (limit 5.00 uV, NDTF)", -3.0),
        finding("right gastrocnemius, medial head: normal", -0.8),
        finding("right sural amplitude 12.0 uV (limit 4.00 uV, NDTF)", 0.2),
    ];
    l5.total_db = Some(21.7);
    l5.unexplained = vec!["right superficial fibular sensory response absent".into()];
    l5.missing =
        vec!["needle: right tensor fasciae latae or gluteus medius (L5, superior gluteal nerve)".into()];
    l5.would_change =
        vec!["tensor fasciae latae with fibrillation potentials: 0.88 to 0.97; normal: 0.88 to 0.71".into()];
    l5.remarks = vec!["acute active (findings of 3 weeks to 6 months)".into()];
    l5
}

/// `analysis` with the rows that reasoning would add.
pub fn with_patterns(mut analysis: Analysis) -> Analysis {
    let right = Some("right");
    let mut fibular = row(
        "fibular_head",
        "Fibular neuropathy at the fibular head",
        "mononeuropathy",
        None,
        right,
        Some(0.06),
    );
    fibular.rule = RuleVerdict {
        verdict: "not_met",
        tier: "",
        criteria: vec![clause(
            "F1",
            "velocity across the fibular head is slow or blocked",
            "required",
            "not_met",
            "tibialis posterior (tibial nerve) is abnormal",
        )],
    };
    fibular.evidence = vec![finding("right tibialis posterior: fibrillation potentials 1+", -8.4)];
    fibular.total_db = Some(10.2);
    let mut carpal =
        row("carpal_tunnel", "Median neuropathy at the wrist", "mononeuropathy", None, right, Some(0.004));
    carpal.remarks = vec!["grade 2 of 6, mild".into()];
    carpal.rule = RuleVerdict {
        verdict: "indeterminate",
        tier: "not_enough",
        criteria: vec![clause(
            "C1",
            "median sensory latency is long",
            "required",
            "indeterminate",
            "no median study was done",
        )],
    };
    let mut early =
        row("not_assessable_small_fibre", "Small-fibre neuropathy", "not_assessable", None, None, None);
    early.remarks = vec!["conduction studies and needle show large fibres only".into()];
    let report = &mut analysis.report;
    report.patterns = vec![
        l5(),
        fibular,
        row("radiculopathy", "L4 radiculopathy pattern", "radiculopathy", Some("L4"), right, Some(0.03)),
        row(
            "plexopathy_sacral",
            "Lumbosacral (sacral) plexus plexopathy",
            "plexopathy",
            None,
            right,
            Some(0.02),
        ),
        row("normal", "Normal study", "none", None, None, Some(0.006)),
        carpal,
        early,
    ];
    let next = |muscle: &str, bits, separates: &str| NextTest {
        test: "needle",
        muscle: Some(muscle.into()),
        nerve: None,
        recording_site: None,
        side: "right".into(),
        expected_information_bits: bits,
        separates: separates.into(),
    };
    report.next_tests = vec![
        next("tensor_fasciae_latae", 0.42, "abnormal: L5 root 0.97; normal: fibular nerve 0.18"),
        next("biceps_femoris_short", 0.11, "abnormal: sciatic or fibular nerve; normal: L5 root"),
    ];
    report.by_chance = Some(ByChance {
        tested: 24,
        abnormal: 9,
        expected: 0.8,
        at_least_one: 0.55,
        assumption:
            "Each test of a healthy person is abnormal with a probability of 0.03, independent of the others."
                .into(),
    });
    report.pitfalls = vec![Pitfall {
        id: "cold_limb".into(),
        seen: "right fibular study at a skin temperature of 30.2 °C".into(),
        done: "latencies and velocities are not taken as evidence; warm the limb and repeat".into(),
        source: "AANEM".into(),
    }];
    report.disagreements =
        vec!["Fibular neuropathy at the fibular head: not met, yet 0.06, because no study crosses the fibular head".into()];
    report.not_assessed = vec!["small fibres: not seen by any of these tests".into()];
    analysis
}
