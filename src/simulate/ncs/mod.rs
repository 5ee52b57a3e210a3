//! Simulated nerve conduction studies of one patient with everything that was put in: every marker of the
//! noise-free responses, true velocities, blocks, unit numbers.
//!
//! [`study`] makes one in memory, [`write()`] writes a study folder. Responses are sums over fibres with their own
//! velocities and delays; equations and parameters are those of the project's reference text, 7.5 and 4.5 to 4.13, with
//! the gamma form of dispersion. Everything is negative up and from the stimulus until it is recorded; files hold active
//! minus reference. Velocities are in m/s and lengths in mm here, as everybody measures them; everything else is SI.
//!
//! A healthy pool is drawn first and fitted to the latency, velocity and amplitude of the person (published means and
//! spreads); lesions then take fibres, slow, disperse and block them. What is not simulated: stimulus spread to
//! neighbouring nerves, anomalous innervation, amplifier filters, fatigue. Real recordings are worse.

mod anatomy;
mod f_wave;
pub(in crate::simulate) mod given;
mod h_reflex;
mod marker;
mod motor;
mod munix;
mod options;
mod pathology;
mod pool;
mod record;
mod repetitive;
mod scan;
mod sensory;
mod store;
mod subject;
mod waveform;

pub use super::{series_seed, word};
pub use options::{Degenerate, Limbs, Options, Source, State, Test};
pub use store::{Stored, write};

use super::draw::Draw;
use crate::truth::ncs::{self as truth, ResponseTruth, Truth};
use crate::{Result, study as study_file};
use pathology::Pathology;
use pool::Pool;
use rayon::prelude::*;
use record::Recorded;
use subject::Subject;

/// A simulated patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Recordings.
    pub files: Vec<Stored>,
    /// The study file's text.
    pub toml: String,
    /// What was put in.
    pub truth: Truth,
}

/// The plan: checked, drawn, immutable.
#[derive(Debug, Clone)]
pub struct Plan {
    options: Options,
    subject: Subject,
    pathology: Pathology,
}

/// What one test gives: files, its part of the study file, its truth.
struct Made<T> {
    files: Vec<Stored>,
    toml: String,
    truth: T,
}

/// Streams of random numbers: one for each test and nerve, so that asking for less does not change the rest.
mod stream {
    pub(super) const PLAN: u64 = 0;
    pub(super) const POOL: u64 = 100;
    pub(super) const MOTOR: u64 = 200;
    pub(super) const SENSORY: u64 = 300;
    pub(super) const F_WAVE: u64 = 400;
    pub(super) const H_PERSON: u64 = 500;
    pub(super) const H_SIDE: u64 = 501;
    pub(super) const REPETITIVE: u64 = 600;
    pub(super) const SCAN: u64 = 700;
    pub(super) const MUNIX: u64 = 800;
}

/// Nerves, by place in the table, of the tests that need one: repetitive stimulation and MUNIX at the ulnar nerve,
/// a scan at the median, in the leg at the fibular (repetitive) and tibial nerve.
const ULNAR: usize = 1;
const MEDIAN: usize = 0;
const FIBULAR: usize = 2;
const TIBIAL: usize = 3;

impl Options {
    /// Checks the options and draws what they leave open.
    ///
    /// # Errors
    /// [`crate::Error::Option`] for a number out of its range.
    pub fn design(&self) -> Result<Plan> {
        self.check()?;
        let mut draw = Draw::new(self.seed, stream::PLAN);
        // Every choice is drawn, so that giving one does not change the others.
        let state = State::WORDS[draw.below(State::WORDS.len())].1;
        let state = self.state.unwrap_or(state);
        let severity = draw.uniform(0.2, 1.0);
        let severity = if state == State::Normal { 0.0 } else { self.severity.unwrap_or(severity) };
        let subject = Subject::draw(self, &mut draw);
        let pathology = Pathology::new(state, severity, self.limbs.roots(), &mut draw);
        Ok(Plan { options: self.clone(), subject, pathology })
    }
}

/// What the study file says of a distance, mm: the true one with an error, to a whole mm.
fn stated(plan: &Plan, true_mm: f64, draw: &mut Draw) -> Option<f64> {
    let sd = plan.options.distance_error * 1e3;
    let error = draw.within(0.0, sd, -2.5 * sd, 2.5 * sd);
    (!plan.options.spoilt(Degenerate::MissingDistance)).then(|| (true_mm + error).round().max(1.0))
}

impl Plan {
    fn draw(&self, stream: u64) -> Draw {
        Draw::new(self.options.seed, stream)
    }
    fn limb(&self, arm: bool) -> bool {
        match self.options.limbs {
            Limbs::Both => true,
            Limbs::Upper => arm,
            Limbs::Lower => !arm,
        }
    }
    /// Noise of one sweep: the usual, or what gives the ratio asked for over the average of `sweeps`.
    fn noise_for(&self, usual: f64, response: &ResponseTruth, sweeps: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of sweeps")]
        let gain = (sweeps as f64).sqrt();
        match (self.options.signal_to_noise, response.amplitude_uv) {
            (Some(ratio), Some(uv)) => uv * 1e-6 / ratio * gain,
            _ => usual,
        }
    }
    /// Writes the noise into the truth.
    #[expect(clippy::cast_precision_loss, reason = "a count of sweeps")]
    fn tell_noise(&self, response: &mut ResponseTruth, recorded: &Recorded) {
        let sweeps = recorded.samples.len();
        response.sweeps = sweeps;
        response.noise_rms_uv = recorded.noise * 1e6;
        let average = response.noise_rms_uv / (sweeps.max(1) as f64).sqrt();
        response.snr = response.amplitude_uv.map_or(0.0, |a| if average > 0.0 { a / average } else { 1e9 });
    }
    /// What spoils a conduction study's recording.
    fn spoil(&self, recorded: &mut Recorded, response: &ResponseTruth, draw: &mut Draw) {
        let share = draw.uniform(0.35, 0.75);
        if self.options.spoilt(Degenerate::Saturated)
            && let Some(uv) = response.amplitude_uv
        {
            recorded.saturate(share * uv * 1e-6);
        }
        self.spoil_gain(recorded, draw);
    }
    /// A gain that is off by ten.
    fn spoil_gain(&self, recorded: &mut Recorded, draw: &mut Draw) {
        let factor = if draw.chance(0.5) { 10.0 } else { 0.1 };
        if self.options.spoilt(Degenerate::WrongGain) {
            recorded.multiply(factor);
        }
    }

    /// Makes the recordings; the same bytes whatever the number of threads.
    pub fn apply(&self) -> Study {
        let asked = |test: Test| self.options.has(test);
        let limbs: Vec<usize> =
            (0..anatomy::MOTOR.len()).filter(|i| self.limb(anatomy::MOTOR[*i].arm)).collect();
        let pool = |i: usize| {
            Pool::new(
                i,
                &anatomy::MOTOR[i],
                &self.subject,
                &self.pathology,
                &mut self.draw(stream::POOL + i as u64),
            )
        };
        let pools: Vec<(usize, Pool)> = limbs.par_iter().map(|i| (*i, pool(*i))).collect();
        let mut study = Study { files: Vec::new(), toml: self.head(), truth: self.truth() };
        let few = |arm: usize, leg: usize| {
            pools.iter().filter(move |p| p.0 == if self.limb(true) { arm } else { leg })
        };
        if asked(Test::Motor) {
            let of = |(i, pool): &(usize, Pool)| {
                motor::study(self, pool, &mut self.draw(stream::MOTOR + *i as u64))
            };
            study.truth.motor = study.take(pools.par_iter().map(of).collect());
        }
        if asked(Test::Sensory) {
            let nerves: Vec<usize> =
                (0..anatomy::SENSORY.len()).filter(|i| self.limb(anatomy::SENSORY[*i].arm)).collect();
            let of = |i: &usize| {
                sensory::study(self, &anatomy::SENSORY[*i], &mut self.draw(stream::SENSORY + *i as u64))
            };
            study.truth.sensory = study.take(nerves.par_iter().map(of).collect());
        }
        if asked(Test::FWave) {
            let of = |(i, pool): &(usize, Pool)| {
                f_wave::study(self, pool, &mut self.draw(stream::F_WAVE + *i as u64))
            };
            study.truth.f_wave = study.take(pools.par_iter().map(of).collect());
        }
        if asked(Test::HReflex) && self.limb(false) {
            let of = |right: bool| {
                let mut person = self.draw(stream::H_PERSON);
                h_reflex::study(self, &mut person, right, &mut self.draw(stream::H_SIDE + u64::from(right)))
            };
            study.truth.h_reflex = study.take([true, false].into_par_iter().map(of).collect());
        }
        if asked(Test::Repetitive) {
            let made: Vec<_> = few(ULNAR, FIBULAR)
                .map(|(_, pool)| repetitive::study(self, pool, &mut self.draw(stream::REPETITIVE)))
                .collect();
            study.truth.repetitive_stimulation = study.take(made).into_iter().flatten().collect();
        }
        if asked(Test::Scan) {
            let made: Vec<_> = few(MEDIAN, TIBIAL)
                .map(|(_, p)| scan::study(self, p, &mut self.draw(stream::SCAN)))
                .collect();
            study.truth.cmap_scan = study.take(made);
        }
        if asked(Test::Munix) {
            let made: Vec<_> = few(ULNAR, TIBIAL)
                .map(|(_, p)| munix::study(self, p, &mut self.draw(stream::MUNIX)))
                .collect();
            study.truth.munix = study.take(made);
        }
        study
    }

    fn head(&self) -> String {
        let s = &self.subject;
        let sex = if s.male { "male" } else { "female" };
        let mut out = format!(
            "# Simulated: no person was recorded. What was put in is in {}.\nschema = \"{}\"\n\
             id = \"simulated-{}\"\n\n[subject]\nage_years = {:?}\nsex = \"{sex}\"\nheight_cm = {:?}\n",
            crate::truth::FILE_NAME,
            study_file::SCHEMA,
            self.options.seed,
            s.age,
            s.height_cm
        );
        if self.pathology.state != State::Normal {
            out += "complaint_side = \"right\"\n";
        }
        out
    }

    fn truth(&self) -> Truth {
        let level = (self.pathology.state == State::Radiculopathy).then(|| self.pathology.level.to_owned());
        Truth {
            schema: truth::SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed: self.options.seed,
            note: "simulated; no person was recorded".into(),
            state: self.pathology.state.name().into(),
            severity: self.pathology.severity,
            level,
            degenerate: self.options.degenerate.iter().map(|d| d.name().to_owned()).collect(),
            age_years: self.subject.age,
            height_cm: self.subject.height_cm,
            sampling_frequency_hz: self.options.sampling_frequency.0,
            onset_share_percent: 100.0 * marker::ONSET_SHARE,
            f_threshold_uv: f_wave::THRESHOLD * 1e6,
            ..Truth::default()
        }
    }
}

impl Study {
    /// Takes the files and texts of a test's parts in order; leaves their truths.
    fn take<T>(&mut self, made: Vec<Made<T>>) -> Vec<T> {
        let mut truths = Vec::with_capacity(made.len());
        for part in made {
            self.files.extend(part.files);
            self.toml += &part.toml;
            truths.push(part.truth);
        }
        truths
    }
}

/// Simulates a study in memory.
///
/// # Errors
/// As [`Options::design`].
pub fn study(options: &Options) -> Result<Study> {
    Ok(options.design()?.apply())
}
