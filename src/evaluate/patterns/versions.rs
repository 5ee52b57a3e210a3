//! The same patients told three ways: as values and grades, as recordings, and as both.

use super::super::statistics::mean;
use super::super::table::Table;
use super::{Found, analysed};
use crate::Result;
use crate::pipeline::analyze;
use crate::simulate::patient::{self, Form, Options};
use std::path::Path;

/// What was suggested for one patient by each version.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Versions {
    /// The true pattern.
    pub pattern: String,
    /// First suggestion with its level; probability of a lesion of roots: values, recordings, mixed.
    pub said: Vec<(String, f64)>,
}

/// Makes patient `number` of a series in all three forms and analyses each.
///
/// # Errors
/// What writing and analysing meet.
pub fn versions(seed: u64, number: u64, root: &Path, options: &analyze::Options) -> Result<Versions> {
    let mut out = Versions::default();
    for form in [Form::Values, Form::Recordings, Form::Mixed] {
        let options_of = Options { seed: patient::series_seed(seed, number), form, ..Options::default() };
        let made = patient::study(&options_of)?;
        out.pattern.clone_from(&made.truth.pattern);
        let folder = root.join(format!("version-{number:05}-{}", form.name()));
        let found = patient::write(&made, &folder).and_then(|()| analysed(&folder, options));
        let _ = std::fs::remove_dir_all(&folder);
        out.said.push(said(&found?));
    }
    Ok(out)
}

fn said(found: &[Found]) -> (String, f64) {
    let given = found.iter().filter(|f| f.probability.is_some());
    let first = given.reduce(|a, b| if b.probability > a.probability { b } else { a });
    let name = first.map_or_else(String::new, |f| match &f.level {
        Some(level) => format!("{} {level}", f.id),
        None => f.id.clone(),
    });
    let p = found.iter().filter(|f| f.is_radicular()).filter_map(|f| f.probability).sum::<f64>();
    (name, p.min(1.0))
}

/// How far the versions agree.
pub fn versions_table(all: &[Versions]) -> Option<Table> {
    let head = ["against values", "patients", "same first suggestion and level", "mean change of P(root)"];
    let mut table = Table::new("The same patients as recordings", &head);
    for (k, name) in [(1, "recordings alone"), (2, "half of each")] {
        let pairs: Vec<_> = all.iter().filter_map(|v| Some((v.said.first()?, v.said.get(k)?))).collect();
        let same = pairs.iter().filter(|(a, b)| a.0 == b.0).count();
        let change: Vec<f64> = pairs.iter().map(|(a, b)| (a.1 - b.1).abs()).collect();
        let Some(change) = mean(&change) else { continue };
        table.rows.push(vec![
            name.to_owned(),
            pairs.len().to_string(),
            same.to_string(),
            format!("{change:.3}"),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}
