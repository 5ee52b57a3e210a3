//! `myotome evaluate patterns`.

use super::evaluate::{Kind, Source, Written};
use super::exit::Outcome;
use clap::Args;
use myotome::evaluate::patterns;
use myotome::output::write_atomic;
use myotome::pipeline::analyze::ncs::CurveView;
use myotome::plot::{Marks, curves};
use myotome::{Error, Result};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct EvaluatePatterns {
    #[command(flatten)]
    source: Source,
    /// Each study's row as well; with --json
    #[arg(long, requires = "json")]
    per_study: bool,
    /// Write curves over severity, days and muscles as SVG files into DIR
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// With --simulate: so many patients also as recordings and half and half, and how far the answers agree
    #[arg(long, value_name = "N", default_value_t = 0, requires = "simulate")]
    versions: u64,
}

pub(super) fn run(args: &EvaluatePatterns) -> Result<Outcome> {
    let kind =
        Kind { make: patterns::make_studies, of_study: patterns::of_study, of_report: patterns::of_report };
    let (mut outcome, scores) = args.source.score(&kind)?;
    if scores.is_empty() {
        return Ok(outcome);
    }
    if let Some(folder) = &args.plots {
        draw(&scores, folder)?;
    }
    let (failed, told) = args.source.each_number(args.versions, |seed, number, root, options| {
        patterns::versions(seed, number, root, options)
    })?;
    outcome.add(&failed);
    let more: Vec<_> = patterns::versions_table(&told).into_iter().collect();
    let versions = if args.versions > 0 { format!(" --versions {}", args.versions) } else { String::new() };
    args.source.print(&Written {
        kind: "patterns",
        json: &|| patterns::to_json(&scores, args.per_study),
        document: &|command| {
            let command = command.replacen(" --markdown", &format!("{versions} --markdown"), 1);
            patterns::document(&command, &scores, &more)
        },
        tables: &|style| {
            let tables = patterns::tables(&scores);
            let tables: String = tables.iter().chain(&more).map(|t| t.render(style)).collect();
            format!("{} studies\n\n{tables}", scores.len())
        },
    })?;
    Ok(outcome)
}

/// A picture for each curve: shares over the axis.
fn draw(scores: &[patterns::Score], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    for curve in patterns::curves(scores) {
        let line = |(_, name, points): &(&str, &str, Vec<Option<patterns::Point>>)| CurveView {
            name: (*name).to_owned(),
            x_unit: curve.id.to_owned(),
            y_unit: "share".to_owned(),
            points: curve.at.iter().zip(points).filter_map(|(x, p)| p.map(|p| (*x, p.value))).collect(),
        };
        let lines: Vec<CurveView> = curve.lines.iter().map(line).collect();
        if let Some(svg) = curves(&lines, Marks::Joined)? {
            write_atomic(&folder.join(format!("{}.svg", curve.id)), |w| w.write_all(svg.as_bytes()))?;
        }
    }
    Ok(())
}
