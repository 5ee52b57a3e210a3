//! How old a change looks, from the muscles of a pattern. Wording as clinicians understand it best: acute active,
//! chronic active, chronic inactive.

use super::functions::{Context, said};
use super::outcome::Outcome;
use super::root::{abnormal_of_roots, majors};
use crate::pattern::facts::MuscleFact;
use crate::study::{Change, Recruitment};

/// Active, potentials of normal size, fewer of them.
pub(super) fn is_acute(m: &MuscleFact) -> Option<bool> {
    let size = m.large()?;
    let reduced = matches!(m.recruitment?, Recruitment::Reduced | Recruitment::None);
    Some(m.active()? && !size && reduced && m.short_small() != Some(true))
}

/// Active, with long or large potentials.
pub(super) fn is_chronic_active(m: &MuscleFact) -> Option<bool> {
    Some(m.active()? && m.large()?)
}

/// Long or large potentials without activity at rest.
pub(super) fn is_inactive(m: &MuscleFact) -> Option<bool> {
    Some(!m.active()? && m.large()?)
}

/// Fewer potentials of normal size, nothing at rest.
pub(super) fn is_recruitment_only(m: &MuscleFact) -> Option<bool> {
    let reduced = matches!(m.recruitment?, Recruitment::Reduced | Recruitment::None);
    let plain = |c: Option<Change>| c.is_none_or(|c| c == Change::Normal);
    Some(reduced && !m.active()? && plain(m.amplitude) && plain(m.duration) && m.large() != Some(true))
}

/// Muscles of the pattern, or all limb muscles where it is of no root.
fn muscles<'f>(c: &'f Context<'_>) -> Vec<&'f MuscleFact> {
    if c.roots.is_empty() {
        return c.muscles().filter(|m| m.is_limb()).collect();
    }
    let major = |m: &&MuscleFact| majors(m.muscle).iter().any(|r| c.roots.contains(r));
    c.muscles().filter(|m| m.is_limb()).filter(major).collect()
}

pub(super) fn outcome(c: &Context<'_>, is: fn(&MuscleFact) -> Option<bool>) -> Outcome {
    let all = muscles(c);
    let with = |want: bool| all.iter().filter(|m| is(m) == Some(want)).map(|m| said(m)).collect::<Vec<_>>();
    let (yes, no) = (with(true), with(false));
    if !yes.is_empty() {
        Outcome::met(yes)
    } else if no.is_empty() {
        Outcome::unknown(vec!["rest, potentials and recruitment of the muscles (needle)".into()])
    } else {
        Outcome::not_met(no)
    }
}

/// One remark for the abnormal muscles of a radiculopathy; `None` where they do not tell.
pub(super) fn remark(c: &Context<'_>) -> Option<String> {
    let abnormal: Vec<&MuscleFact> = abnormal_of_roots(c).collect();
    let any = |is: fn(&MuscleFact) -> Option<bool>| abnormal.iter().any(|m| is(m) == Some(true));
    if any(is_chronic_active) {
        Some(
            "chronic active: fibrillation potentials or positive sharp waves with long or large potentials"
                .into(),
        )
    } else if any(is_acute) {
        Some(
            "acute active: fibrillation potentials or positive sharp waves, potentials of normal size".into(),
        )
    } else if any(is_inactive) && !abnormal.iter().any(|m| m.active() == Some(true)) {
        Some("chronic inactive: long or large potentials without activity at rest".into())
    } else {
        None
    }
}
