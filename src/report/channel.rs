//! One channel: pictures and numbers.

use super::{Caption, figure, needle, table, words};
use crate::pipeline::analyze::{ChannelView, Summary};
use crate::recording::ChannelKind;
use crate::result::Report;
use crate::{Result, plot};
use maud::{Markup, html};

/// A channel; without pictures where a page of many channels would grow too long.
pub(super) fn section(view: &ChannelView, report: &Report, pictured: bool) -> Result<Markup> {
    let pictures = match view.needle {
        Some(row) => {
            let spectrum = if pictured {
                spectrum(view)?
            } else {
                html! {}
            };
            let found = needle::section(view, &report.needle[row], &report.measures, pictured)?;
            html! { (found) @if pictured { details { summary { "Spectrum" } (spectrum) } } }
        }
        None if pictured => pictures(view)?,
        None => html! {},
    };
    Ok(html! {
        h4 { "Channel " (view.label) }
        p {
            (view.kind.name()) ", " (view.sampling_frequency_hz) " Hz, " (words::number(view.duration_s)) " s"
            @if view.uncalibrated { ", " strong { "uncalibrated" } ": amplitudes are not volts" }
            @else if !view.calibrated { ", " (words::no_volts(view)) }
        }
        @if !view.kind_reasons.is_empty() { p.quiet { "Held to be " (kind(view.kind)) " because: " (view.kind_reasons.join("; ")) "." } }
        @for w in &view.warnings { p.warn { "▲ " (words::micro(w)) } }
        @if !view.episodes.is_empty() && view.needle.is_none() {
            p.quiet { (words::counted(view.episodes.len(), "activation episode")) " (" (view.episodes_method) ")." }
        }
        (pictures)
        (fatigue(view))
        (numbers(view))
    })
}

fn pictures(view: &ChannelView) -> Result<Markup> {
    let shaded = if view.episodes.is_empty() { "" } else { " Shaded and underlined: activation episodes." };
    let mut courses = Vec::new();
    for course in &view.courses {
        let caption = format!("{} in each window.{shaded}", course.feature.name);
        courses.push(figure(plot::course(view, course)?, &caption));
    }
    Ok(html! {
        (figure(plot::waveform(view)?, &format!("The whole recording; each column spans its least to its greatest value, so no peak is lost.{shaded}")))
        (figure(plot::detail(view)?, "At most 200 ms around the largest deflection, every sample."))
        (figure(plot::envelope(view)?, &format!("Envelope: moving RMS over 50 ms.{shaded}")))
        (spectrum(view)?)
        (figure(plot::spectrogram(&view.spectrogram)?, "Power over time and frequency; bright is strong, 60 dB from brightest to darkest."))
        @for c in courses { (c) }
    })
}

fn spectrum(view: &ChannelView) -> Result<Markup> {
    let caption = "Power spectral density (Welch, Hann, segments of at most 0.5 s). Mains hum stands out as narrow \
                   lines at 50 or 60 Hz and their multiples.";
    Ok(figure(plot::spectrum(view)?, caption))
}

fn kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Needle => "a needle recording",
        ChannelKind::Surface => "a surface recording",
        ChannelKind::Evoked => "an evoked recording",
        ChannelKind::Emg => "EMG of an unknown kind",
        ChannelKind::Other => "no EMG",
    }
}

/// How features change over the contraction, with 95 % intervals.
fn fatigue(view: &ChannelView) -> Markup {
    let rows = html! {
        @for f in &view.fatigue {
            tr {
                th scope="row" { (f.index.name) }
                @match &f.fit {
                    Ok(t) => {
                        td.n { (words::number(t.slope)) }
                        td.n { (words::number(t.interval.0)) " to " (words::number(t.interval.1)) }
                    },
                    Err(why) => { td colspan="2" { "undefined: " (why) } },
                }
                td { (words::unit(f.index.unit)) }
                td.text { (f.index.definition) "; " (f.windows) }
            }
        }
    };
    let head = ["Index", "Change", "95 % interval", "Unit", "How"];
    html! {
        @if !view.fatigue.is_empty() {
            details {
                summary { "Fatigue: change over the contraction, with 95 % intervals" }
                (table((&format!("Fatigue, channel {}", view.label), Caption::Unseen), "", &head, [rows]))
            }
        }
    }
}

fn numbers(view: &ChannelView) -> Markup {
    let head = ["Feature", "Median", "5th", "95th", "Unit", "Windows", "Definition"];
    let rows = html! { @for s in &view.summaries { (row(s)) } };
    html! {
        details {
            summary { "Features: median and 5th to 95th percentile over the windows" }
            (table((&format!("Features, channel {}", view.label), Caption::Unseen), "", &head, [rows]))
        }
    }
}

fn row(s: &Summary) -> Markup {
    html! {
        tr {
            th scope="row" { code { (s.feature.id) } " " (s.feature.name) }
            @match s.percentiles {
                Some(p) => { @for v in p { td.n { (words::number(v)) } } },
                None => { td colspan="3" { "undefined" } },
            }
            td { (words::unit(s.feature.unit.symbol)) }
            td.n { (s.windows.0) "/" (s.windows.1) }
            td.text { (s.feature.definition) }
        }
    }
}
