//! What can be asked of the simulator.

use super::condition::{CONDITIONS, Condition};
use crate::error::unknown_id;
use crate::norms::Root;
use crate::study::SubjectSide;
use crate::{Error, Result};

/// What to simulate. Whatever is `None` is drawn from the seed, conditions by the prevalences of
/// [`PREVALENCES`](super::PREVALENCES).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Seed of everything.
    pub seed: u64,
    /// Id of a pattern; a radiculopathy with or without its level; two joined by `+`.
    pub pattern: Option<String>,
    /// Root of a radiculopathy, or two joined by `/`.
    pub level: Option<String>,
    /// Side of what has a side.
    pub side: Option<SubjectSide>,
    /// How far it has gone, 0 to 1.
    pub severity: Option<f64>,
    /// Days since onset, 0 to 20000.
    pub days: Option<f64>,
    /// Limb muscles under the needle, 0 to 40.
    pub muscles: Option<usize>,
    /// Share of the tests that is left out, 0 to 1.
    pub missing: f64,
    /// Age in years, 18 to 95.
    pub age_years: Option<f64>,
    /// How it is told.
    pub form: Form,
}

/// How a study is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// Values and graded findings.
    #[default]
    Values,
    /// Recordings of needle and evoked responses.
    Recordings,
    /// Each test one or the other.
    Mixed,
}

impl Form {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Form::Values => "values",
            Form::Recordings => "recordings",
            Form::Mixed => "mixed",
        }
    }
}

/// A condition that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) condition: &'static Condition,
    pub(super) levels: Vec<Root>,
}

/// Roots whose lesion is simulated.
pub(super) const ROOTS: [&str; 11] = ["C5", "C6", "C7", "C8", "T1", "L2", "L3", "L4", "L5", "S1", "S2"];

fn range(name: &str, value: Option<f64>, low: f64, high: f64) -> Result<()> {
    match value {
        Some(v) if !(low..=high).contains(&v) => {
            Err(Error::option(name, format!("{v}; {low} to {high} is possible")))
        }
        _ => Ok(()),
    }
}

fn roots(text: &str) -> Result<Vec<Root>> {
    let mut out = Vec::new();
    for name in text.split('/') {
        let name = name.trim().to_uppercase();
        let root = ROOTS.contains(&name.as_str()).then(|| Root::named(&name)).flatten();
        out.push(root.ok_or_else(|| unknown_id("level", &name, ROOTS))?);
    }
    out.sort_unstable();
    out.dedup();
    if out.len() > 2 || out.windows(2).any(|w| w[0].below(1) != Some(w[1])) {
        return Err(Error::option("level", format!("`{text}`; one root, or two that lie side by side")));
    }
    Ok(out)
}

impl Options {
    /// Checks everything; the conditions that are asked for.
    pub(super) fn check(&self) -> Result<Option<Vec<Asked>>> {
        range("severity", self.severity, 0.0, 1.0)?;
        range("days", self.days, 0.0, 20_000.0)?;
        range("age", self.age_years, 18.0, 95.0)?;
        range("missing", Some(self.missing), 0.0, 1.0)?;
        if self.muscles.is_some_and(|n| n > 40) {
            return Err(Error::option("muscles", "at most 40 are possible"));
        }
        let given = self.level.as_deref().map(roots).transpose()?;
        let Some(pattern) = &self.pattern else {
            if given.is_some() {
                return Err(Error::option("level", "it goes with `--pattern radiculopathy`"));
            }
            return Ok(None);
        };
        let asked =
            pattern.split('+').map(|p| one(p.trim(), given.as_deref())).collect::<Result<Vec<_>>>()?;
        if asked.len() > 2 {
            return Err(Error::option("pattern", format!("`{pattern}`; at most two together")));
        }
        let normal = asked.iter().any(|a| a.condition.id == "normal");
        if normal && asked.len() > 1 || asked.windows(2).any(|w| w[0].condition.id == w[1].condition.id) {
            return Err(Error::option("pattern", format!("`{pattern}`; two different lesions")));
        }
        if given.is_some() && !asked.iter().any(|a| a.condition.id == "radiculopathy") {
            return Err(Error::option("level", "it goes with a radiculopathy"));
        }
        Ok(Some(asked))
    }
}

fn one(id: &str, given: Option<&[Root]>) -> Result<Asked> {
    if let Some(levels) = id.strip_prefix("radiculopathy_") {
        let levels = roots(&levels.replace("l2_l4", "l3_l4").replace('_', "/"))?;
        return Ok(Asked { condition: find("radiculopathy")?, levels });
    }
    let condition = find(id)?;
    let levels = if id == "radiculopathy" { given.unwrap_or_default().to_vec() } else { Vec::new() };
    Ok(Asked { condition, levels })
}

pub(super) fn find(id: &str) -> Result<&'static Condition> {
    let found = CONDITIONS.iter().find(|c| c.id == id);
    found.ok_or_else(|| unknown_id("pattern", id, CONDITIONS.iter().map(|c| c.id)))
}
