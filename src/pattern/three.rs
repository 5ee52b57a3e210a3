//! What can be said of a clause: yes, no, or not with what was done.

/// Verdict of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Three {
    /// Met.
    Met,
    /// Not met.
    NotMet,
    /// Cannot be judged: something is missing.
    Unknown,
}

impl Three {
    /// The word of the result file.
    pub fn word(self) -> &'static str {
        match self {
            Three::Met => "met",
            Three::NotMet => "not_met",
            Three::Unknown => "indeterminate",
        }
    }
    /// `None` is unknown.
    pub fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Three::Met,
            Some(false) => Three::NotMet,
            None => Three::Unknown,
        }
    }
    /// Of the word in a result file.
    pub fn named(word: &str) -> Self {
        match word {
            "met" => Three::Met,
            "not_met" => Three::NotMet,
            _ => Three::Unknown,
        }
    }
    /// Met where all are, and of nothing; one that is not met decides.
    pub fn all(all: impl IntoIterator<Item = Three>) -> Self {
        let mut out = Three::Met;
        for one in all {
            match one {
                Three::NotMet => return Three::NotMet,
                Three::Unknown => out = Three::Unknown,
                Three::Met => {}
            }
        }
        out
    }
    /// Met where any is; else unknown where any is; not met otherwise, and of nothing.
    pub fn any(all: impl IntoIterator<Item = Three>) -> Self {
        let mut out = Three::NotMet;
        for one in all {
            match one {
                Three::Met => return Three::Met,
                Three::Unknown => out = Three::Unknown,
                Three::NotMet => {}
            }
        }
        out
    }
    /// Whether so many are met: met for certain, or perhaps, or not.
    pub fn at_least(needed: usize, met: usize, unknown: usize) -> Self {
        match () {
            () if met >= needed => Three::Met,
            () if met + unknown >= needed => Three::Unknown,
            () => Three::NotMet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Three::{self, Met, NotMet, Unknown};

    #[test]
    fn what_is_missing_never_becomes_a_no() {
        assert_eq!(Three::any([NotMet, Unknown]), Unknown);
        assert_eq!(Three::any([Unknown, Met]), Met);
        assert_eq!(Three::any([]), NotMet);
        assert_eq!(Three::at_least(2, 1, 1), Unknown);
        assert_eq!(Three::at_least(2, 1, 0), NotMet);
        assert_eq!(Three::at_least(2, 2, 0), Met);
        assert_eq!((Three::of(None), Three::of(Some(false)).word()), (Unknown, "not_met"));
    }
}
