//! `myotome evaluate`.

use super::args::{Evaluate, EvaluateNeedle};
use super::exit::{Outcome, print, printable, tell};
use super::progress::Progress;
use myotome::evaluate::{self, StudyScore, Style};
use myotome::pipeline::{analyze, batch};
use myotome::{Error, Result};

pub(crate) fn run(args: &Evaluate) -> Result<Outcome> {
    match args {
        Evaluate::Needle(needle) => of_needle(needle),
    }
}

fn of_needle(args: &EvaluateNeedle) -> Result<Outcome> {
    let options = analyze::Options {
        read: args.reading.options()?,
        quality: args.reading.quality(),
        ..analyze::Options::default()
    };
    let folders = evaluate::folders(&args.studies)?;
    let mut outcome = Outcome::default();
    let mut progress = Progress::new(folders.len(), args.reading.quiet);
    let mut scores: Vec<StudyScore> = Vec::new();
    batch::ordered(
        &folders,
        |folder| match &args.reports {
            Some(reports) => evaluate::of_report(folder, reports),
            None => evaluate::of_study(folder, &options),
        },
        |_, result| {
            progress.step();
            match result {
                Ok(score) => {
                    outcome.done += 1;
                    scores.push(score);
                }
                Err(e) => outcome.fail(&e),
            }
            true
        },
    );
    if scores.is_empty() {
        return Ok(outcome);
    }
    let silent = scores.iter().flat_map(|s| &s.recordings).filter(|r| !r.reported).count();
    if silent > 0 {
        tell(&format!("{silent} recordings are in the truth but not in the results: all in them is missed"));
    }
    print(&written(args, &scores)?)?;
    Ok(outcome)
}

fn written(args: &EvaluateNeedle, scores: &[StudyScore]) -> Result<String> {
    if args.json {
        let value = evaluate::to_json(scores, args.per_unit);
        let text = serde_json::to_string(&value).map_err(|e| Error::Signal(format!("JSON: {e}")))?;
        return Ok(text + "\n");
    }
    let style = if args.markdown { Style::Markdown } else { Style::Text };
    let recordings: usize = scores.iter().map(|s| s.recordings.len()).sum();
    let tables = evaluate::tables(scores, args.per_unit);
    let tables: String = tables.iter().map(|t| t.render(style)).collect();
    Ok(printable(&format!("{} studies, {recordings} recordings\n\n{tables}", scores.len())))
}
