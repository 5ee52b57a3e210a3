//! The recordings of one muscle together: the judgement and its rows.

use super::site::Site;
use super::{Effort, entered, measures, rows};
use crate::classify::muscle::{self, Muscle};
use crate::norms;
use crate::result::{MeasureRow, NeedleRow, ReferenceSet};
use crate::study::Findings;

/// Everything that the result file says of a muscle.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Judged {
    /// The muscle as a whole first, then its recordings; a recording of no study is one row.
    pub(in super::super) rows: Vec<NeedleRow>,
    /// For each site its place among the recordings and channels, and its row in `rows`.
    pub(in super::super) sites: Vec<((usize, usize), usize)>,
    pub(in super::super) measures: Vec<MeasureRow>,
    pub(in super::super) sets: Vec<ReferenceSet>,
}

/// Judges the sites of a muscle. `of_study` is false for a recording that stands alone: its row carries the
/// judgement too.
pub(in super::super) fn judge(
    sites: &[Site],
    muscle: Option<&str>,
    side: Option<&str>,
    findings: Option<&Findings>,
    of_study: bool,
) -> Judged {
    let judged: Vec<muscle::Site<'_>> = sites.iter().map(as_judged).collect();
    let age_years = sites.iter().find_map(|s| s.age_years);
    let judgement = muscle::judge(&Muscle { id: muscle, age_years, sites: &judged });
    let mut whole = NeedleRow::of(muscle, side, "", "");
    if !sites.is_empty() {
        whole.grades = judgement.grades;
        whole.density = judgement.density;
        whole.summary = judgement.summary;
        whole.impression = judgement.impression;
        whole.probabilities = judgement.probabilities;
        whole.evidence = judgement.evidence;
        whole.caveats = judgement.caveats;
    }
    let mut out =
        Judged { measures: measures::of_muscle(&whole, sites), sets: sets(&whole), ..Judged::default() };
    if let Some(findings) = findings {
        entered::merge(&mut whole, findings, !sites.is_empty());
    }
    for site in sites {
        let row = rows::needle(site);
        out.measures.extend(measures::of_site(site, &row, &whole.summary));
        out.sites.push((site.place, if of_study { out.rows.len() + 1 } else { out.rows.len() }));
        out.rows.push(row);
    }
    if of_study {
        out.rows.insert(0, whole);
        for row in out.rows.iter_mut().skip(1).filter(|r| r.impression == "indeterminate") {
            row.caveats.push("one recording: the impression is of the muscle as a whole".into());
        }
    } else if let [row] = out.rows.as_mut_slice() {
        // What limits the judgement stands before what is said of the recording; refusals before both.
        let refused = row.caveats.iter().filter(|c| c.starts_with("not interpreted")).count();
        let said = std::mem::take(&mut row.caveats);
        let judged = whole.caveats.into_iter().filter(|c| !said.contains(c)).collect::<Vec<_>>();
        row.caveats
            .extend(said[..refused].iter().cloned().chain(judged).chain(said[refused..].iter().cloned()));
        row.grades = whole.grades;
        row.density = whole.density;
        row.summary = whole.summary;
        if row.impression != "not_interpretable" {
            row.impression = whole.impression;
            row.probabilities = whole.probabilities;
        }
        row.evidence = whole.evidence;
    }
    out
}

impl Judged {
    /// Says which recordings of the muscle could not be read.
    pub(in super::super) fn unread(&mut self, failed: &[String]) {
        let Some(whole) = self.rows.first_mut().filter(|_| !failed.is_empty()) else { return };
        if self.sites.is_empty() && whole.entered.is_empty() {
            whole.impression = "not_interpretable";
            whole.caveats.extend(failed.iter().map(|f| format!("not interpreted: {f}")));
        } else {
            whole
                .caveats
                .extend(failed.iter().map(|f| format!("could not be read, and is missing here: {f}")));
        }
    }
}

fn as_judged(site: &Site) -> muscle::Site<'_> {
    let level = match site.context.effort {
        Effort::Rest => Some("rest"),
        Effort::Contraction | Effort::Unknown => site.context.level,
    };
    muscle::Site {
        file: &site.context.name,
        level,
        sampling_frequency: site.sampling_frequency,
        duration_s: site.duration_s,
        active_share: site.activity.map_or(0.0, |a| a.share),
        trains: &site.trains,
        muaps: &site.muaps,
        patterns: &site.patterns,
        spontaneous: site.spontaneous.as_ref(),
        refusals: &site.refusals,
    }
}

/// Sets of limits that were applied.
fn sets(row: &NeedleRow) -> Vec<ReferenceSet> {
    let mut out: Vec<ReferenceSet> = Vec::new();
    for limit in row.summary.iter().flat_map(|s| [&s.limit, &s.outlier_limit]) {
        if !limit.set.is_empty() && !out.iter().any(|set| set.id == limit.set) {
            let version = norms::version_of(&limit.set).to_owned();
            out.push(ReferenceSet { id: limit.set.clone(), version });
        }
    }
    out
}
