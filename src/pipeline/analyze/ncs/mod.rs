//! Nerve conduction of a study: recordings, entered values and stated absences measured, derived, held against
//! limits.

mod block;
mod comparison;
mod conduction;
mod duration;
mod entered;
mod evoked;
mod h_reflex;
mod late;
mod lone;
mod marked;
mod repetitive;
mod rows;
mod scan;
mod segment;
mod site;
mod view;

pub use view::{
    ConductionView, CurveView, MarkerView, NcsView, ScanView, SegmentView, SiteView, SweepsView, Test,
    TraceView,
};

use self::conduction::Tested;
use self::evoked::Evoked;
pub(super) use self::evoked::options_of;
pub(super) use self::lone::measure as lone;
use self::rows::{Person, Spot};
use self::site::Measurement;
use super::{Gathered, Options};
use crate::Result;
use crate::result::{Input, MeasureRow, QualityRow, Where};
use crate::study::{Study, Subject};
use std::path::Path;

/// What is gathered.
#[derive(Debug, Default)]
struct Ncs {
    view: NcsView,
    tested: Vec<Tested>,
    inputs: Vec<Input>,
    quality: Vec<QualityRow>,
    failed: Vec<String>,
}

impl Ncs {
    /// Notes the file that a site was measured from.
    fn take_file(&mut self, m: &mut Measurement) {
        if let Some(evoked) = &m.evoked {
            self.take(evoked);
        }
        self.failed.extend(m.failed.take());
    }

    fn take(&mut self, evoked: &Evoked) {
        self.note(&evoked.input, &evoked.quality);
    }

    /// Notes a file and what was found in it, once: one file may hold several sites.
    fn note(&mut self, input: &Input, quality: &[QualityRow]) {
        if !self.inputs.contains(input) {
            self.inputs.push(input.clone());
        }
        for row in quality {
            if !self.quality.contains(row) {
                self.quality.push(row.clone());
            }
        }
    }
}

/// `1 sweep`, `20 sweeps`.
fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Measures what the study holds of nerve conduction into `gathered`.
pub(super) fn add(gathered: &mut Gathered, study: &Study, options: &Options) -> Result<()> {
    let person = Person { subject: &study.subject, limits: &options.limits };
    let mut out = Ncs::default();
    conduction::all(study, &person, options, &mut out)?;
    late::f_waves(study, &person, options, &mut out)?;
    h_reflex::all(study, &person, options, &mut out)?;
    repetitive::all(study, options, &mut out)?;
    scan::scans(study, &person, options, &mut out)?;
    scan::munix(study, &person, options, &mut out)?;
    out.view.comparisons = comparison::all(&person, &out);
    let rows = rows_of(&out.view);
    rows::sets_of(&rows, &options.limits, &mut gathered.sets);
    gathered.measures.extend(rows);
    gathered.inputs.extend(out.inputs);
    gathered.quality.extend(out.quality);
    for said in out.failed {
        gathered.not_assessed.push(format!("could not be read: {said}"));
        gathered.failed.push(said);
    }
    gathered.ncs = out.view;
    Ok(())
}

/// A lone listing of a CMAP scan; `None` for any other file.
pub(super) fn listing(path: &Path, name: &str, options: &Options) -> Result<Option<Gathered>> {
    if path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("mem")) {
        return Ok(None);
    }
    let (input, scan) = scan::read_file(path, name, options)?;
    let nobody = Subject::default();
    let person = Person { subject: &nobody, limits: &options.limits };
    let mut view = ScanView::default();
    let place = Where { test: "cmap_scan".into(), file: Some(name.to_owned()), ..Where::default() };
    scan::measure(&mut view, &person, &Spot { place, ..Spot::default() }, &scan);
    let mut gathered = Gathered { inputs: vec![input], measures: view.rows.clone(), ..Gathered::default() };
    gathered.ncs.scan.push(view);
    Ok(Some(gathered))
}

/// Every row, in the order of the report.
fn rows_of(view: &NcsView) -> Vec<MeasureRow> {
    let mut out: Vec<MeasureRow> = Vec::new();
    for test in view.motor.iter().chain(&view.sensory) {
        out.extend(test.sites.iter().flat_map(|s| s.rows.iter().cloned()));
        out.extend(test.segments.iter().flat_map(|s| s.rows.iter().cloned()));
        out.extend(test.rows.iter().cloned());
    }
    out.extend(view.comparisons.iter().cloned());
    for test in view.f_wave.iter().chain(&view.h_reflex).chain(&view.repetitive) {
        out.extend(test.rows.iter().cloned());
    }
    for test in view.scan.iter().chain(&view.munix) {
        out.extend(test.rows.iter().cloned());
    }
    out
}
