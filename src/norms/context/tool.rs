//! Questionnaires: totals and their bands. Texts of items are licensed and are not held.

use super::number;
use crate::norms::rows;
use crate::result::{CutOff, Questionnaire};
use crate::study::Scores;
use std::sync::LazyLock;

/// A questionnaire's total, one row of `data/reference/clinical_tools.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Key of the study file.
    pub key: &'static str,
    /// For people.
    pub name: &'static str,
    /// Least total.
    pub min: f64,
    /// Greatest total.
    pub max: f64,
    /// What it tells and how well.
    pub note: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, `recalled` or `mixed`.
    pub status: &'static str,
}

/// A band of a total, one row of `data/reference/clinical_bands.csv`. Both ends belong to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Key of the study file.
    pub key: &'static str,
    /// Id, unique within the key.
    pub band: &'static str,
    /// Least total.
    pub low: f64,
    /// Greatest total.
    pub high: f64,
    /// Least and greatest value of the part of the total that decides as well.
    pub part: Option<[f64; 2]>,
    /// In words.
    pub meaning: &'static str,
    /// What usually follows; empty where nothing is said.
    pub next_step: &'static str,
    /// Who says what follows.
    pub next_step_source: &'static str,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published` or `recalled`.
    pub status: &'static str,
}

/// Every total, in the table's order.
pub static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    let row = |[key, name, min, max, note, source, status, _]: [&'static str; 8]| Tool {
        key,
        name,
        min: number(min).unwrap_or_default(),
        max: number(max).unwrap_or_default(),
        note,
        source,
        status,
    };
    rows(include_str!("../../../data/reference/clinical_tools.csv")).map(row).collect()
});

/// Every band, in the table's order.
pub static BANDS: LazyLock<Vec<Band>> = LazyLock::new(|| {
    let row = |r: [&'static str; 12]| Band {
        key: r[0],
        band: r[1],
        low: number(r[2]).unwrap_or_default(),
        high: number(r[3]).unwrap_or_default(),
        part: number(r[4]).zip(number(r[5])).map(|(low, high)| [low, high]),
        meaning: r[6],
        next_step: r[7],
        next_step_source: r[8],
        source: r[9],
        status: r[10],
    };
    rows(include_str!("../../../data/reference/clinical_bands.csv")).map(row).collect()
});

/// The totals that were entered, each with its band.
pub(super) fn questionnaires(scores: &Scores) -> Vec<Questionnaire> {
    let entered = scores.entries();
    let total = |key: &str| entered.iter().find(|(k, _)| *k == key).and_then(|(_, total)| *total);
    let of = |tool: &Tool| {
        let part = (tool.key == "start_back_total").then_some(scores.start_back_psychosocial).flatten();
        Some(questionnaire(tool, total(tool.key)?, part))
    };
    // A part has no band of its own: beside its total it stands in the total's row.
    let shown = |t: &&Tool| t.key != "start_back_psychosocial" || scores.start_back_total.is_none();
    TOOLS.iter().filter(shown).filter_map(of).collect()
}

fn questionnaire(tool: &Tool, total: f64, part: Option<f64>) -> Questionnaire {
    let bands: Vec<&Band> = BANDS.iter().filter(|b| b.key == tool.key).collect();
    let found = find(tool, &bands, total, part);
    let band = found.as_ref().ok().copied();
    let next_step = band.filter(|b| !b.next_step.is_empty());
    Questionnaire {
        key: tool.key,
        name: tool.name,
        total,
        range: [tool.min, tool.max],
        part,
        band: band.map(|b| b.band),
        meaning: band.map(|b| b.meaning),
        reason: found.err(),
        next_step: next_step.map(|b| format!("{} ({})", b.next_step, b.next_step_source)),
        cut_offs: bands
            .iter()
            .map(|b| CutOff { band: b.band, low: b.low, high: b.high, part: b.part })
            .collect(),
        note: tool.note,
        // The cut-offs may be of another source than the tool.
        source: band.map_or(tool.source, |b| b.source),
        status: band.map_or(tool.status, |b| b.status),
    }
}

/// The one band that holds, or why none can be named.
fn find<'b>(tool: &Tool, bands: &[&'b Band], total: f64, part: Option<f64>) -> Result<&'b Band, String> {
    if !(tool.min..=tool.max).contains(&total) {
        return Err(format!("{total} lies outside the range of {} to {}", tool.min, tool.max));
    }
    if total.fract() != 0.0 || part.is_some_and(|p| p.fract() != 0.0) {
        return Err(
            "no whole number; a questionnaire was not answered in full, or points were averaged".into()
        );
    }
    if let Some(part) = part.filter(|p| *p > total) {
        return Err(format!("the part, {part}, is greater than the total, {total}, which it is a part of"));
    }
    let holding: Vec<&'b Band> =
        bands.iter().copied().filter(|b| (b.low..=b.high).contains(&total)).collect();
    match (holding.as_slice(), part) {
        ([], _) if bands.is_empty() => Err("has no bands of its own".into()),
        ([], _) => Err(format!("no published band holds {total}")),
        ([one], _) if one.part.is_none() => Ok(one),
        (_, None) => {
            let names: Vec<&str> = holding.iter().map(|b| b.band).collect();
            Err(format!("{}: the part that decides was not entered", names.join(" or ")))
        }
        (several, Some(part)) => several
            .iter()
            .find(|b| b.part.is_none_or(|[low, high]| (low..=high).contains(&part)))
            .copied()
            .ok_or_else(|| format!("no published band holds {total} with a part of {part}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_possible_total_lies_in_exactly_one_band() {
        let mut checked = 0;
        for tool in TOOLS.iter().filter(|t| t.key != "start_back_psychosocial") {
            assert!(!tool.source.is_empty() && !tool.status.is_empty() && !tool.note.is_empty());
            let mut total = tool.min;
            while total <= tool.max {
                let parts = if tool.key == "start_back_total" { 0..=5 } else { 0..=0 };
                for part in parts.filter(|p| f64::from(*p) <= total.max(0.0)) {
                    let holds = |b: &&Band| {
                        b.key == tool.key
                            && (b.low..=b.high).contains(&total)
                            && b.part.is_none_or(|[l, h]| (l..=h).contains(&f64::from(part)))
                    };
                    assert_eq!(BANDS.iter().filter(holds).count(), 1, "{} {total} {part}", tool.key);
                    checked += 1;
                }
                total += 1.0;
            }
        }
        assert!(checked > 130, "{checked}");
        for band in BANDS.iter() {
            let tool = TOOLS.iter().find(|t| t.key == band.key).unwrap();
            assert!(tool.min <= band.low && band.low <= band.high && band.high <= tool.max);
            assert_eq!(band.next_step.is_empty(), band.next_step_source.is_empty());
        }
    }

    #[test]
    fn totals_fall_into_their_published_bands() {
        let band = |scores: Scores| questionnaires(&scores).remove(0);
        let start = |total, part| {
            band(Scores { start_back_total: Some(total), start_back_psychosocial: part, ..Scores::default() })
        };
        assert_eq!(start(3.0, None).band, Some("low"));
        assert_eq!(start(4.0, Some(3.0)).band, Some("medium"));
        assert_eq!(start(9.0, Some(3.0)).band, Some("medium"));
        assert_eq!(start(4.0, Some(4.0)).band, Some("high"));
        assert!(start(6.0, Some(4.0)).next_step.unwrap().contains("physiotherapy"));
        let open = start(6.0, None);
        assert_eq!(open.band, None);
        assert!(open.reason.unwrap().contains("medium or high"));
        assert!(start(3.0, Some(4.0)).reason.unwrap().contains("greater than the total"));
        for (scores, expected) in [
            (Scores { dn4: Some(3.0), ..Scores::default() }, Some("below")),
            (Scores { dn4: Some(4.0), ..Scores::default() }, Some("at_or_above")),
            (Scores { dn4: Some(3.5), ..Scores::default() }, None),
            (Scores { s_dn4: Some(3.0), ..Scores::default() }, Some("at_or_above")),
            (Scores { lanss: Some(11.0), ..Scores::default() }, Some("below")),
            (Scores { s_lanss: Some(12.0), ..Scores::default() }, Some("at_or_above")),
            (Scores { pain_detect: Some(12.0), ..Scores::default() }, Some("unlikely")),
            (Scores { pain_detect: Some(13.0), ..Scores::default() }, Some("unclear")),
            (Scores { pain_detect: Some(19.0), ..Scores::default() }, Some("likely")),
            (Scores { id_pain: Some(2.0), ..Scores::default() }, Some("likely")),
            (Scores { id_pain: Some(3.0), ..Scores::default() }, Some("very_likely")),
            (Scores { id_pain: Some(9.0), ..Scores::default() }, None),
        ] {
            assert_eq!(band(scores.clone()).band, expected, "{scores:?}");
        }
        assert!(questionnaires(&Scores::default()).is_empty());
    }

    #[test]
    fn the_study_file_allows_what_the_questionnaires_give_and_no_more() {
        let parse = |key: &str, total: f64| {
            crate::study::parse(&format!("schema = \"myotome.study/1\"\n[scores]\n{key} = {total}\n"))
        };
        let keys: Vec<&str> = Scores::default().entries().iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, TOOLS.iter().map(|t| t.key).collect::<Vec<_>>());
        for tool in TOOLS.iter() {
            for total in [tool.min, tool.max] {
                assert!(parse(tool.key, total).is_ok(), "{} {total}", tool.key);
            }
            for total in [tool.min - 1.0, tool.max + 1.0] {
                assert!(parse(tool.key, total).is_err(), "{} {total}", tool.key);
            }
        }
    }
}
