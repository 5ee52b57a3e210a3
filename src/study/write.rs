//! From [`Study`] to the text of a study file: what [`super::parse`] reads back as the same study.

use super::*;
use std::fmt::Write;

/// The study file of `study`, in the order of the schema. What is not known is left out.
///
/// Numbers are written so that reading gives the same bits. The folder, and the lines that things stood on, are no
/// part of the file.
pub fn to_toml(study: &Study) -> String {
    let mut out = Toml(format!("schema = {}\n", text(SCHEMA)));
    out.put("id", study.id.as_deref().map(text));
    subject(&mut out, &study.subject);
    scores(&mut out, &study.scores);
    for t in &study.motor {
        out.header("[[motor]]");
        out.test(t.nerve.as_deref(), t.side, t.muscle.as_deref(), None);
        out.put("skin_temperature_c", t.skin_temperature_c.map(number));
        out.put("response", t.response.map(|r| text(r.name())));
        t.stimulation.iter().for_each(|s| stimulation(&mut out, "[[motor.stimulation]]", s));
    }
    for t in &study.sensory {
        out.header("[[sensory]]");
        out.test(t.nerve.as_deref(), t.side, None, None);
        out.put("recording_site", t.recording_site.as_deref().map(text));
        out.put("technique", t.technique.map(|w| text(w.name())));
        out.put("skin_temperature_c", t.skin_temperature_c.map(number));
        out.put("response", t.response.map(|r| text(r.name())));
        t.stimulation.iter().for_each(|s| stimulation(&mut out, "[[sensory.stimulation]]", s));
    }
    late(&mut out, study);
    for t in &study.repetitive_stimulation {
        out.header("[[repetitive_stimulation]]");
        out.test(t.nerve.as_deref(), t.side, t.muscle.as_deref(), t.site.as_deref());
        out.put("frequency_hz", t.frequency_hz.map(number));
        out.put("exercise_s", t.exercise_s.map(number));
        out.put("seconds_after_exercise", t.seconds_after_exercise.map(number));
        out.put("skin_temperature_c", t.skin_temperature_c.map(number));
        out.outcome(t.recording.as_ref(), &t.values, &t.amplitudes_mv, t.response);
    }
    for t in &study.cmap_scan {
        out.header("[[cmap_scan]]");
        out.test(t.nerve.as_deref(), t.side, t.muscle.as_deref(), t.site.as_deref());
        out.put("skin_temperature_c", t.skin_temperature_c.map(number));
        out.outcome(t.recording.as_ref(), &Values::default(), &[], t.response);
    }
    for t in &study.munix {
        out.header("[[munix]]");
        out.test(t.nerve.as_deref(), t.side, t.muscle.as_deref(), t.site.as_deref());
        out.put("skin_temperature_c", t.skin_temperature_c.map(number));
        out.outcome(t.recording.as_ref(), &Values::default(), &[], t.response);
        out.contractions(&t.contraction);
    }
    for t in &study.needle {
        out.header("[[needle]]");
        out.test(None, t.side, t.muscle.as_deref(), None);
        if !t.rest.is_empty() {
            out.put("rest", Some(list(t.rest.iter().map(|r| recording(r, None)))));
        }
        out.contractions(&t.contraction);
        out.put("findings", t.findings.as_ref().map(findings));
    }
    out.0
}

/// Text with its quotes, as TOML writes it on one line.
fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len() + 2);
    out.push('"');
    for c in plain.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The shortest decimal that gives the same number back; whole ones without a point.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value:?}") }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// `{ key = value, … }` of the keys that are there.
fn inline<K: AsRef<str>>(pairs: impl IntoIterator<Item = (K, Option<String>)>) -> String {
    let there = pairs.into_iter().filter_map(|(key, value)| Some(format!("{} = {}", key.as_ref(), value?)));
    let there: Vec<String> = there.collect();
    if there.is_empty() { "{}".into() } else { format!("{{ {} }}", there.join(", ")) }
}

/// The file's lines so far.
struct Toml(String);

impl Toml {
    fn header(&mut self, name: &str) {
        let _ = write!(self.0, "\n{name}\n");
    }

    fn put(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            let _ = writeln!(self.0, "{key} = {value}");
        }
    }

    fn test(&mut self, nerve: Option<&str>, side: Option<Side>, muscle: Option<&str>, site: Option<&str>) {
        self.put("nerve", nerve.map(text));
        self.put("side", side.map(|s| text(s.name())));
        self.put("muscle", muscle.map(text));
        self.put("site", site.map(text));
    }

    fn outcome(
        &mut self,
        file: Option<&RecordingRef>,
        values: &Values,
        amplitudes_mv: &[f64],
        response: Option<Response>,
    ) {
        self.put("recording", file.map(|r| recording(r, None)));
        let amplitudes = (!amplitudes_mv.is_empty()).then(|| list(amplitudes_mv.iter().copied().map(number)));
        if !values.is_empty() || amplitudes.is_some() {
            let all = values.0.iter().map(|(key, value)| (key.key, Some(number(*value))));
            self.put("values", Some(inline(all.chain([("amplitudes_mv", amplitudes)]))));
        }
        self.put("response", response.map(|r| text(r.name())));
    }

    fn contractions(&mut self, all: &[Contraction]) {
        if !all.is_empty() {
            self.put("contraction", Some(list(all.iter().map(|c| recording(&c.recording, c.level)))));
        }
    }
}

fn subject(out: &mut Toml, s: &Subject) {
    if *s == Subject::default() {
        return;
    }
    out.header("[subject]");
    out.put("age_years", s.age_years.map(number));
    out.put("sex", s.sex.map(|w| text(w.name())));
    out.put("height_cm", s.height_cm.map(number));
    out.put("weight_kg", s.weight_kg.map(number));
    out.put("complaint_side", s.complaint_side.map(|w| text(w.name())));
    out.put("complaint_region", s.complaint_region.map(|w| text(w.name())));
    out.put("days_since_onset", s.days_since_onset.map(number));
    out.put("symptoms", s.symptoms.map(|w| text(w.name())));
    out.put("previous_back_surgery", s.previous_back_surgery.map(|w| text(w.name())));
    out.put("diabetes", s.diabetes.map(|b| b.to_string()));
    out.put("upper_motor_neuron_signs", s.upper_motor_neuron_signs.map(|b| b.to_string()));
}

fn scores(out: &mut Toml, s: &Scores) {
    if *s == Scores::default() {
        return;
    }
    out.header("[scores]");
    for (key, total) in s.entries() {
        out.put(key, total.map(number));
    }
}

fn stimulation(out: &mut Toml, header: &str, s: &Stimulation) {
    let _ = writeln!(out.0, "{header}");
    out.put("site", s.site.as_deref().map(text));
    out.put("distance_mm", s.distance_mm.map(number));
    out.outcome(s.recording.as_ref(), &s.values, &[], s.response);
}

fn late(out: &mut Toml, study: &Study) {
    for t in &study.f_wave {
        out.header("[[f_wave]]");
        out.test(t.nerve.as_deref(), t.side, t.muscle.as_deref(), t.site.as_deref());
        out.put("distance_mm", t.distance_mm.map(number));
        out.put("skin_temperature_c", t.skin_temperature_c.map(number));
        out.outcome(t.recording.as_ref(), &t.values, &[], t.response);
    }
    for t in &study.h_reflex {
        out.header("[[h_reflex]]");
        out.test(t.nerve.as_deref(), t.side, t.muscle.as_deref(), t.site.as_deref());
        out.put("skin_temperature_c", t.skin_temperature_c.map(number));
        if !t.stimulus_ma.is_empty() {
            out.put("stimulus_ma", Some(list(t.stimulus_ma.iter().copied().map(number))));
        }
        out.outcome(t.recording.as_ref(), &t.values, &[], t.response);
    }
}

fn recording(r: &RecordingRef, level: Option<Level>) -> String {
    let numbers = |v: &[f64]| (!v.is_empty()).then(|| list(v.iter().copied().map(number)));
    let channel = r.channel.as_ref().map(|c| match c {
        ChannelChoice::Label(label) => text(label),
        ChannelChoice::Index(index) => index.to_string(),
    });
    let markers = (!r.markers.is_empty())
        .then(|| inline(r.markers.iter().map(|(key, at)| (key.as_str(), Some(number(*at))))));
    inline([
        ("file", Some(text(&r.file))),
        ("level", level.map(|w| text(w.name()))),
        ("channel", channel),
        ("unit", r.unit.as_deref().map(text)),
        ("gain_per_unit", r.gain_per_unit.map(number)),
        ("sampling_frequency_hz", r.sampling_frequency_hz.map(number)),
        ("stimulus_times_s", numbers(&r.stimulus_times_s)),
        ("sweep_window_ms", r.sweep_window_ms.and_then(|w| numbers(&w))),
        ("markers", markers),
    ])
}

fn findings(f: &Findings) -> String {
    let grade = |g: Option<u8>| g.map(|g| g.to_string());
    let flag = |b: Option<bool>| b.map(|b| b.to_string());
    inline([
        ("insertional", f.insertional.map(|w| text(w.name()))),
        ("fibrillation", grade(f.fibrillation)),
        ("positive_sharp_wave", grade(f.positive_sharp_wave)),
        ("fasciculation", grade(f.fasciculation)),
        ("complex_repetitive_discharge", flag(f.complex_repetitive_discharge)),
        ("myotonic_discharge", flag(f.myotonic_discharge)),
        ("myokymic_discharge", flag(f.myokymic_discharge)),
        ("neuromyotonic_discharge", flag(f.neuromyotonic_discharge)),
        ("cramp", flag(f.cramp)),
        ("muap_amplitude", f.muap_amplitude.map(|w| text(w.name()))),
        ("muap_duration", f.muap_duration.map(|w| text(w.name()))),
        ("polyphasia", f.polyphasia.map(|w| text(w.name()))),
        ("recruitment", f.recruitment.map(|w| text(w.name()))),
    ])
}
