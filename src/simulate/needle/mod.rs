//! Simulated needle recordings of one muscle with everything that was put in: which unit fired when, its
//! noise-free potential and measures, spontaneous discharges, artefacts.
//!
//! [`study`] makes them in memory, [`write()`] writes a study folder. Equations and parameters are those of the
//! project's reference text, section 7; papers stand at each place. Lengths are in mm and diameters in µm here,
//! as the sources have them; everything else is SI.
//!
//! What is not simulated: fatigue, tremor, blood vessels, the needle's lesion of fibres. Real recordings are
//! worse.

mod artefact;
mod contraction;
mod electrode;
mod fibre;
pub mod measures;
mod muscle;
mod noise;
mod options;
mod pool;
mod site;
mod source;
mod spontaneous;
mod store;

pub use super::{series_seed, word};
pub use artefact::Artefact;
pub use electrode::Electrode;
pub use options::{Format, Options, State};
pub use spontaneous::Activity;
pub use store::{Simulated, write};

use crate::Result;
use crate::simulate::draw::{self, Draw};
use crate::study::Level;
use crate::truth::{self, RecordingTruth, Truth};
use artefact::Converter;
use muscle::{Anatomy, Pathology};
use noise::Noise;
use rayon::prelude::*;
use source::Workshop;

/// A simulated muscle.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Of the made-up subject, years.
    pub age_years: f64,
    /// In the order of `truth.recordings`.
    pub recordings: Vec<Simulated>,
    /// What was put in.
    pub truth: Truth,
}

/// The plan: checked, drawn, immutable.
pub struct Plan {
    options: Options,
    state: State,
    severity: f64,
    age_years: f64,
    anatomy: &'static Anatomy,
    pathology: Pathology,
    electrode: electrode::Points,
    noise: Noise,
    drift_mm: f64,
}

/// One recording to make.
#[derive(Debug, Clone, Copy)]
struct Task {
    /// `None` at rest.
    level: Option<Level>,
    /// From 1.
    number: usize,
}

impl Options {
    /// Checks the options and draws what they leave open.
    ///
    /// # Errors
    /// [`crate::Error::Option`] for a number out of its range and a muscle that is not simulated.
    pub fn design(&self) -> Result<Plan> {
        self.check()?;
        let anatomy = muscle::anatomy(&self.muscle)?;
        let mut draw = Draw::new(self.seed, 0);
        // Every choice is drawn, so that giving one does not change the others.
        let drawn = State::WORDS[draw.below(State::WORDS.len())].1;
        let state = self.state.unwrap_or(drawn);
        let (severity, age, drift) =
            (draw.uniform(0.2, 1.0), draw.uniform(20.0, 75.0), draw.uniform(0.0, 0.02));
        let severity = if state == State::Normal { 0.0 } else { self.severity.unwrap_or(severity) };
        let pathology = Pathology::new(state, severity, &mut draw);
        Ok(Plan {
            state,
            severity,
            age_years: self.age_years.unwrap_or(age.round()),
            anatomy,
            pathology,
            electrode: electrode::points(self.electrode),
            noise: Noise::draw(self.noise, &mut draw),
            drift_mm: self.drift_mm.unwrap_or(drift),
            options: self.clone(),
        })
    }
}

impl Plan {
    fn tasks(&self) -> Vec<Task> {
        let mut out: Vec<Task> = (1..=self.options.rest).map(|number| Task { level: None, number }).collect();
        for &level in &self.options.levels {
            let n = if level == Level::Slight { self.options.sites } else { 1 };
            out.extend((1..=n).map(|number| Task { level: Some(level), number }));
        }
        // A level that is asked for twice: its files count on.
        for i in 0..out.len() {
            out[i].number = out[..i].iter().filter(|t| t.level == out[i].level).count() + 1;
        }
        out
    }

    /// Makes the recordings; the same bytes whatever the number of threads.
    pub fn apply(&self) -> Study {
        let tasks = self.tasks();
        let made: Vec<(Simulated, RecordingTruth)> =
            tasks.par_iter().enumerate().map(|(k, task)| self.record(*task, k as u64 + 1)).collect();
        let (recordings, rows) = made.into_iter().unzip();
        let truth = Truth {
            schema: truth::SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed: self.options.seed,
            note: "simulated; no person was recorded".into(),
            muscle: self.anatomy.id.into(),
            class: self.state.class().into(),
            state: self.state.name().into(),
            severity: self.severity,
            recordings: rows,
        };
        Study { age_years: self.age_years, recordings, truth }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by the checked options"
    )]
    #[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
    fn record(&self, task: Task, stream: u64) -> (Simulated, RecordingTruth) {
        let o = &self.options;
        let fs = o.sampling_frequency;
        let n = (o.seconds * fs.0).round() as usize;
        let mut draw = Draw::new(o.seed, 2 * stream);
        let mut workshop = Workshop::new(fs, o.highpass, o.lowpass);
        let mut truth = RecordingTruth {
            level: task.level.map_or("rest", Level::name).into(),
            sampling_frequency_hz: fs.0,
            duration_s: n as f64 / fs.0,
            ..RecordingTruth::default()
        };
        let mut signal = vec![0.0; n];
        match task.level {
            Some(level) => {
                contraction::contract(self, level, &mut signal, &mut workshop, &mut truth, &mut draw);
            }
            None => spontaneous::rest(self, &mut signal, &mut workshop, &mut truth, &mut draw),
        }
        if o.artefacts.iter().any(|a| a.hides_muscle()) {
            signal.fill(0.0);
            truth.motor_units.clear();
            truth.spontaneous.clear();
        }
        let mut noise = self.noise.make(n, fs, o.lowpass, &mut Draw::new(o.seed, 2 * stream + 1));
        noise::settle(&mut noise, o.highpass, fs);
        source::highpass(&mut signal, o.highpass.0, fs.0);
        truth.noise_rms_uv = noise::root_mean_square(&noise) * 1e6;
        signal.iter_mut().zip(&noise).for_each(|(x, n)| *x += n);
        for artefact in &o.artefacts {
            artefact.add(&mut signal, fs.0, &mut truth, &mut draw);
        }
        let most = signal.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let converters = o.artefacts.iter().map(|a| a.converter(most, &mut draw));
        let converter =
            converters.fold(Converter::Holds, |last, c| if c == Converter::Holds { last } else { c });
        let name = self.name(task);
        let simulated = store::digitise(name, task.level, &signal, converter, o);
        truth.file = simulated.file();
        truth.rms_uv = noise::root_mean_square(&simulated.samples()) * 1e6;
        (simulated, truth)
    }

    fn name(&self, task: Task) -> String {
        let level = task.level.map_or("rest", Level::name);
        let alone = !matches!(task.level, None | Some(Level::Slight));
        if alone && task.number == 1 { level.to_owned() } else { format!("{level}_{}", task.number) }
    }
}

/// Ids of the muscles that are simulated.
pub fn muscles() -> impl Iterator<Item = &'static str> {
    muscle::MUSCLES.iter().map(|m| m.id)
}

/// Simulates a study in memory.
///
/// # Errors
/// As [`Options::design`].
pub fn study(options: &Options) -> Result<Study> {
    Ok(options.design()?.apply())
}
