//! `myotome evaluate needle`.

use super::evaluate::{Kind, Source, Written};
use super::exit::{Outcome, tell};
use clap::Args;
use myotome::Result;
use myotome::evaluate;

#[derive(Debug, Args)]
pub(crate) struct EvaluateNeedle {
    #[command(flatten)]
    source: Source,
    /// A row for each true motor unit and each false train as well
    #[arg(long)]
    per_unit: bool,
}

pub(super) fn run(args: &EvaluateNeedle) -> Result<Outcome> {
    let kind =
        Kind { make: evaluate::make_studies, of_study: evaluate::of_study, of_report: evaluate::of_report };
    let (outcome, scores) = args.source.score(&kind)?;
    if scores.is_empty() {
        return Ok(outcome);
    }
    let silent = scores.iter().flat_map(|s| &s.recordings).filter(|r| !r.reported).count();
    if silent > 0 {
        tell(&format!("{silent} recordings are in the truth but not in the results: all in them is missed"));
    }
    args.source.print(&Written {
        kind: "needle",
        json: &|| evaluate::to_json(&scores, args.per_unit),
        document: &|command| evaluate::document(command, &scores),
        tables: &|style| {
            let recordings: usize = scores.iter().map(|s| s.recordings.len()).sum();
            let tables = evaluate::tables(&scores, args.per_unit);
            let tables: String = tables.iter().map(|t| t.render(style)).collect();
            format!("{} studies, {recordings} recordings\n\n{tables}", scores.len())
        },
    })?;
    Ok(outcome)
}
