//! Words that a study file may hold, each with its type.

/// An enum whose variants are the words of a key.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the variants are the words of the schema")]
        pub enum $name { $($variant),* }

        impl $name {
            /// Every word with its value, in the order of the schema.
            pub const WORDS: &'static [(&'static str, $name)] = &[$(($word, $name::$variant)),*];
            /// The word in the file.
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
    };
}

words! {
    /// Sex, as reference limits know it.
    Sex { Male = "male", Female = "female" }
}
words! {
    /// Side of a test.
    Side { Left = "left", Right = "right" }
}
words! {
    /// Side of the complaint.
    SubjectSide { Left = "left", Right = "right", Bilateral = "bilateral" }
}
words! {
    /// Region of the complaint.
    Region { Cervical = "cervical", Lumbosacral = "lumbosacral", Other = "other" }
}
words! {
    /// Strength of a contraction.
    Level { Slight = "slight", Moderate = "moderate", Maximal = "maximal" }
}
words! {
    /// What came instead of values: looked for and not there.
    Response { Absent = "absent" }
}
words! {
    /// Insertional activity; amplitude and duration of motor unit action potentials.
    Change { Normal = "normal", Increased = "increased", Decreased = "decreased" }
}
words! {
    /// Polyphasia.
    Polyphasia { Normal = "normal", Increased = "increased" }
}
words! {
    /// Recruitment.
    Recruitment { Normal = "normal", Reduced = "reduced", Early = "early", None = "none" }
}
words! {
    /// Direction of a sensory study: away from the spine, or towards it.
    Technique { Antidromic = "antidromic", Orthodromic = "orthodromic" }
}
words! {
    /// How far the complaint reaches: `axial`, pain of the neck or back alone; `limb`, pain, numbness or weakness of a
    /// limb, with or without axial pain.
    Symptoms { Axial = "axial", Limb = "limb" }
}
words! {
    /// Region of earlier operations on the spine from behind, which leave signs in the muscles beside it.
    BackSurgery { None = "none", Cervical = "cervical", Lumbosacral = "lumbosacral", Both = "both" }
}
