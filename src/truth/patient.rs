//! What was put into a simulated patient: `truth.json`, schema `myotome.patient-truth/1`.
//!
//! Shares are of all motor (or sensory) axons of a muscle (or nerve), 0 to 1, at the time of the examination. Ids are
//! those of the tables under `data/reference/`.

use serde::{Deserialize, Serialize};

/// The schema's name and version.
pub const SCHEMA: &str = "myotome.patient-truth/1";

/// `truth.json`: one simulated patient.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct Truth {
    pub schema: String,
    /// Version of the program that simulated.
    pub version: String,
    pub seed: u64,
    pub note: String,
    /// Id of the pattern as the result file writes it; two are joined by `+`.
    pub pattern: String,
    /// Family, a cell of the column `group` of `patterns.csv`; of two patterns both, joined by `+`.
    pub family: String,
    /// One for each pattern; empty for `normal`.
    pub lesions: Vec<LesionTruth>,
    pub age_years: f64,
    pub sex: String,
    pub height_cm: f64,
    pub bmi: f64,
    /// What the patient was sent for.
    pub question: String,
    /// `usual`, `prefixed` or `postfixed`: whether the legs' muscles are supplied from one root higher or lower.
    pub left_leg: String,
    pub right_leg: String,
    /// An old loss that nobody asked about: a root of a leg, its side. Counted as `normal`.
    pub silent: Option<String>,
    /// What is hurt, element by element.
    pub elements: Vec<ElementTruth>,
    /// Muscles under the needle.
    pub muscles: Vec<MuscleTruth>,
    /// Sensory and mixed studies done.
    pub sensory: Vec<NerveTruth>,
    /// Motor studies done.
    pub motor: Vec<NerveTruth>,
    /// Limb muscles under the needle.
    pub limb_muscles: usize,
    /// Whether recordings were written instead of values.
    pub recordings: bool,
}

/// One condition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct LesionTruth {
    /// Id without a level.
    pub pattern: String,
    pub family: String,
    /// `L5`, `C6/C7`; `None` where the pattern has none.
    pub level: Option<String>,
    /// `left`, `right`, `bilateral`; `None` where the pattern has none.
    pub side: Option<String>,
    /// 0 to 1; how far it has gone.
    pub severity: f64,
    pub days_since_onset: f64,
}

/// A root, trunk, cord, plexus or nerve that is hurt, or a diffuse process.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct ElementTruth {
    /// `root`, `trunk`, `cord`, `plexus`, `nerve` or `diffuse`.
    pub kind: String,
    /// `L5`, `upper`, `ulnar_elbow`, …
    pub id: String,
    pub side: String,
    /// Share of the element's axons that is lost.
    pub loss: f64,
    /// Share of what is left that is blocked there.
    pub block: f64,
    pub days_since_onset: f64,
}

/// A muscle under the needle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct MuscleTruth {
    pub muscle: String,
    pub side: String,
    /// Motor axons lost since the onset.
    pub lost: f64,
    /// Fibres without a nerve now.
    pub denervated: f64,
    /// Fibres taken over by other axons.
    pub reinnervated: f64,
    /// Axons that are there and cannot be used.
    pub blocked: f64,
    /// How far a disease of the muscle has gone.
    pub myopathic: f64,
    /// What the examiner called neurogenic because of a lesion, or would have without an error of reading.
    pub neurogenic: bool,
}

/// A conduction study of one nerve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct NerveTruth {
    /// Of `ncs_studies.csv`.
    pub study: String,
    pub side: String,
    /// Axons lost.
    pub lost: f64,
    /// Delay that a lesion adds, of all pieces of the nerve that were examined, ms.
    pub added_delay_ms: f64,
    /// Largest share blocked in one piece.
    pub blocked: f64,
}
