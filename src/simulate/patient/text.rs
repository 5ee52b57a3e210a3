//! The study file of a patient, as values and graded findings.

use super::conduction::Conducted;
use super::{Done, Plan, healthy, late, stream};
use crate::norms::Muscle;
use crate::simulate::draw::Draw;
use crate::study::{self, Findings, Side};
use std::fmt::Write as _;

/// Exercise before the second train, s, and the pause behind it.
const EXERCISE: (f64, f64) = (10.0, 2.0);

/// To a multiple of `step`, without the noise of binary fractions.
pub(super) fn round(x: f64, step: f64) -> f64 {
    let decimals = if step >= 1.0 {
        0
    } else if step >= 0.1 {
        1
    } else {
        2
    };
    let rounded = (x / step).round() * step;
    format!("{rounded:.decimals$}").parse().unwrap_or(rounded)
}

/// µV to what a screen shows.
fn microvolts(x: f64) -> f64 {
    round(x, if x < 20.0 { 0.1 } else { 1.0 })
}

impl Plan {
    /// The head: who was examined, some of it left out as in real files.
    pub(super) fn head(&self) -> String {
        let p = &self.person;
        let mut draw = Draw::new(self.options.seed, stream::TEXT);
        let mut out = format!(
            "# Simulated: no person was recorded. What was put in is in {}.\nschema = \"{}\"\nid = \"simulated-{}\"\n\n\
             [subject]\nage_years = {:?}\n",
            crate::truth::FILE_NAME,
            study::SCHEMA,
            self.options.seed,
            p.age
        );
        if draw.chance(0.97) {
            let _ = writeln!(out, "sex = \"{}\"", if p.male { "male" } else { "female" });
        }
        if draw.chance(0.93) {
            let _ = writeln!(out, "height_cm = {:?}", p.height_cm);
        }
        if let Some(side) = self.complaint {
            let _ = writeln!(out, "complaint_side = \"{}\"", side.name());
        }
        let _ = writeln!(out, "complaint_region = \"{}\"", self.question.region());
        let (told, error) = (draw.chance(0.92), draw.within(1.0, 0.1, 0.75, 1.3));
        if let (true, Some(days)) = (told, self.cases.iter().map(|c| c.days).reduce(f64::min)) {
            // People say days, then weeks, then months.
            let step = if days < 14.0 {
                1.0
            } else if days < 90.0 {
                7.0
            } else {
                30.0
            };
            let days = if days < 14.0 { days } else { days * error };
            let _ = writeln!(out, "days_since_onset = {:?}", (days / step).round() * step);
        }
        out
    }

    /// Skin temperature, where somebody wrote it down.
    fn temperature(&self, arm: bool, number: u64) -> String {
        let written = Draw::new(self.options.seed, stream::TEXT + 1 + number).chance(0.9);
        if written { format!("skin_temperature_c = {:?}\n", self.person.skin(arm)) } else { String::new() }
    }

    /// One test as a table of the study file.
    pub(super) fn table(&self, done: &Done) -> String {
        match done {
            Done::Motor(row, side, c) => self.motor_table(row, *side, c),
            Done::Sensory(row, side, c) => self.sensory_table(row, *side, c),
            Done::FWave(row, side, f) => self.f_table(row, *side, *f),
            Done::Reflex(side, h) => {
                let head =
                    format!("\n[[h_reflex]]\nside = \"{}\"\n{}", side.name(), self.temperature(false, 1));
                head + &h.map_or("response = \"absent\"\n".to_owned(), |h| {
                    format!(
                        "values = {{ latency_ms = {:?}, h_m_ratio_percent = {:?} }}\n",
                        round(h.latency_ms, 0.05),
                        round(h.ratio_percent, 1.0)
                    )
                })
            }
            Done::Trains(row, side, exercise, t) => self.trains_table(row, *side, *exercise, t),
            Done::Needle(muscle, side, findings, ..) => needle_head(muscle, *side) + &findings_line(findings),
        }
    }

    pub(super) fn motor_head(&self, row: &healthy::Motor, side: Side) -> String {
        format!(
            "\n[[motor]]\nnerve = \"{}\"\nside = \"{}\"\nmuscle = \"{}\"\n{}",
            row.nerve,
            side.name(),
            row.muscle,
            self.temperature(row.arm, u64::from(row.arm))
        )
    }

    fn motor_table(&self, row: &healthy::Motor, side: Side, c: &Conducted) -> String {
        let mut out = self.motor_head(row, side);
        let number = 100 + 2 * super::conduction::study_index(row.study) + u64::from(side == Side::Right);
        let mut draw = Draw::new(self.options.seed, stream::TEXT + number);
        let whole = draw.chance(0.75);
        let form = draw.uniform(0.52, 0.60);
        for s in &c.stimulated {
            let _ = write!(
                out,
                "[[motor.stimulation]]\nsite = \"{}\"\ndistance_mm = {:?}\n",
                s.site, s.distance_mm
            );
            let Some(r) = s.response else {
                out += "response = \"absent\"\n";
                continue;
            };
            let amplitude = round(r.amplitude, if r.amplitude < 1.0 { 0.01 } else { 0.1 });
            let _ = write!(
                out,
                "values = {{ onset_latency_ms = {:?}, amplitude_mv = {amplitude:?}",
                round(r.latency_ms, 0.05)
            );
            if whole {
                let area = r.amplitude * r.duration_ms * form;
                let _ = write!(
                    out,
                    ", negative_peak_duration_ms = {:?}, negative_peak_area_mvms = {:?}",
                    round(r.duration_ms, 0.1),
                    round(area, 0.1)
                );
            }
            out += " }\n";
        }
        out
    }

    pub(super) fn sensory_head(&self, row: &healthy::Sensory, side: Side) -> String {
        let technique = if row.orthodromic { "orthodromic" } else { "antidromic" };
        format!(
            "\n[[sensory]]\nnerve = \"{}\"\nside = \"{}\"\nrecording_site = \"{}\"\ntechnique = \"{technique}\"\n{}\
             [[sensory.stimulation]]\nsite = \"{}\"\ndistance_mm = {:?}\n",
            row.nerve,
            side.name(),
            row.recording,
            self.temperature(row.arm, u64::from(row.arm)),
            row.site,
            row.mm
        )
    }

    fn sensory_table(&self, row: &healthy::Sensory, side: Side, c: &Conducted) -> String {
        let mut out = self.sensory_head(row, side);
        match c.stimulated.first().and_then(|s| s.response) {
            None => out += "response = \"absent\"\n",
            Some(r) => {
                let _ = writeln!(
                    out,
                    "values = {{ onset_latency_ms = {:?}, peak_latency_ms = {:?}, amplitude_uv = {:?} }}",
                    round(r.latency_ms, 0.05),
                    round(r.latency_ms + r.duration_ms, 0.05),
                    microvolts(r.amplitude)
                );
            }
        }
        out
    }

    pub(super) fn f_head(&self, row: &healthy::FWave, side: Side) -> String {
        let Some(motor) = super::conduction::motor_row(row.study) else { return String::new() };
        format!(
            "\n[[f_wave]]\nnerve = \"{}\"\nside = \"{}\"\nmuscle = \"{}\"\nsite = \"{}\"\n{}",
            motor.nerve,
            side.name(),
            motor.muscle,
            motor.sites[0].site,
            self.temperature(motor.arm, u64::from(motor.arm))
        )
    }

    fn f_table(&self, row: &healthy::FWave, side: Side, f: Option<late::FWaves>) -> String {
        let mut out = self.f_head(row, side);
        match f {
            None => out += "response = \"absent\"\n",
            Some(f) => {
                let _ = writeln!(
                    out,
                    "values = {{ min_latency_ms = {:?}, mean_latency_ms = {:?}, max_latency_ms = {:?}, \
                     persistence_percent = {:?}, sweeps = {:?} }}",
                    round(f.least_ms, 0.1),
                    round(f.mean_ms, 0.1),
                    round(f.most_ms, 0.1),
                    f.persistence,
                    f.sweeps
                );
            }
        }
        out
    }

    /// Head of a train at rest, or after exercise.
    pub(super) fn train_head(&self, row: &healthy::Motor, side: Side, after: bool) -> String {
        let mut out = format!(
            "\n[[repetitive_stimulation]]\nnerve = \"{}\"\nside = \"{}\"\nmuscle = \"{}\"\nsite = \"{}\"\n\
             frequency_hz = 3.0\n{}",
            row.nerve,
            side.name(),
            row.muscle,
            row.sites[0].site,
            self.temperature(row.arm, u64::from(row.arm))
        );
        if after {
            let (long, pause) = EXERCISE;
            let _ = write!(out, "exercise_s = {long:?}\nseconds_after_exercise = {pause:?}\n");
        }
        out
    }

    fn trains_table(&self, row: &healthy::Motor, side: Side, exercise: bool, t: &late::Trains) -> String {
        let values = |mv: &[f64]| {
            let list: Vec<String> = mv.iter().map(|v| format!("{:?}", round(*v, 0.01))).collect();
            format!("values = {{ amplitudes_mv = [{}] }}\n", list.join(", "))
        };
        let mut out = self.train_head(row, side, false) + &values(&t.rest_mv);
        if exercise {
            out += &self.train_head(row, side, true);
            out += &values(&t.exercised_mv);
        }
        out
    }
}

pub(super) fn needle_head(muscle: &Muscle, side: Side) -> String {
    format!("\n[[needle]]\nmuscle = \"{}\"\nside = \"{}\"\n", muscle.id, side.name())
}

/// `findings = { … }`.
pub(super) fn findings_line(f: &Findings) -> String {
    let mut cells: Vec<String> = Vec::new();
    let mut word = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            cells.push(format!("{key} = \"{value}\""));
        }
    };
    word("insertional", f.insertional.map(study::Change::name));
    word("muap_amplitude", f.muap_amplitude.map(study::Change::name));
    word("muap_duration", f.muap_duration.map(study::Change::name));
    word("polyphasia", f.polyphasia.map(study::Polyphasia::name));
    word("recruitment", f.recruitment.map(study::Recruitment::name));
    let grades = [
        ("fibrillation", f.fibrillation),
        ("positive_sharp_wave", f.positive_sharp_wave),
        ("fasciculation", f.fasciculation),
    ];
    cells.extend(grades.iter().filter_map(|(key, v)| v.map(|v| format!("{key} = {v}"))));
    let flags = [
        ("complex_repetitive_discharge", f.complex_repetitive_discharge),
        ("myotonic_discharge", f.myotonic_discharge),
    ];
    cells.extend(flags.iter().filter_map(|(key, v)| v.map(|v| format!("{key} = {v}"))));
    format!("findings = {{ {} }}\n", cells.join(", "))
}
