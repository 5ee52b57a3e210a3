//! A muscle: what its recordings suggest together, and what that rests on.

use super::{Caption, pattern, table, words};
use crate::Result;
use crate::pipeline::analyze::{Analysis, MuscleView};
use crate::result::{Density, Evidence, Grades, MuapSummary, NeedleRow, Probabilities};
use maud::{Markup, html};

/// Contributions that stand at a glance, a direction; the muscle's section has all.
const SHORT: usize = 3;

/// A muscle's name and side; the file's where no muscle is known.
pub(super) fn name(row: &NeedleRow) -> String {
    let muscle = row.muscle.replace('_', " ");
    let parts = [if muscle.is_empty() { "unknown muscle".to_owned() } else { muscle }, row.side.clone()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The channel, where a recording that stands alone has several.
fn channel(analysis: &Analysis, row: &NeedleRow) -> String {
    let one = row.channel.is_empty() || analysis.muscles.len() < 2;
    if one { String::new() } else { format!(" [{}]", row.channel) }
}

/// Whether there are recordings, or were meant to be; the others were graded by a person.
pub(super) fn is_recorded(analysis: &Analysis, muscle: &MuscleView) -> bool {
    !muscle.sites.is_empty() || analysis.report.needle[muscle.row].impression == "not_interpretable"
}

/// Met criteria by what they speak for, strongest first; those for the impression come first.
pub(super) fn directions(row: &NeedleRow) -> Vec<(&'static str, Vec<&Evidence>)> {
    let mut out: Vec<(&'static str, Vec<&Evidence>)> = Vec::new();
    for e in row.evidence.iter().filter(|e| e.verdict == "met") {
        match out.iter_mut().find(|d| d.0 == e.speaks_for) {
            Some(direction) => direction.1.push(e),
            None => out.push((e.speaks_for, vec![e])),
        }
    }
    out.sort_by_key(|(direction, _)| *direction != row.impression);
    out
}

/// What a direction is called.
pub(super) fn direction(id: &str) -> String {
    if id == "none" { "Met, for no one direction".into() } else { format!("For {id}") }
}

/// A contribution with its weight, without the words that only its table needs.
pub(super) fn in_short(e: &Evidence) -> String {
    let finding = words::micro(e.finding.split("; expected ").next().unwrap_or_default());
    e.weight_db.map_or(finding.clone(), |w| format!("{finding} ({w:+.1} dB)"))
}

/// The box at the top of the page.
pub(super) fn card(analysis: &Analysis, index: usize, muscle: &MuscleView) -> Markup {
    let row = &analysis.report.needle[muscle.row];
    let not: Vec<&Evidence> = row.evidence.iter().filter(|e| e.verdict == "not met").collect();
    let short = |list: &[&Evidence], word: &str| {
        html! {
            p.tight { strong { (word) ": " } @for (i, e) in list.iter().take(SHORT).enumerate() { @if i > 0 { "; " } (in_short(e)) }
                @if list.len() > SHORT { "; and " (list.len() - SHORT) " more" } "." }
        }
    };
    html! {
        div.card {
            p.impression { a href={ "#muscle-" (index) } { (name(row)) } (channel(analysis, row)) ": " (words::impression(row.impression)) }
            @if let Some(p) = row.probabilities { (bars(p)) }
            p.tight { (grades_in_short(row)) }
            @for (id, list) in directions(row) { (short(&list, &direction(id))) }
            @if !not.is_empty() { (short(&not, "Not met")) }
            @if !row.caveats.is_empty() {
                p.tight.quiet { strong { "Cannot be said, or said with care: " } (row.caveats.iter().take(SHORT + 1).map(|c| words::micro(c)).collect::<Vec<_>>().join("; "))
                    @if row.caveats.len() > SHORT + 1 { "; and " (row.caveats.len() - SHORT - 1) " more" } "." }
            }
        }
    }
}

/// Probabilities as bars with their numbers.
fn bars(p: Probabilities) -> Markup {
    html! {
        table.bars {
            @for (name, share) in [("normal", p.normal), ("neurogenic", p.neurogenic), ("myopathic", p.myopathic)] {
                tr { th scope="row" { (name) } td.track { div.bar style=(format!("width:{:.1}%", 100.0 * share.clamp(0.0, 1.0))) {} } td.n { (format!("{:.0} %", 100.0 * share)) } }
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

/// Grades: id, name, and kind of discharges.
pub(super) const GRADED: [(&str, &str, &str); 3] = [
    ("fibrillation", "fibrillation potentials", "fibrillation_potential"),
    ("positive_sharp_wave", "positive sharp waves", "positive_sharp_wave"),
    ("fasciculation", "fasciculation potentials", "fasciculation_potential"),
];

/// In the order of [`GRADED`].
pub(super) fn grades(g: &Grades) -> [Option<u8>; 3] {
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

/// The muscle's section; in a study closed until it is asked for, because the tables above it hold the result.
pub(super) fn section(analysis: &Analysis, index: usize, muscle: &MuscleView) -> Result<Markup> {
    let row = &analysis.report.needle[muscle.row];
    let heading = html! { (name(row)) (channel(analysis, row)) ": " (words::impression(row.impression)) };
    let body = html! {
        @if let Some(p) = row.probabilities { (bars(p)) }
        @if muscle.of_study && !muscle.sites.is_empty() { (sites(analysis, muscle)) }
        (graded(row))
        (evidence(row))
        (summary(row))
        (pattern::section(analysis, muscle)?)
        @if !row.caveats.is_empty() && muscle.of_study {
            h4 { "What cannot be said, or only with care" }
            ul.quiet { @for c in &row.caveats { li { (words::micro(c)) } } }
        }
    };
    Ok(html! {
        @if muscle.of_study { details id={ "muscle-" (index) } { summary { (heading) " – evidence, recordings, potentials" } (body) } }
        @else { section id={ "muscle-" (index) } { h3 { (heading) } (body) } }
    })
}

/// Columns of the quantitative table: id of a parameter, name with unit.
const QUANTIFIED: [(&str, &str); 8] = [
    ("amplitude", "Amplitude (µV)"),
    ("duration", "Duration (ms)"),
    ("area", "Area (µV·ms)"),
    ("phases", "Phases"),
    ("turns", "Turns"),
    ("thickness", "Thickness (ms)"),
    ("size_index", "Size index"),
    ("polyphasic_share", "Polyphasic (%)"),
];

/// Potentials of all muscles of a study in one table, each number with its limit; nothing where none were measured.
pub(super) fn quantitative(analysis: &Analysis) -> Markup {
    let rows: Vec<&NeedleRow> = analysis.muscles.iter().map(|m| &analysis.report.needle[m.row]).collect();
    let rows: Vec<&NeedleRow> = rows.into_iter().filter(|r| r.summary.iter().any(|s| s.n > 0)).collect();
    let head: Vec<&str> =
        ["Muscle", "n"].into_iter().chain(QUANTIFIED.map(|q| q.1)).chain(["Outliers"]).collect();
    let body = html! {
        @for row in &rows {
            @let of = |id: &str| row.summary.iter().find(|s| s.parameter == id && s.n > 0);
            tr {
                th scope="row" { (super::examined::title(row)) }
                td.n { (row.summary.iter().map(|s| s.n).max().unwrap_or(0)) }
                @for (id, _) in QUANTIFIED { td.n { @if let Some(s) = of(id) { (mean(s)) } } }
                td { @for (id, _) in QUANTIFIED { @if let Some(s) = of(id).filter(|s| s.outlier_verdict == "abnormal") {
                    strong { (id.replace('_', " ")) " " (s.outliers_below + s.outliers_above) "/" (s.n) " ◆" } " "
                } } }
            }
        }
    };
    html! {
        @if !rows.is_empty() {
            h3 { "Motor unit potentials" }
            (table(("Motor unit potentials", Caption::Unseen), "units", &head, [body]))
            p.quiet { "Mean ± SD, below it the limits of the mean. " (words::MARKS) " Sets and sources stand with each muscle." }
        }
    }
}

/// The mean with its spread, bold beyond its limits, which stand below.
fn mean(s: &MuapSummary) -> Markup {
    let text = s.mean.map_or("?".into(), words::short);
    let sd = s.sd.map_or(String::new(), |sd| format!(" ± {}", words::short(sd)));
    let limit = words::limits(&s.limit);
    html! {
        @if s.verdict == "abnormal" { strong { (text) (sd) " " (words::beyond(s.mean, &s.limit)) } } @else { (text) (sd) @if s.verdict == "borderline" { " ~" } }
        @if limit != "–" { br; span.quiet { (limit) } }
    }
}

/// A line about each recording.
fn sites(analysis: &Analysis, muscle: &MuscleView) -> Markup {
    let head = [
        "Recording",
        "Level",
        "Length (s)",
        "Motor units (quantified)",
        "Explained",
        "Spontaneous trains",
        "Told apart",
        "Epochs",
    ];
    let rows = html! {
            @for ((recording, channel), at) in &muscle.sites {
                @let view = &analysis.recordings[*recording];
                @let row = &analysis.report.needle[*at];
                tr {
                    th.path scope="row" { a href={ "#recording-" (recording) } { (view.file) } @if view.channels.len() > 1 { " " (view.channels[*channel].label) } }
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
    };
    table(("Recordings of the muscle", Caption::Shown), "", &head, [rows])
}

/// `2 fibrillation potentials, 1 unknown`.
pub(super) fn kinds<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for kind in all {
        match counts.iter_mut().find(|c| c.0 == kind) {
            Some(count) => count.1 += 1,
            None => counts.push((kind, 1)),
        }
    }
    let said = counts.iter().map(|(kind, n)| {
        // Noise and activity are not counted in words.
        let plural = *n > 1 && !kind.ends_with("noise") && !kind.ends_with("activity") && *kind != "unknown";
        format!("{n} {}{}", kind.replace('_', " "), if plural { "s" } else { "" })
    });
    if counts.is_empty() { "–".into() } else { said.collect::<Vec<_>>().join(", ") }
}

/// Grades, each beside the density that was measured.
fn graded(row: &NeedleRow) -> Markup {
    let others = row.density.iter().filter(|d| GRADED.iter().all(|g| g.2 != d.kind));
    let rows = html! {
            @for ((id, name, kind), value) in GRADED.into_iter().zip(grades(&row.grades)) {
                tr {
                    th scope="row" { (name) }
                    td { @match value { Some(g) if g > 0 => strong { (g) "+" }, other => (grade(other)) } @if row.entered.contains(&id) { " (entered)" } }
                    td { @match of_kind(row, kind) { Some(d) if d.trains > 0 => (rests_on(d)), Some(d) => { "none at " (words::counted(d.sites_recorded, "recording")) }, None => "–" } }
                }
            }
            @for d in others { tr { th scope="row" { (d.kind.replace('_', " ")) } td { "no grade" } td { (rests_on(d)) } } }
            tr { th scope="row" { "recruitment" } td { (row.grades.recruitment.replace('_', " ")) @if row.entered.contains(&"recruitment") { " (entered)" } } td { "see the evidence" } }
    };
    let name = "Spontaneous activity and recruitment";
    html! { h4 { (name) } (table((name, Caption::Unseen), "", &["Finding", "Grade (0–4)", "What was measured"], [rows])) }
}

fn evidence(row: &NeedleRow) -> Markup {
    let of = |verdict: &str| row.evidence.iter().filter(|e| e.verdict == verdict).collect::<Vec<_>>();
    let (met, not, shown) = (of("met"), of("not met"), of("cannot be judged"));
    html! {
        @if !met.is_empty() { h4 { "Evidence, strongest first" } (contributions(&met)) }
        @if !not.is_empty() {
            details open[met.is_empty()] { summary { "Not met, or of hardly any weight (" (not.len()) ")" } (contributions(&not)) }
        }
        @if !shown.is_empty() {
            details open[met.is_empty() && not.is_empty()] { summary { "Shown, and why it is not judged (" (shown.len()) ")" } (contributions(&shown)) }
        }
    }
}

fn contributions(all: &[&Evidence]) -> Markup {
    let head = ["What was found", "Criterion", "Speaks for", "Weight (dB)", "Source of the limit"];
    let rows = html! {
            @for e in all {
                tr {
                    td.text { (words::micro(&e.finding)) }
                    td { @if e.verdict == "met" { strong { "■ met" } } @else if e.verdict == "not met" { "□ not met" } @else { "· " (e.verdict) } }
                    td { @if e.speaks_for != "none" { (e.speaks_for) } }
                    td.n { (e.weight_db.map_or("–".into(), |w| format!("{w:+.1}"))) }
                    td.text { (e.source) }
                }
            }
    };
    table(("Evidence of the muscle", Caption::Unseen), "", &head, [rows])
}

/// The potentials of the muscle, a row a parameter.
fn summary(row: &NeedleRow) -> Markup {
    let measured: Vec<&MuapSummary> = row.summary.iter().filter(|s| s.n > 0).collect();
    let head = [
        "Parameter",
        "n",
        "Mean ± SD",
        "Limits of the mean",
        "z",
        "Beyond single limits",
        "Limits of single potentials",
        "Set, source and status",
    ];
    let rows = html! { @for s in &measured { (parameter(s)) } };
    let title = "Motor unit potentials of the muscle";
    html! {
        @if measured.is_empty() && !row.summary.is_empty() {
            p { "No motor unit potential could be held against limits." }
        }
        @if !measured.is_empty() {
            h4 { (title) }
            (table((title, Caption::Unseen), "", &head, [rows]))
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
            th scope="row" { (s.parameter.replace('_', " ")) @if s.unit != "1" { " (" (words::unit(s.unit)) ")" } }
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
            td.text { (words::sets(&[&s.limit, &s.outlier_limit])) }
        }
    }
}
