//! Complexity of the samples' order and of their side of the median. All on request.

use super::{Feature, Window};
use crate::measure::Reading::{self, Undefined, Value};
use crate::units::Unit;

const BANDT: &str = "Bandt and Pompe 2002, doi:10.1103/PhysRevLett.88.174102; order 3, delay 1";
const LEMPEL: &str = "Lempel and Ziv 1976, doi:10.1109/TIT.1976.1055501";

/// Longest window whose words are searched for; the search is quadratic.
const MOST_SEARCHED: usize = 20_000;

pub(super) const ROWS: &[Feature] = &[
    Feature::row(
        ("permutation_entropy", "permutation entropy over its maximum"),
        Unit::ONE,
        Some(0),
        BANDT,
        "-sum p ln p / ln 6 over the orders of 3 successive samples, equal ones in order of time",
        permutation,
    )
    .min(3)
    .on_request(),
    Feature::row(
        ("lempel_ziv", "Lempel-Ziv complexity"),
        Unit::ONE,
        Some(0),
        LEMPEL,
        "c log2(N) / N, c words of the sequence x > median (1976 parsing)",
        lempel_ziv,
    )
    .min(2)
    .on_request(),
];

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn permutation(w: &Window<'_>) -> Reading {
    let mut counts = [0usize; 8];
    for v in w.samples().windows(3) {
        counts[usize::from(v[0] > v[1]) | usize::from(v[0] > v[2]) << 1 | usize::from(v[1] > v[2]) << 2] += 1;
    }
    let n = (w.samples().len() - 2) as f64;
    let terms = counts.iter().filter(|&&c| c > 0).map(|&c| c as f64 / n * (n / c as f64).ln());
    Value(terms.sum::<f64>() / 6f64.ln())
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn lempel_ziv(w: &Window<'_>) -> Reading {
    if w.samples().len() > MOST_SEARCHED {
        return Undefined("too many samples");
    }
    let median = w.ranked().quantile(0.5);
    let bits: Vec<bool> = w.samples().iter().map(|&v| v > median).collect();
    Value(words(&bits) as f64 * w.n().log2() / w.n())
}

/// Number of words: each is the shortest that has not occurred before (overlaps allowed), the last may have.
fn words(s: &[bool]) -> usize {
    let (mut count, mut start) = (0, 0);
    while start < s.len() {
        // The longest continuation from here that can be copied from an earlier place.
        let copied =
            (0..start).map(|from| s[from..].iter().zip(&s[start..]).take_while(|(a, b)| a == b).count());
        start += copied.max().unwrap_or(0) + 1;
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_example_in_the_paper() {
        // 0·001·10·100·1000·101: Lempel and Ziv 1976, section II.
        let s: Vec<bool> = "0001101001000101".chars().map(|c| c == '1').collect();
        assert_eq!(words(&s), 6);
        assert_eq!(words(&[true; 9]), 2);
    }
}
