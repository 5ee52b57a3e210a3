//! Studies made to be scored.

use crate::Result;
use crate::simulate::ncs::{self, Degenerate, Options, Source, State, Test};
use crate::units::Hertz;
use std::path::{Path, PathBuf};

/// Sampling frequencies in turn, Hz. Their number, that of the ratios and that of the states have no common divisor, so
/// that each meets each.
const FREQUENCIES: [f64; 3] = [20_000.0, 10_000.0, 50_000.0];
/// Signal-to-noise in turn; `None`: a good amplifier's noise.
const RATIOS: [Option<f64>; 7] = [None, Some(40.0), Some(15.0), None, Some(22.0), Some(7.0), Some(100.0)];

/// Makes the studies of place `number` (from 1) in a series, each in a folder of its own inside `root`: a patient with
/// all tests, and one whose recordings are spoilt. What else is drawn comes from the seed; the same seed and number give
/// the same bytes.
///
/// # Errors
/// What writing meets.
pub fn make_studies(seed: u64, number: u64, root: &Path) -> Result<Vec<PathBuf>> {
    let state = turn(State::WORDS, number).1;
    let patient = Options {
        seed: ncs::series_seed(seed, 2 * number),
        state: Some(state),
        source: Source::Mixed,
        sampling_frequency: Hertz(turn(&FREQUENCIES, number)),
        signal_to_noise: turn(&RATIOS, number),
        ..Options::default()
    };
    let (word, kind) = turn(Degenerate::WORDS, number);
    let spoilt = Options {
        seed: ncs::series_seed(seed, 2 * number + 1),
        state: Some(State::Normal),
        tests: vec![Test::Motor, Test::Sensory, Test::Repetitive],
        source: Source::Mixed,
        degenerate: vec![kind],
        ..Options::default()
    };
    let made = [(patient, state.name()), (spoilt, word)].map(|(options, name)| {
        let folder = root.join(format!("{number:04}_{name}"));
        ncs::write(&ncs::study(&options)?, &folder)?;
        Ok(folder)
    });
    made.into_iter().collect()
}

/// The row of a table whose turn it is.
fn turn<T: Copy>(table: &[T], number: u64) -> T {
    let place = usize::try_from(number.saturating_sub(1) % table.len() as u64).unwrap_or(0);
    table[place]
}
