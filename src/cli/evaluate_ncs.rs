//! `myotome evaluate ncs`.

use super::evaluate::{Kind, Source, Written};
use super::exit::Outcome;
use clap::Args;
use myotome::Result;
use myotome::evaluate::ncs;

#[derive(Debug, Args)]
pub(crate) struct EvaluateNcs {
    #[command(flatten)]
    source: Source,
    /// Each response's true and found numbers as well; with --json
    #[arg(long, requires = "json")]
    per_response: bool,
}

pub(super) fn run(args: &EvaluateNcs) -> Result<Outcome> {
    let kind = Kind { make: ncs::make_studies, of_study: ncs::of_study, of_report: ncs::of_report };
    let (outcome, scores) = args.source.score(&kind)?;
    if scores.is_empty() {
        return Ok(outcome);
    }
    args.source.print(&Written {
        kind: "ncs",
        json: &|| ncs::to_json(&scores, args.per_response),
        document: &|command| ncs::document(command, &scores),
        tables: &|style| {
            let tables: String = ncs::tables(&scores).iter().map(|t| t.render(style)).collect();
            format!("{} studies\n\n{tables}", scores.len())
        },
    })?;
    Ok(outcome)
}
