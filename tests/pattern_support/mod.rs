//! Studies of entered values, analysed, for the tests of patterns.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test binary uses its own part")]

use myotome::pattern::facts::Facts;
use myotome::pipeline::analyze;
use myotome::result::Report;
use myotome::study::{self, Study};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// A study and what `analyze` made of it.
pub struct Analysed {
    pub study: Study,
    pub report: Report,
}

impl Analysed {
    /// Writes `study.toml` into a new folder and analyses it.
    pub fn of(name: &str, toml: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("myotome-pattern-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("study.toml"), toml).unwrap();
        let report =
            analyze::run(&folder, &analyze::Options::default()).unwrap_or_else(|e| panic!("{e}")).report;
        let mut study = study::read(&folder).unwrap();
        study.resolve_ids(myotome::norms::muscle_id, myotome::norms::nerve_id).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        Analysed { study, report }
    }
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(&self.study, &self.report.measures, &self.report.needle)
    }
}

/// A study file's text, table by table.
pub struct Text(String);

impl Text {
    /// A man of 45 years and 172 cm.
    pub fn new(subject: &str) -> Self {
        let usual =
            if subject.is_empty() { "age_years = 45\nsex = \"male\"\nheight_cm = 172" } else { subject };
        Text(format!("schema = \"myotome.study/1\"\nid = \"test\"\n[subject]\n{usual}\n"))
    }
    /// `sites`: site, distance in mm, values.
    pub fn motor(mut self, nerve: &str, side: &str, muscle: &str, sites: &[(&str, u32, &str)]) -> Self {
        self.motor_at(33.0, nerve, side, muscle, sites);
        self
    }
    /// The same at a skin temperature.
    pub fn motor_at(
        &mut self,
        celsius: f64,
        nerve: &str,
        side: &str,
        muscle: &str,
        sites: &[(&str, u32, &str)],
    ) {
        write!(
            self.0,
            "[[motor]]\nnerve = \"{nerve}\"\nside = \"{side}\"\nmuscle = \"{muscle}\"\nskin_temperature_c = {celsius:?}\n"
        )
        .unwrap();
        for (site, mm, values) in sites {
            self.0 += &stimulation("motor", site, *mm, values);
        }
    }
    pub fn sensory(
        mut self,
        nerve: &str,
        side: &str,
        recording: &str,
        site: &str,
        mm: u32,
        values: &str,
    ) -> Self {
        write!(
            self.0,
            "[[sensory]]\nnerve = \"{nerve}\"\nside = \"{side}\"\nrecording_site = \"{recording}\"\n"
        )
        .unwrap();
        self.0 += &stimulation("sensory", site, mm, values);
        self
    }
    pub fn f_wave(mut self, nerve: &str, side: &str, muscle: &str, site: &str, values: &str) -> Self {
        write!(
            self.0,
            "[[f_wave]]\nnerve = \"{nerve}\"\nside = \"{side}\"\nmuscle = \"{muscle}\"\nsite = \"{site}\"\n{}\n",
            given(values)
        )
        .unwrap();
        self
    }
    pub fn h_reflex(mut self, side: &str, values: &str) -> Self {
        write!(self.0, "[[h_reflex]]\nside = \"{side}\"\nmuscle = \"soleus\"\n{}\n", given(values)).unwrap();
        self
    }
    pub fn needle(mut self, muscle: &str, side: &str, findings: &str) -> Self {
        writeln!(self.0, "[[needle]]\nmuscle = \"{muscle}\"\nside = \"{side}\"\nfindings = {{ {findings} }}")
            .unwrap();
        self
    }
    pub fn analysed(&self, name: &str) -> Analysed {
        Analysed::of(name, &self.0)
    }
}

fn given(values: &str) -> String {
    if values == "absent" { "response = \"absent\"".into() } else { format!("values = {{ {values} }}") }
}

fn stimulation(table: &str, site: &str, mm: u32, values: &str) -> String {
    format!("[[{table}.stimulation]]\nsite = \"{site}\"\ndistance_mm = {mm}\n{}\n", given(values))
}

/// Needle findings of a normal muscle.
pub const NORMAL: &str = "fibrillation = 0, positive_sharp_wave = 0, muap_amplitude = \"normal\", muap_duration = \"normal\", \
                          polyphasia = \"normal\", recruitment = \"normal\"";
/// Needle findings of a denervated muscle.
pub const ACTIVE: &str = "fibrillation = 2, positive_sharp_wave = 2, muap_amplitude = \"increased\", muap_duration = \"increased\", \
                          recruitment = \"reduced\"";

/// The textbook examples beside the test data: `MYOTOME_DATA`'s neighbour `reference/clinical`, or
/// `../shared/reference/clinical`. Where they are absent, says so and gives `None`.
fn examples_file() -> Option<PathBuf> {
    let data = std::env::var_os("MYOTOME_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let file = data.join("../reference/clinical/patterns_examples.csv");
    if file.is_file() {
        return Some(file);
    }
    println!("skipped: no {} (set MYOTOME_DATA)", file.display());
    None
}

/// One textbook example, analysed.
pub fn example(pattern: &str) -> Option<Analysed> {
    let mut reader = csv::Reader::from_path(examples_file()?).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let rows: Vec<_> = rows.iter().filter(|r| r["pattern_id"] == pattern && r["kind"] != "label").collect();
    assert!(!rows.is_empty(), "no example of {pattern}");
    let mut out = format!("schema = \"myotome.study/1\"\nid = \"{pattern}\"\n[subject]\n");
    for r in rows.iter().filter(|r| r["kind"] == "subject") {
        writeln!(out, "{} = {}", r["key"], literal(&r["value"])).unwrap();
    }
    let name =
        |r: &BTreeMap<String, String>| ["kind", "nerve_or_muscle", "side", "recording"].map(|k| r[k].clone());
    let mut tests: Vec<[String; 4]> = Vec::new();
    for r in rows.iter().filter(|r| r["kind"] != "subject") {
        if !tests.contains(&name(r)) {
            tests.push(name(r));
        }
    }
    for test in tests {
        let of: Vec<_> = rows.iter().filter(|r| name(r) == test).collect();
        out += &table(&test, &of);
    }
    Some(Analysed::of(pattern, &out))
}

fn literal(value: &str) -> String {
    let plain = value.parse::<f64>().is_ok() || value == "true" || value == "false";
    if plain { value.to_owned() } else { format!("\"{value}\"") }
}

fn table([kind, what, side, recording]: &[String; 4], rows: &[&&BTreeMap<String, String>]) -> String {
    let mut out = format!("[[{kind}]]\nside = \"{side}\"\n");
    let pairs = |rows: &[&&BTreeMap<String, String>]| {
        let beside = ["distance_mm", "response", "frequency_hz", "skin_temperature_c", "exercise_s"];
        let (mut text, mut values) = (String::new(), Vec::new());
        for r in rows {
            let pair = format!("{} = {}", r["key"], literal(&r["value"]));
            if beside.contains(&r["key"].as_str()) {
                writeln!(text, "{pair}").unwrap();
            } else {
                values.push(pair);
            }
        }
        if !values.is_empty() {
            writeln!(text, "values = {{ {} }}", values.join(", ")).unwrap();
        }
        text
    };
    match kind.as_str() {
        "needle" => {
            let findings: Vec<String> =
                rows.iter().map(|r| format!("{} = {}", r["key"], literal(&r["value"]))).collect();
            write!(out, "muscle = \"{what}\"\nfindings = {{ {} }}\n", findings.join(", ")).unwrap();
        }
        "motor" | "sensory" => {
            let key = if kind == "motor" { "muscle" } else { "recording_site" };
            write!(out, "nerve = \"{what}\"\n{key} = \"{recording}\"\n").unwrap();
            let own: Vec<_> = rows.iter().copied().filter(|r| r["site"].is_empty()).collect();
            out += &pairs(&own);
            let mut sites: Vec<&str> = Vec::new();
            for r in rows.iter().filter(|r| !r["site"].is_empty()) {
                if !sites.contains(&r["site"].as_str()) {
                    sites.push(&r["site"]);
                }
            }
            for site in sites {
                let here: Vec<_> = rows.iter().copied().filter(|r| r["site"] == site).collect();
                write!(out, "[[{kind}.stimulation]]\nsite = \"{site}\"\n{}", pairs(&here)).unwrap();
            }
        }
        _ => {
            if kind == "h_reflex" {
                writeln!(out, "muscle = \"{what}\"").unwrap();
            } else {
                write!(out, "nerve = \"{what}\"\nmuscle = \"{recording}\"\n").unwrap();
            }
            if let Some(site) = rows.iter().map(|r| r["site"].as_str()).find(|s| !s.is_empty()) {
                writeln!(out, "site = \"{site}\"").unwrap();
            }
            out += &pairs(rows);
        }
    }
    out
}
