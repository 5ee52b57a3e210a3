//! The regression's arithmetic: a network of two hidden layers, read from a table.

use super::statistics::STATISTICS;
use std::sync::LazyLock;

/// What the regression says of a scan, in this order.
pub(super) const ANSWERS: usize = 5;

/// A mean and a standard deviation of a logarithm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Answer {
    pub(super) mean: f64,
    pub(super) sd: f64,
}

/// Standardised inputs are held within ± so many standard deviations, so that a scan unlike all that the
/// regression knows cannot drive it arbitrarily far.
const REACH: f64 = 4.0;
/// Bounds of a logarithm of an SD, in SDs of the answer.
const LOG_SD: (f64, f64) = (-5.0, 2.0);

struct Layer {
    /// A row for each input.
    weights: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

struct Network {
    mean: Vec<f64>,
    sd: Vec<f64>,
    layers: Vec<Layer>,
    answer_mean: Vec<f64>,
    answer_sd: Vec<f64>,
}

/// `data/reference/scan_units.txt`, made by `examples/scan_statistics.rs` and `examples/fit_scan_units.py`.
static NETWORK: LazyLock<Network> =
    LazyLock::new(|| Network::parse(include_str!("../../../data/reference/scan_units.txt")));

impl Network {
    /// Lines of numbers behind a word: `mean`, `sd`, `answer_mean`, `answer_sd`, and for each layer `layer`,
    /// a line of weights for each input, and the bias.
    fn parse(text: &'static str) -> Self {
        let mut network = Network {
            mean: Vec::new(),
            sd: Vec::new(),
            layers: Vec::new(),
            answer_mean: Vec::new(),
            answer_sd: Vec::new(),
        };
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let numbers: Vec<f64> = rest.split_ascii_whitespace().filter_map(|n| n.parse().ok()).collect();
            match (word, network.layers.last_mut()) {
                ("mean", _) => network.mean = numbers,
                ("sd", _) => network.sd = numbers,
                ("answer_mean", _) => network.answer_mean = numbers,
                ("answer_sd", _) => network.answer_sd = numbers,
                ("layer", _) => network.layers.push(Layer { weights: Vec::new(), bias: Vec::new() }),
                ("weights", Some(layer)) => layer.weights.push(numbers),
                ("bias", Some(layer)) => layer.bias = numbers,
                _ => {}
            }
        }
        network
    }
}

/// The answers for one scan's statistics.
pub(super) fn answers(statistics: &[f64; STATISTICS]) -> [Answer; ANSWERS] {
    let net = &*NETWORK;
    let mut values: Vec<f64> = statistics
        .iter()
        .zip(net.mean.iter().zip(&net.sd))
        .map(|(x, (mean, sd))| ((x - mean) / sd).clamp(-REACH, REACH))
        .collect();
    for (i, layer) in net.layers.iter().enumerate() {
        let mut next = layer.bias.clone();
        for (value, weights) in values.iter().zip(&layer.weights) {
            next.iter_mut().zip(weights).for_each(|(sum, w)| *sum += value * w);
        }
        if i + 1 < net.layers.len() {
            next.iter_mut().for_each(|v| *v = v.tanh());
        }
        values = next;
    }
    std::array::from_fn(|i| {
        let scale = net.answer_sd[i];
        let log_sd = values[ANSWERS + i].clamp(LOG_SD.0, LOG_SD.1);
        Answer { mean: values[i] * scale + net.answer_mean[i], sd: log_sd.exp() * scale }
    })
}

/// How far the statistics lie outside what the regression knows: how many of them reach beyond its bounds.
pub(super) fn strangeness(statistics: &[f64; STATISTICS]) -> usize {
    let far = |(x, (mean, sd)): &(&f64, (&f64, &f64))| ((*x - *mean) / *sd).abs() > REACH;
    statistics.iter().zip(NETWORK.mean.iter().zip(&NETWORK.sd)).filter(far).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let net = &*NETWORK;
        assert_eq!((net.mean.len(), net.sd.len()), (STATISTICS, STATISTICS));
        assert_eq!((net.answer_mean.len(), net.answer_sd.len(), net.layers.len()), (ANSWERS, ANSWERS, 3));
        let mut inputs = STATISTICS;
        for layer in &net.layers {
            assert_eq!(layer.weights.len(), inputs);
            assert!(layer.weights.iter().all(|w| w.len() == layer.bias.len()));
            inputs = layer.bias.len();
        }
        assert_eq!(inputs, 2 * ANSWERS);
        assert!(net.sd.iter().chain(&net.answer_sd).all(|s| *s > 0.0));
    }
}
