//! Permutation importance: what a model loses when a held-out subject's feature is another subject's.
//!
//! Source: Breiman 2001, section 10; here whole subjects are exchanged, because windows of one subject are alike.

use super::data::Data;
use crate::classify::learn::forest::below;
use crate::classify::learn::{Model, Rows, most_probable};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// Windows of a subject that are looked at. Ours: evenly over the recording, more change little.
const WINDOWS: usize = 25;
/// Least probability in the log-loss.
const LEAST: f64 = 1e-15;

/// What replacing a feature of one subject did, mean over the draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drop {
    /// Subject.
    pub subject: usize,
    /// Rise of the log-loss.
    pub log_loss: f64,
    /// Fall of being right, −1 to 1.
    pub right: f64,
}

/// For each feature the drops of the held-out subjects; nothing when `draws` is 0. The model and the subjects' true
/// values are those of one fold; the donor is drawn from all other subjects.
pub(super) fn of_fold(
    data: &Data,
    model: &Model,
    held: &[usize],
    draws: usize,
    random: &mut ChaCha8Rng,
) -> Vec<Vec<Drop>> {
    let width = data.width();
    if draws == 0 || data.subjects.len() < 2 {
        return Vec::new();
    }
    let score = |values: &[f64], s: usize| {
        let rows = Rows { values, width };
        let p = model.conclude(rows, &model.windows(rows)).probabilities;
        let class = data.class_of[s];
        (-p[class].max(LEAST).ln(), f64::from(u8::from(most_probable(&p) == class)))
    };
    let mut out = vec![Vec::with_capacity(held.len()); width];
    for &s in held {
        let own = thin(data, s);
        let whole = score(&own, s);
        for (j, out) in out.iter_mut().enumerate() {
            let mut drop = Drop { subject: s, log_loss: 0.0, right: 0.0 };
            for _ in 0..draws {
                let other = below(random.next_u64(), data.subjects.len() - 1);
                let donor = data.rows_of(if other >= s { other + 1 } else { other });
                let mut values = own.clone();
                let n = values.len() / width;
                for (i, row) in values.chunks_exact_mut(width).enumerate() {
                    row[j] = donor.row(i * donor.len() / n)[j];
                }
                let changed = score(&values, s);
                drop.log_loss += changed.0 - whole.0;
                drop.right += whole.1 - changed.1;
            }
            #[expect(clippy::cast_precision_loss, reason = "a small count")]
            let n = draws as f64;
            (drop.log_loss, drop.right) = (drop.log_loss / n, drop.right / n);
            out.push(drop);
        }
    }
    out
}

fn thin(data: &Data, subject: usize) -> Vec<f64> {
    let rows = data.rows_of(subject);
    let n = rows.len().min(WINDOWS);
    (0..n).flat_map(|i| rows.row(i * rows.len() / n)).copied().collect()
}
