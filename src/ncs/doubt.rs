//! What makes a measurement doubtful.

/// A reason to trust a result less; the numbers stand beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// Short name, for programs.
    pub id: &'static str,
    /// In words, with the values seen.
    pub text: String,
}

impl Doubt {
    /// A doubt.
    pub fn new(id: &'static str, text: impl Into<String>) -> Self {
        Doubt { id, text: text.into() }
    }
}
