//! A patient's tests as recordings: sweeps of the responses that were measured, and needle recordings of muscles in the
//! state in which they were graded.
//!
//! The needle simulator knows five muscles; another is given the anatomy of the one most like it.

use super::conduction::{Evoked, motor_row};
use super::muscle::State;
use super::text::needle_head;
use super::{Done, Form, Plan, healthy, late, stream};
use crate::norms::Muscle;
use crate::simulate::draw::Draw;
use crate::simulate::ncs::Stored;
use crate::simulate::ncs::given::{self, Given};
use crate::simulate::needle::{self, Activity, Simulated};
use crate::study::{Findings, Level, Side};
use crate::{Result, simulate};
use std::fmt::Write as _;

/// A file of a patient's study.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum File {
    Evoked(Stored),
    Needle(Simulated),
}

impl File {
    pub(super) fn write(&self, folder: &std::path::Path) -> Result<()> {
        match self {
            File::Evoked(stored) => stored.write(folder),
            File::Needle(simulated) => simulated.write(folder),
        }
    }
}

/// Length of a needle recording, s, and recordings at rest. Ours: what an examiner waits.
const SECONDS: f64 = 5.0;
const RESTS: u64 = 3;

fn motor_given(r: Evoked) -> Given {
    Given { onset: r.latency_ms * 1e-3, amplitude: r.amplitude * 1e-3, duration: r.duration_ms * 1e-3 }
}

/// The muscle of the needle simulator that is most like it.
fn likeness(muscle: &Muscle) -> &'static str {
    let length = super::process::length_of(muscle);
    match muscle.region {
        _ if super::process::is_hand(muscle) || length > 0.9 => "first_dorsal_interosseous",
        "lower_limb" if length > 0.5 => "tibialis_anterior",
        "lower_limb" => "vastus_lateralis",
        "upper_limb" if ["axillary", "suprascapular"].contains(&muscle.nerve) => "deltoid",
        _ => "biceps_brachii",
    }
}

impl Plan {
    /// Whether test `number` is told by recordings.
    pub(super) fn is_recorded(&self, number: u64) -> bool {
        match self.options.form {
            Form::Values => false,
            Form::Recordings => true,
            Form::Mixed => Draw::new(self.options.seed, stream::SWEEPS + 9000 + number).chance(0.5),
        }
    }

    /// A test's table of the study file, and its files.
    pub(super) fn recorded(&self, done: &Done) -> Result<(String, Vec<File>)> {
        let draw = |number: u64| Draw::new(self.options.seed, stream::SWEEPS + number);
        let index = |study: &str, side: Side| {
            2 * super::conduction::study_index(study) + u64::from(side == Side::Right)
        };
        match done {
            Done::Motor(row, side, c) => {
                let sites: Vec<_> =
                    c.stimulated.iter().map(|s| (s.site, s.response.map(motor_given))).collect();
                let name = format!("{}_{}", row.study, side.name());
                let file = given::motor(&name, &sites, &mut draw(index(row.study, *side)));
                let mut text = self.motor_head(row, *side);
                for s in &c.stimulated {
                    let _ = write!(
                        text,
                        "[[motor.stimulation]]\nsite = \"{}\"\ndistance_mm = {:?}\nrecording = {}\n",
                        s.site,
                        s.distance_mm,
                        file.reference(Some(s.site))
                    );
                }
                Ok((text, vec![File::Evoked(file)]))
            }
            Done::Sensory(row, side, c) => {
                let given = c.stimulated.first().and_then(|s| s.response).map(|r| Given {
                    onset: r.latency_ms * 1e-3,
                    amplitude: r.amplitude * 1e-6,
                    duration: r.duration_ms * 1e-3,
                });
                let name = format!("{}_{}", row.study, side.name());
                let file = given::sensory(&name, given, &mut draw(200 + index(row.study, *side)));
                let text = format!("{}recording = {}\n", self.sensory_head(row, *side), file.reference(None));
                Ok((text, vec![File::Evoked(file)]))
            }
            Done::FWave(row, side, f) => {
                Ok(self.f_recorded(row, *side, *f, &mut draw(400 + index(row.study, *side))))
            }
            Done::Reflex(side, h) => {
                Ok(self.h_recorded(*side, *h, &mut draw(600 + u64::from(*side == Side::Right))))
            }
            Done::Trains(row, side, exercise, t) => {
                Ok(self.trains_recorded(row, *side, *exercise, t, &mut draw(700 + index(row.study, *side))))
            }
            Done::Needle(muscle, side, findings, state, _) => {
                self.needle_recorded(muscle, *side, findings, state)
            }
        }
    }

    fn f_recorded(
        &self,
        row: &healthy::FWave,
        side: Side,
        f: Option<late::FWaves>,
        draw: &mut Draw,
    ) -> (String, Vec<File>) {
        let m = motor_row(row.study)
            .and_then(|motor| self.motor(motor, side, 1).stimulated.first()?.response)
            .map(motor_given);
        let sweeps = f.map_or(20.0, |f| f.sweeps);
        let mut latencies = Vec::new();
        if let Some(f) = f {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 20")]
            let n = (f.persistence / 100.0 * sweeps).round() as usize;
            latencies.extend([f.least_ms, f.most_ms].into_iter().take(n));
            while latencies.len() < n {
                latencies.push(draw.within(
                    f.mean_ms,
                    0.35 * (f.most_ms - f.least_ms),
                    f.least_ms,
                    f.most_ms,
                ));
            }
        }
        let seconds: Vec<f64> = latencies.iter().map(|ms| ms * 1e-3).collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "10 or 20")]
        let file =
            given::f_waves(&format!("f_{}_{}", row.study, side.name()), m, sweeps as usize, &seconds, draw);
        (
            format!("{}recording = {}\n", self.f_head(row, side), file.reference(None)),
            vec![File::Evoked(file)],
        )
    }

    fn h_recorded(&self, side: Side, h: Option<late::Reflex>, draw: &mut Draw) -> (String, Vec<File>) {
        let lost = crate::norms::muscle("soleus").map_or(0.0, |m| self.state(m, side).lost);
        let m = Given { onset: 4.6e-3, amplitude: 11e-3 * (1.0 - lost).max(0.05), duration: 7.5e-3 };
        let reflex = h.map(|h| Given {
            onset: h.latency_ms * 1e-3,
            amplitude: h.ratio_percent / 100.0 * m.amplitude,
            duration: 6.5e-3,
        });
        let (file, currents) = given::h_reflex(&format!("soleus_h_{}", side.name()), m, reflex, draw);
        let list: Vec<String> = currents.iter().map(|c| format!("{c:?}")).collect();
        let text = format!(
            "\n[[h_reflex]]\nnerve = \"tibial\"\nside = \"{}\"\nmuscle = \"soleus\"\nsite = \"popliteal_fossa\"\n\
             skin_temperature_c = {:?}\nstimulus_ma = [{}]\nrecording = {}\n",
            side.name(),
            self.person.skin(false),
            list.join(", "),
            file.reference(None)
        );
        (text, vec![File::Evoked(file)])
    }

    fn trains_recorded(
        &self,
        row: &'static healthy::Motor,
        side: Side,
        exercise: bool,
        t: &late::Trains,
        draw: &mut Draw,
    ) -> (String, Vec<File>) {
        let mut files = Vec::new();
        let mut text = String::new();
        let onset = self
            .motor(row, side, 1)
            .stimulated
            .first()
            .and_then(|s| s.response)
            .map_or(3.5, |r| r.latency_ms);
        for (after, mv) in [(false, &t.rest_mv), (true, &t.exercised_mv)] {
            if after && !exercise {
                continue;
            }
            let volts: Vec<f64> = mv.iter().map(|v| v * 1e-3).collect();
            let first = Given { onset: onset * 1e-3, amplitude: volts[0], duration: row.duration.0 * 1e-3 };
            let kind = if after { "exercised" } else { "rest" };
            let name = format!("rns_{}_{}_{kind}", row.study, side.name());
            let file = given::train(&name, first, &volts, draw);
            text += &self.train_head(row, side, after);
            let _ = writeln!(text, "recording = {}", file.reference(None));
            files.push(File::Evoked(file));
        }
        (text, files)
    }

    /// Recordings at rest hold what was graded; contractions hold units of the muscle's state.
    fn needle_recorded(
        &self,
        muscle: &Muscle,
        side: Side,
        findings: &Findings,
        state: &State,
    ) -> Result<(String, Vec<File>)> {
        let number = 2 * super::muscle::index_of(muscle.id) + u64::from(side == Side::Right);
        let mut draw = Draw::new(self.options.seed, stream::SWEEPS + 1000 + number);
        let seed = |k: u64| simulate::series_seed(self.options.seed, 500_000 + 16 * number + k);
        let stem = format!("{}_{}", muscle.id, side.name());
        let (unit_state, severity) = units(state);
        let base = needle::Options {
            muscle: likeness(muscle).into(),
            age_years: Some(self.person.age),
            state: Some(unit_state),
            severity: Some(severity),
            seconds: SECONDS,
            ..needle::Options::default()
        };
        let mut rest = Vec::new();
        for k in 0..RESTS {
            let options = needle::Options {
                seed: seed(k),
                rest: 1,
                levels: Vec::new(),
                spontaneous: vec![at_rest(findings, k, &mut draw)],
                ..base.clone()
            };
            rest.extend(renamed(needle::study(&options)?.recordings, &format!("{stem}_{}", k + 1)));
        }
        let options = needle::Options {
            seed: seed(8),
            rest: 0,
            levels: vec![Level::Slight, Level::Maximal],
            sites: 3,
            ..base
        };
        let contraction = renamed(needle::study(&options)?.recordings, &stem);
        let mut text = needle_head(muscle, side);
        for (key, list) in [("rest", &rest), ("contraction", &contraction)] {
            let entries: Vec<String> = list.iter().map(Simulated::entry).collect();
            let _ = writeln!(text, "{key} = [\n    {},\n]", entries.join(",\n    "));
        }
        Ok((text, rest.into_iter().chain(contraction).map(File::Needle).collect()))
    }
}

fn renamed(mut recordings: Vec<Simulated>, stem: &str) -> Vec<Simulated> {
    recordings.iter_mut().for_each(|r| r.name = format!("{stem}_{}", r.name));
    recordings
}

/// The needle simulator's state for a muscle's, and how far it has gone.
fn units(state: &State) -> (needle::State, f64) {
    let working = 1.0 - (1.0 - state.lost) * (1.0 - state.blocked);
    match state {
        s if s.myopathic > 0.25 => (needle::State::Myopathic, s.myopathic.min(1.0)),
        s if s.mature > 0.12 => (needle::State::Chronic, (1.3 * s.mature + 0.2).min(1.0)),
        s if s.young.max(s.denervated) > 0.06 => (needle::State::Subacute, (1.1 * s.lost + 0.1).min(1.0)),
        _ if working > 0.25 => (needle::State::Acute, working.min(1.0)),
        _ => (needle::State::Normal, 0.0),
    }
}

/// What recording `k` at rest holds: all areas from grade 2 on, one or two of three at grade 1.
fn at_rest(f: &Findings, k: u64, draw: &mut Draw) -> Activity {
    let (fib, sharp) = (f.fibrillation.unwrap_or(0), f.positive_sharp_wave.unwrap_or(0));
    let second = draw.chance(0.5);
    let seen = |grade: u8| grade >= 2 || grade == 1 && (k == 0 || k == 1 && second);
    let first_fib = draw.chance(0.5);
    let twitch = f.fasciculation.unwrap_or(0) > 0 && k == 2;
    match (seen(fib), seen(sharp)) {
        _ if f.myotonic_discharge == Some(true) => Activity::Myotonic,
        _ if f.complex_repetitive_discharge == Some(true) && k == 1 => Activity::ComplexRepetitive,
        _ if twitch => Activity::Fasciculation,
        (true, true) if first_fib => Activity::Fibrillation,
        (_, true) => Activity::PositiveSharpWave,
        (true, false) => Activity::Fibrillation,
        _ if draw.chance(0.06) => Activity::EndPlateNoise,
        _ => Activity::Nothing,
    }
}
