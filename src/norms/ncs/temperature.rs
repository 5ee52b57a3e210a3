//! Temperature: what a limb must have, and how velocities follow it. `data/reference/temperature.csv`.

use super::studies::is_lower_limb;
use crate::norms::rows;

/// How a quantity changes with temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Change a degree, in the unit of the quantity: m/s.
    pub per_degree: f64,
    /// Id of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published` or `recalled`.
    pub status: &'static str,
}

/// Least skin temperature at which limits hold, °C, with its source: of the hand or of the foot. `None` for a nerve
/// of no limb.
pub fn target_c(nerve_id: &str) -> Option<(f64, &'static str)> {
    // Two values stand for the foot; the one of the limits that are asked first is taken.
    let (applies, source) =
        if is_lower_limb(nerve_id)? { ("target_foot", "CHEN2016") } else { ("target_hand", "PRESTON") };
    table().find(|r| r[0] == applies && r[5] == source).and_then(|r| Some((r[2].parse().ok()?, r[5])))
}

/// Slope of a nerve's velocity (`mncv` or `sncv`) where one was published for this very nerve.
pub fn slope(parameter: &str, nerve_id: &str) -> Option<Slope> {
    let one = |r: &[&'static str; 7]| r[0] == parameter && r[1] == nerve_id && r[2] == r[3];
    let r = table().find(one)?;
    Some(Slope { per_degree: r[2].parse().ok()?, source: r[5], status: r[6] })
}

fn table() -> impl Iterator<Item = [&'static str; 7]> {
    rows(include_str!("../../../data/reference/temperature.csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_of_the_limb_and_slopes_of_the_nerve() {
        assert_eq!(target_c("median"), Some((32.0, "PRESTON")));
        assert_eq!(target_c("sural"), Some((31.0, "CHEN2016")));
        assert_eq!(target_c("facial"), None);
        assert_eq!(slope("mncv", "median").map(|s| s.per_degree), Some(1.5));
        assert_eq!(slope("mncv", "radial"), None);
    }
}
