//! Nerve-conduction studies: `data/reference/ncs_studies.csv`.

use crate::norms::{nerve, rows};
use std::sync::LazyLock;

/// What is recorded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the table")]
pub enum StudyKind {
    Motor,
    Sensory,
    Mixed,
    LateResponse,
}

/// A study, one row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NcsStudy {
    /// As the limits name it.
    pub id: &'static str,
    /// Id of the nerve.
    pub nerve: &'static str,
    /// Motor, sensory, mixed or late response.
    pub kind: StudyKind,
    /// Muscle id or recording site.
    pub recording: &'static str,
    /// Stimulation sites, distal first.
    pub sites: Vec<&'static str>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `recalled` where the row was not checked against its source.
    pub status: &'static str,
}

/// Every study, in the table's order.
pub static NCS_STUDIES: LazyLock<Vec<NcsStudy>> = LazyLock::new(|| {
    let row = |[id, nerve, kind, recording, sites, source, status]: [&'static str; 7]| {
        let kind = match kind {
            "motor" => StudyKind::Motor,
            "sensory" => StudyKind::Sensory,
            "mixed" => StudyKind::Mixed,
            _ => StudyKind::LateResponse,
        };
        NcsStudy { id, nerve, kind, recording, sites: sites.split(';').collect(), source, status }
    };
    rows(include_str!("../../../data/reference/ncs_studies.csv")).map(row).collect()
});

impl NcsStudy {
    /// The stimulation site that limits of latency and size hold at.
    pub fn distal_site(&self) -> &'static str {
        self.sites.first().copied().unwrap_or_default()
    }

    /// Place of a site in the study, 0 for the distal one; `None` for a site that the table does not name.
    pub fn place_of(&self, site: &str) -> Option<usize> {
        self.sites.iter().position(|s| *s == site)
    }
}

/// The study of a nerve that records from a muscle or site; `kinds` are those that are meant. A motor study
/// is the same at every site, its limits are of [`NcsStudy::distal_site`]; any other is of the site `stimulated`.
pub fn study(
    kinds: &[StudyKind],
    nerve_id: &str,
    recording: &str,
    stimulated: Option<&str>,
) -> Option<&'static NcsStudy> {
    let of_nerve = |s: &&NcsStudy| {
        // A muscle's study may be named by a branch of its nerve, or by the nerve it branches from.
        let near = |a: &str, b: &str| nerve(a).is_some_and(|n| n.parent == b);
        s.nerve == nerve_id || near(nerve_id, s.nerve) || near(s.nerve, nerve_id)
    };
    let fits = |s: &&NcsStudy| {
        kinds.contains(&s.kind)
            && s.recording == recording
            && (s.kind == StudyKind::Motor || stimulated.is_none_or(|at| s.sites.contains(&at)))
    };
    let mut all = NCS_STUDIES.iter().filter(fits);
    let exact = all.clone().find(|s| s.nerve == nerve_id);
    exact.or_else(|| all.find(of_nerve))
}

/// The table's name of the piece of nerve between two stimulation sites; empty for one without a name.
pub fn segment(study: &NcsStudy, distal: &str, proximal: &str) -> &'static str {
    match (distal, proximal) {
        ("wrist" | "forearm", "elbow") => "forearm",
        ("wrist", "below_elbow") => "below_elbow_wrist",
        ("wrist", "above_elbow") => "above_elbow_wrist",
        ("below_elbow", "above_elbow") => "across_elbow",
        ("ankle", "below_fibular_head" | "popliteal_fossa") => "leg",
        ("below_fibular_head", "above_fibular_head") => "across_fibular_head",
        ("below_spiral_groove", "above_spiral_groove") if study.nerve == "radial" => "across_spiral_groove",
        _ => "",
    }
}

/// Whether a nerve lies in the leg; `None` for one that is not known or in neither limb.
pub fn is_lower_limb(nerve_id: &str) -> Option<bool> {
    match nerve(nerve_id)?.region {
        "lower_limb" => Some(true),
        "upper_limb" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn studies_name_known_nerves_and_are_found() {
        assert!(NCS_STUDIES.len() > 35);
        for s in NCS_STUDIES.iter() {
            assert!(nerve(s.nerve).is_some(), "{}", s.nerve);
            let found = study(&[s.kind], s.nerve, s.recording, s.sites.first().copied());
            assert_eq!(found.map(|f| f.id), Some(s.id));
        }
        assert!(study(&[StudyKind::Motor], "median", "soleus", None).is_none());
        let branch = study(&[StudyKind::Motor], "deep_fibular", "extensor_digitorum_brevis", None);
        assert_eq!(branch.map(|s| s.id), Some("fibular_motor_edb"));
        let mixed = study(&[StudyKind::Sensory, StudyKind::Mixed], "ulnar", "wrist", Some("palm"));
        assert_eq!(mixed.map(|s| s.id), Some("ulnar_mixed_palm"));
        let late =
            |site: &str| study(&[StudyKind::LateResponse], "median", "abductor_pollicis_brevis", Some(site));
        assert_eq!((late("wrist").map(|s| s.distal_site()), late("elbow")), (Some("wrist"), None));
        assert_eq!(
            study(&[StudyKind::Motor], "median", "abductor_pollicis_brevis", Some("elbow"))
                .and_then(|s| s.place_of("elbow")),
            Some(1)
        );
        assert_eq!((is_lower_limb("sural"), is_lower_limb("median")), (Some(true), Some(false)));
    }
}
