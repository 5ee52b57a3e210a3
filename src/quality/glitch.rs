//! Garbage in the first samples, and single samples that no band-limited signal holds.

use super::view::{ChannelView, Number, count, format_4, on_samples};
use crate::measure::{Finding, Severity};
use crate::recording::ChannelKind;

/// A first step above this many times the P99 of all steps (strict) is garbage.
const FIRST_STEPS: f64 = 6.0;
/// A spike stands this many times (strict) above the greatest residual that is no single-sample spike …
const ABOVE_REST: f64 = 3.0;
/// … and this many times above the P99 of residuals. Both are our choice: potentials at 4 kHz reach tens of P99, but
/// there are many of them and their neighbours are uneven too.
const ABOVE_P99: f64 = 30.0;
/// More spikes than this share of the samples (strict) are a signal. Our choice.
const RARE: f64 = 1e-4;

/// Count: samples (one or two) at the start; share: of the samples.
///
/// The first step must also dwarf the largest step among the next ones: a recording that begins inside a
/// potential goes on as it began.
pub(super) fn first_sample(view: &ChannelView<'_>) -> Vec<Finding> {
    let Some(first) = view.stretches.first().filter(|s| s.len >= 64) else { return Vec::new() };
    if view.kind == ChannelKind::Other || view.stats.sd == 0.0 {
        return Vec::new();
    }
    // Garbage makes the greatest step of all.
    let step = |i: usize| {
        let (a, b) =
            (view.channel.samples.get(first.first + i), view.channel.samples.get(first.first + i + 1));
        (b - a).abs()
    };
    if step(0).max(step(1)) < view.stats.step {
        return Vec::new();
    }
    let (steps, p99, greatest) =
        on_samples!(&view.channel.samples, x => starts(x, view, first.first, first.len));
    let limit = (FIRST_STEPS * p99).max(FIRST_STEPS * view.quantum());
    // Either the second sample leaves the first, or the third leaves the second.
    let garbage = if steps[1] > limit && steps[1] > 2.0 * greatest {
        2
    } else if steps[0] > limit && steps[0] > 2.0 * greatest {
        1
    } else {
        return Vec::new();
    };
    let value = |i: usize| view.amount(view.channel.samples.get(first.first + i));
    let evoked = view.kind == ChannelKind::Evoked;
    let what = if evoked {
        "a sweep's stimulus artefact"
    } else {
        "garbage of the device; leave them out, above all from peaks"
    };
    let detail = format!(
        "the first {garbage} samples ({}{}) leave the rest by {:.0} times the P99 of steps: {what}",
        value(0),
        if garbage == 2 { format!(", {}", value(1)) } else { String::new() },
        steps[garbage - 1] / p99.max(view.quantum()).max(f64::MIN_POSITIVE)
    );
    let n = count(view.stats.n);
    // A sweep that begins with its stimulus begins with the artefact, and nothing is measured in it.
    let severity = if evoked { Severity::Note } else { Severity::Warning };
    vec![view.finding("first_sample", severity, garbage as u64, count(garbage) / n, detail)]
}

/// The first two steps, the P99 of all steps (from a sample of them), and the greatest in the rest.
fn starts<T: Number>(x: &[T], view: &ChannelView<'_>, first: usize, len: usize) -> ([f64; 2], f64, f64) {
    let step = |i: usize| (x[i + 1].value() - x[i].value()).abs();
    let hop = (view.stats.n / 20_000).max(1);
    let mut some = Vec::new();
    let mut greatest = 0.0_f64;
    for s in view.stretches.iter().filter(|s| s.len > 4) {
        let from = if s.first == first { s.first + 2 } else { s.first };
        some.extend((from..s.first + s.len - 1).step_by(hop).map(step));
        greatest = x[from..s.first + s.len]
            .windows(2)
            .fold(greatest, |a, w| a.max((w[1].value() - w[0].value()).abs()));
    }
    debug_assert!(len > 2);
    ([step(first), step(first + 1)], p99(&mut some), greatest)
}

fn p99(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let at = (values.len() - 1) * 99 / 100;
    *values.select_nth_unstable_by(at, f64::total_cmp).1
}

/// Count: single samples; share: of the samples.
///
/// A spike is a sample that leaves both neighbours in the same direction by far, while these lie close
/// together and their own surroundings are quiet. It is judged against the residuals of the same kind elsewhere:
/// a signal with potentials that narrow holds many, a glitch stands alone.
pub(super) fn glitch(view: &ChannelView<'_>) -> Vec<Finding> {
    if view.kind == ChannelKind::Other || view.stats.sd == 0.0 || view.stats.n < 256 {
        return Vec::new();
    }
    let spikes = on_samples!(&view.channel.samples, x => spikes(x, view));
    let Some(&(first, residual, p99)) = spikes.first() else { return Vec::new() };
    let places: Vec<usize> = spikes.iter().map(|s| s.0).collect();
    let share = count(spikes.len()) / count(view.stats.n);
    let detail = format!(
        "{} single samples that leave both neighbours, at {}; the first ({}) by {} times the P99 of such residuals: transmission errors or switching; leave them out of peaks and turns",
        spikes.len(),
        view.places(&places),
        view.amount(view.channel.samples.get(first)),
        format_4(residual / p99.max(f64::MIN_POSITIVE))
    );
    vec![view.finding("glitch", Severity::Warning, spikes.len() as u64, share, detail)]
}

/// Places, residuals and the P99 residual.
fn spikes<T: Number>(x: &[T], view: &ChannelView<'_>) -> Vec<(usize, f64, f64)> {
    let residual = |i: usize| (x[i].value() - 0.5 * (x[i - 1].value() + x[i + 1].value())).abs();
    let mut some: Vec<f64> = Vec::new();
    let mut p99_of = |samples: usize| {
        let hop = (view.stats.n / samples).max(1);
        some.clear();
        for s in view.stretches.iter().filter(|s| s.len > 8) {
            some.extend((s.first + 3..s.first + s.len - 3).step_by(hop).map(residual));
        }
        p99(&mut some)
    };
    let limit_of = |p99: f64| ABOVE_P99 * p99.max(view.quantum());
    // Few samples tell that nothing comes near the limit, which holds for nearly every channel.
    if 0.5 * view.stats.bend < 0.5 * limit_of(p99_of(2000)) {
        return Vec::new();
    }
    let p99 = p99_of(20_000);
    let limit = limit_of(p99);
    // Candidates by size alone; a plain pass that nearly never finds one.
    let mut large: Vec<usize> = Vec::new();
    for s in view.stretches.iter().filter(|s| s.len > 8) {
        for (i, w) in (s.first + 1..).zip(x[s.first..s.first + s.len].windows(3)) {
            if (2.0 * w[1].value() - w[0].value() - w[2].value()).abs() > 2.0 * limit
                && i >= s.first + 3
                && i + 3 < s.first + s.len
            {
                large.push(i);
            }
        }
        if count(large.len()) > 4.0 * RARE * count(view.stats.n) + 32.0 {
            return Vec::new();
        }
    }
    // Alone: outside the three samples it touches, everything within ±3 samples is quiet beside it.
    let alone = |i: usize| {
        let r = residual(i);
        let base = 0.5 * (x[i - 1].value() + x[i + 1].value());
        let near = [i - 3, i - 2, i - 1, i + 1, i + 2, i + 3];
        near.iter().all(|&k| (x[k].value() - base).abs() * 10.0 < r)
    };
    let touched = |i: usize, spikes: &[usize]| {
        let at = spikes.partition_point(|s| *s + 1 < i);
        spikes.get(at).is_some_and(|s| *s <= i + 1)
    };
    let spikes: Vec<usize> = large.iter().copied().filter(|&i| alone(i)).collect();
    let rest = large.iter().filter(|&&i| !touched(i, &spikes)).map(|&i| residual(i)).fold(limit, f64::max);
    let out: Vec<(usize, f64, f64)> =
        spikes.into_iter().map(|i| (i, residual(i), p99)).filter(|s| s.1 > ABOVE_REST * rest).collect();
    if count(out.len()) > (RARE * count(view.stats.n)).max(3.0) { Vec::new() } else { out }
}
