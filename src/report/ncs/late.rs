//! F waves, H reflexes and repetitive stimulation.

use super::cell::{notes, number, of, remarks};
use super::{temperature, title, traces};
use crate::pipeline::analyze::ncs::{NcsView, SweepsView};
use crate::report::{Caption, picture, table, words};
use crate::{Result, plot};
use maud::{Markup, html};

const RASTER: &str = "Every sweep behind the M response, one gain; a mark stands at each printed onset. Below, all \
    sweeps superimposed.";
const RECRUITMENT: &str = "Recruitment: amplitude of M and H, baseline to negative peak, over the stimulus; H rises \
    first and falls as M rises. Then every sweep, one gain; marks stand at the printed onsets.";
const TRAIN: &str = "The responses of the train, one gain. Below, amplitude and area of each response as a share \
    of the first (%).";

/// All tables and pictures.
pub(super) fn tables(view: &NcsView) -> Result<Markup> {
    Ok(html! {
        @if !view.f_wave.is_empty() { h3 { "F waves" } (f_table(&view.f_wave)) (f_pictures(&view.f_wave)?) }
        @if !view.h_reflex.is_empty() { h3 { "H reflexes" } (h_table(&view.h_reflex)) (h_pictures(&view.h_reflex)?) }
        @if !view.repetitive.is_empty() { h3 { "Repetitive stimulation" } (rns_table(&view.repetitive)) (rns_pictures(&view.repetitive)?) }
    })
}

fn rows_of(all: &[SweepsView]) -> impl Iterator<Item = (&str, &crate::result::MeasureRow)> {
    all.iter().flat_map(|t| t.rows.iter().map(move |r| (t.test.nerve.as_str(), r)))
}

fn f_table(all: &[SweepsView]) -> Markup {
    let head = [
        "Nerve, recording; stimulation",
        "Sweeps",
        "Min (ms)",
        "Mean (ms)",
        "Max (ms)",
        "Persistence (%)",
        "Chrono\u{ad}dispersion (ms)",
        "F (µV)",
        "F/M (%)",
        "A waves",
        "Skin (°C)",
    ];
    let rows = html! {
            @for t in all {
                @let get = |id: &str| of(&t.rows, id);
                tr {
                    th scope="row" { (title(&t.test)) @if !t.site.is_empty() { "; " (t.site.replace('_', " ")) } }
                    (number(get("f_sweeps"))) (number(get("f_min_latency")))
                    (number(get("f_mean_latency"))) (number(get("f_max_latency")))
                    (number(get("f_persistence")))
                    (number(get("f_chronodispersion")))
                    (number(get("f_amplitude"))) (number(get("f_m_ratio"))) (number(get("a_wave")))
                    td.n { (temperature(&t.test)) }
                }
            }
    };
    html! {
        (table(("F waves", Caption::Unseen), "units", &head, [rows]))
        p.quiet { "F waves speak little for or against a single root; no height-adjusted limit was published for them in the tables used." }
        (remarks(rows_of(all)))
    }
}

fn f_pictures(all: &[SweepsView]) -> Result<Markup> {
    let mut out = Vec::new();
    for t in all {
        // Behind the M response, whose size hides the F waves.
        let first = t.sweeps.iter().flat_map(|s| &s.markers).map(|m| m.at_ms).fold(f64::INFINITY, f64::min);
        let from = if first.is_finite() { 0.75 * first } else { 15.0 };
        let raster = plot::raster(&t.sweeps, &t.labels, from)?;
        if raster.is_some() || !t.notes.is_empty() {
            out.push(html! { h4 { (title(&t.test)) } (picture(raster, &title(&t.test))) (notes(&t.notes)) });
        }
    }
    Ok(traces("Sweeps and notes of the F waves", RASTER, &out, false))
}

fn h_table(all: &[SweepsView]) -> Markup {
    let head = [
        "Nerve, recording",
        "Latency (ms)",
        "Largest H (mV)",
        "Largest M (mV)",
        "H/M (%)",
        "Stimulus of the largest H (mA)",
        "Skin (°C)",
    ];
    let rows = html! {
            @for t in all {
                @let get = |id: &str| of(&t.rows, id);
                tr {
                    th scope="row" { (title(&t.test)) }
                    (number(get("h_latency"))) (number(get("h_amplitude"))) (number(get("m_amplitude")))
                    (number(get("h_m_ratio"))) (number(get("h_stimulus"))) td.n { (temperature(&t.test)) }
                }
            }
    };
    html! {
        (table(("H reflexes", Caption::Unseen), "units", &head, [rows]))
        (remarks(rows_of(all)))
    }
}

fn h_pictures(all: &[SweepsView]) -> Result<Markup> {
    let mut out = Vec::new();
    for t in all {
        let raster = plot::raster(&t.sweeps, &t.labels, 0.8)?;
        let recruitment = plot::curves(&t.curves, plot::Marks::Joined)?;
        if raster.is_none() && recruitment.is_none() && t.notes.is_empty() {
            continue;
        }
        out.push(html! {
            h4 { (title(&t.test)) }
            (picture(recruitment, "recruitment of M and H"))
            (picture(raster, &title(&t.test)))
            (notes(&t.notes))
        });
    }
    Ok(traces("Sweeps and notes of the H reflexes", RECRUITMENT, &out, false))
}

fn rns_table(all: &[SweepsView]) -> Markup {
    let head = [
        "Nerve, recording",
        "Train",
        "Responses",
        "Decrement 1–4 (%)",
        "Lowest of 2–5 (%)",
        "Area 1–4 (%)",
        "Increment (%)",
        "Skin (°C)",
    ];
    let rows = html! {
            @for t in all {
                @let get = |id: &str| of(&t.rows, id);
                tr {
                    th scope="row" { (title(&t.test)) } td { (t.condition) } td.n { @if t.stimuli > 0 { (t.stimuli) } }
                    (number(get("decrement"))) (number(get("decrement_lowest"))) (number(get("decrement_area")))
                    (number(get("increment"))) td.n { (temperature(&t.test)) }
                }
            }
    };
    html! {
        (table(("Repetitive stimulation", Caption::Unseen), "units", &head, [rows]))
        (remarks(rows_of(all)))
    }
}

fn rns_pictures(all: &[SweepsView]) -> Result<Markup> {
    let mut out = Vec::new();
    for t in all {
        let train = plot::train(&t.sweeps)?;
        let course = plot::curves(&t.curves, plot::Marks::Joined)?;
        if train.is_none() && course.is_none() && t.notes.is_empty() {
            continue;
        }
        out.push(html! {
            h4 { (title(&t.test)) @if !t.condition.is_empty() { ", " (words::micro(&t.condition)) } }
            (picture(train, &title(&t.test)))
            (picture(course, "amplitude and area over the train"))
            (notes(&t.notes))
        });
    }
    Ok(traces("Responses and notes of the trains", TRAIN, &out, false))
}
