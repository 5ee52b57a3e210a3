//! The myotome picture of a study: which findings go into which cell.

use super::examined::{self, Cell, Examined};
use super::{suggest, words};
use crate::norms::ncs::{NcsStudy, StudyKind, study};
use crate::norms::{self, Root, Weight};
use crate::pipeline::analyze::Analysis;
use crate::plot::{self, Mark, MyotomeGrid, MyotomeRow, RootColumn};
use crate::result::{MeasureRow, Report};
use maud::{Markup, html};

/// A stretch of the spine: name, first and last root, and the first and last column that are always there.
type Region = (&'static str, [&'static str; 2], Option<[&'static str; 2]>);

const REGIONS: [Region; 3] = [
    ("arm and neck", ["C2", "T1"], Some(["C5", "T1"])),
    ("trunk", ["T2", "T12"], None),
    ("leg and lower back", ["L1", "S4"], Some(["L2", "S2"])),
];

/// The right side stands first, as in the tables.
const SIDES: [&str; 2] = ["right", "left"];

const KEY: &str = "Rows: muscles, by nerve. Columns: roots, with the probability of a lesion that the root is part of (the sum over the \
    suggestions of this side). Frame solid: the root is a main supply; dashed: a small part. Upper half, at rest: the higher grade of \
    fibrillation potentials and positive sharp waves, 0 to 4+. Lower half, in activity: n normal, N neurogenic (large or long potentials), M \
    myopathic (small or short), P polyphasic only, R recruitment reduced only, E recruited early, ? not judged. Black or hatched: abnormal. Empty: \
    not examined. Sensory responses stand at the roots of their ganglia: n normal, L low, NR absent, S slow with normal size, ~ too near to the \
    limit, ? no limit; a lesion of the root itself leaves them normal.";

/// A finding with the roots that it is about.
struct Found {
    side: String,
    block: String,
    roots: Vec<(Root, Weight)>,
    row: MyotomeRow,
}

/// The section; `None` where nothing that was examined has a root in the tables.
pub(super) fn section(analysis: &Analysis) -> Option<Markup> {
    let (mut found, mut without) = (Vec::new(), Vec::new());
    for (_, e) in examined::all(analysis) {
        let Some(known) = e.known else { continue };
        match norms::roots_of(known.id).collect::<Vec<_>>() {
            roots if roots.is_empty() => without.push(e.title()),
            roots => found.push(of_muscle(&e, known, roots)),
        }
    }
    found.extend(sensory(&analysis.report.measures));
    let mut pictures = Vec::new();
    let mut number = 0;
    for region in REGIONS {
        // Both sides of a region stand beside each other.
        let grids = SIDES.iter().filter_map(|side| grid(&analysis.report, &found, region, side));
        let mut drawn = Vec::new();
        for grid in grids {
            let svg = plot::myotome(&grid, number);
            number += 1;
            drawn.push(html! { figure tabindex="0" aria-label=(grid.title) { (maud::PreEscaped(svg)) } });
        }
        if !drawn.is_empty() {
            pictures.push(html! { div.grids { @for d in &drawn { (d) } } });
        }
    }
    (!pictures.is_empty()).then(|| {
        html! {
            section aria-labelledby="myotomes" {
                h2 id="myotomes" { "Myotomes" }
                @for p in &pictures { (p) }
                p.quiet { (KEY) }
                @if !without.is_empty() { p.quiet { "Not pictured, no root is known: " (without.join("; ")) "." } }
            }
        }
    })
}

fn mark(cell: &Cell) -> Mark {
    Mark { text: cell.text.clone(), abnormal: cell.abnormal }
}

fn of_muscle(e: &Examined<'_>, known: &norms::Muscle, roots: Vec<(Root, Weight)>) -> Found {
    let abnormal = e.abnormal();
    let said = match (abnormal.is_empty(), e.in_activity().text.as_str()) {
        (false, _) => abnormal,
        (true, "N") => "neurogenic change".into(),
        (true, "M") => "myopathic change".into(),
        (true, _) if e.is_normal() => "no abnormal finding".into(),
        _ => "cannot be judged".into(),
    };
    let block = match known.region {
        "paraspinal" => "Paraspinal muscles".to_owned(),
        _ => norms::nerve(known.nerve).map_or_else(|| known.nerve.replace('_', " "), |n| n.name.to_owned()),
    };
    let row = MyotomeRow {
        name: known.name.to_owned(),
        said,
        weights: Vec::new(),
        rest: mark(&e.at_rest()),
        activity: Some(mark(&e.in_activity())),
    };
    Found { side: e.row.side.clone(), block, roots, row }
}

const SENSORY: &str = "Sensory responses";

/// Each sensory study of the tables that was done, a side at a time.
fn sensory(measures: &[MeasureRow]) -> Vec<Found> {
    let mut studies: Vec<(&'static NcsStudy, &str, Vec<&MeasureRow>)> = Vec::new();
    for row in measures.iter().filter(|m| m.place.test == "sensory") {
        let place = &row.place;
        let (Some(nerve), Some(side)) = (place.nerve.as_deref(), place.side.as_deref()) else { continue };
        let recorded = place.recording_site.as_deref().unwrap_or_default();
        let Some(known) = study(&[StudyKind::Sensory], nerve, recorded, place.site.as_deref()) else {
            continue;
        };
        match studies.iter_mut().find(|s| s.0.id == known.id && s.1 == side) {
            Some(there) => there.2.push(row),
            None => studies.push((known, side, vec![row])),
        }
    }
    let found = studies.into_iter().filter_map(|(known, side, rows)| {
        let roots: Vec<(Root, Weight)> =
            norms::snap_roots(known.id).map(|r| (r.root, Weight::Major)).collect();
        let (text, said) = response(&rows);
        let recording = known.recording.replace('_', " ");
        let row = MyotomeRow {
            name: format!("{}, {recording}", norms::nerve(known.nerve).map_or(known.nerve, |n| n.name)),
            said: said.into(),
            weights: Vec::new(),
            rest: Mark { text: text.into(), abnormal: matches!(text, "NR" | "L" | "S") },
            activity: None,
        };
        (!roots.is_empty()).then(|| Found { side: side.to_owned(), block: SENSORY.into(), roots, row })
    });
    found.collect()
}

/// Letter and word of a sensory response. What has no limit is never normal.
fn response(rows: &[&MeasureRow]) -> (&'static str, &'static str) {
    let sizes = || rows.iter().filter(|r| r.id.starts_with("amplitude"));
    let any = |verdict: &str| sizes().any(|r| r.verdict == verdict);
    let slow = || rows.iter().any(|r| r.verdict == "abnormal" && !r.id.starts_with("amplitude"));
    if sizes().any(|r| r.status == "absent" && r.verdict != "normal") {
        ("NR", "absent")
    } else if sizes().any(|r| r.verdict == "abnormal" && words::beyond(r.value, &r.limit) != "H") {
        ("L", "low")
    } else if slow() {
        ("S", "slow, size not below its limit")
    } else if any("borderline") {
        ("~", "too near to its limit to tell")
    } else if any("normal") {
        ("n", "normal")
    } else {
        ("?", "cannot be judged")
    }
}

fn grid(report: &Report, found: &[Found], region: Region, side: &str) -> Option<MyotomeGrid> {
    let (name, [first, last], always) = region;
    let (first, last) = (Root::named(first)?, Root::named(last)?);
    let here: Vec<&Found> = found
        .iter()
        .filter(|f| f.side == side && f.roots.iter().any(|(root, _)| (first..=last).contains(root)))
        .collect();
    let used =
        here.iter().flat_map(|f| &f.roots).map(|(root, _)| *root).filter(|r| (first..=last).contains(r));
    let always = always.iter().flatten().filter_map(|name| Root::named(name));
    let all: Vec<Root> = used.chain(always).collect();
    let roots: Vec<Root> = all.iter().min()?.to(*all.iter().max()?).collect();
    let mut blocks: Vec<(String, Vec<MyotomeRow>)> = Vec::new();
    for f in &here {
        let weight = |root: &Root| f.roots.iter().find(|(r, _)| r == root).map(|(_, weight)| *weight);
        let row = MyotomeRow { weights: roots.iter().map(weight).collect(), ..f.row.clone() };
        match blocks.iter_mut().find(|b| b.0 == f.block) {
            Some(block) => block.1.push(row),
            None => blocks.push((f.block.clone(), vec![row])),
        }
    }
    if blocks.is_empty() {
        return None;
    }
    // Limb nerves, then the paraspinals, which leave the root before the plexus, then the ganglia.
    blocks.sort_by_key(|b| (b.0 == SENSORY, b.0 == "Paraspinal muscles"));
    let column =
        |root: &Root| RootColumn { name: root.name(), probability: probability(report, *root, side) };
    let title = format!("{}{}, {name}", side[..1].to_uppercase(), &side[1..]);
    Some(MyotomeGrid { title, roots: roots.iter().map(column).collect(), blocks })
}

/// Probability of a lesion that `root` is part of: the sum of what the suggestions of this side have that name it.
fn probability(report: &Report, root: Root, side: &str) -> Option<String> {
    let of_side = |s: Option<&str>| s.is_none_or(|s| s == side || s == "bilateral");
    let names = |level: &str| level.split(|c: char| !c.is_alphanumeric()).any(|part| part == root.name());
    let mut any = false;
    let mut sum = 0.0;
    for (_, row, p) in suggest::judged(&report.patterns) {
        any = true;
        if of_side(row.side.as_deref()) && row.level.as_deref().is_some_and(names) {
            sum += p;
        }
    }
    any.then(|| words::probability(sum.min(1.0)))
}
