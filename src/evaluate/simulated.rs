//! Studies made to be scored.

use crate::Result;
use crate::simulate::needle::{self, Activity, Options, State};
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

/// What the recordings at rest of every second study hold, in turn: what the result file has a word for, and what
/// must not be taken for it.
const AT_REST: &[Activity] = &[
    Activity::Nothing,
    Activity::Fibrillation,
    Activity::Insertional,
    Activity::PositiveSharpWave,
    Activity::Fasciculation,
    Activity::Voluntary,
    Activity::ComplexRepetitive,
    Activity::Myotonic,
    Activity::EndPlateNoise,
    Activity::Myokymic,
    Activity::Neuromyotonic,
    Activity::EndPlateSpike,
    Activity::Cramp,
];

/// Makes the studies of place `number` (from 1) in a series, each in a folder of its own inside `root`: a muscle
/// at rest and under contraction, and one at rest only. What else is drawn comes from the seed; the same seed
/// and number give the same bytes.
///
/// # Errors
/// What writing meets.
pub fn make_studies(seed: u64, number: u64, root: &Path) -> Result<Vec<PathBuf>> {
    let state = turn(TURNS, number);
    let muscle =
        Options { seed: needle::series_seed(seed, 2 * number), state: Some(state), ..Options::default() };
    let activity = turn(AT_REST, number);
    let rest = Options {
        seed: needle::series_seed(seed, 2 * number + 1),
        state: Some(State::Normal),
        spontaneous: vec![activity],
        levels: Vec::new(),
        ..Options::default()
    };
    let word = Activity::WORDS.iter().find(|w| w.1 == activity).map_or("rest", |w| w.0);
    let made = [(muscle, state.name()), (rest, word)].map(|(options, name)| {
        let folder = root.join(format!("{number:04}_{name}"));
        needle::write(&needle::study(&options)?, &folder)?;
        Ok(folder)
    });
    made.into_iter().collect()
}

/// The row of a table whose turn it is.
fn turn<T: Copy>(table: &[T], number: u64) -> T {
    let place = usize::try_from(number.saturating_sub(1) % table.len() as u64).unwrap_or(0);
    table[place]
}
