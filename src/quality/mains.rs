//! Power-line interference.
//!
//! Share = power within ±0.8 Hz of 50 or 60 Hz and its harmonics, of the power above 5 Hz. A share alone
//! is not enough for a verdict: the lines must stand out against their neighbourhood, and must not be every
//! second, third, … tooth of a finer comb (a regularly discharging unit or fibre has one, the mains has not).

use super::view::{ChannelView, Number, count, on_samples};
use crate::dsp::simd::{sum_map, sum_map2, widest};
use crate::dsp::spectrum::{PsdOptions, PsdScratch};
use crate::dsp::window::Window;
use crate::measure::{Finding, Severity};
use crate::recording::ChannelKind;

/// Shares above which (strict) hum is a warning, and above which nothing may be measured.
const WARNING: f64 = 0.20;
const REFUSE: f64 = 0.50;
/// Half width of a line, Hz.
const HALF_WIDTH: f64 = 0.8;
/// Lowest frequency that counts (strict), Hz.
const FROM_HZ: f64 = 5.0;
/// A segment's length, s, about: bins of 0.25 Hz, three to each side within a line.
const SEGMENT_S: f64 = 4.0;
/// The first look at a recording that is more than twice as long: so many windows, evenly spread, of so many
/// seconds. Its bins of 1 Hz keep a line within their neighbours; it must only tell a tenth from a fifth.
const GLANCES: f64 = 12.0;
const GLANCE_S: f64 = 1.0;
const LONG: f64 = 2.0;
/// Least length of a recording, s, and the unit of a segment's length: whole cycles of 50 and of 60 Hz.
const LEAST_S: f64 = 0.1;
/// Excess over the neighbourhood needed, as a share of the lines' own power (strict). Our choice.
const STANDS_OUT: f64 = 0.7;
/// A line is clear when it holds this many times the power of as wide a neighbourhood (strict). Our choice.
const CLEAR: f64 = 4.0;
/// One clear line holds at least this part of the lines' power (not strict): hum lives in its fundamental or in
/// one or two harmonics, whereas potentials spread over dozens. Our choice.
const ONE_LINE: f64 = 0.25;
/// Power of another tooth against the line's, from which (not strict) the comb is finer than the mains'.
const FINER: f64 = 0.1;

/// What the lines of one frequency hold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hum {
    /// Of the power above 5 Hz.
    pub(super) share: f64,
    /// The same, less what the neighbourhood would give.
    pub(super) excess: f64,
    /// The greatest part that one clear line has of `share`.
    pub(super) strongest: f64,
    /// The fundamental's part of `share`.
    pub(super) fundamental: f64,
}

/// Count: harmonics looked at that stand out; share: of the power above 5 Hz.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    if view.kind == ChannelKind::Other || view.stats.sd == 0.0 {
        return Vec::new();
    }
    // In a short window a line and its two neighbouring bins are wider than ±0.8 Hz.
    let wide = |width: f64| HALF_WIDTH.max(1.01 * width);
    // A long recording is sampled first: nearly every channel holds nothing that is near a limit.
    if count(view.stats.n) > LONG * GLANCES * GLANCE_S * view.fs()
        && let Some((psd, width, _)) = spectrum(view, GLANCE_S, GLANCES)
        && [50.0, 60.0].iter().all(|&f| hum(&psd, width, f, wide(width)).0.share < 0.5 * WARNING)
    {
        return Vec::new();
    }
    let Some((psd, width, seconds)) = spectrum(view, SEGMENT_S, f64::INFINITY) else { return Vec::new() };
    let half_width = wide(width);
    let found = [50.0, 60.0].map(|f| (hum(&psd, width, f, half_width), f));
    let best = if found[0].0.0.excess >= found[1].0.0.excess { found[0] } else { found[1] };
    let ((hum, lines), frequency) = best;
    if !(hum.share > WARNING && hum.excess > STANDS_OUT * hum.share && hum.strongest >= ONE_LINE * hum.share)
        || finer_comb(&psd, width, frequency, half_width)
    {
        return Vec::new();
    }
    let severity = if hum.share > REFUSE { Severity::Refuse } else { Severity::Warning };
    let verdict = match severity {
        Severity::Refuse => "not interpretable",
        _ => {
            "rms, turns, spectra and small potentials are affected; notch or subtract the fit before measuring"
        }
    };
    let detail = format!(
        "{:.1} % of the power above 5 Hz lies within {half_width:.1} Hz of {frequency} Hz and its harmonics ({:.1} % at {frequency} Hz itself, looked at in windows of {seconds:.1} s): {verdict}",
        hum.share * 100.0,
        hum.fundamental * 100.0
    );
    vec![view.finding("mains", severity, lines, hum.share, detail)]
}

/// Sum of densities over segments of about `window` seconds that cover the recording, or over `most` of them,
/// evenly spread; with the bin width and the segment's length in s.
///
/// Segments are untapered, so that every sample counts alike in the share, and whole multiples of 0.1 s, so that
/// 50 and 60 Hz and their harmonics lie on bins and do not leak; a straight line is removed from each,
/// because the leakage of a drift would pass for signal.
fn spectrum(view: &ChannelView<'_>, window: f64, most: f64) -> Option<(Vec<f64>, f64, f64)> {
    let fs = view.fs();
    let longest = view.stretches.iter().map(|s| s.len).max()?;
    let held = count(longest) / fs;
    if longest < 16 || held < LEAST_S || fs <= 100.0 {
        return None;
    }
    let parts = (held / window).round().max(1.0);
    let seconds = ((held / parts + 1e-9) / LEAST_S).floor().max(1.0) * LEAST_S;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most the longest stretch"
    )]
    let segment = ((seconds * fs).round() as usize).min(longest);
    let options = PsdOptions { segment, overlap: 0, window: Window::Rectangular, remove_mean: false };
    let plan = options.design(view.channel.sampling_frequency).ok()?;
    let (mut scratch, mut block, mut psd) = (PsdScratch::default(), Vec::new(), Vec::new());
    let mut sum = vec![0.0; plan.bins()];
    let ramp = ramp(segment);
    let there: usize = view.stretches.iter().map(|s| s.len / segment).sum();
    let hop = (count(there) / most).max(1.0);
    let (mut at, mut next) = (0.0, 0.5 * (hop - 1.0));
    on_samples!(&view.channel.samples, x => {
        for s in &view.stretches {
            for part in x[s.first..s.first + s.len].chunks_exact(segment) {
                at += 1.0;
                if at <= next {
                    continue;
                }
                next += hop;
                load(part, &ramp, &mut block);
                plan.apply(&block, &mut scratch, &mut psd);
                sum.iter_mut().zip(&psd).for_each(|(a, b)| *a += b);
            }
        }
    });
    sum.iter().all(|v| v.is_finite()).then_some((sum, plan.bin_width(), seconds))
}

/// Positions of `n` samples about their middle.
fn ramp(n: usize) -> Vec<f64> {
    let middle = 0.5 * (count(n) - 1.0);
    (0..n).map(|i| count(i) - middle).collect()
}

/// `x` less its least-squares line.
fn load<T: Number>(x: &[T], ramp: &[f64], out: &mut Vec<f64>) {
    out.clear();
    out.extend(x.iter().map(|v| v.value()));
    let n = count(x.len());
    widest(
        #[inline(always)]
        || {
            let mean = sum_map(out, |v| v) / n;
            let slope = 12.0 * sum_map2(out, ramp, |v, at| v * at) / (n * (n * n - 1.0)).max(1.0);
            out.iter_mut().zip(ramp).for_each(|(v, at)| *v -= mean + slope * at);
        },
    );
}

/// Power of `psd` from `lo` to `hi` Hz, ends included.
fn power(psd: &[f64], width: f64, lo: f64, hi: f64) -> (f64, f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates; cut to the length"
    )]
    let at = |f: f64| ((f / width) as usize).min(psd.len());
    let (from, to) = (at((lo / width).ceil() * width + 0.5 * width), at(hi + 1e-9 * width) + 1);
    let bins = psd.get(from..to.min(psd.len())).unwrap_or(&[]);
    (bins.iter().sum(), count(bins.len()))
}

pub(super) fn hum(psd: &[f64], width: f64, frequency: f64, half_width: f64) -> (Hum, u64) {
    let nyquist = width * count(psd.len() - 1);
    let total = power(psd, width, FROM_HZ + 1e-9, nyquist).0;
    let mut out = Hum::default();
    let mut lines = 0;
    if total <= 0.0 {
        return (out, 0);
    }
    let mut line = frequency;
    while line + half_width < nyquist {
        let (inside, bins) = power(psd, width, line - half_width, line + half_width);
        // Neighbours on both sides, a line's width away from it, and as wide as three of them.
        let below = power(psd, width, line - 5.0 * half_width, line - 1.5 * half_width);
        let above = power(psd, width, line + 1.5 * half_width, line + 5.0 * half_width);
        let expected = bins * (below.0 + above.0) / (below.1 + above.1).max(1.0);
        // In a short window chance makes bumps at many harmonics: only clear lines count there.
        let clear = inside > CLEAR * expected;
        let excess =
            if clear || half_width <= HALF_WIDTH { (inside - expected).max(0.0) / total } else { 0.0 };
        // The neighbourhood's part as it would be in a line of the nominal width.
        let part = excess + (inside / total - excess).max(0.0) * (2.0 * HALF_WIDTH / (bins * width)).min(1.0);
        out.strongest = out.strongest.max(if clear { part } else { 0.0 });
        out.share += part;
        out.excess += excess;
        lines += u64::from(clear);
        if line == frequency {
            out.fundamental = part;
        }
        line += frequency;
    }
    (out, lines)
}

/// Whether the lines belong to a comb of `frequency / m` for some m from 2 to 12: then the strongest teeth
/// around the strongest line, one spacing away, are lines as well.
fn finer_comb(psd: &[f64], width: f64, frequency: f64, half_width: f64) -> bool {
    let strongest = (1..=6)
        .map(|k| f64::from(k) * frequency)
        .map(|f| (f, power(psd, width, f - half_width, f + half_width).0))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let Some((line, own)) = strongest else { return false };
    (2..=12).map(|m| frequency / f64::from(m)).filter(|spacing| *spacing > 3.0 * half_width).any(|spacing| {
        let tooth = |f: f64| power(psd, width, f - half_width, f + half_width).0;
        let between =
            |f: f64| power(psd, width, f - 0.5 * spacing - half_width, f - 0.5 * spacing + half_width).0;
        [line - spacing, line + spacing].into_iter().all(|f| {
            let tooth = tooth(f);
            tooth >= FINER * own && tooth > 4.0 * between(f)
        })
    })
}
