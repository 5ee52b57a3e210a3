//! CMAP scans and motor unit number index.

use super::evoked::{self, Stretch, Stretches, options_of};
use super::late::sweeps_of;
use super::rows::{Number, Person, Spot};
use super::view::{CurveView, ScanView, SweepsView, Test};
use super::{Ncs, counted};
use crate::format::{self, Source, qtrac::Mem};
use crate::measure::Reading;
use crate::ncs::munix::{self, Munix, MunixOptions};
use crate::ncs::scan::Scan;
use crate::ncs::{Measured, Sweep};
use crate::pipeline::analyze::Options;
use crate::pipeline::analyze::recording::sha256;
use crate::result::{Input, Where};
use crate::study::{Contraction, RecordingRef, Response, Side, Study};
use crate::trace::Trace;
use crate::units::Unit;
use crate::{Error, Result};
use std::path::Path;

fn test(
    nerve: &Option<String>,
    side: Option<Side>,
    muscle: &Option<String>,
    skin_temperature_c: Option<f64>,
) -> Test {
    Test {
        nerve: nerve.clone().unwrap_or_default(),
        side: side.map_or(String::new(), |s| s.name().to_owned()),
        recording: muscle.clone().unwrap_or_default(),
        skin_temperature_c,
        filters: None,
    }
}

fn spot(name: &str, test: &Test, site: Option<&String>, file: Option<&str>) -> Spot {
    let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    let place = Where {
        test: name.into(),
        nerve: text(&test.nerve),
        side: text(&test.side),
        muscle: text(&test.recording),
        site: site.cloned(),
        file: file.map(str::to_owned),
        ..Where::default()
    };
    Spot { place, skin_c: test.skin_temperature_c, ..Spot::default() }
}

/// Measures every `[[cmap_scan]]`.
pub(super) fn scans(study: &Study, person: &Person<'_>, options: &Options, out: &mut Ncs) -> Result<()> {
    for s in &study.cmap_scan {
        let mut view =
            ScanView { test: test(&s.nerve, s.side, &s.muscle, s.skin_temperature_c), ..ScanView::default() };
        let file = s.recording.as_ref().map(|r| r.file.as_str());
        let spot = spot("cmap_scan", &view.test, s.site.as_ref(), file);
        let scan = match &s.recording {
            Some(reference) => match read(study, reference, options) {
                Ok((input, scan)) => {
                    if !out.inputs.contains(&input) {
                        out.inputs.push(input);
                    }
                    Some(scan)
                }
                Err(why) => {
                    let said = why.in_file(&reference.file).to_string();
                    view.notes.push(said.clone());
                    out.failed.push(said);
                    out.view.scan.push(view);
                    continue;
                }
            },
            None => None,
        };
        match scan {
            Some(scan) => measure(&mut view, person, &spot, &scan),
            None if s.response == Some(Response::Absent) => absent(&mut view, person, &spot),
            None => continue,
        }
        out.view.scan.push(view);
    }
    Ok(())
}

fn absent(view: &mut ScanView, person: &Person<'_>, spot: &Spot) {
    let none = Measured::absent("entered in the study file");
    let number = Number::new("cmap_scan_maximum", Unit::MILLIVOLT, none).origin(super::rows::Origin::Entered);
    view.rows.push(person.row(spot, number));
}

fn read(study: &Study, reference: &RecordingRef, options: &Options) -> Result<(Input, Scan)> {
    read_file(&study.path_of(reference)?, &reference.file, &options_of(reference, options))
}

/// Reads the scan of a Qtrac listing.
pub(in crate::pipeline::analyze) fn read_file(
    path: &Path,
    name: &str,
    options: &Options,
) -> Result<(Input, Scan)> {
    let source = Source::open(path, options.read.max_memory)?;
    let Some(mem) = format::read_table(&source, &options.read) else {
        let what = "no listing of a CMAP scan (Qtrac .MEM); its sweeps are not read as a scan";
        return Err(Error::Signal(what.into()));
    };
    let mem: Mem = mem?;
    let input = Input { file: name.to_owned(), sha256: sha256(&source.bytes), format: "qtrac".into() };
    Ok((input, Scan::from_qtrac(&mem)?))
}

/// Rows and curves of a scan.
pub(in crate::pipeline::analyze) fn measure(
    view: &mut ScanView,
    person: &Person<'_>,
    spot: &Spot,
    scan: &Scan,
) {
    let (levels, steps, units) = (scan.levels(), scan.step_index(), scan.unit_number());
    let doubts: Vec<String> = units.doubts.iter().map(|d| (*d).to_owned()).collect();
    let none: &[String] = &[];
    let rows: [(&str, Unit, Measured, &[String]); 13] = [
        ("cmap_scan_maximum", Unit::MILLIVOLT, levels.peak, none),
        ("cmap_scan_units", Unit::COUNT, units.units, &doubts),
        ("cmap_scan_effective_units", Unit::COUNT, units.effective, &doubts),
        ("cmap_scan_n50", Unit::COUNT, units.half, &doubts),
        ("cmap_scan_mean_unit", Unit::MICROVOLT, units.mean_size, &doubts),
        ("cmap_scan_largest_unit", Unit::MICROVOLT, units.largest, &doubts),
        ("cmap_scan_relative_spread", Unit::PERCENT, units.relative_spread, &doubts),
        ("cmap_scan_s5", Unit::MILLIAMPERE, levels.s5, none),
        ("cmap_scan_s50", Unit::MILLIAMPERE, levels.s50, none),
        ("cmap_scan_s95", Unit::MILLIAMPERE, levels.s95, none),
        ("cmap_scan_d50", Unit::COUNT, steps.d50, none),
        ("cmap_scan_stepix", Unit::COUNT, steps.stepix, none),
        ("cmap_scan_ampix", Unit::MICROVOLT, steps.ampix, none),
    ];
    for (id, unit, measured, doubts) in rows {
        view.rows.push(person.row(spot, Number::new(id, unit, measured).doubts(doubts)));
    }
    let points = scan.stimulus_a().iter().zip(scan.amplitude_v()).map(|(i, v)| (i * 1e3, v * 1e3)).collect();
    view.curves.push(CurveView {
        name: "responses".into(),
        x_unit: "stimulus (mA)".into(),
        y_unit: "mV".into(),
        points,
    });
    view.largest_steps_uv = scan.steps().largest.iter().map(|v| v * 1e6).collect();
    if !scan.range_is_stated() {
        view.notes.push("the file does not state which responses are the scan proper: all are used".into());
    }
    view.notes.extend(doubts);
}

/// Measures every `[[munix]]`.
pub(super) fn munix(study: &Study, person: &Person<'_>, options: &Options, out: &mut Ncs) -> Result<()> {
    for m in &study.munix {
        let mut view =
            ScanView { test: test(&m.nerve, m.side, &m.muscle, m.skin_temperature_c), ..ScanView::default() };
        let file = m.recording.as_ref().map(|r| r.file.as_str());
        let spot = spot("munix", &view.test, m.site.as_ref(), file);
        let mut sweeps = SweepsView::default();
        let cmap = sweeps_of(study, m.recording.as_ref(), options, &mut sweeps, out)?;
        view.notes.append(&mut sweeps.notes);
        let interference = contractions(study, &m.contraction, options, &mut view, out)?;
        let measured = match cmap {
            Some(Ok(found)) => {
                let largest = largest(&found.sweeps);
                let traces: Vec<Trace<'_>> =
                    interference.iter().filter_map(|(x, fs)| Trace::new(x, *fs).ok()).collect();
                munix::munix(largest, &traces, &MunixOptions::default()).map_err(|e| e.to_string())
            }
            Some(Err(why)) => Err(why),
            None if m.response == Some(Response::Absent) => Err("the response is absent".into()),
            None if m.contraction.is_empty() => continue,
            None => Err("no recording of the supramaximal response is given".into()),
        };
        let numbers = match &measured {
            Ok(index) => {
                show(&mut view, index);
                [index.munix, index.musix]
            }
            Err(_) => [Measured::undefined("nothing could be measured; see the reason", "not measured"); 2],
        };
        let doubts: Vec<String> =
            measured.iter().flat_map(|i| i.doubts.iter().map(|d| (*d).to_owned())).collect();
        for ((id, unit), number) in
            [("munix", Unit::COUNT), ("musix", Unit::MICROVOLT)].into_iter().zip(numbers)
        {
            let mut row = person.row(&spot, Number::new(id, unit, number).doubts(&doubts));
            if let Err(why) = &measured {
                row.reason = Some(why.clone());
            }
            view.rows.push(row);
        }
        out.view.munix.push(view);
    }
    Ok(())
}

/// The sweep of the largest response: the one whose stimulus was supramaximal.
fn largest(sweeps: &crate::ncs::Sweeps) -> Sweep<'_> {
    let height = |s: &Sweep<'_>| {
        let from = s.index(0.002).min(s.samples().len() - 1);
        s.samples()[from..].iter().copied().fold(f64::NEG_INFINITY, f64::max)
    };
    let mut best = sweeps.get(0);
    for s in sweeps.iter() {
        if height(&s) > height(&best) {
            best = s;
        }
    }
    best
}

/// The recordings of contractions, in volts.
fn contractions(
    study: &Study,
    all: &[Contraction],
    options: &Options,
    view: &mut ScanView,
    out: &mut Ncs,
) -> Result<Vec<Stretch>> {
    let mut stretches = Vec::new();
    for c in all {
        match evoked::stretches(study, &c.recording, options) {
            Ok(Stretches { input, quality, found }) => {
                out.note(&input, &quality);
                match found {
                    Ok(mut found) => stretches.append(&mut found),
                    Err(why) => view.notes.push(format!("{}: not used: {why}", c.recording.file)),
                }
            }
            Err(why) => {
                let said = why.in_file(&c.recording.file).to_string();
                view.notes.push(said.clone());
                out.failed.push(said);
            }
        }
    }
    Ok(stretches)
}

fn show(view: &mut ScanView, index: &Munix) {
    let used: Vec<_> = index.used().collect();
    view.notes.push(format!("{} used of {}", counted(used.len(), "epoch"), index.epochs.len()));
    let mut reasons: Vec<&'static str> = Vec::new();
    for why in index.epochs.iter().filter_map(|e| e.rejected).map(munix::Rejected::why) {
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }
    if !reasons.is_empty() {
        view.notes.push(format!("epochs left out: {}", reasons.join("; ")));
    }
    view.notes.extend(index.doubts.iter().map(|d| (*d).to_owned()));
    let points: Vec<(f64, f64)> = used.iter().map(|e| (e.area * 1e6, e.count)).collect();
    let curve = |name: &str, points| CurveView {
        name: name.to_owned(),
        x_unit: "area of the interference pattern (mV·ms)".into(),
        y_unit: "ICMUC".into(),
        points,
    };
    view.curves.push(curve("epochs", points.clone()));
    if let Some((alpha, beta)) = index.power_law {
        let (low, high) = points.iter().fold((20.0_f64, 20.0_f64), |(l, h), p| (l.min(p.0), h.max(p.0)));
        let line = (0..=60).map(|i| low + (high - low) * f64::from(i) / 60.0);
        let line = line.map(|x| (x, alpha * x.powf(beta))).filter(|p| p.1.is_finite());
        view.curves.push(curve("regression", line.collect()));
    }
    if let Reading::Undefined(why) = index.munix.reading {
        view.notes.push(format!("no index: {why}"));
    }
}
