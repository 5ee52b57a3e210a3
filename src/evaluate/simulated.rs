//! Studies made to be scored.

use crate::Result;
use crate::simulate::needle::{self, Options, State};
use std::path::{Path, PathBuf};

/// States in turn: the three classes equally often, neurogenic ones of every age, and now and then a junction
/// disorder.
const TURNS: &[State] = &[
    State::Normal,
    State::Acute,
    State::Myopathic,
    State::Normal,
    State::Subacute,
    State::Myopathic,
    State::Normal,
    State::Chronic,
    State::Myopathic,
    State::NeuromuscularJunction,
];

/// Makes the study `number` (from 1) of a series in a folder of its own inside `root`. What else is drawn
/// comes from the seed; the same seed and number give the same bytes.
pub fn make_study(seed: u64, number: u64, root: &Path) -> Result<PathBuf> {
    let turn = usize::try_from(number.saturating_sub(1) % TURNS.len() as u64).unwrap_or(0);
    let state = TURNS[turn];
    let folder = root.join(format!("{number:04}_{}", state.name()));
    let options =
        Options { seed: needle::series_seed(seed, number), state: Some(state), ..Options::default() };
    needle::write(&needle::study(&options)?, &folder)?;
    Ok(folder)
}
