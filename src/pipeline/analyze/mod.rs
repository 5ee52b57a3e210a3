//! `analyze`: from a study or a recording to a result file and the series behind its pictures.

mod activation;
mod entered;
mod recording;
mod screen;
mod series;
mod view;

pub use activation::FatigueResult;
pub use view::{ChannelView, Course, Episode, Grid, RecordingView, Summary};

use super::recipe::Recipe;
use crate::feature::fatigue;
use crate::format::ReadOptions;
use crate::measure::Finding;
use crate::quality::QualityOptions;
use crate::recording::ChannelKind;
use crate::result::{
    Input, MeasureRow, NeedleRow, Provenance, QualityRow, ReferenceSet, Report, SCHEMA, Where,
};
use crate::study::{self, RecordingRef, Study};
use crate::{Error, Result, norms};
use std::path::Path;

/// Said in every result.
pub const DISCLAIMER: &str = "Not a medical device. Not for diagnosis or treatment decisions. Findings are \
     suggestions for a physician trained in clinical neurophysiology to check.";

/// One row of [`MEASURES`].
#[derive(Debug, Clone, Copy)]
pub struct MeasureDefinition {
    /// Id in the result file.
    pub id: &'static str,
    /// Unit in the result file.
    pub unit: &'static str,
    /// What it is.
    pub name: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
}

const NEEDLE: &str = "needle screening; see the method of each row";
const ENTERED: &str = "entered in the study file; definition as there";

const fn measure(
    id: &'static str,
    unit: &'static str,
    name: &'static str,
    source: &'static str,
) -> MeasureDefinition {
    MeasureDefinition { id, unit, name, source }
}

/// Measures that a result file may hold beside the features (`myotome list features`), which appear in it
/// as medians over the windows of a recording.
pub static MEASURES: &[MeasureDefinition] = &ALL;

/// Those that are defined here; the indices of fatigue follow them.
const OWN: &[MeasureDefinition] = &[
    measure("onset_latency", "ms", "onset latency", ENTERED),
    measure("peak_latency", "ms", "peak latency", ENTERED),
    measure(
        "amplitude_baseline_to_negative_peak",
        "mV or uV",
        "amplitude, baseline to negative peak",
        ENTERED,
    ),
    measure("amplitude_peak_to_peak", "uV", "amplitude, peak to peak", ENTERED),
    measure("negative_peak_duration", "ms", "duration of the negative peak", ENTERED),
    measure("negative_peak_area", "mV*ms", "area of the negative peak", ENTERED),
    measure("conduction_velocity", "m/s", "conduction velocity", ENTERED),
    measure("f_min_latency", "ms", "least F-wave latency", ENTERED),
    measure("f_mean_latency", "ms", "mean F-wave latency", ENTERED),
    measure("f_max_latency", "ms", "greatest F-wave latency", ENTERED),
    measure("f_persistence", "%", "F-wave persistence", ENTERED),
    measure("f_sweeps", "1", "number of F-wave sweeps", ENTERED),
    measure("h_latency", "ms", "H-reflex latency", ENTERED),
    measure("h_m_ratio", "%", "largest H over largest M", ENTERED),
    measure("decrement", "%", "decrement of the fourth response", ENTERED),
    measure("active_share", "%", "share of the recording with needle activity", NEEDLE),
    measure("longest_rest", "s", "longest stretch without needle activity", NEEDLE),
    measure("active_mnf", "Hz", "mean frequency of the active part", NEEDLE),
    measure("active_mdf", "Hz", "median frequency of the active part", NEEDLE),
    measure("high_low_ratio", "1", "power above 500 Hz over power from 20 to 500 Hz, active part", NEEDLE),
    measure("spikiness", "1", "excess kurtosis of the sharpened trace", NEEDLE),
    measure("activation_episodes", "1", "number of activation episodes", "onset detection, see method"),
    measure(
        "activation_share",
        "%",
        "share of the judged recording inside activation episodes",
        "onset detection, see method",
    ),
];

const ALL: [MeasureDefinition; OWN.len() + fatigue::INDICES.len()] = {
    let mut all = [OWN[0]; OWN.len() + fatigue::INDICES.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = if i < OWN.len() {
            OWN[i]
        } else {
            let f = &fatigue::INDICES[i - OWN.len()];
            measure(f.id, f.unit, f.name, f.source)
        };
        i += 1;
    }
    all
};

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
    let mut gathered = Gathered::default();
    let context = Context { name: name.clone(), test: "needle", ..Context::default() };
    recording::add(&mut gathered, path, &context, options)?;
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
    add_needle(&mut gathered, &study, options)?;
    add_evoked(&mut gathered, &study, options)?;
    let title = study.id.clone().unwrap_or(name);
    Ok(finish(title, gathered, options))
}

fn add_needle(gathered: &mut Gathered, study: &Study, options: &Options) -> Result<()> {
    for needle in &study.needle {
        let base = Context {
            test: "needle",
            muscle: needle.muscle.clone(),
            side: needle.side.map(study::Side::name),
            age_years: study.subject.age_years,
            kind: Some(ChannelKind::Needle),
            ..Context::default()
        };
        let rest = needle.rest.iter().map(|r| (r, Some("rest")));
        let contraction = needle.contraction.iter().map(|c| (&c.recording, c.level.map(study::Level::name)));
        for (reference, level) in rest.chain(contraction) {
            add_reference(gathered, study, reference, &Context { level, ..base.clone() }, options)?;
        }
    }
    Ok(())
}

/// Evoked responses are shown and checked, not measured.
fn add_evoked(gathered: &mut Gathered, study: &Study, options: &Options) -> Result<()> {
    let needle: usize = study.needle.iter().map(|n| n.rest.len() + n.contraction.len()).sum();
    let all = study.recordings();
    for reference in &all[..all.len() - needle] {
        let context = Context { test: "evoked", kind: Some(ChannelKind::Evoked), ..Context::default() };
        if reference.file.to_lowercase().ends_with(".mem") {
            gathered
                .not_assessed
                .push(format!("{}: CMAP scans are not read in this version", reference.file));
            continue;
        }
        add_reference(gathered, study, reference, &context, options)?;
        let text = format!(
            "{}: evoked responses are shown and checked, not measured, in this version",
            reference.file
        );
        if !gathered.not_assessed.contains(&text) {
            gathered.not_assessed.push(text);
        }
    }
    Ok(())
}

fn add_reference(
    gathered: &mut Gathered,
    study: &Study,
    reference: &RecordingRef,
    context: &Context,
    options: &Options,
) -> Result<()> {
    let path = study.path_of(reference)?;
    let mut options = options.clone();
    if let Some(unit) = &reference.unit {
        options.read.unit = Some(crate::units::SignalUnit::parse(unit));
    }
    options.read.gain = reference.gain_per_unit.or(options.read.gain);
    options.read.sampling_frequency = reference.sampling_frequency_hz.or(options.read.sampling_frequency);
    let context =
        Context { name: reference.file.clone(), channel: reference.channel.clone(), ..context.clone() };
    recording::add(gathered, &path, &context, &options)
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
    Analysis { title, report, recordings: gathered.recordings }
}

impl Gathered {
    fn add_findings(&mut self, file: &str, findings: &[Finding]) {
        self.quality.extend(findings.iter().map(|f| QualityRow::new(file, f)));
    }
}
