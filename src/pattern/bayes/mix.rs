//! In which states an element may be, and how probable its finding is then.

use super::emission::Row;
use super::lesion::Part;
use super::state::State;

/// P(state) of one element, for the states that an explanation may put it into; the rest is spared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mix {
    len: usize,
    items: [(State, f64); Mix::MOST],
}

impl Mix {
    /// As many as any lesion, or pair of them, gives one element.
    const MOST: usize = 6;

    const SPARED: Mix = Mix { len: 0, items: [(State::Spared, 0.0); Mix::MOST] };

    fn push(&mut self, item: (State, f64)) {
        debug_assert!(self.len < Mix::MOST, "more states than a mix holds");
        if self.len < Mix::MOST {
            self.items[self.len] = item;
            self.len += 1;
        }
    }
    pub(super) fn states(&self) -> &[(State, f64)] {
        &self.items[..self.len]
    }
    pub(super) fn is_spared(&self) -> bool {
        self.len == 0
    }
    /// P(spared).
    pub(super) fn spared(&self) -> f64 {
        1.0 - self.states().iter().map(|m| m.1).sum::<f64>()
    }
}

/// P(state) at a severity.
pub(super) fn at(parts: &[Part], s: f64) -> Mix {
    let mut out = Mix::SPARED;
    for p in parts {
        let q = p.weight * p.curve.at(s);
        if p.state == State::AxonLoss {
            // The milder the disease there, the fewer axons are lost where any are.
            let many = p.curve.many(s);
            out.push((State::AxonLoss, q * many));
            out.push((State::AxonLossMild, q * (1.0 - many)));
        } else {
            out.push((p.state, q));
        }
    }
    out
}

/// P(state) under two lesions: spared only if both spare it; else as the involved one, in proportion.
pub(super) fn joined(a: Mix, b: Mix) -> Mix {
    if b.is_spared() {
        return a;
    }
    if a.is_spared() {
        return b;
    }
    let (qa, qb) = (1.0 - a.spared(), 1.0 - b.spared());
    let all = 1.0 - (1.0 - qa) * (1.0 - qb);
    let scale = if qa + qb > 0.0 { all / (qa + qb) } else { 0.0 };
    let mut out = Mix::SPARED;
    a.states().iter().chain(b.states()).for_each(|(state, q)| out.push((*state, q * scale)));
    out
}

/// P(finding | mix) / P(finding | spared).
pub(super) fn factor(mix: &Mix, ratio: &Row) -> f64 {
    mix.states().iter().fold(1.0, |f, (state, q)| f + q * (ratio[*state as usize] - 1.0))
}
