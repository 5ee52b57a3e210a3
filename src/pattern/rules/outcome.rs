//! Three-valued answers with the findings that decided them.

use crate::pattern::three::Three;

/// An answer, the findings that decided it, and what was not examined.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    pub(super) truth: Three,
    /// In words; never a finding that is not in the input.
    pub(super) found: Vec<String>,
    /// What would decide it.
    pub(super) missing: Vec<String>,
}

/// Findings that one line names before it counts the rest. Ours.
const NAMED: usize = 8;

impl Outcome {
    pub(super) fn met(found: Vec<String>) -> Self {
        Outcome { truth: Three::Met, found, missing: Vec::new() }
    }
    pub(super) fn not_met(found: Vec<String>) -> Self {
        Outcome { truth: Three::NotMet, found, missing: Vec::new() }
    }
    pub(super) fn unknown(missing: Vec<String>) -> Self {
        Outcome { truth: Three::Unknown, found: Vec::new(), missing }
    }
    /// The same, with what is there although it does not decide.
    pub(super) fn so_far(mut self, found: Vec<String>) -> Self {
        self.found = found;
        self
    }

    /// At least `needed` of `parts`; the parts that decided it are kept.
    pub(super) fn at_least(needed: usize, parts: Vec<Outcome>) -> Self {
        let count = |t: Three| parts.iter().filter(|p| p.truth == t).count();
        let (met, open) = (count(Three::Met), count(Three::Unknown));
        let truth = if met >= needed {
            Three::Met
        } else if met + open < needed {
            Three::NotMet
        } else {
            Three::Unknown
        };
        let mut out = Outcome { truth, found: Vec::new(), missing: Vec::new() };
        for part in parts {
            match (truth, part.truth) {
                (Three::Unknown, Three::Unknown) => {
                    out.found.extend(part.found);
                    out.missing.extend(part.missing);
                }
                (Three::Unknown, Three::Met) => out.found.extend(part.found),
                (a, b) if a == b => out.found.extend(part.found),
                _ => {}
            }
        }
        out.tidy()
    }

    /// The opposite; what decided it is the same.
    pub(super) fn not(mut self) -> Self {
        self.truth = match self.truth {
            Three::Met => Three::NotMet,
            Three::NotMet => Three::Met,
            Three::Unknown => Three::Unknown,
        };
        self
    }

    fn tidy(mut self) -> Self {
        for list in [&mut self.found, &mut self.missing] {
            let mut seen: Vec<String> = Vec::new();
            list.retain(|item| {
                let fresh = !seen.contains(item);
                if fresh {
                    seen.push(item.clone());
                }
                fresh
            });
        }
        self
    }

    /// One line for a reader.
    pub(super) fn why(&self) -> String {
        let line = |items: &[String]| {
            let shown = items.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
            match items.len().saturating_sub(NAMED) {
                0 => shown,
                more => format!("{shown}; and {more} more"),
            }
        };
        match (self.truth, self.found.is_empty(), self.missing.is_empty()) {
            (Three::Unknown, true, false) => {
                format!("cannot be judged without: {}", line(&self.missing))
            }
            (Three::Unknown, false, false) => {
                format!("cannot be judged without: {}. So far: {}", line(&self.missing), line(&self.found))
            }
            (_, false, _) => line(&self.found),
            (Three::Unknown, true, true) => "cannot be judged from these tests".into(),
            (Three::Met, true, true) => "holds for this pattern".into(),
            _ => "no finding for it among what was examined".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(truth: Three, word: &str) -> Outcome {
        let (found, missing) =
            if truth == Three::Unknown { (vec![], vec![word.into()]) } else { (vec![word.into()], vec![]) };
        Outcome { truth, found, missing }
    }

    /// Every count of three parts against the definition: what can still become met decides.
    #[test]
    fn a_count_is_open_exactly_while_the_open_parts_could_turn_it() {
        let values = [Three::Met, Three::NotMet, Three::Unknown];
        for a in values {
            for b in values {
                for c in values {
                    for needed in 0..=4 {
                        let parts = vec![part(a, "a"), part(b, "b"), part(c, "c")];
                        let least = parts.iter().filter(|p| p.truth == Three::Met).count();
                        let most = parts.iter().filter(|p| p.truth != Three::NotMet).count();
                        let got = Outcome::at_least(needed, parts);
                        let want = match (least >= needed, most >= needed) {
                            (true, _) => Three::Met,
                            (_, false) => Three::NotMet,
                            _ => Three::Unknown,
                        };
                        assert_eq!(got.truth, want);
                        assert_eq!(got.truth == Three::Unknown, !got.missing.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn words_name_what_decided_and_what_is_missing() {
        let open = Outcome::at_least(2, vec![part(Three::Met, "a"), part(Three::Unknown, "b")]);
        assert_eq!(open.why(), "cannot be judged without: b. So far: a");
        let closed = Outcome::at_least(2, vec![part(Three::Met, "a"), part(Three::NotMet, "b")]);
        assert_eq!((closed.why().as_str(), closed.not().truth), ("b", Three::Met));
    }
}
