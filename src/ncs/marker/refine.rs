//! Time constants of the stimulus artefact, moved off the grid on which they were found: an artefact hundreds of times
//! the noise leaves more than a response behind when its time constant is off by a tenth (variable projection by
//! Gauss-Newton steps, signal-analysis 4.2).

use super::stepwise::{Bins, Term};

/// Time constants that are possible, s.
const POSSIBLE: std::ops::RangeInclusive<f64> = 5e-5..=1e-2;
/// Steps at most, and the largest change of a logarithm in one.
const STEPS: usize = 8;
const LARGEST: f64 = 0.4;
/// A step that explains less of what is left than this ends the search.
const WORTH: f64 = 1e-3;

/// A fit.
pub(super) struct Fit {
    pub(super) terms: Vec<Term>,
    pub(super) amplitudes: Vec<f64>,
    /// Inverse of the terms' Gram matrix.
    pub(super) inverse: Vec<Vec<f64>>,
    /// Weighted sum of squares that is left.
    pub(super) squares: f64,
}

/// A better fit with other time constants than `squares` left; `None` when there is none.
pub(super) fn time_constants(bins: &Bins, terms: &[Term], centre: (f64, f64), squares: f64) -> Option<Fit> {
    if !terms.iter().any(|t| matches!(t, Term::Exponential(_))) {
        return None;
    }
    let mut best = solve(bins, terms, centre)?;
    for _ in 0..STEPS {
        let change = step(bins, &best, centre)?;
        let mut shorter = 1.0;
        let next = loop {
            let moved: Vec<Term> =
                best.terms.iter().zip(&change).map(|(t, by)| moved(*t, by * shorter)).collect();
            match solve(bins, &moved, centre) {
                Some(fit) if fit.squares < best.squares => break Some(fit),
                _ if shorter < 0.2 => break None,
                _ => shorter *= 0.5,
            }
        };
        let Some(next) = next else { break };
        let gained = 1.0 - next.squares / best.squares;
        best = next;
        if gained < WORTH {
            break;
        }
    }
    (best.squares < squares).then_some(best)
}

fn moved(term: Term, by: f64) -> Term {
    match term {
        Term::Exponential(tau) => {
            let tau = tau * by.clamp(-LARGEST, LARGEST).exp();
            Term::Exponential(tau.clamp(*POSSIBLE.start(), *POSSIBLE.end()))
        }
        other => other,
    }
}

fn column(bins: &Bins, of: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let all = bins.time.iter().zip(&bins.width).zip(&bins.weight);
    all.map(|((t, width), weight)| weight.sqrt() * of(*t, *width)).collect()
}

fn data(bins: &Bins) -> Vec<f64> {
    bins.mean.iter().zip(&bins.weight).map(|(m, w)| m * w.sqrt()).collect()
}

/// Amplitudes of fixed terms.
fn solve(bins: &Bins, terms: &[Term], centre: (f64, f64)) -> Option<Fit> {
    let columns: Vec<Vec<f64>> =
        terms.iter().map(|term| column(bins, |t, width| term.over(t, width, centre))).collect();
    let (amplitudes, inverse, squares) = least_squares(&columns, &data(bins))?;
    Some(Fit { terms: terms.to_vec(), amplitudes, inverse, squares })
}

/// Change of the logarithm of each term's time constant by one linear step; 0 for terms without one.
fn step(bins: &Bins, fit: &Fit, centre: (f64, f64)) -> Option<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> =
        fit.terms.iter().map(|term| column(bins, |t, width| term.over(t, width, centre))).collect();
    let mut of = Vec::new();
    for (k, term) in fit.terms.iter().enumerate() {
        if let Term::Exponential(tau) = term {
            columns.push(column(bins, |t, width| t / tau * term.over(t, width, centre)));
            of.push(k);
        }
    }
    let (solution, ..) = least_squares(&columns, &data(bins))?;
    let mut out = vec![0.0; fit.terms.len()];
    for (k, slope) in of.iter().zip(&solution[fit.terms.len()..]) {
        let by = slope / fit.amplitudes[*k];
        if by.is_finite() {
            out[*k] = by;
        }
    }
    Some(out)
}

/// Amplitudes, inverse of the Gram matrix, and the sum of squares that is left; `None` for columns that are mixtures of
/// each other.
fn least_squares(columns: &[Vec<f64>], data: &[f64]) -> Option<(Vec<f64>, Vec<Vec<f64>>, f64)> {
    let n = columns.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut m: Vec<Vec<f64>> = columns.iter().map(|a| columns.iter().map(|b| dot(a, b)).collect()).collect();
    let own: Vec<f64> = (0..n).map(|i| m[i][i]).collect();
    let right: Vec<f64> = columns.iter().map(|c| dot(c, data)).collect();
    let mut inverse = vec![vec![0.0; n]; n];
    inverse.iter_mut().enumerate().for_each(|(i, row)| row[i] = 1.0);
    for i in 0..n {
        if m[i][i] <= 1e-9 * own[i] || own[i] <= 0.0 {
            return None;
        }
        let scale = 1.0 / m[i][i];
        m[i].iter_mut().for_each(|v| *v *= scale);
        inverse[i].iter_mut().for_each(|v| *v *= scale);
        let (row, mine) = (m[i].clone(), inverse[i].clone());
        for k in (0..n).filter(|k| *k != i) {
            let share = m[k][i];
            m[k].iter_mut().zip(&row).for_each(|(v, r)| *v -= share * r);
            inverse[k].iter_mut().zip(&mine).for_each(|(v, r)| *v -= share * r);
        }
    }
    let amplitudes: Vec<f64> = inverse.iter().map(|row| dot(row, &right)).collect();
    let squares = data
        .iter()
        .enumerate()
        .map(|(i, y)| {
            let model: f64 = columns.iter().zip(&amplitudes).map(|(c, a)| c[i] * a).sum();
            (y - model) * (y - model)
        })
        .sum();
    amplitudes.iter().all(|a| a.is_finite()).then_some((amplitudes, inverse, squares))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_constant_between_those_of_the_grid_is_found() {
        let mut bins = Bins::default();
        let x: Vec<f64> = (0..400)
            .map(|i| {
                let t = 4e-4 + 5e-5 * f64::from(i);
                900.0 * (-t / 2.5e-4).exp() + 20.0 * (-t / 1.7e-3).exp() + 3.0
            })
            .collect();
        bins.add(&x, 4e-4, 5e-5, 2, 1.0);
        let grid = [Term::Offset, Term::Exponential(2.8e-4), Term::Exponential(1.4e-3)];
        let centre = (0.01, 0.01);
        let before = solve(&bins, &grid, centre).map_or(0.0, |f| f.squares);
        let fit = time_constants(&bins, &grid, centre, before).expect("a better fit");
        let tau = |k: usize| if let Term::Exponential(tau) = fit.terms[k] { tau } else { 0.0 };
        assert!((tau(1) / 2.5e-4 - 1.0).abs() < 1e-2, "{}", tau(1));
        assert!((tau(2) / 1.7e-3 - 1.0).abs() < 2e-2, "{}", tau(2));
        assert!((fit.amplitudes[0] - 3.0).abs() < 0.01 && fit.squares < 1e-3 * before);
    }
}
