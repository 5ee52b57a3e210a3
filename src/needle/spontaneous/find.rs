//! From the bands to trains: events, groups, templates, pursuit, twice; then what is left over.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]

use super::band::Bands;
use super::detect::{Event, events};
use super::end_plate::{self, Hiss};
use super::group::group;
use super::pursuit::{Hit, Template, pursue};
use super::rhythm::runs;

/// Discharges of one shape.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    /// Sample of the spike band's main peak, finer than a sample; rising.
    pub(super) at: Vec<f64>,
    /// Size of each over the template's.
    pub(super) gain: Vec<f64>,
    pub(super) template: Template,
    /// Whether other trains came with it and were found to be parts of it.
    pub(super) complex: bool,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) trains: Vec<Raw>,
    /// Events that no train explains.
    pub(super) singles: Vec<Event>,
    /// End-plate noise.
    pub(super) hiss: Option<Hiss>,
}

/// Noise levels that an event must reach. Ours: in noise alone one in 10 s at 4.8 by chance, and a train
/// needs several of one shape.
pub(super) const THRESHOLD: f64 = 4.8;
/// How near to a known potential a lone event may not lie unless it is larger, s.
const BESIDE_S: f64 = 15.0e-3;
/// Events within it are one, s.
const APART_S: f64 = 1.5e-3;
/// Events that make a template, at least.
const LEAST: usize = 3;
/// Rounds of grouping what the templates do not explain.
const ROUNDS: usize = 2;
/// Templates at most; the poorest are left out. Bounds the work.
const MOST: usize = 40;

/// Finds all trains.
pub(super) fn find(bands: &Bands) -> Found {
    if bands.noise <= 0.0 {
        return Found::default();
    }
    let mut threshold = THRESHOLD * bands.noise;
    // In a hiss only what stands clear of it can make a train.
    let level = end_plate::level(bands);
    if let Some(size) = level {
        threshold = threshold.max(2.5 * size);
    }
    let apart = bands.samples(APART_S);
    let mut spike = bands.spike.clone();
    let fast = runs(&mut spike, bands);
    let mut residual = spike.clone();
    let mut templates: Vec<Template> = Vec::new();
    let mut hits: Vec<Hit> = Vec::new();
    for _ in 0..ROUNDS {
        let found = events(&residual, threshold, apart);
        let all: Vec<usize> = found.iter().map(|e| e.at).collect();
        let mut groups = group(&residual, &found, bands);
        groups.retain(|g| g.at.len() >= LEAST);
        groups.sort_by_key(|g| std::cmp::Reverse(g.at.len()));
        let room = MOST.saturating_sub(templates.len());
        let before = templates.len();
        for g in groups.iter().take(room) {
            // Gains run against a shape that followed them: the peaks themselves say the size.
            let peaks: Vec<f64> = g.at.iter().map(|i| local_peak(&residual, *i, apart)).collect();
            let Some(usual) = super::stats::median_of(&peaks).filter(|p| *p > 0.0) else { continue };
            let gains: Vec<f64> = peaks.iter().map(|p| p / usual).collect();
            if let Some(mut t) = Template::new(&residual, &g.at, &gains, &all, bands) {
                t.allow(&gains);
                templates.push(t);
            }
        }
        if templates.len() == before {
            break;
        }
        residual.clone_from(&spike);
        hits = pursue(&mut residual, &templates, bands, threshold);
    }
    let mut trains: Vec<Raw> = templates
        .into_iter()
        .enumerate()
        .map(|(k, template)| {
            let own = hits.iter().filter(|h| h.template == k);
            let (at, gain) = own.map(|h| (h.at, h.gain)).unzip();
            Raw { at, gain, template, complex: false }
        })
        .collect();
    for run in fast {
        let at: Vec<usize> = run.at.iter().map(|t| t.round() as usize).collect();
        if let Some(mut template) = Template::new(&bands.spike, &at, &run.gain, &at, bands) {
            template.peak = template.peak.min(template.shape.len() - 1);
            let lag = template.peak as f64 - template.before as f64;
            let at = run.at.iter().map(|t| t + lag).collect();
            trains.push(Raw { at, gain: run.gain, template, complex: false });
        }
    }
    trains.retain(|t| !t.at.is_empty());
    // What a subtraction leaves beside a potential, or what is a little of a known one, is no event.
    let mut taken: Vec<(f64, f64)> = trains
        .iter()
        .flat_map(|t| {
            let size = t.template.shape[t.template.peak].abs();
            t.at.iter().zip(&t.gain).map(move |(at, g)| (*at, g * size))
        })
        .collect();
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    let near = bands.samples(BESIDE_S) as f64;
    let mut singles = events(&residual, 1.3 * threshold, apart);
    singles.retain(|e| {
        let at = e.at as f64;
        let from = taken.partition_point(|t| t.0 < at - near);
        taken[from..].iter().take_while(|t| t.0 <= at + near).all(|t| e.value.abs() > 1.5 * t.1)
    });
    let hiss = level.and_then(|size| end_plate::hiss(&residual, size, bands));
    Found { trains, singles, hiss }
}

/// Greatest size within a few samples.
fn local_peak(x: &[f64], at: usize, reach: usize) -> f64 {
    let from = at.saturating_sub(reach);
    x[from.min(x.len())..(at + reach + 1).min(x.len())].iter().fold(0.0, |m: f64, v| m.max(v.abs()))
}
