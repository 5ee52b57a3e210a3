//! Studies for the tests of patterns: written in a few words, or built from the textbook table.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test binary uses its own part")]

use myotome::norms::ncs::{NCS_STUDIES, StudyKind};
use myotome::norms::{MUSCLES, muscle_id, nerve_id};
use myotome::pattern::facts::Facts;
use myotome::pattern::rules::{Judged, judge};
use myotome::pattern::three::Three;
use myotome::pipeline::analyze::{self, Options};
use myotome::result::{Limit, MeasureRow, NeedleRow, Where};
use myotome::study::{self, Side, Study};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Findings of one kind of muscle, as a person grades them.
pub fn needle(muscle: &str, side: &str, word: &str) -> String {
    let findings = match word {
        "neurogenic" => {
            "fibrillation = 2, positive_sharp_wave = 2, muap_amplitude = \"increased\", muap_duration = \
             \"increased\", recruitment = \"reduced\""
        }
        "active" => {
            "fibrillation = 2, positive_sharp_wave = 1, muap_amplitude = \"normal\", muap_duration = \"normal\", \
             recruitment = \"reduced\""
        }
        "fibrillating" => "fibrillation = 2",
        "dense" => "fibrillation = 3, positive_sharp_wave = 3, recruitment = \"none\"",
        "large" => {
            "fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = \"increased\", muap_duration = \
             \"increased\", recruitment = \"reduced\""
        }
        "fasciculating" => {
            "fibrillation = 1, fasciculation = 2, muap_amplitude = \"increased\", muap_duration = \"increased\", \
             recruitment = \"reduced\""
        }
        "small" => {
            "fibrillation = 1, muap_amplitude = \"decreased\", muap_duration = \"decreased\", recruitment = \"early\""
        }
        "polyphasic" => {
            "fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = \"normal\", muap_duration = \"normal\", \
             polyphasia = \"increased\""
        }
        "reduced" => {
            "fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = \"normal\", muap_duration = \"normal\", \
             recruitment = \"reduced\""
        }
        "normal" => {
            "fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = \"normal\", muap_duration = \"normal\", \
             recruitment = \"normal\""
        }
        other => panic!("{other}"),
    };
    format!("[[needle]]\nmuscle = \"{muscle}\"\nside = \"{side}\"\nfindings = {{ {findings} }}\n")
}

/// Rows of one study of `NCS_STUDIES`: measure, value (`None`: absent), verdict, lower and upper limit.
#[derive(Clone)]
pub struct Numbers {
    pub study: &'static str,
    pub side: &'static str,
    pub rows: Vec<MeasureRow>,
}

/// A row of a number as an analysis writes it.
pub fn number(
    study: &str,
    side: Option<&str>,
    piece: Option<&str>,
    id: &str,
    value: Option<f64>,
    verdict: &'static str,
    limits: (Option<f64>, Option<f64>),
) -> MeasureRow {
    let known = NCS_STUDIES.iter().find(|s| s.id == study).unwrap_or_else(|| panic!("{study}"));
    let test = match known.kind {
        StudyKind::Motor if ["decrement", "increment"].contains(&id) => "repetitive_stimulation",
        StudyKind::Motor => "motor",
        StudyKind::Sensory | StudyKind::Mixed => "sensory",
        StudyKind::LateResponse if study.starts_with("f_") => "f_wave",
        StudyKind::LateResponse => "h_reflex",
    };
    let muscle = matches!(known.kind, StudyKind::Motor | StudyKind::LateResponse);
    let site = (piece.is_none() && !id.ends_with("difference")).then(|| known.distal_site().to_owned());
    let place = Where {
        test: test.into(),
        nerve: Some(known.nerve.into()),
        side: side.map(str::to_owned),
        muscle: muscle.then(|| known.recording.to_owned()),
        recording_site: (!muscle).then(|| known.recording.to_owned()),
        site,
        segment: piece.map(str::to_owned),
        ..Where::default()
    };
    let mut row = MeasureRow::measured(id, "unit", value.ok_or_else(String::new), place, "entered".into());
    if value.is_none() {
        row.status = "absent";
    }
    row.verdict = verdict;
    row.limit = Limit { set: "TEST".into(), lower: limits.0, upper: limits.1, ..Limit::default() };
    row
}

/// A case: muscles as study text, numbers as rows.
#[derive(Clone, Default)]
pub struct Case {
    pub subject: String,
    pub needles: Vec<String>,
    pub rows: Vec<MeasureRow>,
}

impl Case {
    /// Words such as `right deltoid neurogenic`, separated by commas.
    pub fn muscles(mut self, text: &str) -> Self {
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let words: Vec<&str> = part.split_whitespace().collect();
            let [side, muscle, finding] = words.as_slice() else { panic!("{part}") };
            assert!(MUSCLES.iter().any(|m| m.id == *muscle), "{muscle}");
            self.needles.push(needle(muscle, side, finding));
        }
        self
    }
    /// Words such as `right sural_sensory normal` (`low`, `absent`, `slow`, `long`), separated by commas.
    pub fn nerves(mut self, text: &str) -> Self {
        const SIZE: &str = "amplitude_baseline_to_negative_peak";
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let words: Vec<&str> = part.split_whitespace().collect();
            let [side, study, finding] = words.as_slice() else { panic!("{part}") };
            let side = Some(*side);
            let (size, verdict) = match *finding {
                "low" => (Some(2.0), "abnormal"),
                "absent" => (None, "abnormal"),
                _ => (Some(20.0), "normal"),
            };
            self.rows.push(number(study, side, None, SIZE, size, verdict, (Some(10.0), None)));
            let (latency, verdict) = match *finding {
                "absent" => (None, "not_assessable"),
                "slow" | "long" => (Some(6.0), "abnormal"),
                _ => (Some(3.0), "normal"),
            };
            let id = if *finding == "slow" { "peak_latency" } else { "onset_latency" };
            self.rows.push(number(study, side, None, id, latency, verdict, (None, Some(4.0))));
        }
        self
    }
    /// One more row.
    pub fn row(mut self, row: MeasureRow) -> Self {
        self.rows.push(row);
        self
    }
    /// Keys of `[subject]`.
    pub fn subject(mut self, text: &str) -> Self {
        self.subject.push_str(text);
        self.subject.push('\n');
        self
    }
    /// The study of the muscles.
    pub fn study(&self) -> Study {
        let text =
            format!("schema = \"myotome.study/1\"\n[subject]\n{}\n{}", self.subject, self.needles.join(""));
        let mut study = study::parse(&text).unwrap();
        study.resolve_ids(muscle_id, nerve_id).unwrap();
        study
    }
    /// Every pattern.
    pub fn judge(&self) -> Vec<Judged> {
        let study = self.study();
        let needle = needle_rows(&study);
        judge(&Facts::new(&study, &self.rows, &needle), &|_| None)
    }
    /// The verdict of one pattern; a pattern without a side has `None`.
    pub fn verdict(&self, id: &str, side: Option<Side>) -> Judged {
        let all = self.judge();
        all.into_iter()
            .find(|j| j.pattern.id == id && j.side == side)
            .unwrap_or_else(|| panic!("{id} {side:?}"))
    }
    /// On the right, where the pattern has a side.
    pub fn right(&self, id: &str) -> Judged {
        let all = self.judge();
        all.into_iter()
            .find(|j| j.pattern.id == id && j.side != Some(Side::Left))
            .unwrap_or_else(|| panic!("{id}"))
    }
}

/// Needle rows as an analysis of entered findings gives them: the findings stand in the study.
pub fn needle_rows(study: &Study) -> Vec<NeedleRow> {
    study.needle.iter().map(|n| NeedleRow::of(n.muscle.as_deref(), n.side.map(Side::name), "", "")).collect()
}

/// The clause of a rule.
pub fn clause<'j>(judged: &'j Judged, rule: &str) -> &'j myotome::result::Criterion {
    judged.verdict.criteria.iter().find(|c| c.id == rule).unwrap_or_else(|| panic!("{rule}"))
}

/// Verdict as a value.
pub fn truth(judged: &Judged) -> Three {
    Three::named(judged.verdict.verdict)
}

/// Analyses a study text in a folder of its own.
pub fn analyze_text(text: &str, folder: &Path) -> (Study, Vec<MeasureRow>, Vec<NeedleRow>) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(study::FILE_NAME), text).unwrap();
    let analysis = analyze::run(folder, &Options::default()).unwrap_or_else(|e| panic!("{text}\n{e}"));
    let mut study = study::parse(text).unwrap();
    study.resolve_ids(muscle_id, nerve_id).unwrap();
    (study, analysis.report.measures, analysis.report.needle)
}

/// The table of textbook studies; `None`, with a line, where it is absent.
pub fn textbook() -> Option<Vec<(String, String, Vec<String>)>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::var_os("MYOTOME_DATA").map_or_else(beside, PathBuf::from);
    let path = data.join("../reference/clinical/patterns_examples.csv");
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("skipped: no textbook studies in {} (set MYOTOME_DATA)", path.display());
        return None;
    };
    let mut order: Vec<String> = Vec::new();
    let mut by_pattern: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for record in reader.records() {
        let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        if !order.contains(&cells[0]) {
            order.push(cells[0].clone());
        }
        by_pattern.entry(cells[0].clone()).or_default().push(cells);
    }
    Some(
        order
            .into_iter()
            .map(|id| {
                let rows = &by_pattern[&id];
                let accepted = rows.iter().filter(|r| r[1] == "label").flat_map(|r| r[7].split(';'));
                let accepted = accepted.map(str::to_owned).collect();
                (id.clone(), study_text(rows), accepted)
            })
            .collect(),
    )
}

fn literal(value: &str) -> String {
    if value.parse::<f64>().is_ok() || value == "true" || value == "false" {
        value.to_owned()
    } else if value.contains(';') {
        format!("[{}]", value.replace(';', ", "))
    } else {
        format!("\"{value}\"")
    }
}

/// A stimulation site with its keys and values.
type SiteRows = (String, Vec<(String, String)>);

/// The study file of the rows of one pattern.
fn study_text(rows: &[Vec<String>]) -> String {
    const TABLE_KEYS: [&str; 8] = [
        "skin_temperature_c",
        "frequency_hz",
        "exercise_s",
        "seconds_after_exercise",
        "distance_mm",
        "response",
        "technique",
        "site",
    ];
    let mut out = String::from("schema = \"myotome.study/1\"\n[subject]\n");
    for r in rows.iter().filter(|r| r[1] == "subject") {
        writeln!(out, "{} = {}", r[6], literal(&r[7])).unwrap();
    }
    let tests = rows.iter().filter(|r| !["subject", "label"].contains(&r[1].as_str()));
    let mut groups: Vec<(Vec<String>, Vec<SiteRows>)> = Vec::new();
    for r in tests {
        let key = r[1..5].to_vec();
        let at = groups.iter().position(|g| g.0 == key).unwrap_or_else(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        let sites = &mut groups[at].1;
        let site = sites.iter().position(|s| s.0 == r[5]).unwrap_or_else(|| {
            sites.push((r[5].clone(), Vec::new()));
            sites.len() - 1
        });
        sites[site].1.push((r[6].clone(), r[7].clone()));
    }
    for (key, sites) in groups {
        let (kind, name, side, recording) = (&key[0], &key[1], &key[2], &key[3]);
        writeln!(out, "[[{kind}]]\nside = \"{side}\"").unwrap();
        let staged = kind == "motor" || kind == "sensory";
        match kind.as_str() {
            "needle" => writeln!(out, "muscle = \"{name}\"").unwrap(),
            "h_reflex" => writeln!(out, "nerve = \"tibial\"\nmuscle = \"{name}\"").unwrap(),
            "sensory" => writeln!(out, "nerve = \"{name}\"\nrecording_site = \"{recording}\"").unwrap(),
            _ => writeln!(out, "nerve = \"{name}\"\nmuscle = \"{recording}\"").unwrap(),
        }
        for (site, pairs) in sites {
            if staged && !site.is_empty() {
                writeln!(out, "[[{kind}.stimulation]]").unwrap();
            }
            if !site.is_empty() {
                writeln!(out, "site = \"{site}\"").unwrap();
            }
            let (own, values): (Vec<_>, Vec<_>) =
                pairs.into_iter().partition(|(k, _)| kind != "needle" && TABLE_KEYS.contains(&k.as_str()));
            for (k, v) in own {
                writeln!(out, "{k} = {}", literal(&v)).unwrap();
            }
            if !values.is_empty() {
                let list: Vec<String> = values.iter().map(|(k, v)| format!("{k} = {}", literal(v))).collect();
                let table = if kind == "needle" { "findings" } else { "values" };
                writeln!(out, "{table} = {{ {} }}", list.join(", ")).unwrap();
            }
        }
    }
    out
}
