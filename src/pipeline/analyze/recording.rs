//! One recording: quality, kind, numbers, series for pictures.

use super::view::{ChannelView, Course, RecordingView, Summary};
use super::{Context, Gathered, Options, activation, model, needle, series};
use crate::classify;
use crate::feature::Feature;
use crate::format::{self, Source};
use crate::measure::{Finding, Severity};
use crate::pipeline::features::{self, ChannelRows, Table};
use crate::pipeline::kinds;
use crate::quality;
use crate::recording::{Channel, ChannelKind, Recording};
use crate::result::{Input, MeasureRow};
use crate::study::ChannelChoice;
use crate::{Error, Result};
use sha2::Digest;
use std::path::Path;

/// Features that are drawn over time.
const COURSES: [&str; 3] = ["rms", "mnf", "mdf"];

/// SHA-256 in lower-case hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads, checks and measures one file.
pub(super) fn measure(path: &Path, context: &Context, options: &Options) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let source = Source::open(path, options.read.max_memory)?;
    let mut recording = format::read_source(&source, &options.read)?;
    recording.file.clone_from(&context.name);
    choose(&mut recording, context)?;
    // What was typed goes before what the study says, and that before the file and the signal.
    let opinions = kinds::settle(&mut recording, options.quality.kind.or(context.kind));
    let input =
        Input { file: context.name.clone(), sha256: sha256(&source.bytes), format: recording.format.into() };
    gathered.inputs.push(input);
    drop(source);
    let (table, prepared) =
        features::with_samples(&recording, &options.recipe, &options.recipe.check()?, &options.quality)?;
    gathered.add_findings(&context.name, &table.findings);
    gathered.models = model::rows(&recording, &context.name, options);
    let mut view = RecordingView {
        file: context.name.clone(),
        what: what(context),
        level: context.level,
        format: recording.format,
        start: recording.start.clone(),
        subject: subject(&recording),
        comments: recording.comments.clone(),
        annotations: recording.annotations.clone(),
        channels: Vec::new(),
    };
    for (i, ((prepared, rows), opinion)) in prepared.iter().zip(&table.channels).zip(opinions).enumerate() {
        let (channel, samples) = (prepared.channel.as_ref(), &prepared.conditioned.samples);
        let context = &on_channel(context, &recording, channel);
        let mut shown = series::of(channel, samples)?;
        shown.kind_reasons = opinion.reasons;
        shown.warnings = warnings(&table.findings, &channel.label);
        shown.summaries = summaries(&table, rows, options)?;
        shown.courses = courses(&table, rows, options)?;
        let refused = quality::interpretable(&table.findings, &channel.label).err();
        add_measures(&mut gathered, context, &shown, refused.as_deref());
        if refused.is_some() {
            // What must not be measured has no numbers on the page either.
            shown.courses.clear();
            shown.summaries.iter_mut().for_each(|s| s.percentiles = None);
        }
        if let Some(activity) = activation::of(channel, samples) {
            shown.episodes.clone_from(&activity.episodes);
            shown.episodes_method.clone_from(&activity.method);
            if channel.kind == ChannelKind::Surface {
                let selected = options.recipe.check()?;
                shown.fatigue = activation::fatigue(&activity, &selected, &table, rows, refused.as_deref());
            }
            activation::add_measures(&mut gathered, context, &shown, &activity, refused.as_deref());
        }
        if channel.kind == ChannelKind::Needle {
            let age = recording.subject.age_years;
            let warnings = &shown.warnings;
            let (mut site, pictures) =
                needle::measure(context, channel, samples, age, warnings, refused.as_deref());
            site.place = (0, i);
            gathered.sites.push(site);
            shown.pictures = Some(pictures);
        }
        view.channels.push(shown);
    }
    if context.kind.is_none() && recording.channels.iter().any(|c| c.kind == ChannelKind::Evoked) {
        match super::ncs::lone(&recording, &context.name) {
            Ok(rows) => gathered.measures.extend(rows),
            Err(why) => gathered.not_assessed.push(format!(
                "{}: evoked responses are shown and checked, not measured: {why}",
                context.name
            )),
        }
    }
    gathered.recordings.push(view);
    Ok(gathered)
}

/// What is known of a channel of a lone recording: its kind, and the muscle that the file names.
fn on_channel(context: &Context, recording: &Recording, channel: &Channel) -> Context {
    let named = || classify::muscle_named_in(recording, channel).map(|m| m.id.to_owned());
    let test = if context.kind.is_none() { channel.kind.name() } else { context.test };
    Context { test, muscle: context.muscle.clone().or_else(named), ..context.clone() }
}

/// Leaves only the channel that the study names.
pub(super) fn choose(recording: &mut Recording, context: &Context) -> Result<()> {
    let Some(choice) = &context.channel else { return Ok(()) };
    let found = match choice {
        ChannelChoice::Index(i) => Some(*i).filter(|i| *i < recording.channels.len()),
        ChannelChoice::Label(label) => {
            recording.channels.iter().position(|c| c.label == *label).or_else(|| cut_label(recording, label))
        }
    };
    let Some(i) = found else {
        let labels: Vec<&str> = recording.channels.iter().map(|c| c.label.as_str()).collect();
        let asked = match choice {
            ChannelChoice::Index(i) => i.to_string(),
            ChannelChoice::Label(label) => label.clone(),
        };
        let why = format!("`{asked}` is not in {}; it holds {}", context.name, labels.join(", "));
        return Err(Error::option("channel", why));
    };
    recording.channels = vec![recording.channels.swap_remove(i)];
    Ok(())
}

/// EDF and BDF cut labels at 16 characters: the one channel whose label is the beginning of the asked one.
fn cut_label(recording: &Recording, label: &str) -> Option<usize> {
    const LABEL: usize = 16;
    if !["edf", "bdf"].contains(&recording.format) || label.len() <= LABEL {
        return None;
    }
    let cut = |c: &Channel| c.label.len() >= LABEL - 1 && label.starts_with(&c.label);
    let mut all = recording.channels.iter().enumerate().filter(|(_, c)| cut(c)).map(|(i, _)| i);
    all.next().filter(|_| all.next().is_none())
}

fn what(context: &Context) -> String {
    let muscle = context.muscle.as_deref().map(|m| m.replace('_', " "));
    let parts = [muscle, context.side.map(str::to_owned), context.level.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn subject(recording: &Recording) -> String {
    let age = recording.subject.age_years.map(|a| format!("{a} years"));
    [age, recording.subject.sex.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What stands beside every number of the channel.
fn warnings(findings: &[Finding], label: &str) -> Vec<String> {
    let concerns =
        |f: &&Finding| f.severity >= Severity::Warning && f.channel.as_deref().is_none_or(|c| c == label);
    findings.iter().filter(concerns).map(|f| format!("{}: {}", f.check, f.detail)).collect()
}

fn summaries(table: &Table, rows: &ChannelRows, options: &Options) -> Result<Vec<Summary>> {
    let selected: Vec<&'static Feature> = options.recipe.check()?;
    let summary = |(column, feature): (usize, &&'static Feature)| {
        let mut values: Vec<f64> = table.column(rows, column).flatten().collect();
        values.sort_by(f64::total_cmp);
        let percentiles = (!values.is_empty()).then(|| [0.5, 0.05, 0.95].map(|q| quantile(&values, q)));
        Summary { feature, percentiles, windows: (values.len(), rows.times.len()) }
    };
    Ok(selected.iter().enumerate().map(summary).collect())
}

/// Quantile of sorted values by linear interpolation between order statistics (type 7 of Hyndman and Fan
/// 1996, doi:10.2307/2684934).
fn quantile(sorted: &[f64], q: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let at = q * (sorted.len() - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the last index")]
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below])
}

fn courses(table: &Table, rows: &ChannelRows, options: &Options) -> Result<Vec<Course>> {
    let selected = options.recipe.check()?;
    let course = |(column, feature): (usize, &&'static Feature)| {
        let middles = rows.times.iter().map(|(start, end)| (start + end) / 2.0);
        let points = middles.zip(table.column(rows, column)).filter_map(|(t, v)| Some((t, v?))).collect();
        Course { feature, points }
    };
    Ok(selected.iter().enumerate().filter(|(_, f)| COURSES.contains(&f.id)).map(course).collect())
}

/// The median of each feature over the windows.
fn add_measures(gathered: &mut Gathered, context: &Context, view: &ChannelView, refused: Option<&str>) {
    for summary in &view.summaries {
        let feature = summary.feature;
        let value = match (refused, summary.percentiles) {
            (Some(why), _) => Err(why.to_owned()),
            (None, Some([median, ..])) => Ok(median),
            (None, None) if view.uncalibrated => {
                Err("uncalibrated: no number in volts can be given".to_owned())
            }
            (None, None) if !view.calibrated => Err(format!("in {}, which is no voltage", view.unit)),
            (None, None) => Err("no window allows it".to_owned()),
        };
        let (n, all) = summary.windows;
        let method = format!("median of {n} of {all} windows; {}", feature.definition);
        let place = context.place(&view.label);
        gathered.measures.push(MeasureRow::measured(feature.id, feature.unit.symbol, value, place, method));
    }
}
