//! The study file: the example of the schema, the shared studies, and misuse.

use myotome::study::{self, ChannelChoice, Level, Recruitment, Response, Sex, Side, Study};
use myotome::{Error, norms};
use std::path::{Path, PathBuf};

/// Every table and key of the schema.
const FULL: &str = r#"schema = "myotome.study/1"
id = "demo-l5"

[subject]
age_years = 54
sex = "male"
height_cm = 178
complaint_side = "right"
complaint_region = "lumbosacral"
days_since_onset = 60

[scores]
start_back_total = 6
start_back_psychosocial = 4
dn4 = 5

[[motor]]
nerve = "peroneal"
side = "right"
muscle = "EDB"
skin_temperature_c = 32.1
[[motor.stimulation]]
site = "ankle"
distance_mm = 80
recording = { file = "fibular_motor.csv", channel = "ankle", markers = { onset_ms = 4.2 } }
[[motor.stimulation]]
site = "below_fibular_head"
distance_mm = 320
recording = { file = "sub/fibular_motor.csv", channel = 1, unit = "uV", gain_per_unit = 10, sampling_frequency_hz = 10000, stimulus_times_s = [0.1, 1.1], sweep_window_ms = [-5, 95] }
[[motor.stimulation]]
site = "thigh"
response = "absent"

[[sensory]]
nerve = "sural"
side = "right"
recording_site = "lateral_malleolus"
[[sensory.stimulation]]
site = "calf"
distance_mm = 140
values = { onset_latency_ms = 2.9, peak_latency_ms = 3.6, amplitude_uv = 12.0, amplitude_peak_to_peak_uv = 19, conduction_velocity_m_s = 48.3 }

[[f_wave]]
nerve = "tibial"
side = "right"
muscle = "abductor_hallucis"
site = "ankle"
recording = { file = "tibial_f.csv" }
values = { min_latency_ms = 48.0, mean_latency_ms = 50.5, max_latency_ms = 53.0, persistence_percent = 90, sweeps = 20 }

[[h_reflex]]
side = "right"
recording = { file = "soleus_h.csv" }
stimulus_ma = [1, 2.5]
values = { latency_ms = 30.1, h_m_ratio_percent = 40 }
[[h_reflex]]
side = "left"
response = "absent"

[[repetitive_stimulation]]
nerve = "ulnar"
side = "right"
muscle = "ADM"
frequency_hz = 3.0
values = { decrement_percent = 12, amplitudes_mv = [9.0, 8.5, 8.1, 7.9] }

[[cmap_scan]]
nerve = "median"
side = "right"
muscle = "abductor_pollicis_brevis"
file = "scan.MEM"

[[needle]]
muscle = "tibialis anterior"
side = "right"
rest = [ { file = "ta_rest_1.wav" }, { file = "ta_rest_2.wav" } ]
contraction = [ { file = "ta_slight.wav", level = "slight" }, { file = "ta_max.wav", level = "maximal" } ]
findings = { insertional = "increased", fibrillation = 2, positive_sharp_wave = 2, fasciculation = 0, complex_repetitive_discharge = false, myotonic_discharge = true, myokymic_discharge = false, neuromyotonic_discharge = false, cramp = false, muap_amplitude = "normal", muap_duration = "normal", polyphasia = "increased", recruitment = "reduced" }
"#;

fn resolved(mut study: Study) -> Study {
    study.resolve_ids(norms::muscle_id, norms::nerve_id).expect("ids of the tables");
    study
}

/// The message of the error that `text` gives.
fn complaint(text: &str) -> String {
    study::parse(text).expect_err(text).to_string()
}

/// `FULL` with one piece of text replaced, and the line where that piece stands.
fn spoilt(piece: &str, by: &str) -> (String, String) {
    let at = FULL.find(piece).unwrap_or_else(|| panic!("{piece}"));
    let line = FULL[..at].matches('\n').count() + 1;
    (complaint(&FULL.replacen(piece, by, 1)), format!("line {line}:"))
}

#[test]
fn every_key_of_the_schema_is_read_and_ids_are_written_out() {
    let s = resolved(study::parse(FULL).unwrap());
    assert_eq!(s.id.as_deref(), Some("demo-l5"));
    assert_eq!((s.subject.age_years, s.subject.sex), (Some(54.0), Some(Sex::Male)));
    assert_eq!(s.subject.complaint_region.unwrap().name(), "lumbosacral");
    assert_eq!((s.scores.start_back_total, s.scores.dn4), (Some(6.0), Some(5.0)));
    let m = &s.motor[0];
    assert_eq!(m.nerve.as_deref(), Some("fibular"));
    assert_eq!(m.muscle.as_deref(), Some("extensor_digitorum_brevis"));
    assert_eq!((m.side, m.skin_temperature_c), (Some(Side::Right), Some(32.1)));
    let first = m.stimulation[0].recording.as_ref().unwrap();
    assert_eq!(first.channel, Some(ChannelChoice::Label("ankle".into())));
    assert_eq!(first.markers.get("onset_ms"), Some(&4.2));
    let second = m.stimulation[1].recording.as_ref().unwrap();
    assert_eq!(
        (second.file.as_str(), &second.channel),
        ("sub/fibular_motor.csv", &Some(ChannelChoice::Index(1)))
    );
    assert_eq!((second.unit.as_deref(), second.gain_per_unit), (Some("uV"), Some(10.0)));
    assert_eq!(second.sampling_frequency_hz, Some(10_000.0));
    assert_eq!(
        (second.stimulus_times_s.as_slice(), second.sweep_window_ms),
        (&[0.1, 1.1][..], Some([-5.0, 95.0]))
    );
    assert_eq!(m.stimulation[2].response, Some(Response::Absent));
    let values = &s.sensory[0].stimulation[0].values;
    assert_eq!(
        (values.0.len(), values.get("peak_latency_ms"), values.get("amplitude_uv")),
        (5, Some(3.6), Some(12.0))
    );
    assert_eq!(values.get("no_such_key"), None);
    assert_eq!((s.f_wave[0].values.get("sweeps"), s.f_wave[0].values.0.len()), (Some(20.0), 5));
    assert_eq!(s.h_reflex[0].stimulus_ma, [1.0, 2.5]);
    assert_eq!(s.h_reflex[1].response, Some(Response::Absent));
    let r = &s.repetitive_stimulation[0];
    assert_eq!((r.muscle.as_deref(), r.frequency_hz), (Some("abductor_digiti_minimi"), Some(3.0)));
    assert_eq!((r.amplitudes_mv.len(), r.values.get("decrement_percent")), (4, Some(12.0)));
    assert_eq!(s.cmap_scan[0].recording.as_ref().unwrap().file, "scan.MEM");
    let n = &s.needle[0];
    assert_eq!((n.muscle.as_deref(), n.rest.len()), (Some("tibialis_anterior"), 2));
    assert_eq!(n.contraction[1].level, Some(Level::Maximal));
    let f = n.findings.as_ref().unwrap();
    assert_eq!(
        (f.fibrillation, f.recruitment, f.myotonic_discharge),
        (Some(2), Some(Recruitment::Reduced), Some(true))
    );
    let files: Vec<_> = s.recordings().iter().map(|r| r.file.clone()).collect();
    assert_eq!(files.len(), 9, "{files:?}");
}

#[test]
fn every_key_but_the_schema_may_be_absent() {
    let s =
        study::parse("schema = \"myotome.study/1\"\n[[motor]]\n[[motor.stimulation]]\n[[needle]]\n").unwrap();
    assert_eq!((s.motor.len(), s.needle.len(), s.subject.sex), (1, 1, None));
    let inside = study::parse(
        &FULL.replace("soleus_h.csv\" }\nstimulus_ma = [1, 2.5]", "soleus_h.csv\", stimulus_ma = [1, 2.5] }"),
    );
    assert_eq!(inside.unwrap().h_reflex[0].stimulus_ma, [1.0, 2.5]);
    // A byte order mark and Windows line ends, as editors write them.
    let windows = format!("\u{feff}{}", FULL.replace('\n', "\r\n"));
    assert_eq!(study::parse(&windows).unwrap(), study::parse(FULL).unwrap());
}

#[test]
fn an_unknown_key_names_its_line_and_the_nearest_known_key() {
    for (piece, by, nearest) in [
        ("age_years", "age_year", "age_years"),
        ("[subject]", "[sobject]", "subject"),
        ("distance_mm = 320", "distanc_mm = 320", "distance_mm"),
        ("peak_latency_ms", "peek_latency_ms", "peak_latency_ms"),
        ("fibrillation", "fibrilation", "fibrillation"),
        ("sampling_frequency_hz", "sampling_freqency_hz", "sampling_frequency_hz"),
        ("level = \"slight\"", "levl = \"slight\"", "level"),
        ("onset_ms = 4.2", "onset_m = 4.2", "onset_ms"),
        ("frequency_hz = 3.0", "frequenzy_hz = 3.0", "frequency_hz"),
        ("[[cmap_scan]]", "[[cmap_skan]]", "cmap_scan"),
    ] {
        let (text, line) = spoilt(piece, by);
        assert!(text.contains(&line), "{by}: {text}, not {line}");
        assert!(text.contains(&format!("`{nearest}`")), "{by}: {text}");
    }
    // A key of a motor study is not one of a sensory study.
    let (text, _) = spoilt("amplitude_uv = 12.0", "amplitude_mv = 12.0");
    assert!(text.contains("`amplitude_mv`") && text.contains("`amplitude_uv`"), "{text}");
}

#[test]
fn a_wrong_word_or_number_names_its_line_and_what_is_allowed() {
    for (piece, by, allowed) in [
        ("sex = \"male\"", "sex = \"m\"", "`female`"),
        ("side = \"right\"\nmuscle = \"EDB\"", "side = \"bilateral\"\nmuscle = \"EDB\"", "`left`, `right`"),
        ("level = \"slight\"", "level = \"strong\"", "`moderate`"),
        ("insertional = \"increased\"", "insertional = \"up\"", "`decreased`"),
        ("polyphasia = \"increased\"", "polyphasia = \"decreased\"", "`normal`, `increased`"),
        ("recruitment = \"reduced\"", "recruitment = 3", "`early`"),
        ("fibrillation = 2", "fibrillation = 5", "0 to 4"),
        ("fibrillation = 2", "fibrillation = -1", "0 to 4"),
        ("fibrillation = 2", "fibrillation = true", "0 to 4"),
        ("cramp = false", "cramp = 0", "true or false"),
        ("response = \"absent\"", "response = \"none\"", "`absent`"),
        ("age_years = 54", "age_years = nan", "0 to 130"),
        ("age_years = 54", "age_years = \"54\"", "a number"),
        ("height_cm = 178", "height_cm = 1.78", "20 to 280"),
        ("distance_mm = 320", "distance_mm = -1", "0.1 to 3000"),
        ("sweep_window_ms = [-5, 95]", "sweep_window_ms = [95, -5]", "start before end"),
        ("gain_per_unit = 10", "gain_per_unit = 0", "is possible"),
        ("channel = 1", "channel = -1", "whole number"),
        ("[subject]", "[[subject]]", "a table"),
        ("[[f_wave]]", "[f_wave]", "[[f_wave]]"),
        ("schema = \"myotome.study/1\"", "schema = \"myotome.study/2\"", "myotome.study/1"),
        ("id = \"demo-l5\"", "id = \"demo-l5\nid = 3", ""),
    ] {
        let (text, line) = spoilt(piece, by);
        if !by.starts_with("[") {
            assert!(text.contains(&line), "{by}: {text}, not {line}");
        }
        assert!(text.contains("line ") && text.contains(allowed), "{by}: {text}");
    }
    assert!(complaint("").contains("schema = \"myotome.study/1\""));
    assert!(complaint("schema = 1").contains("line 1"));
    let both = FULL.replace("site = \"calf\"\n", "site = \"calf\"\nresponse = \"absent\"\n");
    assert!(complaint(&both).contains("one of the two"));
}

#[test]
fn a_recording_lies_inside_the_study() {
    for outside in
        ["/etc/passwd", "../x.csv", "a/../../x", "C:x.csv", "c:/x", "..\\\\x", "a//b", "", "a\\u0000b"]
    {
        let text = FULL.replace("tibial_f.csv", outside);
        assert!(matches!(study::parse(&text), Err(Error::Malformed { .. })), "{outside}");
    }
    assert!(complaint(&FULL.replace("file = \"tibial_f.csv\"", "channel = 0")).contains("`file`"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused_and_the_folder_names_the_study() {
    let root = std::env::temp_dir().join(format!("myotome-study-{}", std::process::id()));
    let folder = root.join("patient-7");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(root.join("outside.csv"), "1").unwrap();
    std::fs::write(folder.join("inside.csv"), "1").unwrap();
    let _ = std::os::unix::fs::symlink(root.join("outside.csv"), folder.join("link.csv"));
    let body = "[[f_wave]]\nrecording = { file = \"FILE\" }\n";
    let mut outcomes = Vec::new();
    for file in ["inside.csv", "link.csv", "missing.csv"] {
        let text = format!("schema = \"myotome.study/1\"\n{}", body.replace("FILE", file));
        std::fs::write(folder.join("study.toml"), text).unwrap();
        let s = study::read(&folder).unwrap();
        assert_eq!(s, study::read(&folder.join("study.toml")).unwrap());
        assert_eq!(s.id.as_deref(), Some("patient-7"));
        outcomes.push(s.path_of(s.recordings()[0]));
    }
    std::fs::write(folder.join("study.toml"), b"schema = \"\xff\"").unwrap();
    let latin = study::read(&folder);
    std::fs::remove_dir_all(&root).unwrap();
    assert_eq!(outcomes[0].as_ref().unwrap().file_name().unwrap(), "inside.csv");
    assert!(outcomes[1].as_ref().unwrap_err().to_string().contains("out of the study's folder"));
    assert!(matches!(outcomes[2], Err(Error::Io { .. })));
    assert!(latin.unwrap_err().to_string().contains("UTF-8"));
    assert!(matches!(study::read(&root), Err(Error::Io { .. })));
}

#[test]
fn an_unknown_muscle_or_nerve_names_its_line_and_the_nearest() {
    for (piece, by, nearest) in [
        ("muscle = \"tibialis anterior\"", "muscle = \"tibialis anteriro\"", "tibialis_anterior"),
        ("nerve = \"sural\"", "nerve = \"sual\"", "sural"),
    ] {
        let line = FULL[..FULL.find(piece).unwrap()].matches('\n').count() + 1;
        let mut s = study::parse(&FULL.replacen(piece, by, 1)).unwrap();
        let text = s.resolve_ids(norms::muscle_id, norms::nerve_id).unwrap_err().to_string();
        assert!(text.contains(&format!("line {line}:")) && text.contains(nearest), "{text}");
    }
}

#[test]
fn no_damaged_text_panics() {
    let mut seen = 0;
    for end in (0..FULL.len()).step_by(7) {
        let _ = study::parse(&FULL[..end]);
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[end] = b"[]{}=\"'#\n.0"[seen % 11];
        let _ = study::parse(&String::from_utf8(bytes).unwrap());
        seen += 1;
    }
    assert!(seen > 300);
    assert!(study::parse(&format!("a = {}", "[".repeat(100_000))).is_err());
}

/// The shared studies, where they are.
fn shared_studies() -> Vec<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let root = std::env::var_os("MYOTOME_DATA").map_or_else(beside, PathBuf::from).join("studies");
    let Ok(entries) = std::fs::read_dir(&root) else {
        println!("skipped: no test data at {}", root.display());
        return Vec::new();
    };
    let mut all: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.join("study.toml").is_file()).collect();
    assert!(!all.is_empty(), "{} holds no study", root.display());
    all.sort();
    all
}

#[test]
fn the_shared_studies_are_read() {
    for folder in shared_studies() {
        let s = resolved(study::read(&folder).unwrap());
        assert!(s.id.as_ref().unwrap().starts_with("example-"), "{}", folder.display());
        assert!(!s.motor.is_empty() && !s.needle.is_empty() && !s.sensory.is_empty());
        let values: usize = s.motor.iter().flat_map(|m| &m.stimulation).map(|t| t.values.0.len()).sum();
        assert!(values >= 4, "{}", folder.display());
        assert!(s.needle.iter().all(|n| n.findings.is_some() && n.muscle.is_some()));
    }
}

#[test]
fn exercise_directions_and_interference_are_read() {
    let text = "schema = \"myotome.study/1\"\n\
        [[sensory]]\nnerve = \"sural\"\ntechnique = \"orthodromic\"\n\
        [[repetitive_stimulation]]\nexercise_s = 10\nseconds_after_exercise = 60\n\
        [[munix]]\nnerve = \"ulnar\"\nmuscle = \"ADM\"\nrecording = { file = \"cmap.csv\" }\n\
        contraction = [{ file = \"a.wav\", level = \"slight\" }, { file = \"b.wav\" }]\n";
    let s = resolved(study::parse(text).unwrap());
    assert_eq!(s.sensory[0].technique, Some(study::Technique::Orthodromic));
    let train = &s.repetitive_stimulation[0];
    assert_eq!((train.exercise_s, train.seconds_after_exercise), (Some(10.0), Some(60.0)));
    assert_eq!(s.munix[0].muscle.as_deref(), Some("abductor_digiti_minimi"));
    let files: Vec<&str> = s.recordings().iter().map(|r| r.file.as_str()).collect();
    assert_eq!(files, ["cmap.csv", "a.wav", "b.wav"]);
    let wrong = study::parse("schema = \"myotome.study/1\"\n[[sensory]]\ntechnique = \"up\"\n").unwrap_err();
    assert!(wrong.to_string().contains("`antidromic`"), "{wrong}");
}
