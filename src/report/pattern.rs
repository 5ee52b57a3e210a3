//! The interference pattern of a muscle.

use super::{Caption, figure, table, words};
use crate::pipeline::analyze::{Analysis, MuscleView};
use crate::result::{Epoch, MeasureRow, NeedleRow};
use crate::{Result, plot};
use maud::{Markup, html};

/// The cloud of all epochs, and their means.
pub(super) fn section(analysis: &Analysis, muscle: &MuscleView) -> Result<Markup> {
    let cloud = cloud(analysis, muscle)?;
    Ok(html! { (cloud) (interference(analysis, muscle)) })
}

fn cloud(analysis: &Analysis, muscle: &MuscleView) -> Result<Markup> {
    let rows: Vec<(&NeedleRow, Option<&str>)> = muscle
        .sites
        .iter()
        .map(|((recording, _), row)| (&analysis.report.needle[*row], analysis.recordings[*recording].level))
        .filter(|(row, _)| !row.interference.is_empty())
        .collect();
    let epochs: Vec<&[Epoch]> = rows.iter().map(|(row, _)| row.interference.as_slice()).collect();
    let of = |i: usize| plot::GLYPHS[i.min(plot::GLYPHS.len() - 1)];
    let legend = rows.iter().enumerate().map(|(i, (row, level))| {
        format!("{}: {}{}", of(i), row.file, level.map_or(String::new(), |l| format!(" ({l})")))
    });
    let caption = format!(
        "Turns and mean amplitude, one mark an epoch of 1 s. Large amplitude at few turns lies up and left, small \
         amplitude at many turns down and right. {}.",
        legend.collect::<Vec<_>>().join("; ")
    );
    Ok(figure(plot::turns_and_amplitude(&epochs)?, &caption))
}

const PATTERN: [(&str, &str); 8] = [
    ("ip_turns", "Turns/s"),
    ("ip_mean_amplitude", "Amplitude (µV)"),
    ("ip_peak_ratio", "Peak ratio (1/(s·µV))"),
    ("ip_small_segments", "Small segments/s"),
    ("ip_short_intervals", "Intervals < 1.5 ms (%)"),
    ("ip_activity", "Activity (%)"),
    ("ip_envelope", "Envelope (µV)"),
    ("ip_upper_centile_amplitude", "Upper centile ampl. (µV)"),
];

/// Means over the epochs of each recording.
fn interference(analysis: &Analysis, muscle: &MuscleView) -> Markup {
    let rows = muscle.sites.iter().map(|(_, at)| &analysis.report.needle[*at]);
    let rows: Vec<&NeedleRow> = rows.filter(|r| !r.interference.is_empty()).collect();
    let value = |row: &NeedleRow, id: &str| {
        let here = |m: &&MeasureRow| {
            m.id == id
                && m.place.file.as_deref() == Some(&row.file)
                && m.place.channel.as_deref() == Some(&row.channel)
        };
        analysis.report.measures.iter().find(here).and_then(|m| m.value).map_or("–".into(), words::short)
    };
    let head: Vec<&str> = ["Recording", "Epochs"].into_iter().chain(PATTERN.map(|p| p.1)).collect();
    let body = html! {
        @for row in &rows {
            tr { th.path scope="row" { (row.file) } td.n { (row.interference.len()) } @for (id, _) in PATTERN { td.n { (value(row, id)) } } }
        }
    };
    html! {
        @if !rows.is_empty() {
            (table(("Interference pattern", Caption::Shown), "units", &head, [body]))
            p.quiet { "Means over the epochs; the peak ratio is the greatest of an epoch. No limits are published that hold for another device and needle." }
        }
    }
}
