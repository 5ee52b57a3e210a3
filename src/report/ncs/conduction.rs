//! Motor, sensory and mixed studies, and comparisons.

use super::cell::{notes, number, of, remarks};
use super::{temperature, title};
use crate::pipeline::analyze::ncs::{ConductionView, NcsView, SegmentView, SiteView};
use crate::report::{figure, words};
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
        @if !motor.is_empty() { h3 { "Motor studies" } (motor_table(&motor)) (pictures(&motor)?) }
        @if !sensory.is_empty() { h3 { "Sensory studies" } (sensory_table(&sensory)) (pictures(&sensory)?) }
        @if !mixed.is_empty() { h3 { "Mixed nerve studies" } (sensory_table(&mixed)) (pictures(&mixed)?) }
        @if !view.comparisons.is_empty() { h3 { "Comparisons" } (comparisons(&view.comparisons)) }
    })
}

fn cm(distance_mm: Option<f64>) -> String {
    distance_mm.map_or_else(String::new, |d| format!("{:.1}", d / 10.0))
}

fn motor_table(all: &[&ConductionView]) -> Markup {
    html! {
        div.wide { table.units {
            tr { th { "Nerve, recording" } th { "Stimulation" } th { "Onset (ms)" } th { "Amplitude (mV)" } th { "Duration (ms)" } th { "Area (mV·ms)" } th { "Segment" } th { "Distance (cm)" } th { "Velocity (m/s)" } th { "Block: fall (%)" } th { "Dispersion: rise (%)" } th { "Skin (°C)" } }
            @for test in all { @for (i, site) in test.sites.iter().enumerate() { (motor_row(test, i, site)) } }
        } }
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
            @if i == 0 { td rowspan=(test.sites.len()) { (title(&test.test)) } }
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

fn sensory_table(all: &[&ConductionView]) -> Markup {
    html! {
        div.wide { table.units {
            tr { th { "Nerve, recording" } th { "Stimulation" } th { "Onset (ms)" } th { "Peak (ms)" } th { "Baseline to peak (µV)" } th { "Peak to peak (µV)" } th { "Distance (cm)" } th { "Velocity (m/s)" } th { "Skin (°C)" } }
            @for test in all { @for (i, site) in test.sites.iter().enumerate() {
                @let get = |id: &str| of(&site.rows, id);
                tr {
                    @if i == 0 { td rowspan=(test.sites.len()) { (title(&test.test)) } }
                    td { (site.site.replace('_', " ")) }
                    (number(get("onset_latency")))
                    (number(get("peak_latency")))
                    (number(get("amplitude_baseline_to_negative_peak")))
                    (number(get("amplitude_peak_to_peak")))
                    td.n { (cm(site.distance_mm)) }
                    (number(get("conduction_velocity")))
                    td.n { @if i == 0 { (temperature(&test.test)) } }
                }
            } }
        } }
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
fn pictures(all: &[&ConductionView]) -> Result<Markup> {
    let mut out = Vec::new();
    for test in all {
        let picture = plot::stack(test)?;
        let said = said(test);
        if picture.is_some() || !said.is_empty() {
            out.push(html! {
                h4 { (title(&test.test)) }
                (figure(picture, ""))
                (notes(&said))
            });
        }
    }
    Ok(html! { @if !out.is_empty() { p.quiet { (STACK) } } @for o in &out { (o) } })
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
    html! {
        table {
            tr { th { "Comparison" } th { "Nerve" } th { "Side" } th { "Value" } th { "Unit" } }
            @for r in rows {
                tr {
                    td { (words::measure(&r.id)) }
                    td { (r.place.nerve.as_deref().unwrap_or("").replace('_', " ")) }
                    td { (r.place.side.as_deref().unwrap_or("both")) }
                    (number(Some(r))) td { (words::unit(&r.unit)) }
                }
            }
        }
        (remarks(rows.iter().map(|r| (r.place.nerve.as_deref().unwrap_or(""), r))))
    }
}
