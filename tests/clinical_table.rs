//! Clinical tables: what they hold is what a study file holds, and what is wrong in one is told by line and column.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod shared;

use myotome::norms;
use myotome::study::sheet::{self, Sheet};
use myotome::study::{self, Study, to_toml};
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

fn read(text: &str) -> myotome::Result<Sheet> {
    sheet::parse(text, &norms::muscle_id, &norms::nerve_id)
}

/// The studies of a table without a mistake.
fn studies(text: &str) -> Vec<Study> {
    let sheet = read(text).unwrap();
    assert!(sheet.refused.is_empty(), "{:?}", sheet.refused);
    sheet.studies
}

/// What is said of a table with one.
fn complaint(text: &str) -> String {
    match read(text) {
        Err(e) => e.to_string(),
        Ok(sheet) => sheet.refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

const TOML: &str = r#"
schema = "myotome.study/1"
id = "P1"
[subject]
age_years = 54
sex = "male"
height_cm = 178
weight_kg = 81.5
complaint_side = "right"
complaint_region = "lumbosacral"
days_since_onset = 60
symptoms = "limb"
previous_back_surgery = "none"
diabetes = false
upper_motor_neuron_signs = true
[scores]
start_back_total = 6
start_back_psychosocial = 4
lanss = 12
pain_detect = -1
[[motor]]
nerve = "fibular"
side = "right"
muscle = "extensor_digitorum_brevis"
skin_temperature_c = 32.5
[[motor.stimulation]]
site = "ankle"
distance_mm = 80
values = { onset_latency_ms = 4.9, amplitude_mv = 3.6 }
[[motor.stimulation]]
site = "below_fibular_head"
distance_mm = 320
values = { onset_latency_ms = 11.9, amplitude_mv = 3.3, conduction_velocity_m_s = 45.7 }
[[motor]]
nerve = "tibial"
side = "left"
muscle = "abductor_hallucis"
[[motor.stimulation]]
site = "ankle"
response = "absent"
[[sensory]]
nerve = "sural"
side = "right"
recording_site = "lateral_malleolus"
technique = "antidromic"
[[sensory.stimulation]]
site = "calf"
distance_mm = 140
values = { peak_latency_ms = 3.6, amplitude_uv = 12 }
[[f_wave]]
nerve = "tibial"
side = "right"
muscle = "abductor_hallucis"
site = "ankle"
values = { min_latency_ms = 51.2, persistence_percent = 90 }
[[h_reflex]]
side = "right"
muscle = "soleus"
response = "absent"
[[repetitive_stimulation]]
nerve = "ulnar"
side = "right"
muscle = "abductor_digiti_minimi"
frequency_hz = 3
values = { amplitudes_mv = [9.1, 8.9, 8.8, 8.7] }
[[needle]]
muscle = "tibialis_anterior"
side = "right"
findings = { insertional = "increased", fibrillation = 2, positive_sharp_wave = 1, cramp = true, muap_duration = "normal", recruitment = "reduced" }
[[needle]]
muscle = "vastus_medialis"
side = "right"
"#;

const LONG: &str = "\
study_id,kind,nerve_or_muscle,side,recording,site,key,value,comment
P1,subject,,,,,age_years,54,
P1,subject,,,,,sex,M,
P1,subject,,,,,height_cm,178,
P1,subject,,,,,weight_kg,81.5,
P1,subject,,,,,complaint_side,R,
P1,subject,,,,,complaint_region,lumbosacral,
P1,subject,,,,,days_since_onset,60,
P1,subject,,,,,symptoms,limb,
P1,subject,,,,,previous_back_surgery,none,
P1,subject,,,,,diabetes,no,
P1,subject,,,,,upper_motor_neuron_signs,yes,
P1,scores,,,,,start_back_total,6,
P1,scores,,,,,start_back_psychosocial,4,
P1,scores,,,,,lanss,12,
P1,scores,,,,,pain_detect,-1,
P1,label,,,,,truth,not read,\"a, comment\"
P1,motor,peroneal,right,EDB,,skin_temperature_c,32.5,
P1,motor,fibular,R,extensor_digitorum_brevis,ankle,distance_mm,80,
P1,motor,fibular,right,EDB,ankle,onset_latency_ms,4.9,
P1,motor,fibular,right,EDB,ankle,amplitude_mv,3.6,
P1,motor,fibular,right,EDB,below_fibular_head,distance_mm,320,
P1,motor,fibular,right,EDB,below_fibular_head,onset_latency_ms,11.9,
P1,motor,fibular,right,EDB,below_fibular_head,amplitude_mv,3.3,
P1,motor,fibular,right,EDB,below_fibular_head,conduction_velocity_m_s,45.7,
P1,motor,tibial,left,abductor_hallucis,ankle,amplitude_mv,NR,
P1,sensory,sural,right,lateral_malleolus,,technique,antidromic,
P1,sensory,sural,right,lateral_malleolus,calf,distance_mm,140,
P1,sensory,sural,right,lateral_malleolus,calf,peak_latency_ms,3.6,
P1,sensory,sural,right,lateral_malleolus,calf,amplitude_uv,12,
P1,f_wave,tibial,right,abductor_hallucis,ankle,min_latency_ms,51.2,
P1,f_wave,tibial,right,abductor_hallucis,ankle,persistence_percent,90,
P1,h_reflex,soleus,right,,,response,absent,
P1,repetitive_stimulation,ulnar,right,ADM,,frequency_hz,3,
P1,repetitive_stimulation,ulnar,right,ADM,,amplitudes_mv,9.1;8.9;8.8;8.7,
P1,needle,TA,right,,,insertional,Incr,
P1,needle,TA,right,,,fibrillation,2+,
P1,needle,tibialis_anterior,right,,,positive_sharp_wave,+,
P1,needle,TA,right,,,cramp,yes,
P1,needle,TA,right,,,muap_duration,Nml,
P1,needle,TA,right,,,polyphasia,,
P1,needle,TA,right,,,recruitment,Red,
P1,needle,VM,right,,,fibrillation,,
";

const WIDE: &str = "\u{feff}[motor];;;;;;;;;\r
Study ID;Nerve;Side;Muscle;Site;Distance mm;onset_latency_ms;amplitude_mv;conduction_velocity_m_s;skin_temperature_c\r
P1;fibular;R;EDB;ankle;80;4,9;3,6;;32,5\r
P1;fibular;R;EDB;below_fibular_head;320;11,9;3,3;45,7;32,5\r
P1;tibial;L;abductor_hallucis;ankle;;NR;NR;;\r
;;;;;;;;;\r
[sensory]\r
study_id;nerve;side;recording_site;technique;site;distance_mm;peak_latency_ms;amplitude_uv\r
P1;sural;right;lateral_malleolus;anti;calf;140;3,6;12\r
[f_wave]\r
study_id;nerve;side;muscle;site;min_latency_ms;persistence_percent\r
P1;tibial;right;abductor_hallucis;ankle;51,2;90\r
[h_reflex]\r
study_id;muscle;side;latency_ms\r
P1;soleus;right;NR\r
[repetitive_stimulation]\r
study_id;nerve;side;muscle;frequency_hz;amplitudes_mv\r
P1;ulnar;right;ADM;3;9,1 8,9 8,8 8,7\r
[needle]\r
study_id;muscle;side;insertional;fibrillation;positive_sharp_wave;cramp;muap_duration;polyphasia;recruitment\r
P1;\"TA\";right;Incr.;2+;1+;yes;N;;reduced\r
P1;VM;right;;;;;;;\r
[subject]\r
study_id;age_years;sex;height_cm;weight_kg;complaint_side;complaint_region;days_since_onset;symptoms;previous_back_surgery;diabetes;upper_motor_neuron_signs;start_back_total;start_back_psychosocial;lanss;pain_detect\r
P1;54;m;178;81,5;right;lumbosacral;60;limb;none;no;yes;6;4;12;-1\r
";

#[test]
fn both_forms_and_the_study_file_give_the_same_study() {
    let mut expected = study::parse(TOML).unwrap();
    expected.resolve_ids(norms::muscle_id, norms::nerve_id).unwrap();
    let expected = expected.without_lines();
    let long = studies(LONG);
    assert_eq!(long.len(), 1);
    assert_eq!(long[0].motor[0].lines.table, 18);
    assert_eq!(long.into_iter().next().unwrap().without_lines(), expected);
    assert_eq!(studies(WIDE).remove(0).without_lines(), expected);
    // Tabs, UTF-16 as spreadsheets save "Unicode text", a column for the kind.
    let tabs = "study_id\tkind\tmuscle\tside\tfibrillation\nA\tneedle\tTA\tL\t1,0\n";
    assert!(complaint(tabs).contains("column 5 (E)"), "{}", complaint(tabs));
    assert_eq!(
        studies(&tabs.replace("1,0", "1+"))[0].needle[0].findings.as_ref().unwrap().fibrillation,
        Some(1)
    );
}

#[test]
fn a_study_is_written_as_a_study_file_that_reads_back_the_same() {
    let full = r#"
schema = "myotome.study/1"
id = "quotes \" and \\ and \u0007 and Ä"
[[motor]]
nerve = "x"
response = "absent"
[[motor.stimulation]]
recording = { file = "a/b.csv", channel = 3, unit = "uV", gain_per_unit = 0.1, sampling_frequency_hz = 23437.5, stimulus_times_s = [0.1, 1e-7, 3], sweep_window_ms = [-5, 95.25], markers = { onset_ms = 3.1, end_ms = 9 } }
[[h_reflex]]
stimulus_ma = [1, 2.5]
recording = { file = "h.csv", channel = "soleus" }
[[repetitive_stimulation]]
exercise_s = 10
seconds_after_exercise = 60
values = { decrement_percent = -3.25 }
[[cmap_scan]]
side = "left"
file = "scan.MEM"
[[munix]]
muscle = "APB"
recording = { file = "m.csv" }
contraction = [ { file = "c.csv", level = "slight" }, { file = "d.csv" } ]
[[needle]]
rest = [ { file = "r.wav" } ]
contraction = [ { file = "c.wav", level = "maximal" } ]
findings = {}
"#;
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    let mut texts = vec![TOML.to_owned(), full.to_owned(), "schema = \"myotome.study/1\"".to_owned()];
    for folder in ["", "ncs"] {
        texts.push(std::fs::read_to_string(demo.join(folder).join("study.toml")).unwrap());
    }
    for text in texts {
        let first = study::parse(&text).unwrap().without_lines();
        let written = to_toml(&first);
        let second = study::parse(&written).unwrap_or_else(|e| panic!("{e}\n{written}")).without_lines();
        assert_eq!(first, second, "{written}");
        assert_eq!(written, to_toml(&second));
    }
}

#[test]
fn an_empty_cell_is_not_done_and_an_absent_response_is_absent() {
    let one = studies("kind,muscle,side,fibrillation,recruitment\nneedle,TA,left,,\nneedle,VM,left,NT,Nml\n")
        .remove(0);
    assert_eq!(one.id, None);
    assert_eq!(one.needle.len(), 2);
    assert_eq!(one.needle[0].findings, None);
    assert_eq!(one.needle[1].findings.as_ref().unwrap().fibrillation, None);
    let wide = "nerve,side,muscle,site,onset_latency_ms,amplitude_mv\ntibial,left,AH,ankle,NR,\ntibial,left,AH,knee,,\n";
    let motor = &studies(wide)[0].motor[0];
    assert!(motor.stimulation[0].response.is_some() && motor.stimulation[0].values.is_empty());
    assert!(motor.stimulation[1].response.is_none() && motor.stimulation[1].values.is_empty());
}

#[test]
fn a_mistake_is_told_by_line_and_column_with_the_nearest_right_word() {
    let needle = "study_id,muscle,side,fibrillation,recruitment\n";
    let motor = "nerve,side,muscle,site,distance_mm,onset_latency_ms,amplitude_mv\n";
    let long = "study_id,kind,nerve_or_muscle,side,recording,site,key,value\n";
    for (head, row, wanted) in [
        (
            needle,
            "A,tibialis_anteroir,left,1,",
            &["line 2", "column 2 (B)", "`tibialis_anterior`", "study `A`"][..],
        ),
        (needle, "A,TA,lft,1,", &["line 2", "column 3 (C)", "`left`"]),
        (needle, "A,TA,,1,", &["line 2", "column 3", "is empty"]),
        (needle, "A,TA,left,5,", &["line 2", "column 4 (D)", "fibrillation", "0 to 4"]),
        (needle, "A,TA,left,1,reducd", &["line 2", "column 5 (E)", "`reduced`"]),
        (needle, ",TA,left,1,", &["line 2", "study_id"]),
        (needle, "A,TA,left,1,,x", &["line 2", "column 6", "behind"]),
        (needle, "A,,left,1,", &["line 2", "muscle"]),
        (needle, "A,TA,left,1,\nA,TA,left,1,", &["line 3", "stands twice", "line 2", "repeat"]),
        (needle, "A,TA,left,1,\nA,tibialis_anterior,L,2,", &["line 3", "another value"]),
        (needle, "A,\"TA,left,1,", &["line 2", "quote"]),
        ("study_id,muscle,side,fibrilation\n", "A,TA,left,1", &["line 1", "column 4", "`fibrillation`"]),
        ("muscle,side,\n", "TA,left,x", &["line 1", "kind"]),
        ("muscle,side,cramp,\n", "TA,left,yes,x", &["line 2", "column 4", "without a name"]),
        (motor, "tibial,left,AH,ankle,80,4,9,8,1", &["line 2", "decimal commas", "`;`"]),
        (motor, "tibial,left,AH,ankle,80,\"4,9\",8", &["line 2", "column 6 (F)", "separated by `;`"]),
        (motor, "tibial,left,AH,ankle,80,4.9,NR", &["line 2", "`absent`", "one of the two"]),
        (motor, "tibial,left,AH,ankle,80,4.9,800", &["line 2", "column 7 (G)", "0 to 100"]),
        (motor, "tibail,left,AH,ankle,80,4.9,8", &["line 2", "column 1 (A)", "`tibial`"]),
        (motor, ",left,AH,ankle,80,4.9,8", &["line 2", "needs its nerve"]),
        (long, "A,needl,TA,left,,,fibrillation,1", &["line 2", "column 2 (B)", "`needle`"]),
        (long, "A,needle,TA,left,,,fibrilation,1", &["line 2", "column 7 (G)", "`fibrillation`"]),
        (long, "A,needle,TA,left,,,amplitude_mv,1", &["line 2", "column 7", "has no `amplitude_mv`"]),
        (long, "A,needle,TA,left,EDB,,fibrillation,1", &["line 2", "column 5", "nothing to be written here"]),
        (long, "A,subject,,left,,,age_years,50", &["line 2", "column 4", "nothing to be written here"]),
        (long, "A,subject,,,,,age_years,500", &["line 2", "column 8 (H)", "0 to 130"]),
        (
            long,
            "A,subject,,,,,age_years,50\nA,subject,,,,,age_years,51",
            &["line 3", "another value", "line 2"],
        ),
        (long, "A,scores,,,,,lanss,25", &["line 2", "column 8", "0 to 24"]),
        ("", "", &["header"]),
        ("study_id,age_years\n", "", &["no row"]),
        ("[motr]\n", "", &["line 1", "`[motor]`"]),
    ] {
        let said = complaint(&format!("{head}{row}\n"));
        for part in wanted {
            assert!(said.contains(part), "{row}: {said}, not {part}");
        }
    }
}

#[test]
fn a_mistake_costs_its_own_study_only() {
    let text = "study_id,muscle,side,fibrillation\nA,TA,left,1\nB,TA,left,9\nA,VM,left,2\nB,VM,left,8\nC,TA,right,0\n";
    let sheet = read(text).unwrap();
    let ids: Vec<_> = sheet.studies.iter().map(|s| s.id.clone().unwrap()).collect();
    assert_eq!(ids, ["A", "C"]);
    assert_eq!(sheet.studies[0].needle.len(), 2, "rows of a study need not be neighbours");
    assert_eq!(sheet.refused.len(), 1);
    assert!(sheet.refused[0].to_string().contains("line 3"), "{}", sheet.refused[0]);
}

#[test]
fn tests_of_one_place_are_told_apart_where_the_table_says_so() {
    let text = "nerve,side,muscle,repeat,frequency_hz,decrement_percent\nulnar,left,ADM,1,3,5\nulnar,left,ADM,2,3,12\n";
    assert_eq!(studies(text)[0].repetitive_stimulation.len(), 2);
}

#[test]
fn only_a_header_of_a_clinical_table_is_one() {
    for (text, is) in [
        (LONG, true),
        (WIDE, true),
        ("muscle,side,fibrillation\n", true),
        ("study_id;age_years\n", true),
        ("\n\n[needle]\n", true),
        ("time_ms,ankle [uV]\n0,1\n", false),
        ("time_s,muscle\n0,1\n", false),
        ("side,left\n", false),
        ("1,2,3\n4,5,6\n", false),
        ("", false),
        ("\"", false),
    ] {
        assert_eq!(sheet::is_sheet(text.as_bytes()), is, "{text}");
    }
    assert!(!sheet::is_sheet(&[0xff, 0xfe, 0x00]));
    // The first bytes of a long table, cut inside a character.
    let long = format!("study_id,muscle,side,comment,cramp\n{}", "A,TA,left,Ä,no\n".repeat(10_000));
    for cut in 65_500..65_536 {
        assert!(sheet::is_sheet(&long.as_bytes()[..cut]), "{cut}");
    }
    // Recordings are none.
    let mut seen = 0;
    for entry in
        walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo")).into_iter().flatten()
    {
        if entry.path().extension().is_some_and(|e| e == "csv") {
            assert!(!sheet::is_sheet(&std::fs::read(entry.path()).unwrap()), "{}", entry.path().display());
            seen += 1;
        }
    }
    assert!(seen > 5);
}

/// A table of `n` studies of 60 rows.
fn many(n: usize) -> String {
    let mut text = String::from("study_id,kind,nerve_or_muscle,side,recording,site,key,value\n");
    let muscles =
        ["TA", "VM", "deltoid", "biceps_brachii", "FDI", "APB", "EDC", "triceps_brachii", "PL", "soleus"];
    for i in 0..n {
        let _ = writeln!(text, "S{i},subject,,,,,age_years,{}", 20 + i % 60);
        for muscle in muscles {
            for (key, value) in [("fibrillation", "1+"), ("positive_sharp_wave", "0"), ("recruitment", "Red")]
            {
                let _ = writeln!(text, "S{i},needle,{muscle},right,,,{key},{value}");
            }
        }
        for site in ["ankle", "below_fibular_head", "above_fibular_head"] {
            for side in ["left", "right"] {
                for (key, value) in [
                    ("distance_mm", "80"),
                    ("onset_latency_ms", "4.9"),
                    ("amplitude_mv", "3.6"),
                    ("conduction_velocity_m_s", "45"),
                    ("negative_peak_duration_ms", "5"),
                ] {
                    let _ = writeln!(text, "S{i},motor,fibular,{side},EDB,{site},{key},{value}");
                }
            }
        }
    }
    text
}

#[test]
fn thousands_of_studies_are_read_in_a_time_that_grows_with_their_number() {
    let (small, large) = (many(150), many(1500));
    let time = |text: &str, n: usize| {
        let begun = Instant::now();
        assert_eq!(studies(text).len(), n);
        begun.elapsed().as_secs_f64()
    };
    let (a, b) = (time(&small, 150).min(time(&small, 150)), time(&large, 1500));
    println!("1500 studies of 61 rows: {b:.3} s");
    // Ten times the rows; a quadratic step would take a hundred times as long. The floor is for a busy machine.
    assert!(b < 40.0 * a.max(0.01), "{a} s for 150 studies, {b} s for 1500");
}

#[test]
fn cut_and_spoilt_tables_are_refused_or_read_but_never_panic() {
    let mut read_some = 0;
    for whole in [LONG, WIDE] {
        for end in (0..whole.len()).filter(|e| whole.is_char_boundary(*e)).step_by(3) {
            let _ = sheet::is_sheet(&whole.as_bytes()[..end]);
            if read(&whole[..end]).is_ok() {
                read_some += 1;
            }
        }
        let bytes = whole.as_bytes();
        for at in (0..bytes.len()).step_by(5) {
            for by in [b',', b';', b'"', b'\n', 0, b'['] {
                let mut spoilt = bytes.to_vec();
                spoilt[at] = by;
                if let Ok(text) = String::from_utf8(spoilt) {
                    let _ = read(&text);
                }
            }
        }
    }
    assert!(read_some > 100, "{read_some}");
}

#[test]
fn the_textbook_examples_are_read() {
    let Some(data) = shared::data() else { return };
    let path = data.join("../reference/clinical/patterns_examples.csv");
    let Ok(text) = std::fs::read_to_string(&path) else { return println!("skipped: {}", path.display()) };
    let all = studies(&text);
    assert!(all.len() > 50, "{}", all.len());
    for study in all {
        let back = study::parse(&to_toml(&study)).unwrap();
        assert_eq!(back.without_lines(), study.without_lines());
    }
}

fn myotome(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myotome")).args(args).output().expect("it starts")
}

#[test]
fn a_table_becomes_study_folders_and_reports() {
    let folder = shared::temporary("sheet");
    let table = folder.join("values.csv");
    let text =
        "study_id,muscle,side,fibrillation,age_years\n../A,TA,left,1,40\nB 2,TA,left,2,50\nC,TA,left,7,50\n";
    std::fs::write(&table, text).unwrap();
    let (table, out, made) = (table.to_str().unwrap(), folder.join("out"), folder.join("made"));
    let done = myotome(&["convert", table, made.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(said.contains("values.csv") && said.contains("line 4") && said.contains("column 4"), "{said}");
    for (name, id) in [("_A", "../A"), ("B_2", "B 2")] {
        assert_eq!(study::read(&made.join(name)).unwrap().id.as_deref(), Some(id));
    }
    assert_eq!(std::fs::read_dir(&made).unwrap().count(), 2);
    let again = myotome(&["convert", table, made.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--force"));
    assert_eq!(myotome(&["convert", table, made.to_str().unwrap(), "--force"]).status.code(), Some(3));

    let done = myotome(&["analyze", table, "--out", out.to_str().unwrap(), "--jobs", "1", "--quiet"]);
    assert_eq!(done.status.code(), Some(3));
    let report = |name: &str| std::fs::read_to_string(out.join(name).join("report.json")).unwrap();
    let one = report("_A");
    assert!(one.contains("clinical table") && one.contains("\"fibrillation\": 1"), "{one}");
    let first = (one, report("B_2"));
    let again = myotome(&["analyze", table, "--out", out.to_str().unwrap(), "--jobs", "4", "--quiet"]);
    assert_eq!(again.status.code(), Some(3));
    assert_eq!(first, (report("_A"), report("B_2")));
    // The same as through the study file, but for the input's name.
    let by_file = folder.join("by_file");
    let done = myotome(&["analyze", made.join("B_2").to_str().unwrap(), "--out", by_file.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0));
    let other: serde_json::Value =
        serde_json::from_slice(&std::fs::read(by_file.join("B_2/report.json")).unwrap()).unwrap();
    let own: serde_json::Value = serde_json::from_str(&first.1).unwrap();
    for field in ["measures", "needle", "patterns", "quality", "not_assessed"] {
        assert_eq!(own[field], other[field], "{field}");
    }

    std::fs::write(folder.join("bad.csv"), "muscle,side,fibrilation\nTA,left,1\n").unwrap();
    let bad = myotome(&["analyze", folder.join("bad.csv").to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(bad.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("`fibrillation`"));
}

#[test]
fn every_option_of_a_grade_survives_a_table() {
    // What the study file's words are, the table's cells are too.
    for (key, words) in [
        ("insertional", &["normal", "increased", "decreased"][..]),
        ("muap_amplitude", &["normal", "increased", "decreased"]),
        ("polyphasia", &["normal", "increased"]),
        ("recruitment", &["normal", "reduced", "early", "none"]),
        ("fasciculation", &["0", "1", "2", "3", "4"]),
        ("myotonic_discharge", &["true", "false"]),
    ] {
        for word in words {
            let study = studies(&format!("kind,muscle,side,{key}\nneedle,TA,left,{word}\n")).remove(0);
            let findings = to_toml(&study);
            assert!(findings.contains(&format!("{key} = ")) && findings.contains(word), "{findings}");
        }
    }
}
