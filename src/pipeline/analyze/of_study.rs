//! A study: its recordings measured in parallel, its muscles judged, what was entered carried over.

use super::needle::{self, Effort};
use super::{Analysis, Context, Gathered, Options, Who, entered, finish, ncs, previous, recording};
use crate::recording::ChannelKind;
use crate::result::Input;
use crate::study::{self, RecordingRef, Study};
use crate::{Error, Result, norms};
use rayon::prelude::*;
use std::path::Path;

/// Analyses the study in a folder or file.
pub(super) fn run(path: &Path, options: &Options) -> Result<Analysis> {
    let study = study::read(path)?;
    let file = if path.is_dir() { path.join(study::FILE_NAME) } else { path.to_path_buf() };
    let name = file.display().to_string();
    let bytes = std::fs::read(&file).map_err(|e| Error::io(&file, e))?;
    let input = Input { file: name, sha256: recording::sha256(&bytes), format: study::SCHEMA.into() };
    analyse(study, input, options)
}

/// Analyses a study that was read from `input`.
pub(super) fn analyse(mut study: Study, input: Input, options: &Options) -> Result<Analysis> {
    let name = input.file.clone();
    study.resolve_ids(norms::muscle_id, norms::nerve_id).map_err(|e| e.in_file(&name))?;
    let who = Some(Who { subject: study.subject.clone() });
    let mut gathered = Gathered { who, setup: previous::setup_of(&study), ..Gathered::default() };
    // Shown beside the result; nothing below reads it.
    gathered.context = Some(norms::context::of(&study.subject, &study.scores)).filter(|c| !c.is_empty());
    gathered.inputs.push(input);
    entered::add(&mut gathered, &study);
    let jobs = jobs(&study);
    // In parallel, and put together in the study's order: the result does not depend on who is ready first.
    let measured: Vec<Result<Gathered>> = jobs.par_iter().map(|job| job.measure(&study, options)).collect();
    let mut measured = jobs.iter().zip(measured).peekable();
    for (i, entry) in study.needle.iter().enumerate() {
        let failed = gathered.failed.len();
        while let Some((job, piece)) = measured.next_if(|(job, _)| job.needle == i) {
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
    ncs::add(&mut gathered, &study, options)?;
    let title = study.id.clone().unwrap_or(name);
    Ok(finish(title, gathered, Some(&study), options))
}

/// A recording of a study that is to be measured.
struct Job<'a> {
    reference: &'a RecordingRef,
    context: Context,
    /// Place of its muscle among `[[needle]]`.
    needle: usize,
}

/// Needle recordings, muscle by muscle.
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
            needle: i,
        }));
    }
    out
}

impl Job<'_> {
    fn measure(&self, study: &Study, options: &Options) -> Result<Gathered> {
        let reference = self.reference;
        let path = study.path_of(reference)?;
        let options = ncs::options_of(reference, options);
        let context = Context {
            name: reference.file.clone(),
            channel: reference.channel.clone(),
            ..self.context.clone()
        };
        recording::measure(&path, &context, &options)
    }
}

impl Gathered {
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
}
