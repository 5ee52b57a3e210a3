//! The myotome picture: muscles by nerve against roots, with what the needle found, and sensory responses against the
//! roots of their ganglia.
//!
//! Convention: a cell stands where a root supplies a muscle. Its frame is solid and thick for a main root, dashed and
//! thin for a small part. Its upper half is rest, its lower half activity; what is abnormal is solid black in a main
//! root and hatched in a small part, what is normal white, what was not examined empty. No colour is used.

use crate::norms::Weight;
use maud::{Markup, html};

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct RootColumn {
    /// `L5`.
    pub name: &'static str,
    /// Of a lesion that this root is part of; `None` where none was judged.
    pub probability: Option<String>,
}

/// What stands in half a cell; an empty text is "not examined".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// One to three characters.
    pub text: String,
    /// Drawn solid or hatched.
    pub abnormal: bool,
}

/// A muscle, or a sensory study whose `activity` is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct MyotomeRow {
    /// For people.
    pub name: String,
    /// The findings in words.
    pub said: String,
    /// For each column how much of it the root supplies.
    pub weights: Vec<Option<Weight>>,
    /// At rest; of a sensory study its response.
    pub rest: Mark,
    /// In activity; `None` for a sensory study.
    pub activity: Option<Mark>,
}

/// One side of one region.
#[derive(Debug, Clone, PartialEq)]
pub struct MyotomeGrid {
    /// `Right, lumbosacral`.
    pub title: String,
    /// From the uppermost root down.
    pub roots: Vec<RootColumn>,
    /// Nerves, each with its muscles; sensory studies are the last block.
    pub blocks: Vec<(String, Vec<MyotomeRow>)>,
}

/// Sizes, px.
const NAME: usize = 148;
const COLUMN: usize = 34;
const HEAD: usize = 58;
const BLOCK: usize = 19;
const HALF: usize = 15;
/// Characters of a line of a row's name.
const LINE: usize = 23;

/// `grid` as SVG of its own width; `number` keeps the names of its patterns apart on a page.
pub fn myotome(grid: &MyotomeGrid, number: usize) -> String {
    let width = NAME + COLUMN * grid.roots.len() + 2;
    let mut top = HEAD;
    let mut body: Vec<Markup> = Vec::new();
    for (name, rows) in &grid.blocks {
        body.push(html! { text x="0" y=(top + 14) font-size="11" font-weight="bold" { (name) } });
        top += BLOCK;
        for row in rows {
            let height = row_height(row);
            body.push(drawn(row, top, height, number));
            top += height + 4;
        }
        top += 3;
    }
    let height = top + 2;
    let page = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } font-family="sans-serif" fill="#111" {
            title { (grid.title) ": findings by muscle and root" }
            desc { (said(grid)) }
            defs { pattern id={ "hatch-" (number) } width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect width="4" height="4" fill="#fff" {} rect width="1.4" height="4" fill="#555" {}
            } }
            text x="0" y="14" font-size="13" font-weight="bold" { (grid.title) }
            @for (i, root) in grid.roots.iter().enumerate() {
                @let x = centre(i);
                text x=(x) y="36" font-size="13" font-weight="bold" text-anchor="middle" { (root.name) }
                @if let Some(p) = &root.probability { text x=(x) y="51" font-size="11" text-anchor="middle" { (p) } }
            }
            @if grid.roots.iter().any(|r| r.probability.is_some()) { text x="0" y="51" font-size="11" { "probability" } }
            line x1="0" y1=(HEAD - 2) x2=(width) y2=(HEAD - 2) stroke="#111" stroke-width="1" {}
            @for part in &body { (part) }
        }
    };
    page.into_string()
}

fn centre(column: usize) -> usize {
    NAME + COLUMN * column + COLUMN / 2
}

fn row_height(row: &MyotomeRow) -> usize {
    if row.activity.is_some() { 2 * HALF } else { HALF.max(13 * lines(&row.name).len()) }
}

fn drawn(row: &MyotomeRow, top: usize, height: usize, number: usize) -> Markup {
    let lines = lines(&row.name);
    let first = top + height / 2 + 4 - 6 * (lines.len() - 1);
    html! {
        g {
            title { (row.name) ": " (row.said) }
            @for (i, line) in lines.iter().enumerate() { text x="6" y=(first + 12 * i) font-size="11" { (line) } }
            @for (column, weight) in row.weights.iter().enumerate() { @if let Some(weight) = weight {
                (half(&row.rest, *weight, centre(column), top, number))
                @if let Some(activity) = &row.activity { (half(activity, *weight, centre(column), top + HALF, number)) }
                (frame(*weight, centre(column), top, if row.activity.is_some() { 2 * HALF } else { HALF }))
            } }
        }
    }
}

/// Half a cell: its ground and its text.
fn half(mark: &Mark, weight: Weight, x: usize, top: usize, number: usize) -> Markup {
    let ground = match (mark.abnormal, weight) {
        (false, _) => "#fff".to_owned(),
        (true, Weight::Major) => "#111".into(),
        (true, Weight::Minor) => format!("url(#hatch-{number})"),
    };
    let (ink, halo) = match (mark.abnormal, weight) {
        (true, Weight::Major) => ("#fff", "none"),
        (true, Weight::Minor) => ("#111", "#fff"),
        _ => ("#111", "none"),
    };
    let bold = if mark.abnormal { "bold" } else { "normal" };
    html! {
        rect x=(x - COLUMN / 2 + 2) y=(top) width=(COLUMN - 4) height=(HALF) fill=(ground) {}
        @if !mark.text.is_empty() {
            text x=(x) y=(top + 12) font-size="12" font-weight=(bold) text-anchor="middle" fill=(ink) stroke=(halo) stroke-width="4" paint-order="stroke" { (mark.text) }
        }
    }
}

fn frame(weight: Weight, x: usize, top: usize, height: usize) -> Markup {
    let (thick, dashes) = if weight == Weight::Major { ("2", "none") } else { ("1", "3 2") };
    html! { rect x=(x - COLUMN / 2 + 2) y=(top) width=(COLUMN - 4) height=(height) fill="none" stroke="#111" stroke-width=(thick) stroke-dasharray=(dashes) {} }
}

/// A name in lines that fit beside the cells.
fn lines(name: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    for word in name.split_whitespace() {
        let last = out.len() - 1;
        let full = !out[last].is_empty() && out[last].chars().count() + 1 + word.chars().count() > LINE;
        if full {
            out.push(word.to_owned());
        } else {
            if !out[last].is_empty() {
                out[last].push(' ');
            }
            out[last].push_str(word);
        }
    }
    out
}

/// The picture in words.
fn said(grid: &MyotomeGrid) -> String {
    let rows = grid.blocks.iter().flat_map(|(_, rows)| rows).map(|row| {
        let roots = row.weights.iter().zip(&grid.roots).filter_map(|(w, root)| match w {
            Some(Weight::Major) => Some(root.name.to_owned()),
            Some(Weight::Minor) => Some(format!("{} in part", root.name)),
            None => None,
        });
        format!("{} ({}): {}", row.name, roots.collect::<Vec<_>>().join(", "), row.said)
    });
    rows.collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> MyotomeGrid {
        let mark = |text: &str, abnormal| Mark { text: text.into(), abnormal };
        MyotomeGrid {
            title: "Right, lumbosacral".into(),
            roots: vec![
                RootColumn { name: "L4", probability: Some("0.05".into()) },
                RootColumn { name: "L5", probability: Some("0.88".into()) },
            ],
            blocks: vec![(
                "Fibular".into(),
                vec![MyotomeRow {
                    name: "Tibialis <anterior>".into(),
                    said: "fibrillation potentials 2+".into(),
                    weights: vec![Some(Weight::Minor), Some(Weight::Major)],
                    rest: mark("2+", true),
                    activity: Some(mark("", false)),
                }],
            )],
        }
    }

    #[test]
    fn abnormal_cells_are_solid_in_main_roots_and_hatched_in_small_parts() {
        let svg = myotome(&grid(), 3);
        assert_eq!(svg.matches("url(#hatch-3)").count(), 1);
        assert_eq!(svg.matches("fill=\"#111\" stroke=\"#fff\"").count(), 1, "the hatched text has a halo");
        assert_eq!(svg.matches(">2+<").count(), 2);
        assert_eq!(svg.matches("stroke-dasharray=\"3 2\"").count(), 1);
        assert!(svg.contains("0.88") && svg.contains("L4 in part, L5"));
        assert!(!svg.contains("<anterior>"), "names are escaped");
    }

    #[test]
    fn long_names_break_between_words() {
        assert_eq!(
            lines("Flexor digitorum profundus, digits 4-5"),
            ["Flexor digitorum", "profundus, digits 4-5"]
        );
        assert_eq!(lines(""), [""]);
    }
}
