//! Learners, calibrations and figures against scikit-learn and scipy. `tests/golden/make_models.py` made the values.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

use myotome::classify::learn::calibrate::{Calibration, Method, Seen, pooled};
use myotome::classify::learn::forest::{self, ForestOptions};
use myotome::classify::learn::{Cases, Rows, lda, logistic};
use myotome::evaluate::model::{Case, FIGURES};
use serde_json::Value;
use std::sync::LazyLock;

static GOLDEN: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("golden/models.json")).unwrap());

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn places(v: &Value) -> Vec<usize> {
    v.as_array().unwrap().iter().map(|x| usize::try_from(x.as_u64().unwrap()).unwrap()).collect()
}

/// Features, classes, their number, and what is expected.
struct Sample {
    x: Vec<f64>,
    y: Vec<usize>,
    subject: Vec<usize>,
    classes: usize,
    p: Vec<f64>,
}

impl Sample {
    fn new(v: &Value) -> Self {
        let y = places(&v["y"]);
        Sample {
            x: numbers(&v["x"]),
            subject: (0..y.len()).collect(),
            y,
            classes: usize::try_from(v["classes"].as_u64().unwrap()).unwrap(),
            p: numbers(&v["p"]),
        }
    }
    fn width(&self) -> usize {
        self.x.len() / self.y.len()
    }
    fn cases(&self) -> Cases<'_> {
        let rows = Rows { values: &self.x, width: self.width() };
        Cases { rows, class: &self.y, subject: &self.subject, classes: self.classes }
    }
}

fn farthest(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

#[test]
fn logistic_regression_equals_scikit_learn() {
    for v in GOLDEN["logistic"].as_array().unwrap() {
        let s = Sample::new(v);
        let fit = logistic::fit(&s.cases(), v["ridge"].as_f64().unwrap()).unwrap();
        let far = farthest(&fit.probabilities(s.cases().rows), &s.p);
        // Both stop at a gradient near 1e-8 or below.
        assert!(far < 1e-5, "{} classes, ridge {}: {far}", s.classes, v["ridge"]);
    }
}

#[test]
fn discriminant_analysis_equals_scikit_learn() {
    for v in GOLDEN["lda"].as_array().unwrap() {
        let s = Sample::new(v);
        let fit = lda::fit(&s.cases(), v["shrinkage"].as_f64().unwrap()).unwrap();
        let far = farthest(&fit.probabilities(s.cases().rows), &s.p);
        // The same closed form; only the order of sums differs.
        assert!(far < 1e-9, "{} classes: {far}", s.classes);
    }
}

#[test]
fn a_tree_on_all_features_and_cases_equals_scikit_learn() {
    for v in GOLDEN["tree"].as_array().unwrap() {
        let s = Sample::new(v);
        let options = ForestOptions {
            trees: 1,
            least_share: v["least_share"].as_f64().unwrap(),
            features: Some(s.width()),
            depth: Some(usize::try_from(v["depth"].as_u64().unwrap()).unwrap()),
            draw: false,
            seed: 3,
        };
        let tree = forest::fit(&s.cases(), &options).unwrap();
        let new = numbers(&v["new"]);
        let far = farthest(&tree.probabilities(Rows { values: &new, width: s.width() }), &s.p);
        assert!(far < 1e-9, "{} classes: {far}", s.classes);
    }
}

#[test]
fn a_forest_is_as_near_to_scikit_learns_as_two_of_those_are_to_each_other() {
    for v in GOLDEN["forest"].as_array().unwrap() {
        let s = Sample::new(v);
        let options = ForestOptions { trees: 1000, least_share: 0.01, ..ForestOptions::default() };
        let fit = forest::fit(&s.cases(), &options).unwrap();
        let new = numbers(&v["new"]);
        let p = fit.probabilities(Rows { values: &new, width: s.width() });
        let mean = p.iter().zip(&s.p).map(|(a, b)| (a - b).abs()).sum::<f64>() / p.len() as f64;
        // A mean over trees with SD 0.3 has an error of 0.01 with 1000 trees; drawing inside the classes adds little.
        assert!(
            mean < 0.012 && farthest(&p, &s.p) < 0.06,
            "{} classes: {mean} {}",
            s.classes,
            farthest(&p, &s.p)
        );
    }
}

#[test]
fn calibrations_equal_scipy_and_scikit_learn() {
    let v = &GOLDEN["calibration"];
    let (p, y, grid) = (numbers(&v["p"]), places(&v["y"]), numbers(&v["grid"]));
    let seen: Vec<Seen> =
        p.iter().zip(&y).map(|(p, y)| Seen { probabilities: vec![1.0 - p, *p], class: *y }).collect();
    let Calibration::Temperature { temperature } = Calibration::fit(Method::Temperature, &seen).unwrap()
    else {
        panic!("a temperature")
    };
    let want = v["temperature"].as_f64().unwrap();
    assert!((temperature / want - 1.0).abs() < 1e-5, "{temperature} {want}");
    let Calibration::Platt { slope, offset } = Calibration::fit(Method::Platt, &seen).unwrap() else {
        panic!("a slope")
    };
    assert!(farthest(&[slope, offset], &numbers(&v["platt"])) < 1e-5, "{slope} {offset}");
    // The plain regression, before values are kept away from 0 and 1.
    let count = [0, 1].map(|k| y.iter().filter(|c| **c == k).count() as f64);
    let mut points: Vec<(f64, f64, f64)> =
        p.iter().zip(&y).map(|(p, y)| (*p, *y as f64, 0.5 / count[*y])).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let knots = pooled(&points);
    let at = |x: f64| {
        let above = knots.iter().position(|k| k.0 >= x).unwrap_or(knots.len() - 1);
        if above == 0 || knots[above].0 < x {
            return knots[above].1;
        }
        let (a, b) = (knots[above - 1], knots[above]);
        a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0)
    };
    let got: Vec<f64> = grid.iter().map(|x| at(*x)).collect();
    assert!(farthest(&got, &numbers(&v["isotonic"])) < 1e-9, "{}", farthest(&got, &numbers(&v["isotonic"])));
}

#[test]
fn figures_equal_scikit_learn() {
    for v in GOLDEN["figures"].as_array().unwrap() {
        let classes = usize::try_from(v["classes"].as_u64().unwrap()).unwrap();
        let (p, y) = (numbers(&v["p"]), places(&v["y"]));
        let case = |(i, (p, y)): (usize, (&[f64], &usize))| Case {
            subject: i,
            class: *y,
            fold: 0,
            probabilities: p.to_vec(),
            set: vec![true; classes],
            why: Vec::new(),
            windows: 1,
            windows_right: 0,
            windows_log_loss: 0.0,
        };
        let cases: Vec<Case> = p.chunks_exact(classes).zip(&y).enumerate().map(case).collect();
        let cases: Vec<&Case> = cases.iter().collect();
        for id in ["balanced_accuracy", "auc", "log_loss", "brier"] {
            let figure = FIGURES.iter().find(|f| f.id == id).unwrap();
            let (got, want) = ((figure.compute)(&cases, classes).unwrap(), v[id].as_f64().unwrap());
            assert!((got - want).abs() < 1e-9, "{id}, {classes} classes: {got}, expected {want}");
        }
    }
}
