//! Three-valued answers with the findings that decided them.

/// What a rule says of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Shown by findings that are there.
    Met,
    /// Findings that are there speak against it.
    NotMet,
    /// What was examined does not decide it.
    Indeterminate,
}

impl Truth {
    /// `met`, `not_met` or `indeterminate`.
    pub fn name(self) -> &'static str {
        match self {
            Truth::Met => "met",
            Truth::NotMet => "not_met",
            Truth::Indeterminate => "indeterminate",
        }
    }
    /// The answer of a finding that may be unknown.
    pub fn of(known: Option<bool>) -> Truth {
        match known {
            Some(true) => Truth::Met,
            Some(false) => Truth::NotMet,
            None => Truth::Indeterminate,
        }
    }
    /// Of the word in a result.
    pub fn named(word: &str) -> Truth {
        match word {
            "met" => Truth::Met,
            "not_met" => Truth::NotMet,
            _ => Truth::Indeterminate,
        }
    }
    /// All of them: one that is not met decides.
    pub fn all(of: impl IntoIterator<Item = Truth>) -> Truth {
        let mut out = Truth::Met;
        for t in of {
            match t {
                Truth::NotMet => return Truth::NotMet,
                Truth::Indeterminate => out = Truth::Indeterminate,
                Truth::Met => {}
            }
        }
        out
    }
}

/// An answer, the findings that decided it, and what was not examined.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    pub(super) truth: Truth,
    /// In words; never a finding that is not in the input.
    pub(super) found: Vec<String>,
    /// What would decide it.
    pub(super) missing: Vec<String>,
}

/// Findings that one line names before it counts the rest. Ours.
const NAMED: usize = 8;

impl Outcome {
    pub(super) fn met(found: Vec<String>) -> Self {
        Outcome { truth: Truth::Met, found, missing: Vec::new() }
    }
    pub(super) fn not_met(found: Vec<String>) -> Self {
        Outcome { truth: Truth::NotMet, found, missing: Vec::new() }
    }
    pub(super) fn unknown(missing: Vec<String>) -> Self {
        Outcome { truth: Truth::Indeterminate, found: Vec::new(), missing }
    }
    /// The same, with what is there although it does not decide.
    pub(super) fn so_far(mut self, found: Vec<String>) -> Self {
        self.found = found;
        self
    }

    /// At least `needed` of `parts`; the parts that decided it are kept.
    pub(super) fn at_least(needed: usize, parts: Vec<Outcome>) -> Self {
        let count = |t: Truth| parts.iter().filter(|p| p.truth == t).count();
        let (met, open) = (count(Truth::Met), count(Truth::Indeterminate));
        let truth = if met >= needed {
            Truth::Met
        } else if met + open < needed {
            Truth::NotMet
        } else {
            Truth::Indeterminate
        };
        let mut out = Outcome { truth, found: Vec::new(), missing: Vec::new() };
        for part in parts {
            match (truth, part.truth) {
                (Truth::Indeterminate, Truth::Indeterminate) => {
                    out.found.extend(part.found);
                    out.missing.extend(part.missing);
                }
                (Truth::Indeterminate, Truth::Met) => out.found.extend(part.found),
                (a, b) if a == b => out.found.extend(part.found),
                _ => {}
            }
        }
        out.tidy()
    }

    /// The opposite; what decided it is the same.
    pub(super) fn not(mut self) -> Self {
        self.truth = match self.truth {
            Truth::Met => Truth::NotMet,
            Truth::NotMet => Truth::Met,
            Truth::Indeterminate => Truth::Indeterminate,
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
            (Truth::Indeterminate, true, false) => {
                format!("cannot be judged without: {}", line(&self.missing))
            }
            (Truth::Indeterminate, false, false) => {
                format!("cannot be judged without: {}. So far: {}", line(&self.missing), line(&self.found))
            }
            (_, false, _) => line(&self.found),
            (Truth::Indeterminate, true, true) => "cannot be judged from these tests".into(),
            (Truth::Met, true, true) => "holds for this pattern".into(),
            _ => "no finding for it among what was examined".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(truth: Truth, word: &str) -> Outcome {
        let (found, missing) = if truth == Truth::Indeterminate {
            (vec![], vec![word.into()])
        } else {
            (vec![word.into()], vec![])
        };
        Outcome { truth, found, missing }
    }

    /// Every count of three parts against the definition: what can still become met decides.
    #[test]
    fn a_count_is_open_exactly_while_the_open_parts_could_turn_it() {
        let values = [Truth::Met, Truth::NotMet, Truth::Indeterminate];
        for a in values {
            for b in values {
                for c in values {
                    for needed in 0..=4 {
                        let parts = vec![part(a, "a"), part(b, "b"), part(c, "c")];
                        let least = parts.iter().filter(|p| p.truth == Truth::Met).count();
                        let most = parts.iter().filter(|p| p.truth != Truth::NotMet).count();
                        let got = Outcome::at_least(needed, parts);
                        let want = match (least >= needed, most >= needed) {
                            (true, _) => Truth::Met,
                            (_, false) => Truth::NotMet,
                            _ => Truth::Indeterminate,
                        };
                        assert_eq!(got.truth, want);
                        assert_eq!(got.truth == Truth::Indeterminate, !got.missing.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn words_name_what_decided_and_what_is_missing() {
        let open = Outcome::at_least(2, vec![part(Truth::Met, "a"), part(Truth::Indeterminate, "b")]);
        assert_eq!(open.why(), "cannot be judged without: b. So far: a");
        let closed = Outcome::at_least(2, vec![part(Truth::Met, "a"), part(Truth::NotMet, "b")]);
        assert_eq!((closed.why().as_str(), closed.not().truth), ("b", Truth::Met));
    }
}
