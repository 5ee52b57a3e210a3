//! Takes trains apart that look alike: potentials of one shape that are two or more regular trains.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]

use super::band::Bands;
use super::find::Raw;
use super::regularity::regularity;

/// CV2 above which a train may be several (strict), and below which each part must stay.
const IRREGULAR: f64 = 0.12;
const REGULAR: f64 = 0.16;
/// How far a discharge may lie from where it is expected, as a share of the interval.
const TOLERANCE: f64 = 0.16;
/// Intervals of a regular train, s (reference 2.1: 0.5 to 30 a second).
const INTERVALS_S: (f64, f64) = (1.0 / 35.0, 2.5);
/// Parts at most, discharges of a part at least, share that may stay unexplained.
const MOST: usize = 4;
const LEAST: usize = 4;
const LEFT: f64 = 0.08;

/// Splits what is better explained by several regular trains.
pub(super) fn split(trains: &mut Vec<Raw>, bands: &Bands) {
    let mut out = Vec::with_capacity(trains.len());
    for train in trains.drain(..) {
        let times: Vec<f64> = train.at.iter().map(|t| t / bands.rate).collect();
        match parts(&times) {
            Some(parts) => {
                for part in parts {
                    let pick = |from: &[f64]| part.iter().map(|i| from[*i]).collect::<Vec<_>>();
                    out.push(Raw { at: pick(&train.at), gain: pick(&train.gain), ..train.clone() });
                }
            }
            None => out.push(train),
        }
    }
    *trains = out;
}

/// Indices of each regular train; `None` when the times are one train, or cannot be explained.
pub(super) fn parts(times: &[f64]) -> Option<Vec<Vec<usize>>> {
    // Beyond it the search costs more than it is worth: no two fibres are told apart at such rates.
    const TOO_MANY: usize = 3000;
    if times.len() < 2 * LEAST
        || times.len() > TOO_MANY
        || regularity(times).cv2.is_none_or(|v| v <= IRREGULAR)
    {
        return None;
    }
    let mut free: Vec<usize> = (0..times.len()).collect();
    let mut out: Vec<Vec<usize>> = Vec::new();
    let allowed = ((LEFT * times.len() as f64) as usize).max(1);
    while free.len() > allowed && out.len() < MOST {
        let rest: Vec<f64> = free.iter().map(|i| times[*i]).collect();
        let best = best_chain(&rest)?;
        let chosen: Vec<usize> = best.iter().map(|k| free[*k]).collect();
        free = free.iter().enumerate().filter(|(k, _)| !best.contains(k)).map(|(_, i)| *i).collect();
        out.push(chosen);
    }
    if free.len() > allowed || out.len() < 2 {
        return None;
    }
    // Independent trains come near each other by chance; every second or third discharge of one never does.
    let longest = out.iter().max_by_key(|p| p.len())?;
    let near = 0.3 * regularity(times).interval?;
    let close = times.windows(2).filter(|w| w[1] - w[0] < near).count();
    let minor = times.len() - longest.len();
    let worst = out
        .iter()
        .filter_map(|p| regularity(&p.iter().map(|i| times[*i]).collect::<Vec<_>>()).cv2)
        .fold(0.0, f64::max);
    // Two intervals of one train vary by 0.7 of what one varies by; far less is no chance.
    let far_better = out.len() == 2 && worst < 0.2 * regularity(times).cv2.unwrap_or(0.0);
    if (interleaved(longest) || equal(&out, times)) && (close as f64) < 0.1 * minor as f64 && !far_better {
        return None;
    }
    // What is left over goes to nobody: it may be anything.
    out.sort_by_key(|p| p[0]);
    Some(out)
}

/// Whether all parts have nearly the same interval, as the discharges of one train in turn.
fn equal(parts: &[Vec<usize>], times: &[f64]) -> bool {
    let mut intervals: Vec<f64> = parts
        .iter()
        .filter_map(|p| regularity(&p.iter().map(|i| times[*i]).collect::<Vec<_>>()).interval)
        .collect();
    intervals.sort_by(f64::total_cmp);
    intervals.first().zip(intervals.last()).is_some_and(|(low, high)| *high < 1.1 * low)
}

/// Whether the same number of strangers lies between a part's discharges nearly always: then the part may be
/// every second or third discharge of one train.
fn interleaved(part: &[usize]) -> bool {
    let mut between: Vec<usize> = part.windows(2).map(|w| w[1] - w[0] - 1).collect();
    between.sort_unstable();
    let usual = between.chunk_by(|a, b| a == b).max_by_key(|c| c.len());
    usual.is_some_and(|c| c[0] > 0 && c.len() * 4 > between.len() * 3)
}

/// The longest regular chain.
fn best_chain(times: &[f64]) -> Option<Vec<usize>> {
    const SEEDS: usize = 24;
    let step = times.len().div_ceil(SEEDS).max(1);
    let mut best: Option<(f64, Vec<usize>)> = None;
    for i in (0..times.len()).step_by(step) {
        for j in i + 1..(i + 8).min(times.len()) {
            let interval = times[j] - times[i];
            if !(INTERVALS_S.0..=INTERVALS_S.1).contains(&interval) {
                continue;
            }
            let (mut chain, missed) = follow(times, i, j);
            chain.sort_unstable();
            let own: Vec<f64> = chain.iter().map(|k| times[*k]).collect();
            if chain.len() < LEAST || regularity(&own).cv2.is_none_or(|v| v > REGULAR) {
                continue;
            }
            let score = chain.len() as f64 - 3.0 * missed as f64;
            if best.as_ref().is_none_or(|b| score > b.0) {
                best = Some((score, chain));
            }
        }
    }
    best.filter(|b| b.0 >= LEAST as f64).map(|b| b.1)
}

/// Follows a train both ways from two of its discharges; its indices and how many were missed.
fn follow(times: &[f64], i: usize, j: usize) -> (Vec<usize>, usize) {
    let mut chain = vec![i, j];
    let mut missed = 0;
    for forward in [true, false] {
        let mut interval = times[j] - times[i];
        let mut last = if forward { j } else { i };
        loop {
            let sign = if forward { 1.0 } else { -1.0 };
            let expected = |n: f64| times[last] + sign * n * interval;
            let pick = |n: f64| {
                let at = expected(n);
                let k = times.partition_point(|t| *t < at);
                let near = [k.checked_sub(1), (k < times.len()).then_some(k)];
                near.into_iter()
                    .flatten()
                    .filter(|k| if forward { *k > last } else { *k < last })
                    .filter(|k| (times[*k] - at).abs() <= TOLERANCE * interval)
                    .min_by(|a, b| (times[*a] - at).abs().total_cmp(&(times[*b] - at).abs()))
            };
            let (next, n) = match (pick(1.0), pick(2.0)) {
                (Some(k), _) => (k, 1.0),
                (None, Some(k)) => (k, 2.0),
                _ => break,
            };
            if n > 1.0 {
                missed += 1;
            }
            interval += 0.4 * ((times[next] - times[last]).abs() / n - interval);
            chain.push(next);
            last = next;
        }
    }
    (chain, missed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_clocks_are_taken_apart() {
        let mut all: Vec<(f64, usize)> = (0..60).map(|k| (0.05 + 0.131 * f64::from(k), 0)).collect();
        all.extend((0..40).map(|k| (0.09 + 0.197 * f64::from(k), 1)));
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let times: Vec<f64> = all.iter().map(|a| a.0).collect();
        let found = parts(&times).unwrap();
        assert_eq!(found.len(), 2);
        for part in found {
            let of = all[part[1]].1;
            let right = part.iter().filter(|i| all[**i].1 == of).count();
            assert!(right as f64 >= 0.95 * part.len() as f64);
        }
    }

    #[test]
    fn chance_and_one_clock_are_left_alone() {
        assert_eq!(parts(&(0..50).map(|k| f64::from(k) * 0.1).collect::<Vec<_>>()), None);
        let mut state = 9_u64;
        let mut t = 0.0;
        let times: Vec<f64> = (0..80)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                t += -0.3 * (((state >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)).ln();
                t
            })
            .collect();
        assert_eq!(parts(&times), None);
        assert_eq!(parts(&[]), None);
    }
}
