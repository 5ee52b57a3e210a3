//! Flat and near-silent channels.

use super::view::{ChannelView, Number, count, on_samples};
use crate::measure::{Finding, Severity};
use crate::recording::ChannelKind;

/// An SD below this many steps (strict) is the converter's own. Our choice: a rest recording whose noise is a
/// step or two stays clear; at half a step most samples hold one of two codes.
const LEAST_SD_STEPS: f64 = 0.5;
/// One value held for this long, s (and for at least [`LEAST_RUN`] samples), is no signal. Our choice: noise of
/// half a step changes its code every few samples.
const LEAST_RUN_S: f64 = 0.5;
const LEAST_RUN: usize = 100;

/// Count: samples of the longest constant run, or all; share: of the samples.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    let stats = view.stats;
    if stats.n == 0 {
        return vec![view.finding(
            "near_silent",
            Severity::Refuse,
            0,
            0.0,
            "no samples to measure".to_owned(),
        )];
    }
    if stats.n < 2 {
        return Vec::new();
    }
    if stats.min == stats.max {
        let detail =
            format!("flat: all {} samples are {}; nothing to measure", stats.n, view.amount(stats.min));
        return vec![view.finding("near_silent", Severity::Refuse, stats.n as u64, 1.0, detail)];
    }
    // A trigger or a force may rest on a value, and has no noise to show.
    if view.kind == ChannelKind::Other {
        return Vec::new();
    }
    let least = (LEAST_RUN_S * view.fs()).max(count(LEAST_RUN));
    let (mut total, mut longest, mut at) = (0, 0, 0);
    on_samples!(&view.channel.samples, x => constant_runs(x, view, least, |first, len| {
        total += len;
        if len > longest {
            (longest, at) = (len, first);
        }
    }));
    let mut out = Vec::new();
    if longest > 0 {
        let share = count(total) / count(stats.n);
        let detail = format!(
            "one value held for {:.3} s from {:.4} s ({} of the samples in such runs, {:.1} %): a loose lead, a blocked amplifier, or padding; leave these stretches out",
            count(longest) / view.fs(),
            view.time_of(at),
            total,
            share * 100.0
        );
        let severity = if share > 0.95 { Severity::Refuse } else { Severity::Warning };
        out.push(view.finding("near_silent", severity, total as u64, share, detail));
    } else if view.channel.samples.is_integer() && stats.sd < LEAST_SD_STEPS {
        let detail = format!(
            "SD {:.3} steps of the converter ({}): the signal is below the resolution",
            stats.sd,
            view.in_unit(stats.sd * view.channel.scaling.step())
        );
        out.push(view.finding("near_silent", Severity::Warning, stats.n as u64, 1.0, detail));
    }
    out
}

/// Calls `found(first, len)` for every run of equal values of at least `least` samples. Skips ahead by half
/// of `least`: a run that long must hold two equal samples at that distance.
fn constant_runs<T: Number>(
    x: &[T],
    view: &ChannelView<'_>,
    least: f64,
    mut found: impl FnMut(usize, usize),
) {
    if least >= count(view.stats.n) {
        return;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 100 to n, checked above"
    )]
    let least = least.ceil() as usize;
    for s in &view.stretches {
        let x = &x[s.first..s.first + s.len];
        let hop = (least / 2).max(1);
        let mut i = hop;
        while i < x.len() {
            if x[i] != x[i - hop] {
                i += hop;
                continue;
            }
            let value = x[i];
            let start = i - x[..i].iter().rev().take_while(|v| **v == value).count();
            let end = i + x[i..].iter().take_while(|v| **v == value).count();
            if end - start >= least {
                found(s.first + start, end - start);
            }
            i = end.max(i + 1) + hop - 1;
        }
    }
}
