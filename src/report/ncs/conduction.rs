//! Motor, sensory and mixed studies, and comparisons.

use super::cell::{notes, number, of, remarks};
use super::{temperature, title, traces};
use crate::pipeline::analyze::ncs::{ConductionView, NcsView, SegmentView, SiteView};
use crate::report::{Caption, picture, table, words};
use crate::result::MeasureRow;
use crate::{Result, plot};
use maud::{Markup, html};

const STACK: &str = "Traces from distal to proximal, one gain and one time scale, stimulus at 0, less offset and \
    stimulus artefact. Markers stand at the printed numbers: on, onset; pk, negative peak; end, end of the negative \
    phase; +, positive peak. A star marks one that was set by hand.";

/// All tables and traces.
pub(super) fn tables(view: &NcsView) -> Result<Markup> {
    let (mixed, sensory): (Vec<&ConductionView>, Vec<&ConductionView>) =
        view.sensory.iter().partition(|s| s.mixed);
    let motor: Vec<&ConductionView> = view.motor.iter().collect();
    Ok(html! {
        @if !motor.is_empty() { h3 { "Motor studies" } (motor_table(&motor)) (pictures("Traces and notes of the motor studies", &motor)?) }
        @if !sensory.is_empty() { h3 { "Sensory studies" } (sensory_table("Sensory studies", &sensory)) (pictures("Traces and notes of the sensory studies", &sensory)?) }
        @if !mixed.is_empty() { h3 { "Mixed nerve studies" } (sensory_table("Mixed nerve studies", &mixed)) (pictures("Traces and notes of the mixed nerve studies", &mixed)?) }
        @if !view.comparisons.is_empty() { h3 { "Comparisons" } (comparisons(&view.comparisons)) }
    })
}

fn cm(distance_mm: Option<f64>) -> String {
    distance_mm.map_or_else(String::new, |d| format!("{:.1}", d / 10.0))
}

fn motor_table(all: &[&ConductionView]) -> Markup {
    let head = [
        "Nerve, recording",
        "Stimulation",
        "Onset (ms)",
        "Amplitude (mV)",
        "Duration (ms)",
        "Area (mV·ms)",
        "Segment",
        "Distance (cm)",
        "Velocity (m/s)",
        "Block: fall (%)",
        "Dispersion: rise (%)",
        "Skin (°C)",
    ];
    let tests = all
        .iter()
        .map(|test| html! { @for (i, site) in test.sites.iter().enumerate() { (motor_row(test, i, site)) } });
    html! {
        (table(("Motor studies", Caption::Unseen), "units", &head, tests))
        @for test in all {
            @if test.rows.iter().any(|r| r.value.is_some()) {
                p.quiet { (title(&test.test)) ": "
                    @for (i, r) in test.rows.iter().filter(|r| r.value.is_some()).enumerate() { @if i > 0 { ", " } (words::measure(&r.id).split(':').next().unwrap_or_default()) " " (words::number(r.value.unwrap_or_default())) " " (words::unit(&r.unit)) }
                }
            }
        }
        (remarks(all.iter().flat_map(|t| places(t))))
    }
}

fn motor_row(test: &ConductionView, i: usize, site: &SiteView) -> Markup {
    let segment = test.segments.iter().find(|s| s.segment.ends_with(&format!("-{}", site.site)));
    let get = |id: &str| of(&site.rows, id);
    let along = |id: &str| segment.and_then(|s: &SegmentView| of(&s.rows, id));
    html! {
        tr {
            @if i == 0 { th scope="rowgroup" rowspan=(test.sites.len()) { (title(&test.test)) } }
            td { (site.site.replace('_', " ")) }
            (number(get("onset_latency")))
            (number(get("amplitude_baseline_to_negative_peak")))
            (number(get("negative_peak_duration"))) (number(get("negative_peak_area")))
            td { (segment.map_or(String::new(), |s| s.segment.replace('_', " ").replace('-', " – "))) }
            td.n { (cm(site.distance_mm)) }
            (number(along("conduction_velocity")))
            (number(along("conduction_block"))) (number(along("temporal_dispersion")))
            td.n { @if i == 0 { (temperature(&test.test)) } }
        }
    }
}

fn sensory_table(name: &str, all: &[&ConductionView]) -> Markup {
    let head = [
        "Nerve, recording",
        "Stimulation",
        "Onset (ms)",
        "Peak (ms)",
        "Baseline to peak (µV)",
        "Peak to peak (µV)",
        "Distance (cm)",
        "Velocity (m/s)",
        "Skin (°C)",
    ];
    let tests = all.iter().map(|test| {
        html! {
                @for (i, site) in test.sites.iter().enumerate() {
                    @let get = |id: &str| of(&site.rows, id);
                    tr {
                        @if i == 0 { th scope="rowgroup" rowspan=(test.sites.len()) { (title(&test.test)) } }
                        td { (site.site.replace('_', " ")) }
                        (number(get("onset_latency")))
                        (number(get("peak_latency")))
                        (number(get("amplitude_baseline_to_negative_peak")))
                        (number(get("amplitude_peak_to_peak")))
                        td.n { (cm(site.distance_mm)) }
                        (number(get("conduction_velocity")))
                        td.n { @if i == 0 { (temperature(&test.test)) } }
                    }
                }
        }
    });
    html! {
        (table((name, Caption::Unseen), "units", &head, tests))
        (remarks(all.iter().flat_map(|t| places(t))))
    }
}

/// Rows with a word on where they belong.
fn places(test: &ConductionView) -> impl Iterator<Item = (&str, &MeasureRow)> {
    let name = test.test.nerve.as_str();
    let of_sites = test.sites.iter().flat_map(|s| s.rows.iter());
    let of_segments = test.segments.iter().flat_map(|s| s.rows.iter());
    of_sites.chain(of_segments).map(move |r| {
        let place = r.place.segment.as_deref().or(r.place.site.as_deref());
        (place.unwrap_or(name), r)
    })
}

/// Traces of each study, with what was noted of its sites.
fn pictures(name: &str, all: &[&ConductionView]) -> Result<Markup> {
    let mut out = Vec::new();
    for test in all {
        let stack = plot::stack(test)?;
        let said = said(test);
        if stack.is_some() || !said.is_empty() {
            out.push(html! {
                h4 { (title(&test.test)) }
                (picture(stack, &title(&test.test)))
                (notes(&said))
            });
        }
    }
    Ok(traces(name, STACK, &out, false))
}

/// What was noted of the sites, what holds for several said once.
fn said(test: &ConductionView) -> Vec<String> {
    let mut out: Vec<(&str, Vec<String>)> = Vec::new();
    for (site, note) in test.sites.iter().flat_map(|s| s.notes.iter().map(move |n| (&s.site, n))) {
        let site = site.replace('_', " ");
        match out.iter_mut().find(|(known, _)| known == note) {
            Some((_, sites)) => sites.push(site),
            None => out.push((note, vec![site])),
        }
    }
    out.iter().map(|(note, sites)| format!("{}: {note}", sites.join(", "))).collect()
}

fn comparisons(rows: &[MeasureRow]) -> Markup {
    let body = html! {
            @for r in rows {
                tr {
                    th scope="row" { (words::measure(&r.id)) }
                    td { (r.place.nerve.as_deref().unwrap_or("").replace('_', " ")) }
                    td { (r.place.side.as_deref().unwrap_or("both")) }
                    (number(Some(r))) td { (words::unit(&r.unit)) }
                }
            }
    };
    html! {
        (table(("Comparisons", Caption::Unseen), "", &["Comparison", "Nerve", "Side", "Value", "Unit"], [body]))
        (remarks(rows.iter().map(|r| (r.place.nerve.as_deref().unwrap_or(""), r))))
    }
}
