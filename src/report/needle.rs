//! One channel of a needle recording: its pictures, and tables whose every number has a mark in them.

use super::{Caption, figure, table, words};
use crate::pipeline::analyze::ChannelView;
use crate::pipeline::analyze::needle::NeedleView;
use crate::result::{Limit, MeasureRow, MotorUnit, NeedleRow, SpontaneousRow};
use crate::{Result, plot};
use maud::{Markup, html};

/// Columns of the table of motor units that are held against limits: measure id, name with unit.
const MEASURED: [(&str, &str); 9] = [
    ("muap_amplitude", "Ampl. (µV)"),
    ("muap_duration", "Dur. (ms)"),
    ("muap_area", "Area (µV·ms)"),
    ("muap_thickness", "Thickn. (ms)"),
    ("muap_size_index", "Size index"),
    ("muap_phases", "Phases"),
    ("muap_turns", "Turns"),
    ("muap_rise_time", "Rise (ms)"),
    ("muap_jitter", "Jitter (µs)"),
];

/// The channel's findings. `measures` are all of the result file.
pub(super) fn section(
    view: &ChannelView,
    row: &NeedleRow,
    measures: &[MeasureRow],
    pictured: bool,
) -> Result<Markup> {
    let empty = NeedleView::default();
    let shown = view.pictures.as_ref().unwrap_or(&empty);
    let notes: Vec<&String> = row.caveats.iter().filter(|c| !view.warnings.contains(c)).collect();
    let said_elsewhere = |c: &&&String| !c.starts_with("one recording:");
    Ok(html! {
        @if !notes.is_empty() { ul.quiet { @for c in notes.iter().filter(said_elsewhere) { li { (words::micro(c)) } } } }
        // The strip of spontaneous activity shows the whole trace of a recording without units.
        @if pictured && (shown.zoom_s.is_some() || shown.events.is_empty()) { (whole(view, shown)?) }
        @if row.decomposition.is_some() { (decomposed(shown, row, measures, pictured)?) }
        @if !row.spontaneous.is_empty() || !row.told_apart.is_empty() { (discharges(view, shown, row, pictured)?) }
    })
}

/// The whole trace.
fn whole(view: &ChannelView, shown: &NeedleView) -> Result<Markup> {
    let caption = if shown.zoom_s.is_some() {
        "The whole recording, and what is left of it without the units; each column spans its least to its \
         greatest value. Shaded and bracketed: the stretch shown below."
    } else {
        "The whole recording; each column spans its least to its greatest value, so no peak is lost."
    };
    Ok(figure(plot::overview(view, shown)?, caption))
}

/// Motor units: marks on the trace, potentials, firing, table.
fn decomposed(
    shown: &NeedleView,
    row: &NeedleRow,
    measures: &[MeasureRow],
    pictured: bool,
) -> Result<Markup> {
    let Some(d) = &row.decomposition else { return Ok(html! {}) };
    let fit = row.motor_units.iter().filter(|u| u.quantifiable).count();
    let pictures = if pictured {
        html! {
            (figure(plot::stretch(shown)?, "The stretch in which the most units fire. A tick with the unit's number stands at each discharge; a faint line leads up to the trace. Below: the same stretch without the units."))
            (figure(plot::gallery(shown, &row.motor_units)?, "Potentials, negative up, one time scale, each with its own gain (bars). Thick: average; thin: single sweeps with the other units taken out. Upright lines: onset (on) and end, the printed duration; short ticks on the baseline: what each method says of them. Triangles: the peaks whose distance is the printed amplitude. A bar marked sat: a satellite, not part of the duration."))
            (figure(plot::firing(shown, (d.start_s, d.end_s))?, "Firing: a tick at each discharge; the line above is one over each interval (Hz), and breaks where the unit pauses for 0.4 s or more."))
            (figure(plot::intervals(shown)?, "Intervals between discharges, bars of 5 ms. The curve is the normal distribution of the mean and the coefficient of variation that are printed, missed discharges taken into account; the upright line is the mean. Intervals beyond the end are pauses and missed discharges."))
        }
    } else {
        html! {}
    };
    Ok(html! {
        h4 { (words::counted(row.motor_units.len(), "motor unit")) ", " (fit) " quantified" }
        p.quiet {
            "Noise " (format!("{:.1}", d.noise_uv)) " µV; the units explain " (format!("{:.0} %", 100.0 * d.explained)) " of the power above it, from "
            (format!("{:.2}", d.start_s)) " to " (format!("{:.2}", d.end_s)) " s."
            @if shown.units_left_out > 0 && pictured { " The " (shown.units.len()) " tallest are pictured; all are in the table." }
        }
        (pictures)
        @if !row.motor_units.is_empty() { (units(row, measures)) }
    })
}

/// The rows of the result file that are of one unit.
fn of_unit<'a>(
    measures: &'a [MeasureRow],
    row: &NeedleRow,
    id: usize,
    unit: usize,
) -> Option<&'a MeasureRow> {
    measures.iter().find(|m| {
        m.id == MEASURED[id].0
            && m.place.motor_unit == Some(unit)
            && m.place.file.as_deref() == Some(&row.file)
            && m.place.channel.as_deref() == Some(&row.channel)
    })
}

/// The table of motor units.
fn units(row: &NeedleRow, measures: &[MeasureRow]) -> Markup {
    let cells: Vec<Vec<Option<&MeasureRow>>> = row
        .motor_units
        .iter()
        .map(|u| (0..MEASURED.len()).map(|id| of_unit(measures, row, id, u.id)).collect())
        .collect();
    let limit = |column: usize| {
        let limits = cells.iter().filter_map(|c| c[column]).map(|m| &m.limit);
        limits.into_iter().find(|l| l.lower.is_some() || l.upper.is_some())
    };
    let limits: Vec<Option<&Limit>> = (0..MEASURED.len()).map(limit).collect();
    let mut head = vec!["Unit", "n", "Rate (Hz)", "CV (%)", "Missed (%)", "Sure (%)"];
    head.extend(MEASURED.iter().map(|m| m.1));
    head.extend(["Sat.", "Jiggle", "Quantified"]);
    let rows = html! {
        @if limits.iter().any(Option::is_some) {
            tr.limits { td colspan="6" { "limits of single potentials" } @for l in &limits { td.n { (l.map_or(String::new(), words::limits)) } } td colspan="3" {} }
        }
        @for (u, cells) in row.motor_units.iter().zip(&cells) { (unit(u, cells)) }
    };
    html! {
        (table((&format!("Motor units of {}", row.file), Caption::Unseen), "units", &head, [rows]))
        @let known: Vec<&Limit> = limits.iter().flatten().copied().collect();
        p.quiet { (words::MARKS) " " @if !known.is_empty() { (words::sets(&known)) "." } @else { "No limits of single potentials are known for this muscle." } }
        (undefined(row))
    }
}

fn unit(u: &MotorUnit, cells: &[Option<&MeasureRow>]) -> Markup {
    let percent = |share: Option<f64>| share.map_or("–".into(), |s| format!("{:.0}", 100.0 * s));
    html! {
        tr {
            th scope="row" { (u.id) } td.n { (u.discharge_times_s.len()) } td.n { (u.rate_hz.map_or("–".into(), |r| format!("{r:.1}"))) }
            td.n { (percent(u.interval_cv)) } td.n { (percent(u.missed_share)) } td.n { (percent(Some(u.sureness))) }
            @for (cell, (id, _)) in cells.iter().zip(MEASURED) { td.n { (measured(*cell, id)) } }
            td.n { (u.muap.satellites) } td.n { (u.muap.consecutive_amplitude_difference.map_or("–".into(), |v| format!("{v:.2}"))) }
            td {
                @if u.quantifiable { "yes" } @else { "no: " (u.unfit.join("; ")) }
                @if !u.muap.doubts.is_empty() { "; with care: " (u.muap.doubts.join("; ")) }
            }
        }
    }
}

/// A cell: bold with a letter where it lies beyond a limit, the spread of the methods behind a duration.
fn measured(cell: Option<&MeasureRow>, id: &str) -> Markup {
    let Some((row, value)) = cell.and_then(|c| Some((c, c.value?))) else { return html! { "–" } };
    let text = match id {
        "muap_amplitude" | "muap_area" | "muap_jitter" => format!("{value:.0}"),
        "muap_phases" | "muap_turns" => format!("{value}"),
        "muap_rise_time" | "muap_thickness" | "muap_size_index" => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    };
    let spread = row.uncertainty.filter(|_| id == "muap_duration").map(|s| format!(" ±{:.1}", 0.5 * s));
    let spread = spread.unwrap_or_default();
    html! {
        @if row.verdict == "borderline" || row.verdict == "abnormal" { strong { (text) (spread) " " (words::beyond(row.value, &row.limit)) } } @else { (text) (spread) }
    }
}

/// Why cells are empty, each reason once.
fn undefined(row: &NeedleRow) -> Markup {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for unit in &row.motor_units {
        for (name, why) in &unit.muap.undefined {
            let said = format!("{}: {why}", name.replace('_', " "));
            match reasons.iter_mut().find(|r| r.0 == said) {
                Some(known) => known.1.push(unit.id.to_string()),
                None => reasons.push((said, vec![unit.id.to_string()])),
            }
        }
    }
    html! {
        @if !reasons.is_empty() {
            details {
                summary { "Why numbers are missing" }
                ul.quiet { @for (said, units) in &reasons {
                    li { (said) @if units.len() < row.motor_units.len() { " (unit " (units.join(", ")) ")" } @else { " (all units)" } }
                } }
            }
        }
    }
}

/// Columns of the table of trains.
const TRAIN: [&str; 11] = [
    "Train",
    "Held to be",
    "Sure",
    "n",
    "From–to (s)",
    "Rate (Hz)",
    "CV",
    "Ampl. (µV)",
    "Dur. (ms)",
    "First phase",
    "Why",
];

/// Trains of spontaneous discharges.
fn discharges(view: &ChannelView, shown: &NeedleView, row: &NeedleRow, pictured: bool) -> Result<Markup> {
    let pictures = if pictured {
        html! {
            (figure(plot::events(view, shown)?, "The recording with a tick at every discharge of each train; the bar runs from its first to its last. S: spontaneous; T: told apart from it."))
            (figure(plot::trains(shown)?, "Each train at full resolution, negative up, a triangle at each of its discharges; at the right its mean potential with the peaks whose distance is its amplitude."))
        }
    } else {
        html! {}
    };
    let trains = |letter: &str, rows: &[SpontaneousRow]| {
        html! {
            @for (i, s) in rows.iter().enumerate() {
                tr {
                    th scope="row" { (letter) (i + 1) } td { strong { (s.kind.replace('_', " ")) } } td.n { (format!("{:.0} %", 100.0 * s.confidence)) }
                    td.n { (s.discharge_times_s.len()) } td.n { (format!("{:.2}–{:.2}", s.start_s, s.end_s)) } td.n { (format!("{:.1}", s.rate_hz)) }
                    td.n { (s.interval_cv.map_or("–".into(), |cv| format!("{cv:.2}"))) } td.n { (format!("{:.0}", s.amplitude_uv)) }
                    td.n { (s.duration_ms.map_or("–".into(), |d| format!("{d:.1}"))) } td { (s.first_phase.unwrap_or("–")) }
                    td { (s.why.iter().map(|w| words::micro(w)).collect::<Vec<_>>().join("; ")) }
                }
            }
        }
    };
    Ok(html! {
        h4 { "Spontaneous activity: " (words::counted(row.spontaneous.len(), "train")) @if !row.told_apart.is_empty() { ", " (row.told_apart.len()) " told apart" } }
        @if shown.events_left_out > 0 && pictured { p.quiet { "The first " (shown.events.len()) " are pictured; all are in the table." } }
        (pictures)
        (table((&format!("Trains of discharges of {}", row.file), Caption::Unseen), "units", &TRAIN, [trains("S", &row.spontaneous), trains("T", &row.told_apart)]))
    })
}
