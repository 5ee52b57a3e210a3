//! `analyze`: from a study or a recording to a result file and the series behind its pictures.

mod activation;
mod entered;
mod measures;
pub mod needle;
mod recording;
mod series;
mod view;

pub use activation::FatigueResult;
pub use measures::{MEASURES, MeasureDefinition};
pub use view::{ChannelView, Course, Episode, Grid, MuscleView, RecordingView, Summary};

use self::needle::{Effort, Site};
use super::recipe::Recipe;
use crate::format::ReadOptions;
use crate::measure::Finding;
use crate::quality::QualityOptions;
use crate::recording::ChannelKind;
use crate::result::{
    Input, MeasureRow, NeedleRow, Provenance, QualityRow, ReferenceSet, Report, SCHEMA, Where,
};
use crate::study::{self, RecordingRef, Study};
use crate::{Error, Result, norms};
use rayon::prelude::*;
use std::path::Path;

/// Said in every result.
pub const DISCLAIMER: &str = "Not a medical device. Not for diagnosis or treatment decisions. Findings are \
     suggestions for a physician trained in clinical neurophysiology to check.";

/// What `analyze` is told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// For the readers.
    pub read: ReadOptions,
    /// Steps and features.
    pub recipe: Recipe,
    /// For the checks; `kind` overrides what the recording seems to be.
    pub quality: QualityOptions,
}

/// The result file and the series behind its pictures.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Title for people: the study's id or the file's name.
    pub title: String,
    /// `report.json`.
    pub report: Report,
    /// In the order of the study, or the one recording.
    pub recordings: Vec<RecordingView>,
    /// Muscles with a needle row, in the order of the study; each needle channel of a lone recording is one.
    pub muscles: Vec<MuscleView>,
    /// Recordings of a study that could not be read, each with the reason; the rest was done.
    pub failed: Vec<String>,
}

/// What is gathered while recordings are gone through.
#[derive(Debug, Default)]
struct Gathered {
    inputs: Vec<Input>,
    quality: Vec<QualityRow>,
    measures: Vec<MeasureRow>,
    needle: Vec<NeedleRow>,
    sets: Vec<ReferenceSet>,
    not_assessed: Vec<String>,
    recordings: Vec<RecordingView>,
    muscles: Vec<MuscleView>,
    failed: Vec<String>,
    /// Needle channels that no muscle has taken yet.
    sites: Vec<Site>,
}

/// What a study says of a recording in it.
#[derive(Debug, Clone, Default)]
struct Context {
    /// Name shown and written, as the user or the study gives it.
    name: String,
    test: &'static str,
    muscle: Option<String>,
    side: Option<&'static str>,
    /// `rest` or the level of a contraction.
    level: Option<&'static str>,
    effort: Effort,
    age_years: Option<f64>,
    channel: Option<study::ChannelChoice>,
    kind: Option<ChannelKind>,
}

impl Context {
    /// Where a number of `channel` belongs.
    fn place(&self, channel: &str) -> Where {
        Where {
            test: self.test.into(),
            side: self.side.map(str::to_owned),
            muscle: self.muscle.clone(),
            file: Some(self.name.clone()),
            channel: Some(channel.to_owned()),
            ..Where::default()
        }
    }
}

/// Analyses a study (a folder with `study.toml`, or that file) or one recording.
pub fn run(path: &Path, options: &Options) -> Result<Analysis> {
    options.recipe.check()?;
    let is_study = path.is_dir() || path.extension().is_some_and(|e| e == "toml");
    if is_study { of_study(path, options) } else { of_recording(path, options) }
}

fn of_recording(path: &Path, options: &Options) -> Result<Analysis> {
    let name = path.display().to_string();
    let context = Context { name: name.clone(), test: "needle", ..Context::default() };
    let mut gathered = recording::measure(path, &context, options)?;
    for site in std::mem::take(&mut gathered.sites) {
        let muscle = site.muscle().map(str::to_owned);
        let judged = needle::judge(&[site], muscle.as_deref(), None, None, false);
        gathered.add_muscle(judged, false);
    }
    let title = path.file_name().map_or(name, |n| n.to_string_lossy().into_owned());
    Ok(finish(title, gathered, options))
}

fn of_study(path: &Path, options: &Options) -> Result<Analysis> {
    let mut study = study::read(path)?;
    let file = if path.is_dir() { path.join(study::FILE_NAME) } else { path.to_path_buf() };
    let name = file.display().to_string();
    study.resolve_ids(norms::muscle_id, norms::nerve_id).map_err(|e| e.in_file(&name))?;
    let bytes = std::fs::read(&file).map_err(|e| Error::io(&file, e))?;
    let mut gathered = Gathered::default();
    gathered.inputs.push(Input {
        file: name.clone(),
        sha256: recording::sha256(&bytes),
        format: study::SCHEMA.into(),
    });
    entered::add(&mut gathered, &study);
    let jobs = jobs(&study);
    // In parallel, and put together in the study's order: the result does not depend on who is ready first.
    let measured: Vec<Result<Gathered>> = jobs.par_iter().map(|job| job.measure(&study, options)).collect();
    let mut measured = jobs.iter().zip(measured).peekable();
    for (i, entry) in study.needle.iter().enumerate() {
        let failed = gathered.failed.len();
        while let Some((job, piece)) = measured.next_if(|(job, _)| job.needle == Some(i)) {
            gathered.take_up(job, piece)?;
        }
        let sites = std::mem::take(&mut gathered.sites);
        let unread = gathered.failed[failed..].to_vec();
        let (muscle, side) = (entry.muscle.as_deref(), entry.side.map(study::Side::name));
        if sites.is_empty() && unread.is_empty() && entry.findings.is_none() {
            let what = muscle.unwrap_or("a muscle").replace('_', " ");
            gathered.not_assessed.push(format!("{what}: neither a needle recording nor entered findings"));
            continue;
        }
        let mut judged = needle::judge(&sites, muscle, side, entry.findings.as_ref(), true);
        judged.unread(&unread);
        gathered.add_muscle(judged, true);
    }
    for (job, piece) in measured {
        gathered.take_up(job, piece)?;
        let file = &job.reference.file;
        let text = match job.is_scan() {
            true => format!("{file}: CMAP scans are not read in this version"),
            false => format!("{file}: evoked responses are shown and checked, not measured, in this version"),
        };
        if !gathered.not_assessed.contains(&text) {
            gathered.not_assessed.push(text);
        }
    }
    let title = study.id.clone().unwrap_or(name);
    Ok(finish(title, gathered, options))
}

/// A recording of a study that is to be measured.
struct Job<'a> {
    reference: &'a RecordingRef,
    context: Context,
    /// Place of its muscle among `[[needle]]`; `None` for evoked responses.
    needle: Option<usize>,
}

/// Needle recordings, muscle by muscle, then evoked responses.
fn jobs(study: &Study) -> Vec<Job<'_>> {
    let mut out = Vec::new();
    for (i, entry) in study.needle.iter().enumerate() {
        let base = Context {
            test: "needle",
            muscle: entry.muscle.clone(),
            side: entry.side.map(study::Side::name),
            age_years: study.subject.age_years,
            kind: Some(ChannelKind::Needle),
            ..Context::default()
        };
        let rest = entry.rest.iter().map(|r| (r, Effort::Rest, Some("rest")));
        let contraction = entry
            .contraction
            .iter()
            .map(|c| (&c.recording, Effort::Contraction, c.level.map(study::Level::name)));
        out.extend(rest.chain(contraction).map(|(reference, effort, level)| Job {
            reference,
            context: Context { level, effort, ..base.clone() },
            needle: Some(i),
        }));
    }
    let all = study.recordings();
    let evoked = &all[..all.len() - out.len()];
    out.extend(evoked.iter().map(|reference| Job {
        reference,
        context: Context { test: "evoked", kind: Some(ChannelKind::Evoked), ..Context::default() },
        needle: None,
    }));
    out
}

impl Job<'_> {
    /// A scan in a format that is not read.
    fn is_scan(&self) -> bool {
        self.needle.is_none() && self.reference.file.to_lowercase().ends_with(".mem")
    }

    fn measure(&self, study: &Study, options: &Options) -> Result<Gathered> {
        if self.is_scan() {
            return Ok(Gathered::default());
        }
        let reference = self.reference;
        let path = study.path_of(reference)?;
        let mut options = options.clone();
        if let Some(unit) = &reference.unit {
            options.read.unit = Some(crate::units::SignalUnit::parse(unit));
        }
        options.read.gain = reference.gain_per_unit.or(options.read.gain);
        options.read.sampling_frequency = reference.sampling_frequency_hz.or(options.read.sampling_frequency);
        let context = Context {
            name: reference.file.clone(),
            channel: reference.channel.clone(),
            ..self.context.clone()
        };
        recording::measure(&path, &context, &options)
    }
}

fn finish(title: String, gathered: Gathered, options: &Options) -> Analysis {
    let recipe = serde_json::to_value(&options.recipe).unwrap_or_default();
    let mut not_assessed = gathered.not_assessed;
    not_assessed.push("patterns over nerves, muscles and roots: not judged in this version".into());
    let report = Report {
        schema: SCHEMA,
        provenance: Provenance {
            version: env!("CARGO_PKG_VERSION"),
            inputs: gathered.inputs,
            recipe,
            reference_sets: gathered.sets,
        },
        quality: gathered.quality,
        measures: gathered.measures,
        needle: gathered.needle,
        patterns: Vec::new(),
        next_tests: Vec::new(),
        not_assessed,
        disclaimer: DISCLAIMER,
    };
    Analysis {
        title,
        report,
        recordings: gathered.recordings,
        muscles: gathered.muscles,
        failed: gathered.failed,
    }
}

impl Gathered {
    fn add_findings(&mut self, file: &str, findings: &[Finding]) {
        self.quality.extend(findings.iter().map(|f| QualityRow::new(file, f)));
    }

    /// Takes up what a recording of a study gave. One that cannot be read is told, and the rest is done;
    /// what whoever typed the command can mend ends it.
    fn take_up(&mut self, job: &Job<'_>, piece: Result<Gathered>) -> Result<()> {
        match piece {
            Ok(piece) => self.absorb(piece),
            Err(why) if why.is_usage() => return Err(why),
            Err(why) => {
                let said = why.in_file(&job.reference.file).to_string();
                self.not_assessed.push(format!("could not be read: {said}"));
                self.failed.push(said);
            }
        }
        Ok(())
    }

    /// Takes up what one recording gave, behind what is there.
    fn absorb(&mut self, mut other: Gathered) {
        let before = self.recordings.len();
        other.sites.iter_mut().for_each(|s| s.place.0 += before);
        self.inputs.append(&mut other.inputs);
        self.quality.append(&mut other.quality);
        self.measures.append(&mut other.measures);
        self.not_assessed.append(&mut other.not_assessed);
        self.recordings.append(&mut other.recordings);
        self.sites.append(&mut other.sites);
    }

    /// Takes up the rows of a muscle. `of_study`: its first row is of the muscle as a whole.
    fn add_muscle(&mut self, judged: needle::Judged, of_study: bool) {
        let first = self.needle.len();
        let sites: Vec<_> = judged.sites.iter().map(|&(place, row)| (place, first + row)).collect();
        for ((recording, channel), row) in &sites {
            self.recordings[*recording].channels[*channel].needle = Some(*row);
        }
        self.muscles.push(MuscleView { row: first, of_study, sites });
        self.needle.extend(judged.rows);
        self.measures.extend(judged.measures);
        for set in judged.sets {
            if !self.sets.contains(&set) {
                self.sets.push(set);
            }
        }
    }
}
