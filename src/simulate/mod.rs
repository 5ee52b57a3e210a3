//! Simulated recordings with their truth. Seeded: the same options give the same bytes.
//!
//! No person was recorded; what is measured on simulations says how well the measuring works, not how well
//! it works on patients.

mod coloured;
mod draw;
pub mod ncs;
pub mod needle;
pub mod patient;

use crate::Result;

/// The value of a word; an unknown one is an error that names the nearest.
pub fn word<T: Copy>(option: &str, asked: &str, words: &[(&'static str, T)]) -> Result<T> {
    let found = words.iter().find(|(word, _)| *word == asked).map(|(_, value)| *value);
    found.ok_or_else(|| crate::error::unknown_id(option, asked, words.iter().map(|(word, _)| *word)))
}

/// Seed of study `number` (from 1) of a series that was asked for with `seed`; SplitMix64 of both.
pub fn series_seed(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    // Truth and study hold it as a JSON number: below 2^53 every program reads the same.
    (z ^ (z >> 31)) >> 11
}
