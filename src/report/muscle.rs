//! A muscle: what its recordings suggest together, and what that rests on.

use super::{figure, words};
use crate::pipeline::analyze::{Analysis, MuscleView};
use crate::result::{Density, Epoch, Evidence, Grades, MeasureRow, MuapSummary, NeedleRow, Probabilities};
use crate::{Result, norms, plot};
use maud::{Markup, html};

/// Contributions that stand at a glance, a direction; the muscle's section has all.
const SHORT: usize = 3;

/// A muscle's name and side; the file's where no muscle is known.
pub(super) fn name(row: &NeedleRow) -> String {
    let muscle = row.muscle.replace('_', " ");
    let parts = [if muscle.is_empty() { "unknown muscle".to_owned() } else { muscle }, row.side.clone()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The recording, where it stands for the muscle.
fn of_file(row: &NeedleRow) -> String {
    if row.file.is_empty() { String::new() } else { format!(" – {} [{}]", row.file, row.channel) }
}

/// Whether there are recordings, or were meant to be; the others were graded by a person.
pub(super) fn is_recorded(analysis: &Analysis, muscle: &MuscleView) -> bool {
    !muscle.sites.is_empty() || analysis.report.needle[muscle.row].impression == "not_interpretable"
}

/// The box at the top of the page.
pub(super) fn card(analysis: &Analysis, index: usize, muscle: &MuscleView) -> Markup {
    let row = &analysis.report.needle[muscle.row];
    let (met, not): (Vec<&Evidence>, Vec<&Evidence>) =
        row.evidence.iter().filter(|e| e.verdict != "cannot be judged").partition(|e| e.verdict == "met");
    let short = |list: &[&Evidence], word: &str| {
        html! {
            @if !list.is_empty() {
                p.tight { strong { (word) ": " } @for (i, e) in list.iter().take(SHORT).enumerate() { @if i > 0 { "; " } (words::micro(&e.finding)) (toward(e)) }
                    @if list.len() > SHORT { "; and " (list.len() - SHORT) " more" } "." }
            }
        }
    };
    html! {
        div.card {
            p.impression { a href={ "#muscle-" (index) } { (name(row)) } (of_file(row)) ": " (words::impression(row.impression)) }
            @if let Some(p) = row.probabilities { (bars(p)) }
            p.tight { (grades_in_short(row)) }
            (short(&met, "Met"))
            (short(&not, "Not met"))
            @if !row.caveats.is_empty() {
                p.tight.quiet { strong { "Cannot be said, or said with care: " } (row.caveats.iter().take(SHORT).map(|c| words::micro(c)).collect::<Vec<_>>().join("; "))
                    @if row.caveats.len() > SHORT { "; and " (row.caveats.len() - SHORT) " more" } "." }
            }
        }
    }
}

fn toward(e: &Evidence) -> String {
    if e.speaks_for == "none" { String::new() } else { format!(" → {}", e.speaks_for) }
}

/// Probabilities as bars with their numbers.
fn bars(p: Probabilities) -> Markup {
    html! {
        table.bars {
            @for (name, share) in [("normal", p.normal), ("neurogenic", p.neurogenic), ("myopathic", p.myopathic)] {
                tr { td { (name) } td.track { div.bar style=(format!("width:{:.1}%", 100.0 * share.clamp(0.0, 1.0))) {} } td.n { (format!("{:.0} %", 100.0 * share)) } }
            }
        }
    }
}

fn grade(value: Option<u8>) -> String {
    value.map_or("not graded".into(), |g| g.to_string())
}

fn of_kind<'a>(row: &'a NeedleRow, kind: &str) -> Option<&'a Density> {
    row.density.iter().find(|d| d.kind == kind)
}

/// What a grade rests on.
fn rests_on(d: &Density) -> String {
    format!(
        "{} at {} of {} recordings, {:.1} discharges a second, {:.0} % of the time",
        words::counted(d.trains, "train"),
        d.sites,
        d.sites_recorded,
        d.discharges_per_s,
        100.0 * d.share_of_time
    )
}

const GRADED: [(&str, &str, &str); 3] = [
    ("fibrillation", "fibrillation potentials", "fibrillation_potential"),
    ("positive_sharp_wave", "positive sharp waves", "positive_sharp_wave"),
    ("fasciculation", "fasciculation potentials", "fasciculation_potential"),
];

fn grades(g: &Grades) -> [Option<u8>; 3] {
    [g.fibrillation, g.positive_sharp_wave, g.fasciculation]
}

/// Grades with what they rest on, in a line.
pub(super) fn grades_in_short(row: &NeedleRow) -> String {
    let mut parts = Vec::new();
    for ((id, name, kind), value) in GRADED.into_iter().zip(grades(&row.grades)) {
        let entered = if row.entered.contains(&id) { ", entered" } else { "" };
        let rests = of_kind(row, kind).filter(|d| d.trains > 0 && entered.is_empty());
        let rests = rests.map_or(String::new(), |d| format!(" ({})", rests_on(d)));
        parts.push(format!("{name} {}{entered}{rests}", grade(value)));
    }
    let entered = if row.entered.contains(&"recruitment") { ", entered" } else { "" };
    parts.push(format!("recruitment {}{entered}", row.grades.recruitment.replace('_', " ")));
    for d in row.density.iter().filter(|d| d.trains > 0 && GRADED.iter().all(|g| g.2 != d.kind)) {
        parts.push(format!("{}: {}", d.kind.replace('_', " "), rests_on(d)));
    }
    format!("Grades: {}.", parts.join("; "))
}

/// The muscle's section.
pub(super) fn section(analysis: &Analysis, index: usize, muscle: &MuscleView) -> Result<Markup> {
    let row = &analysis.report.needle[muscle.row];
    Ok(html! {
        section id={ "muscle-" (index) } {
            h3 { (name(row)) (of_file(row)) ": " (words::impression(row.impression)) }
            @if let Some(p) = row.probabilities { (bars(p)) }
            @if muscle.of_study && !muscle.sites.is_empty() { (sites(analysis, muscle)) }
            (graded(row))
            (evidence(row))
            (summary(row))
            (cloud(analysis, muscle)?)
            (interference(analysis, muscle))
            @if !row.caveats.is_empty() && muscle.of_study {
                h4 { "What cannot be said, or only with care" }
                ul.quiet { @for c in &row.caveats { li { (words::micro(c)) } } }
            }
        }
    })
}

/// The examiner's table: a row a muscle, entered words and measured verdicts in the same columns.
pub(super) fn table(analysis: &Analysis) -> Markup {
    let rows: Vec<&NeedleRow> = analysis.muscles.iter().map(|m| &analysis.report.needle[m.row]).collect();
    html! {
        @if !rows.is_empty() {
            div.wide { table.units {
                tr { th { "Muscle" } th { "Side" } th { "Nerve" } th { "Insertional" } th { "Fib" } th { "PSW" } th { "Fasc" } th { "Other" }
                     th { "Amplitude" } th { "Duration" } th { "Polyphasia" } th { "Recruitment" } th { "Suggests" } }
                @for row in rows { (examined(row)) }
            } }
            p.quiet { "e: entered by a person; – : not done or not judged; no impression is drawn from entered findings alone." }
        }
    }
}

fn examined(row: &NeedleRow) -> Markup {
    let known = norms::muscle(&row.muscle);
    let entered = |what: &str| {
        let said = row.evidence.iter().find_map(|e| e.finding.strip_prefix(what)?.strip_prefix(": "));
        said.filter(|_| row.evidence.iter().any(|e| e.source.starts_with("entered")))
    };
    let mark = |id: &str| if row.entered.contains(&id) { " e" } else { "" };
    let of = |parameter: &str| row.summary.iter().find(|s| s.parameter == parameter);
    let word = |what: &str, parameter: &str| match (entered(what), of(parameter)) {
        (Some(word), _) => format!("{word} e"),
        (None, Some(s)) => verdict(s),
        (None, None) => "–".into(),
    };
    let recruitment = match entered("recruitment") {
        Some(word) => format!("{word} e"),
        None => row.grades.recruitment.replace("not_assessable", "–"),
    };
    let others = row.density.iter().filter(|d| d.trains > 0 && GRADED.iter().all(|g| g.2 != d.kind));
    let others: Vec<String> = others.map(|d| d.kind.replace('_', " ")).collect();
    html! {
        tr {
            td { (name_only(row)) } td { (row.side) }
            td { (known.map_or(String::new(), |m| m.nerve.replace('_', " "))) }
            td { (entered("insertional activity").map_or("–".into(), |w| format!("{w} e"))) }
            @for ((id, ..), value) in GRADED.into_iter().zip(grades(&row.grades)) {
                td { @match value { Some(g) if g > 0 => strong { (g) "+" (mark(id)) }, Some(g) => { (g) (mark(id)) }, None => "–" } }
            }
            td { (if others.is_empty() { "–".into() } else { others.join(", ") }) }
            td { (word("motor unit potential amplitude", "amplitude")) } td { (word("motor unit potential duration", "duration")) }
            td { (word("polyphasia", "polyphasic_share")) } td { (recruitment) } td { (words::impression(row.impression)) }
        }
    }
}

fn name_only(row: &NeedleRow) -> String {
    if row.muscle.is_empty() { "unknown".into() } else { row.muscle.replace('_', " ") }
}

/// A measured parameter in the examiner's word.
fn verdict(s: &MuapSummary) -> String {
    let many = |n: usize| s.outlier_verdict == "abnormal" && n >= 3;
    match (s.verdict, words::beyond(s.mean, &s.limit)) {
        ("abnormal", "H") => "increased".into(),
        ("abnormal", "L") => "decreased".into(),
        _ if many(s.outliers_above) => "outliers high".into(),
        _ if many(s.outliers_below) => "outliers low".into(),
        ("borderline", _) => "borderline".into(),
        ("normal", _) => "normal".into(),
        _ => "–".into(),
    }
}

/// A line about each recording.
fn sites(analysis: &Analysis, muscle: &MuscleView) -> Markup {
    html! {
        table {
            tr { th { "Recording" } th { "Level" } th { "Length (s)" } th { "Motor units (quantified)" } th { "Explained" } th { "Spontaneous trains" } th { "Told apart" } th { "Epochs" } }
            @for ((recording, channel), at) in &muscle.sites {
                @let view = &analysis.recordings[*recording];
                @let row = &analysis.report.needle[*at];
                tr {
                    td.path { a href={ "#recording-" (recording) } { (view.file) } @if view.channels.len() > 1 { " " (view.channels[*channel].label) } }
                    td { (view.level.unwrap_or("not stated")) }
                    td.n { (format!("{:.1}", view.channels[*channel].duration_s)) }
                    @if row.impression == "not_interpretable" {
                        td colspan="5" { strong { "not interpretable: " } (words::micro(&words::why_not(row))) }
                    } @else {
                        td.n { @if row.decomposition.is_some() { (row.motor_units.len()) " (" (row.motor_units.iter().filter(|u| u.quantifiable).count()) ")" } @else { "–" } }
                        td.n { @if let Some(d) = &row.decomposition { (format!("{:.0} %", 100.0 * d.explained)) } @else { "–" } }
                        td { (kinds(row.spontaneous.iter().map(|s| s.kind))) } td { (kinds(row.told_apart.iter().map(|s| s.kind))) }
                        td.n { (row.interference.len()) }
                    }
                }
            }
        }
    }
}

/// `2 fibrillation potential, 1 unknown`.
pub(super) fn kinds<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for kind in all {
        match counts.iter_mut().find(|c| c.0 == kind) {
            Some(count) => count.1 += 1,
            None => counts.push((kind, 1)),
        }
    }
    let said = counts.iter().map(|(kind, n)| format!("{n} {}", kind.replace('_', " ")));
    if counts.is_empty() { "–".into() } else { said.collect::<Vec<_>>().join(", ") }
}

/// Grades, each beside the density that was measured.
fn graded(row: &NeedleRow) -> Markup {
    let others = row.density.iter().filter(|d| GRADED.iter().all(|g| g.2 != d.kind));
    html! {
        h4 { "Spontaneous activity and recruitment" }
        table {
            tr { th { "Finding" } th { "Grade (0–4)" } th { "What was measured" } }
            @for ((id, name, kind), value) in GRADED.into_iter().zip(grades(&row.grades)) {
                tr {
                    td { (name) }
                    td { @match value { Some(g) if g > 0 => strong { (g) "+" }, other => (grade(other)) } @if row.entered.contains(&id) { " (entered)" } }
                    td { @match of_kind(row, kind) { Some(d) if d.trains > 0 => (rests_on(d)), Some(d) => { "none at " (words::counted(d.sites_recorded, "recording")) }, None => "–" } }
                }
            }
            @for d in others { tr { td { (d.kind.replace('_', " ")) } td { "no grade" } td { (rests_on(d)) } } }
            tr { td { "recruitment" } td { (row.grades.recruitment.replace('_', " ")) @if row.entered.contains(&"recruitment") { " (entered)" } } td { "see the evidence" } }
        }
    }
}

fn evidence(row: &NeedleRow) -> Markup {
    html! {
        @if !row.evidence.is_empty() {
            h4 { "Evidence, strongest first" }
            table {
                tr { th { "What was found" } th { "Criterion" } th { "Speaks for" } th { "Weight (dB)" } th { "Source of the limit" } }
                @for e in &row.evidence {
                    tr {
                        td { (words::micro(&e.finding)) }
                        td { @if e.verdict == "met" { strong { "■ met" } } @else if e.verdict == "not met" { "□ not met" } @else { "· " (e.verdict) } }
                        td { @if e.speaks_for != "none" { (e.speaks_for) } }
                        td.n { (e.weight_db.map_or("–".into(), |w| format!("{w:+.1}"))) }
                        td { (e.source) }
                    }
                }
            }
        }
    }
}

/// The potentials of the muscle, a row a parameter.
fn summary(row: &NeedleRow) -> Markup {
    html! {
        @if !row.summary.is_empty() {
            h4 { "Motor unit potentials of the muscle" }
            table {
                tr { th { "Parameter" } th { "n" } th { "Mean ± SD" } th { "Limits of the mean" } th { "z" } th { "Beyond single limits" } th { "Limits of single potentials" } th { "Set, source and status" } }
                @for s in &row.summary { (parameter(s)) }
            }
            p.quiet { (words::MARKS) }
        }
    }
}

fn parameter(s: &MuapSummary) -> Markup {
    let mean = s.mean.map(words::short);
    let sd = s.sd.map_or(String::new(), |sd| format!(" ± {}", words::short(sd)));
    let beyond = s.outliers_below + s.outliers_above;
    let judged = s.outlier_limit.lower.is_some() || s.outlier_limit.upper.is_some();
    html! {
        tr {
            td { (s.parameter.replace('_', " ")) @if s.unit != "1" { " (" (words::unit(s.unit)) ")" } }
            td.n { (s.n) }
            td.n {
                @match mean {
                    Some(mean) if s.verdict == "abnormal" => strong { (mean) (sd) " " (words::beyond(s.mean, &s.limit)) },
                    Some(mean) => { (mean) (sd) @if s.verdict == "borderline" { " (borderline)" } },
                    None => "–",
                }
            }
            td.n { (words::limits(&s.limit)) }
            td.n { (s.z.map_or("–".into(), |z| format!("{z:+.1}"))) }
            td.n {
                @if judged {
                    @let text = format!("{} low, {} high", s.outliers_below, s.outliers_above);
                    @if s.outlier_verdict == "abnormal" { strong { (text) " ◆" } } @else if beyond == 0 { "0" } @else { (text) }
                } @else { "–" }
            }
            td.n { (words::limits(&s.outlier_limit)) }
            td { (words::sets(&[&s.limit, &s.outlier_limit])) }
        }
    }
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
    html! {
        @if !rows.is_empty() {
            div.wide { table.units {
                tr { th { "Recording" } th { "Epochs" } @for (_, name) in PATTERN { th { (name) } } }
                @for row in rows {
                    tr { td.path { (row.file) } td.n { (row.interference.len()) } @for (id, _) in PATTERN { td.n { (value(row, id)) } } }
                }
            } }
            p.quiet { "Means over the epochs; the peak ratio is the greatest of an epoch. No limits are published that hold for another device and needle." }
        }
    }
}
