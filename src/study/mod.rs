//! The study file, schema `myotome.study/1`: one patient's tests as a person or another tool wrote them
//! down. Nothing is computed here; units are those in the names of the file's keys.
//!
//! Every key but `schema` may be absent. Muscles and nerves stay as written until
//! [`Study::resolve_ids`] has looked them up. Sites are kept as written.

mod entries;
mod keys;
mod parse;
pub mod sheet;
mod table;
mod values;
mod words;
mod write;

pub use values::{VALUE_KEYS, ValueKey, Values};
pub use words::{
    BackSurgery, Change, Level, Polyphasia, Recruitment, Region, Response, Sex, Side, SubjectSide, Symptoms,
    Technique,
};
pub use write::to_toml;

use crate::error::At;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The schema's name and version, the value of the key `schema`.
pub const SCHEMA: &str = "myotome.study/1";
/// The file's name inside a study's folder.
pub const FILE_NAME: &str = "study.toml";
/// Longest study file that is read, bytes. Our choice: a hand-written study has a few thousand.
pub const MAX_BYTES: u64 = 4 << 20;

/// A study.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Study {
    /// Pseudonym of the study; [`read`] puts the folder's name where the file gives none.
    pub id: Option<String>,
    /// Who was examined.
    pub subject: Subject,
    /// Totals of questionnaires.
    pub scores: Scores,
    /// Motor conduction studies.
    pub motor: Vec<Motor>,
    /// Sensory conduction studies.
    pub sensory: Vec<Sensory>,
    /// F-wave studies.
    pub f_wave: Vec<FWave>,
    /// H-reflex studies.
    pub h_reflex: Vec<HReflex>,
    /// Repetitive stimulation.
    pub repetitive_stimulation: Vec<RepetitiveStimulation>,
    /// CMAP scans.
    pub cmap_scan: Vec<CmapScan>,
    /// Motor unit number index studies.
    pub munix: Vec<Munix>,
    /// Needle examinations, one per muscle and side.
    pub needle: Vec<Needle>,
    /// Folder that the recordings lie in; empty after [`parse`].
    pub folder: PathBuf,
}

/// Who was examined. No names.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct Subject {
    pub age_years: Option<f64>,
    pub sex: Option<Sex>,
    pub height_cm: Option<f64>,
    pub complaint_side: Option<SubjectSide>,
    pub complaint_region: Option<Region>,
    pub days_since_onset: Option<f64>,
    pub weight_kg: Option<f64>,
    pub symptoms: Option<Symptoms>,
    pub previous_back_surgery: Option<BackSurgery>,
    pub diabetes: Option<bool>,
    /// Brisk reflexes, spasticity, an extensor plantar response: signs of a lesion of brain or cord.
    pub upper_motor_neuron_signs: Option<bool>,
}

/// Totals of questionnaires; item texts are never stored.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema")]
pub struct Scores {
    pub start_back_total: Option<f64>,
    pub start_back_psychosocial: Option<f64>,
    pub dn4: Option<f64>,
    pub s_dn4: Option<f64>,
    pub lanss: Option<f64>,
    pub s_lanss: Option<f64>,
    pub pain_detect: Option<f64>,
    pub id_pain: Option<f64>,
}

impl Subject {
    /// Weight over the square of the height, kg/m²; `None` where one of them is not stated.
    pub fn body_mass_index(&self) -> Option<f64> {
        let (weight, height) = (self.weight_kg?, self.height_cm?);
        Some(weight / (height / 100.0).powi(2))
    }
}

impl Scores {
    /// Every total under its key, in the order of the schema.
    pub fn entries(&self) -> [(&'static str, Option<f64>); 8] {
        [
            ("start_back_total", self.start_back_total),
            ("start_back_psychosocial", self.start_back_psychosocial),
            ("dn4", self.dn4),
            ("s_dn4", self.s_dn4),
            ("lanss", self.lanss),
            ("s_lanss", self.s_lanss),
            ("pain_detect", self.pain_detect),
            ("id_pain", self.id_pain),
        ]
    }
}

/// Lines of a table and of the ids in it, counted from 1; 0 where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Lines {
    pub table: u64,
    pub nerve: u64,
    pub muscle: u64,
}

/// `[[motor]]`.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct Motor {
    pub nerve: Option<String>,
    pub side: Option<Side>,
    pub muscle: Option<String>,
    pub skin_temperature_c: Option<f64>,
    /// Stimulation sites, distal first.
    pub stimulation: Vec<Stimulation>,
    /// For the study as a whole, where there are no stimulations.
    pub response: Option<Response>,
    pub lines: Lines,
}

/// `[[sensory]]`.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct Sensory {
    pub nerve: Option<String>,
    pub side: Option<Side>,
    pub recording_site: Option<String>,
    pub technique: Option<Technique>,
    pub skin_temperature_c: Option<f64>,
    pub stimulation: Vec<Stimulation>,
    pub response: Option<Response>,
    pub lines: Lines,
}

/// `[[motor.stimulation]]` and `[[sensory.stimulation]]`.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct Stimulation {
    pub site: Option<String>,
    /// First site: to the active electrode; others: to the previous site.
    pub distance_mm: Option<f64>,
    pub recording: Option<RecordingRef>,
    pub values: Values,
    pub response: Option<Response>,
    /// Line of the table, counted from 1.
    pub line: u64,
}

/// `[[f_wave]]`; the recording holds all sweeps.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct FWave {
    pub nerve: Option<String>,
    pub side: Option<Side>,
    pub muscle: Option<String>,
    pub site: Option<String>,
    pub distance_mm: Option<f64>,
    pub skin_temperature_c: Option<f64>,
    pub recording: Option<RecordingRef>,
    pub values: Values,
    pub response: Option<Response>,
    pub lines: Lines,
}

/// `[[h_reflex]]`.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct HReflex {
    pub nerve: Option<String>,
    pub side: Option<Side>,
    pub muscle: Option<String>,
    pub site: Option<String>,
    pub skin_temperature_c: Option<f64>,
    pub recording: Option<RecordingRef>,
    /// One per sweep.
    pub stimulus_ma: Vec<f64>,
    pub values: Values,
    pub response: Option<Response>,
    pub lines: Lines,
}

/// `[[repetitive_stimulation]]`.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct RepetitiveStimulation {
    pub nerve: Option<String>,
    pub side: Option<Side>,
    pub muscle: Option<String>,
    pub site: Option<String>,
    pub frequency_hz: Option<f64>,
    /// How long the muscle was exercised before the train; absent or 0 for a train at rest.
    pub exercise_s: Option<f64>,
    /// From the end of the exercise to the train.
    pub seconds_after_exercise: Option<f64>,
    pub skin_temperature_c: Option<f64>,
    pub recording: Option<RecordingRef>,
    pub values: Values,
    /// `values.amplitudes_mv`: the responses in order.
    pub amplitudes_mv: Vec<f64>,
    pub response: Option<Response>,
    pub lines: Lines,
}

/// `[[cmap_scan]]`; `file = …` is read as a recording of that file.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct CmapScan {
    pub nerve: Option<String>,
    pub side: Option<Side>,
    pub muscle: Option<String>,
    pub site: Option<String>,
    pub skin_temperature_c: Option<f64>,
    pub recording: Option<RecordingRef>,
    pub response: Option<Response>,
    pub lines: Lines,
}

/// `[[munix]]`: a supramaximal response, and contractions of the same muscle recorded by the same electrodes.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema, with their unit in the name")]
pub struct Munix {
    pub nerve: Option<String>,
    pub side: Option<Side>,
    pub muscle: Option<String>,
    pub site: Option<String>,
    pub skin_temperature_c: Option<f64>,
    /// The supramaximal response.
    pub recording: Option<RecordingRef>,
    pub contraction: Vec<Contraction>,
    pub response: Option<Response>,
    pub lines: Lines,
}

/// `[[needle]]`.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema")]
pub struct Needle {
    pub muscle: Option<String>,
    pub side: Option<Side>,
    pub rest: Vec<RecordingRef>,
    pub contraction: Vec<Contraction>,
    pub findings: Option<Findings>,
    pub lines: Lines,
}

/// An entry of `contraction`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contraction {
    /// What was recorded.
    pub recording: RecordingRef,
    /// How strong.
    pub level: Option<Level>,
}

/// What a person graded by ear and eye.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the keys of the schema; grades are 0 to 4")]
pub struct Findings {
    pub insertional: Option<Change>,
    pub muap_amplitude: Option<Change>,
    pub muap_duration: Option<Change>,
    pub polyphasia: Option<Polyphasia>,
    pub recruitment: Option<Recruitment>,
    pub fibrillation: Option<u8>,
    pub positive_sharp_wave: Option<u8>,
    pub fasciculation: Option<u8>,
    pub complex_repetitive_discharge: Option<bool>,
    pub myotonic_discharge: Option<bool>,
    pub myokymic_discharge: Option<bool>,
    pub neuromyotonic_discharge: Option<bool>,
    pub cramp: Option<bool>,
}

/// Which channel of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelChoice {
    /// By its label.
    Label(String),
    /// By its place in the file, from 0.
    Index(usize),
}

/// `recording = { … }`: where samples lie and what the file does not say about them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordingRef {
    /// Inside the study's folder, parts separated by `/`; see [`Study::path_of`].
    pub file: String,
    /// May be left out when there is one.
    pub channel: Option<ChannelChoice>,
    /// Unit of the samples, where the file does not say it.
    pub unit: Option<String>,
    /// Stored numbers per unit.
    pub gain_per_unit: Option<f64>,
    /// Where the file does not say it.
    pub sampling_frequency_hz: Option<f64>,
    /// Times of the stimuli from the recording's start.
    pub stimulus_times_s: Vec<f64>,
    /// A sweep's time from the stimulus, start before end.
    pub sweep_window_ms: Option<[f64; 2]>,
    /// Set by hand, kept on re-analysis; times from the stimulus.
    pub markers: BTreeMap<String, f64>,
    /// Line, counted from 1.
    pub line: u64,
}

/// Reads the text of a study file.
///
/// # Errors
/// [`Error::Malformed`] with the line: not TOML, another schema, a key that is not known (the nearest known
/// one is named), a word or a number that is not allowed (the allowed ones are named), a recording outside
/// the study's folder.
pub fn parse(text: &str) -> Result<Study> {
    parse::study(text)
}

/// Reads a study: `path` is the folder that holds [`FILE_NAME`], or the file itself.
///
/// # Errors
/// As [`parse`], [`Error::Io`], and [`Error::Limit`] above [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<Study> {
    let file = if path.is_dir() { path.join(FILE_NAME) } else { path.to_path_buf() };
    let name = file.display().to_string();
    let io = |e| Error::io(&file, e);
    let size = std::fs::metadata(&file).map_err(io)?.len();
    if size > MAX_BYTES {
        return Err(
            Error::Limit { name: "bytes of a study file", asked: size, allowed: MAX_BYTES }.in_file(&name)
        );
    }
    let bytes = std::fs::read(&file).map_err(io)?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = At::Byte(e.utf8_error().valid_up_to() as u64);
        Error::malformed("study", at, "not UTF-8; save the file as UTF-8 text").in_file(&name)
    })?;
    let mut study = parse(&text).map_err(|e| e.in_file(&name))?;
    study.folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    if study.id.is_none() {
        let folder = study.folder.canonicalize().unwrap_or_default();
        study.id = folder.file_name().map(|n| n.to_string_lossy().into_owned());
    }
    Ok(study)
}

impl Study {
    /// Path of a recording's file: inside the study's folder also when links are followed.
    ///
    /// # Errors
    /// [`Error::Io`] when it is not there, [`Error::Malformed`] when it lies outside.
    pub fn path_of(&self, recording: &RecordingRef) -> Result<PathBuf> {
        let at = At::Line(recording.line);
        if let Some(why) = parse::not_plain(&recording.file) {
            return Err(Error::malformed("study", at, format!("file `{}`: {why}", recording.file)));
        }
        let folder = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        let path = folder.join(&recording.file);
        let real = path.canonicalize().map_err(|e| Error::io(&path, e))?;
        let root = folder.canonicalize().map_err(|e| Error::io(folder, e))?;
        if !real.starts_with(&root) {
            let what = format!("file `{}` leads out of the study's folder", recording.file);
            return Err(Error::malformed("study", at, what));
        }
        Ok(path)
    }

    /// Every recording that the study names, in the order of the schema.
    pub fn recordings(&self) -> Vec<&RecordingRef> {
        let stimulations = self.motor.iter().flat_map(|m| &m.stimulation);
        let stimulations = stimulations.chain(self.sensory.iter().flat_map(|s| &s.stimulation));
        let mut out: Vec<_> = stimulations.filter_map(|s| s.recording.as_ref()).collect();
        out.extend(self.f_wave.iter().filter_map(|t| t.recording.as_ref()));
        out.extend(self.h_reflex.iter().filter_map(|t| t.recording.as_ref()));
        out.extend(self.repetitive_stimulation.iter().filter_map(|t| t.recording.as_ref()));
        out.extend(self.cmap_scan.iter().filter_map(|t| t.recording.as_ref()));
        for munix in &self.munix {
            out.extend(&munix.recording);
            out.extend(munix.contraction.iter().map(|c| &c.recording));
        }
        for needle in &self.needle {
            out.extend(&needle.rest);
            out.extend(needle.contraction.iter().map(|c| &c.recording));
        }
        out
    }

    /// The study without the lines that its parts stood on: what two studies from different files are compared by.
    #[must_use]
    pub fn without_lines(mut self) -> Study {
        let file = |r: &mut RecordingRef| r.line = 0;
        let stimulations = self.motor.iter_mut().flat_map(|m| &mut m.stimulation);
        for s in stimulations.chain(self.sensory.iter_mut().flat_map(|s| &mut s.stimulation)) {
            s.line = 0;
            s.recording.iter_mut().for_each(file);
        }
        macro_rules! forget {
            ($($list:ident),*) => {
                $(for t in &mut self.$list { t.lines = Lines::default(); })*
            };
        }
        forget!(motor, sensory, f_wave, h_reflex, repetitive_stimulation, cmap_scan, munix, needle);
        self.f_wave.iter_mut().filter_map(|t| t.recording.as_mut()).for_each(file);
        self.h_reflex.iter_mut().filter_map(|t| t.recording.as_mut()).for_each(file);
        self.repetitive_stimulation.iter_mut().filter_map(|t| t.recording.as_mut()).for_each(file);
        self.cmap_scan.iter_mut().filter_map(|t| t.recording.as_mut()).for_each(file);
        for t in &mut self.munix {
            t.recording.iter_mut().for_each(file);
            t.contraction.iter_mut().for_each(|c| file(&mut c.recording));
        }
        for t in &mut self.needle {
            t.rest.iter_mut().for_each(file);
            t.contraction.iter_mut().for_each(|c| file(&mut c.recording));
        }
        self
    }

    /// Writes the ids of the tables in place of names, abbreviations and aliases. `muscle` and `nerve` give
    /// the id of a name as written, or an error that names the nearest one; the line is added here.
    pub fn resolve_ids(
        &mut self,
        muscle: impl Fn(&str) -> Result<String>,
        nerve: impl Fn(&str) -> Result<String>,
    ) -> Result<()> {
        let put = |name: &mut Option<String>, line: u64, find: &dyn Fn(&str) -> Result<String>| {
            if let Some(text) = name {
                let found = find(text);
                *text = found.map_err(|e| Error::malformed("study", At::Line(line), e.to_string()))?;
            }
            Ok::<(), Error>(())
        };
        macro_rules! resolve {
            ($($list:ident: $($field:ident $find:ident),*;)*) => {
                $(for t in &mut self.$list { $(put(&mut t.$field, t.lines.$field, &$find)?;)* })*
            };
        }
        resolve! {
            motor: nerve nerve, muscle muscle;
            sensory: nerve nerve;
            f_wave: nerve nerve, muscle muscle;
            h_reflex: nerve nerve, muscle muscle;
            repetitive_stimulation: nerve nerve, muscle muscle;
            cmap_scan: nerve nerve, muscle muscle;
            munix: nerve nerve, muscle muscle;
            needle: muscle muscle;
        }
        Ok(())
    }
}
