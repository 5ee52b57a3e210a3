//! One tree.

use super::bins::Bins;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use serde::{Deserialize, Serialize};

/// Deepest level. Ours: deeper trees only learn single windows.
pub(super) const DEEPEST: usize = 48;
/// Stands for a leaf in `feature`.
pub(super) const LEAF: i32 = -1;

/// Nodes in the order they were made, so that children stand behind their parent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// Place of the feature that a node asks for; −1 for a leaf.
    pub feature: Vec<i32>,
    /// A value of at most this goes left; 0 in a leaf.
    pub threshold: Vec<f64>,
    /// Node to the left; in a leaf, its place among the leaves.
    pub left: Vec<u32>,
    /// Node to the right; 0 in a leaf.
    pub right: Vec<u32>,
    /// Shares of the classes, leaf after leaf.
    pub leaves: Vec<f64>,
}

/// How a tree grows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth {
    pub(super) classes: usize,
    /// Least share of the whole weight on each side of a split.
    pub(super) least_share: f64,
    /// Features that are looked at for a split.
    pub(super) features: usize,
    /// Levels at most.
    pub(super) depth: usize,
}

/// What growing needs again and again.
struct Grower<'a> {
    bins: &'a Bins,
    /// Cases in all.
    cases: usize,
    class: &'a [usize],
    weight: &'a [f64],
    growth: Growth,
    least: f64,
    /// Weight of each class in each step.
    steps: Vec<f64>,
    order: Vec<usize>,
}

struct Split {
    feature: usize,
    /// Last step that goes left.
    step: u8,
    threshold: f64,
    score: f64,
}

impl Tree {
    /// Grows on the cases whose weight is above 0.
    pub(super) fn grow(
        bins: &Bins,
        class: &[usize],
        weight: &[f64],
        growth: Growth,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let width = bins.spans.len();
        let mut grower = Grower {
            bins,
            cases: class.len(),
            class,
            weight,
            growth,
            least: growth.least_share * weight.iter().sum::<f64>() * (1.0 - 1e-9),
            steps: vec![0.0; 256 * growth.classes],
            order: (0..width).collect(),
        };
        let mut rows: Vec<u32> =
            (0..class.len()).filter(|i| weight[*i] > 0.0).filter_map(|i| u32::try_from(i).ok()).collect();
        let mut tree = Tree::default();
        tree.node();
        let mut open = vec![(0_usize, 0, rows.len(), 0_usize)];
        while let Some((node, from, to, depth)) = open.pop() {
            let totals = grower.totals(&rows[from..to]);
            let pure = totals.iter().filter(|t| **t > 0.0).count() < 2;
            let split = if pure || depth >= growth.depth.min(DEEPEST) {
                None
            } else {
                grower.best(&rows[from..to], &totals, random)
            };
            let Some(split) = split else {
                tree.leaf(node, &totals);
                continue;
            };
            let codes = &bins.codes[split.feature * grower.cases..(split.feature + 1) * grower.cases];
            let middle = from + divide(&mut rows[from..to], |r| codes[r as usize] <= split.step);
            let (left, right) = (tree.node(), tree.node());
            tree.feature[node] = i32::try_from(split.feature).unwrap_or(LEAF);
            tree.threshold[node] = split.threshold;
            tree.left[node] = u32::try_from(left).unwrap_or(0);
            tree.right[node] = u32::try_from(right).unwrap_or(0);
            open.push((right, middle, to, depth + 1));
            open.push((left, from, middle, depth + 1));
        }
        tree
    }

    fn node(&mut self) -> usize {
        self.feature.push(LEAF);
        self.threshold.push(0.0);
        self.left.push(0);
        self.right.push(0);
        self.feature.len() - 1
    }

    fn leaf(&mut self, node: usize, totals: &[f64]) {
        let sum: f64 = totals.iter().sum();
        self.left[node] = u32::try_from(self.leaves.len() / totals.len()).unwrap_or(0);
        self.leaves.extend(totals.iter().map(|t| t / sum));
    }

    /// Adds the shares of the leaf that `x` reaches.
    pub(super) fn add(&self, x: &[f64], out: &mut [f64]) {
        let mut node = 0;
        while self.feature[node] != LEAF {
            #[expect(clippy::cast_sign_loss, reason = "a feature's place is not negative")]
            let value = x[self.feature[node] as usize];
            node = if value <= self.threshold[node] { self.left[node] } else { self.right[node] } as usize;
        }
        let shares = self.leaves.chunks_exact(out.len()).nth(self.left[node] as usize);
        out.iter_mut().zip(shares.into_iter().flatten()).for_each(|(o, p)| *o += p);
    }

    /// Whether the tree can be walked safely with `classes` classes and `width` features: equal lengths,
    /// children behind their parents (so no walk goes round), places in range, shares that sum to 1.
    pub(super) fn check(&self, classes: usize, width: usize) -> Result<(), String> {
        let n = self.feature.len();
        if n == 0 || [self.threshold.len(), self.left.len(), self.right.len()] != [n; 3] {
            return Err("the columns of its nodes differ in length, or are empty".into());
        }
        if !self.leaves.len().is_multiple_of(classes) {
            return Err(format!("{} shares in leaves; a multiple of {classes} is needed", self.leaves.len()));
        }
        let leaves = self.leaves.len() / classes;
        for i in 0..n {
            let (left, right) = (self.left[i] as usize, self.right[i] as usize);
            if self.feature[i] == LEAF {
                if left >= leaves {
                    return Err(format!("node {i}: leaf {left} of {leaves}"));
                }
                continue;
            }
            if usize::try_from(self.feature[i]).map_or(true, |f| f >= width) {
                return Err(format!("node {i}: feature {} of {width}", self.feature[i]));
            }
            if !(i < left && left < n && i < right && right < n) {
                return Err(format!(
                    "node {i}: children {left} and {right}; {} to {} is possible",
                    i + 1,
                    n - 1
                ));
            }
            if !self.threshold[i].is_finite() {
                return Err(format!("node {i}: the threshold is no finite number"));
            }
        }
        for (i, p) in self.leaves.chunks_exact(classes).enumerate() {
            if !(p.iter().all(|v| (0.0..=1.0).contains(v)) && (p.iter().sum::<f64>() - 1.0).abs() < 1e-6) {
                return Err(format!("leaf {i}: the shares of the classes do not sum to 1"));
            }
        }
        Ok(())
    }
}

/// Puts the rows for which `left` holds first, in their order; gives their number.
fn divide(rows: &mut [u32], left: impl Fn(u32) -> bool) -> usize {
    let (mut first, mut second) = (Vec::with_capacity(rows.len()), Vec::new());
    rows.iter().for_each(|r| if left(*r) { first.push(*r) } else { second.push(*r) });
    rows[..first.len()].copy_from_slice(&first);
    rows[first.len()..].copy_from_slice(&second);
    first.len()
}

impl Grower<'_> {
    fn totals(&self, rows: &[u32]) -> Vec<f64> {
        let mut out = vec![0.0; self.growth.classes];
        rows.iter().for_each(|r| out[self.class[*r as usize]] += self.weight[*r as usize]);
        out
    }

    /// The split that leaves the least Gini impurity among some features in random order; features that are
    /// constant here do not count.
    fn best(&mut self, rows: &[u32], totals: &[f64], random: &mut ChaCha8Rng) -> Option<Split> {
        let (mut best, mut seen) = (None::<Split>, 0);
        for k in 0..self.order.len() {
            if seen == self.growth.features {
                break;
            }
            let other = k + super::below(random.next_u64(), self.order.len() - k);
            self.order.swap(k, other);
            let feature = self.order[k];
            let Some(found) = self.split(feature, rows, totals) else { continue };
            seen += 1;
            if let Some(split) = found
                && best.as_ref().is_none_or(|b| split.score > b.score)
            {
                best = Some(split);
            }
        }
        best
    }

    /// `None` where the feature is constant, `Some(None)` where every split is too small on one side.
    fn split(&mut self, feature: usize, rows: &[u32], totals: &[f64]) -> Option<Option<Split>> {
        let classes = self.growth.classes;
        let codes = &self.bins.codes[feature * self.cases..(feature + 1) * self.cases];
        let (mut low, mut high) = (u8::MAX, 0);
        for r in rows {
            let code = codes[*r as usize];
            (low, high) = (low.min(code), high.max(code));
        }
        if low >= high {
            return None;
        }
        let steps = &mut self.steps[usize::from(low) * classes..(usize::from(high) + 1) * classes];
        steps.fill(0.0);
        for r in rows {
            let i = *r as usize;
            steps[usize::from(codes[i] - low) * classes + self.class[i]] += self.weight[i];
        }
        let whole: f64 = totals.iter().sum();
        let (mut left, mut on_left) = (vec![0.0; classes], 0.0);
        let mut best: Option<(usize, usize, f64)> = None;
        // A split stands between a step that holds cases and the next one that does.
        let mut waiting: Option<(usize, f64)> = None;
        for (step, counts) in steps.chunks_exact(classes).enumerate() {
            let sum: f64 = counts.iter().sum();
            if sum <= 0.0 {
                continue;
            }
            if let Some((at, score)) = waiting
                && best.is_none_or(|b| score > b.2)
            {
                best = Some((at, step, score));
            }
            left.iter_mut().zip(counts).for_each(|(l, c)| *l += c);
            on_left += sum;
            let on_right = whole - on_left;
            waiting =
                (on_left >= self.least && on_right >= self.least && on_right > 1e-12 * whole).then(|| {
                    let squares: f64 = left.iter().map(|l| l * l).sum();
                    let rest: f64 = left.iter().zip(totals).map(|(l, t)| (t - l) * (t - l)).sum();
                    (step, squares / on_left + rest / on_right)
                });
        }
        Some(best.map(|(at, next, score)| {
            let spans = &self.bins.spans[feature];
            let (below, above) = (spans[usize::from(low) + at].1, spans[usize::from(low) + next].0);
            let middle = f64::midpoint(below, above);
            // Between neighbours of the number line the middle may round up to the upper one.
            let threshold = if middle < above { middle } else { below };
            #[expect(clippy::cast_possible_truncation, reason = "at most 255 steps")]
            let step = low + at as u8;
            Split { feature, step, threshold, score }
        }))
    }
}
