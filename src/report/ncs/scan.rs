//! CMAP scans and motor unit number index.

use super::cell::{notes, number, of, remarks};
use super::{temperature, title};
use crate::pipeline::analyze::ncs::{NcsView, ScanView};
use crate::report::figure;
use crate::{Result, plot};
use maud::{Markup, html};

/// All tables and pictures.
pub(super) fn tables(view: &NcsView) -> Result<Markup> {
    Ok(html! {
        @if !view.scan.is_empty() { h3 { "CMAP scans" } (scan_table(&view.scan)) (pictures(&view.scan, SCAN, plot::Marks::Points)?) }
        @if !view.munix.is_empty() { h3 { "Motor unit number index" } (munix_table(&view.munix)) (pictures(&view.munix, MUNIX, plot::Marks::Points)?) }
    })
}

const SCAN: &str = "Response over stimulus, every response a dot. Gaps are motor units that join. Below, the largest \
    steps between responses that follow in size.";
const MUNIX: &str = "Each dot an epoch of contraction: area of the interference pattern against ICMUC; the line is the \
    power regression, read at 20 mV·ms.";

fn rows_of(all: &[ScanView]) -> impl Iterator<Item = (&str, &crate::result::MeasureRow)> {
    all.iter().flat_map(|t| t.rows.iter().map(move |r| (t.test.recording.as_str(), r)))
}

fn scan_table(all: &[ScanView]) -> Markup {
    html! {
        div.wide { table.units {
            tr { th { "Nerve, recording" } th { "Largest (mV)" } th { "Units (estimate)" } th { "Mean unit (µV)" } th { "Largest unit (µV)" } th { "S5 (mA)" } th { "S50 (mA)" } th { "S95 (mA)" } th { "D50" } th { "STEPIX" } th { "AMPIX (µV)" } th { "Skin (°C)" } }
            @for t in all {
                @let get = |id: &str| of(&t.rows, id);
                tr {
                    td { (title(&t.test)) } (number(get("cmap_scan_maximum"))) (number(get("cmap_scan_units"))) (number(get("cmap_scan_mean_unit"))) (number(get("cmap_scan_largest_unit"))) (number(get("cmap_scan_s5")))
                    (number(get("cmap_scan_s50"))) (number(get("cmap_scan_s95"))) (number(get("cmap_scan_d50"))) (number(get("cmap_scan_stepix")))
                    (number(get("cmap_scan_ampix"))) td.n { (temperature(&t.test)) }
                }
            }
        } }
        (remarks(rows_of(all)))
    }
}

fn munix_table(all: &[ScanView]) -> Markup {
    html! {
        table {
            tr { th { "Nerve, recording" } th { "MUNIX" } th { "MUSIX (µV)" } th { "Skin (°C)" } }
            @for t in all {
                tr { td { (title(&t.test)) } (number(of(&t.rows, "munix"))) (number(of(&t.rows, "musix"))) td.n { (temperature(&t.test)) } }
            }
        }
        p.quiet { "An index that follows the size of the response; not a number of motor units." }
        (remarks(rows_of(all)))
    }
}

fn pictures(all: &[ScanView], caption: &str, marks: plot::Marks) -> Result<Markup> {
    let mut out = Vec::new();
    for t in all {
        let picture = plot::curves(&t.curves, marks)?;
        let sizes = plot::sizes(&t.largest_steps_uv, "largest steps, largest first")?;
        out.push(html! {
            h4 { (title(&t.test)) }
            (figure(picture, ""))
            (figure(sizes, ""))
            (notes(&t.notes))
        });
    }
    Ok(html! { p.quiet { (caption) } @for o in &out { (o) } })
}
