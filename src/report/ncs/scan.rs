//! CMAP scans and motor unit number index.

use super::cell::{notes, number, of, remarks};
use super::{temperature, title, traces};
use crate::pipeline::analyze::ncs::{NcsView, ScanView};
use crate::report::{Caption, picture, table};
use crate::{Result, plot};
use maud::{Markup, html};

/// All tables and pictures.
pub(super) fn tables(view: &NcsView, open: bool) -> Result<Markup> {
    Ok(html! {
        @if !view.scan.is_empty() { h3 { "CMAP scans" } (scan_table(&view.scan)) (pictures(&view.scan, SCAN, open)?) }
        @if !view.munix.is_empty() { h3 { "Motor unit number index" } (munix_table(&view.munix)) (pictures(&view.munix, MUNIX, open)?) }
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
    let head = [
        "Nerve, recording",
        "Largest (mV)",
        "Units (estimate)",
        "Mean unit (µV)",
        "Largest unit (µV)",
        "S5 (mA)",
        "S50 (mA)",
        "S95 (mA)",
        "D50",
        "STEPIX",
        "AMPIX (µV)",
        "Skin (°C)",
    ];
    let rows = html! {
            @for t in all {
                @let get = |id: &str| of(&t.rows, id);
                tr {
                    th scope="row" { (title(&t.test)) } (number(get("cmap_scan_maximum"))) (number(get("cmap_scan_units"))) (number(get("cmap_scan_mean_unit"))) (number(get("cmap_scan_largest_unit"))) (number(get("cmap_scan_s5")))
                    (number(get("cmap_scan_s50"))) (number(get("cmap_scan_s95"))) (number(get("cmap_scan_d50"))) (number(get("cmap_scan_stepix")))
                    (number(get("cmap_scan_ampix"))) td.n { (temperature(&t.test)) }
                }
            }
    };
    html! {
        (table(("CMAP scans", Caption::Unseen), "units", &head, [rows]))
        (remarks(rows_of(all)))
    }
}

fn munix_table(all: &[ScanView]) -> Markup {
    let rows = html! {
            @for t in all {
                tr { th scope="row" { (title(&t.test)) } (number(of(&t.rows, "munix"))) (number(of(&t.rows, "musix"))) td.n { (temperature(&t.test)) } }
            }
    };
    html! {
        (table(("Motor unit number index", Caption::Unseen), "", &["Nerve, recording", "MUNIX", "MUSIX (µV)", "Skin (°C)"], [rows]))
        p.quiet { "An index that follows the size of the response; not a number of motor units." }
        (remarks(rows_of(all)))
    }
}

fn pictures(all: &[ScanView], caption: &str, open: bool) -> Result<Markup> {
    let mut out = Vec::new();
    for t in all {
        let scan = plot::curves(&t.curves, plot::Marks::Points)?;
        let sizes = plot::sizes(&t.largest_steps_uv, "largest steps, largest first")?;
        out.push(html! {
            h4 { (title(&t.test)) }
            (picture(scan, &title(&t.test)))
            (picture(sizes, "largest steps"))
            (notes(&t.notes))
        });
    }
    Ok(traces("Curves", caption, &out, open))
}
