//! `analyze`: from a study or a recording to a result file and the series behind its pictures.

mod activation;
mod entered;
mod measures;
mod model;
pub mod ncs;
pub mod needle;
mod of_study;
pub mod previous;
mod recording;
mod series;
mod sheet;
mod view;

pub use activation::FatigueResult;
pub use measures::{MEASURES, MeasureDefinition};
pub use model::ReadyModel;
pub use sheet::{SHEET_FORMAT, read_sheet};
pub use view::{ChannelView, Course, Episode, Grid, MuscleView, RecordingView, Summary, Who};

use self::ncs::NcsView;
use self::needle::{Effort, Site};
use super::recipe::Recipe;
use crate::format::ReadOptions;
use crate::measure::Finding;
use crate::norms::ncs::Limits;
use crate::pattern::facts::Facts;
use crate::pattern::pitfalls::History;
use crate::pattern::{self, Judgement};
use crate::quality::QualityOptions;
use crate::recording::ChannelKind;
use crate::result::{
    Context as ClinicalContext, Input, MeasureRow, ModelRow, NeedleRow, Provenance, QualityRow, ReferenceSet,
    Report, SCHEMA, SetupRow, Where,
};
use crate::study::Study;
use crate::{Result, study};
use std::path::Path;
use std::sync::Arc;

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
    /// Limits of nerve conduction: the built-in sets, or a laboratory's own.
    pub limits: Arc<Limits>,
    /// Statistical models to ask beside the rules.
    pub models: Vec<Arc<ReadyModel>>,
}

/// The result file and the series behind its pictures.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Title for people: the study's id or the file's name.
    pub title: String,
    /// Who was examined, as the study says; `None` for a lone recording.
    pub who: Option<Who>,
    /// `report.json`.
    pub report: Report,
    /// In the order of the study, or the one recording.
    pub recordings: Vec<RecordingView>,
    /// Muscles with a needle row, in the order of the study; each needle channel of a lone recording is one.
    pub muscles: Vec<MuscleView>,
    /// Nerve conduction of a study.
    pub ncs: NcsView,
    /// Recordings of a study that could not be read, each with the reason; the rest was done.
    pub failed: Vec<String>,
}

/// What is gathered while recordings are gone through.
#[derive(Debug, Default)]
struct Gathered {
    who: Option<Who>,
    inputs: Vec<Input>,
    quality: Vec<QualityRow>,
    measures: Vec<MeasureRow>,
    needle: Vec<NeedleRow>,
    sets: Vec<ReferenceSet>,
    not_assessed: Vec<String>,
    recordings: Vec<RecordingView>,
    muscles: Vec<MuscleView>,
    ncs: NcsView,
    models: Vec<ModelRow>,
    failed: Vec<String>,
    setup: Vec<SetupRow>,
    context: Option<ClinicalContext>,
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
    if is_study { of_study::run(path, options) } else { of_recording(path, options) }
}

/// Analyses a study that is in memory already. `input`: the file that it was read from, as the result names it.
///
/// # Errors
/// As [`run`], for the study's recordings; muscles and nerves that are not known.
pub fn run_study(study: study::Study, input: Input, options: &Options) -> Result<Analysis> {
    options.recipe.check()?;
    of_study::analyse(study, input, options)
}

fn of_recording(path: &Path, options: &Options) -> Result<Analysis> {
    let name = path.display().to_string();
    if let Some(gathered) = ncs::listing(path, &name, options)? {
        let title = path.file_name().map_or(name, |n| n.to_string_lossy().into_owned());
        return Ok(finish(title, gathered, None, options));
    }
    let context = Context { name: name.clone(), test: "needle", ..Context::default() };
    let mut gathered = recording::measure(path, &context, options)?;
    for site in std::mem::take(&mut gathered.sites) {
        let muscle = site.muscle().map(str::to_owned);
        let judged = needle::judge(&[site], muscle.as_deref(), None, None, false);
        gathered.add_muscle(judged, false);
    }
    let title = path.file_name().map_or(name, |n| n.to_string_lossy().into_owned());
    Ok(finish(title, gathered, None, options))
}

/// What a study states of earlier operations and diseases; what it does not state stays open.
fn history(subject: &study::Subject) -> History {
    use study::BackSurgery::{Both, Cervical, Lumbosacral};
    let at = |region| subject.previous_back_surgery.map(|s| s == region || s == Both);
    History {
        cervical_surgery: at(Cervical),
        lumbosacral_surgery: at(Lumbosacral),
        diabetes: subject.diabetes,
    }
}

/// `study`: what the recordings belong to, ids resolved; `None` for a lone recording.
fn finish(title: String, gathered: Gathered, study: Option<&Study>, options: &Options) -> Analysis {
    let recipe = serde_json::to_value(&options.recipe).unwrap_or_default();
    let mut not_assessed = gathered.not_assessed;
    let judged = match study {
        Some(study) => {
            let facts = Facts::new(study, &gathered.measures, &gathered.needle);
            pattern::judge(&facts, &history(&study.subject))
        }
        None => Judgement::default(),
    };
    if judged.patterns.is_empty() {
        not_assessed.push(
            "patterns over nerves, muscles and roots: they need a study of known muscles or nerves".into(),
        );
    }
    not_assessed.extend(judged.not_assessed);
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
        patterns: judged.patterns,
        next_tests: judged.next_tests,
        by_chance: judged.by_chance,
        pitfalls: judged.pitfalls,
        disagreements: judged.disagreements,
        models: gathered.models,
        not_assessed,
        setup: gathered.setup,
        context: gathered.context,
        previous: None,
        disclaimer: DISCLAIMER,
    };
    Analysis {
        title,
        who: gathered.who,
        report,
        recordings: gathered.recordings,
        muscles: gathered.muscles,
        ncs: gathered.ncs,
        failed: gathered.failed,
    }
}

impl Gathered {
    fn add_findings(&mut self, file: &str, findings: &[Finding]) {
        self.quality.extend(findings.iter().map(|f| QualityRow::new(file, f)));
    }

    /// Takes up what one recording gave, behind what is there.
    fn absorb(&mut self, mut other: Gathered) {
        let before = self.recordings.len();
        other.sites.iter_mut().for_each(|s| s.place.0 += before);
        self.inputs.append(&mut other.inputs);
        self.quality.append(&mut other.quality);
        self.measures.append(&mut other.measures);
        self.not_assessed.append(&mut other.not_assessed);
        self.models.append(&mut other.models);
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
