//! Stretches that stand twice in a channel: files that were padded with their own beginning, or pasted together.
//!
//! Anchors are places that four neighbouring codes choose, one in [`ONE_IN`], so that both copies have them at the
//! same samples; equal hashes of what follows an anchor are candidates, and the samples themselves decide.

use super::view::{ChannelView, count};
use crate::dsp::simd::widest;
use crate::measure::{Finding, Severity};
use crate::recording::{ChannelKind, Samples};

/// One place in so many is an anchor: a power of two.
const ONE_IN: u32 = 64;
/// Samples from the anchor on that are hashed.
const WINDOW: usize = 64;
/// A repeated stretch is at least so many samples and so many seconds long (not strict). Our choice: noise of one
/// step does not repeat over a dozen samples.
const LEAST: usize = 256;
const LEAST_S: f64 = 0.1;
/// A test signal repeats often, or soon: more repeats than this, or a lag below this in s (both strict), say nothing.
const MOST: usize = 3;
const LAG_S: f64 = 1.0;
/// Candidates outside of copies already found, beyond which (strict) the signal is one that repeats everywhere.
const CANDIDATES: usize = 4096;
/// Share of the samples above which (strict) it is a warning: what is counted twice weighs. Our choice.
const WARNING: f64 = 0.01;
/// Places whose anchors are looked for at a time.
const BLOCK: usize = 2048;

/// Count: samples of the later copies; share: of the samples.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    if view.kind == ChannelKind::Other || view.stats.sd == 0.0 {
        return Vec::new();
    }
    let copies = match &view.channel.samples {
        Samples::I16(x) => copies(x, view),
        Samples::I32(x) => copies(x, view),
        // Real numbers are mostly filtered, and a repeated stretch is not the same any more.
        _ => return Vec::new(),
    };
    let Some(longest) = copies.iter().max_by_key(|c| c.len) else { return Vec::new() };
    let samples: usize = copies.iter().map(|c| c.len).sum();
    let share = count(samples) / count(view.stats.n);
    let severity = if share > WARNING { Severity::Warning } else { Severity::Note };
    let detail = format!(
        "{} samples ({:.4} s) from {:.4} s on stand again, exactly, from {:.4} s on{}: padding, or a file pasted together; events in them count twice",
        longest.len,
        count(longest.len) / view.fs(),
        view.time_of(longest.first),
        view.time_of(longest.again),
        if copies.len() > 1 { format!(" ({} such stretches)", copies.len()) } else { String::new() }
    );
    vec![view.finding("repeated_stretch", severity, samples as u64, share, detail)]
}

#[derive(Debug, Clone, Copy)]
struct Copied {
    first: usize,
    again: usize,
    len: usize,
}

fn copies<T: Copy + PartialEq + Into<i32>>(x: &[T], view: &ChannelView<'_>) -> Vec<Copied> {
    let least = count(LEAST).max(LEAST_S * view.fs());
    let lag = LAG_S * view.fs();
    if count(view.stats.n) < least + lag {
        return Vec::new();
    }
    let mut prints: Vec<(u64, usize)> = Vec::new();
    for s in &view.stretches {
        anchors(&x[s.first..s.first + s.len], |i| {
            let window = &x[s.first + i..s.first + i + WINDOW];
            // A stretch at rest on one code or between two is no signal.
            let start = window[0];
            if window.iter().any(|v| *v != start) {
                prints.push((hash(window), s.first + i));
            }
        });
    }
    prints.sort_unstable();
    let stretch = |i: usize| view.stretches.partition_point(|s| s.first <= i).checked_sub(1);
    let mut out: Vec<Copied> = Vec::new();
    let mut candidates = 0;
    for same in prints.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        if same.len() > MOST + 1 {
            return Vec::new();
        }
        for pair in same.windows(2) {
            let (a, b) = (pair[0].1, pair[1].1);
            if out.iter().any(|c| b - a == c.again - c.first && (c.again..c.again + c.len).contains(&b)) {
                continue;
            }
            candidates += 1;
            if candidates > CANDIDATES {
                return Vec::new();
            }
            let (Some(p), Some(q)) = (stretch(a), stretch(b)) else { continue };
            let (p, q) = (view.stretches[p], view.stretches[q]);
            let back = x[p.first..a].iter().rev().zip(x[q.first..b].iter().rev());
            let back = back.take_while(|(u, v)| u == v).count();
            let forth = x[a..p.first + p.len].iter().zip(&x[b..q.first + q.len]);
            let forth = forth.take_while(|(u, v)| u == v).count();
            let len = back + forth;
            if count(len) < least {
                continue;
            }
            if count(b - a) < lag || out.len() == MOST {
                return Vec::new();
            }
            out.push(Copied { first: a - back, again: b - back, len });
        }
    }
    out
}

/// Calls `found` with every anchor that a whole window follows.
fn anchors<T: Copy + Into<i32>>(x: &[T], mut found: impl FnMut(usize)) {
    let places = (x.len() + 1).saturating_sub(WINDOW);
    let mut flags = [0u8; BLOCK];
    for from in (0..places).step_by(BLOCK) {
        let n = BLOCK.min(places - from);
        let near = &x[from..from + n + 3];
        widest(
            #[inline(always)]
            || {
                let code = |v: T| v.into().cast_unsigned();
                let next = near[1..].iter().zip(&near[2..]).zip(&near[3..]);
                for ((flag, &a), ((&b, &c), &d)) in flags.iter_mut().zip(near).zip(next) {
                    // Odd factors whose bits are evenly set (fractions of the golden ratio and its powers).
                    // The term in front keeps rests at zero from being anchors all through.
                    let mix = code(a)
                        .wrapping_mul(0x9E37_79B1)
                        .wrapping_add(1 << 31)
                        .wrapping_add(code(b).wrapping_mul(0x85EB_CA77))
                        .wrapping_add(code(c).wrapping_mul(0xC2B2_AE3D))
                        .wrapping_add(code(d).wrapping_mul(0x27D4_EB2F));
                    *flag = u8::from(mix < u32::MAX / ONE_IN);
                }
            },
        );
        flags[n..].fill(0);
        for (at, eight) in (from..).step_by(8).zip(flags.as_chunks::<8>().0) {
            if u64::from_ne_bytes(*eight) != 0 {
                (at..).zip(eight).filter(|(_, f)| **f != 0).for_each(|(i, _)| found(i));
            }
        }
    }
}

/// Of a whole window; four chains side by side, because each waits for its multiplications.
fn hash<T: Copy + Into<i32>>(x: &[T]) -> u64 {
    const FACTOR: u64 = 0x517C_C1B7_2722_0A95;
    let mix = |h: u64, v: u64| (h.rotate_left(5) ^ v).wrapping_mul(FACTOR);
    let mut chains = [0u64; 4];
    for four in x.as_chunks::<4>().0 {
        for (h, &v) in chains.iter_mut().zip(four) {
            *h = mix(*h, u64::from(v.into().cast_unsigned()));
        }
    }
    chains.into_iter().fold(0, mix)
}
