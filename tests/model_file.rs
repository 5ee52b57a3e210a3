//! Model files: what is written is read back, and what is malformed is refused with the place.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod model_support;

use model_support::{Leak, columns, options, table, temporary};
use myotome::classify::learn::file::{load, parse, save};
use myotome::classify::learn::{LEARNERS, Rows};
use myotome::evaluate::model::{Options, evaluate, read};
use myotome::pipeline::analyze::ReadyModel;
use myotome::pipeline::recipe::Recipe;
use serde_json::{Value, json};

/// The text of a model file of a learner.
fn made(learner: usize) -> String {
    let folder = temporary();
    let path = folder.0.join("table.csv");
    std::fs::write(&path, table(Leak::None, 24, 6)).unwrap();
    let data = read(&path, &columns()).unwrap();
    let options =
        Options { learner: &LEARNERS[learner], trees: 5, permutations: 0, importance: 0, ..options() };
    let mut recipe = Recipe { window_ms: 200.0, bandpass_hz: Some((20.0, 450.0)), ..Recipe::default() };
    recipe.select = data.features.iter().map(|f| f.id.clone()).collect();
    let file = evaluate(data, options).unwrap().model_file(serde_json::to_value(recipe).unwrap()).unwrap();
    let path = folder.0.join("model.json");
    save(&file, &path).unwrap();
    let loaded = load(&path).unwrap();
    assert_eq!(loaded.file, file, "every number reads back to itself");
    ReadyModel::new(loaded).unwrap();
    std::fs::read_to_string(&path).unwrap()
}

/// The same with one change.
fn changed(text: &str, change: impl Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(text).unwrap();
    change(&mut value);
    value.to_string()
}

#[test]
fn what_does_not_fit_together_is_refused_with_its_place() {
    let [linear, forest] = [made(0), made(2)];
    let cases: Vec<(&str, String, &str)> = vec![
        ("another schema", changed(&linear, |v| v["schema"] = json!("myotome.model/9")), "myotome.model/1"),
        ("no schema", "{}".into(), "schema"),
        ("no JSON", "model".into(), "line"),
        ("a field too many", changed(&linear, |v| v["more"] = json!(1)), "more"),
        ("a huge number", linear.replacen("\"median\":[", "\"median\":[1e999,", 1), "line"),
        (
            "a weight too few",
            changed(&linear, |v| pop(&mut v["model"]["fitted"]["linear"]["weight"])),
            "weights",
        ),
        ("a feature too few", changed(&linear, |v| pop(&mut v["model"]["features"])), "needed"),
        ("one class", changed(&linear, |v| v["model"]["classes"] = json!(["a"])), "classes"),
        ("a class twice", changed(&linear, |v| v["model"]["classes"] = json!(["a", "a"])), "twice"),
        (
            "subjects of too few classes",
            changed(&linear, |v| v["training"]["subjects_per_class"] = json!([3])),
            "subjects",
        ),
        ("an unknown feature", changed(&linear, |v| v["model"]["features"][0]["id"] = json!("none")), "none"),
        ("another unit", changed(&linear, |v| v["model"]["features"][0]["unit"] = json!("mV")), "mV"),
        (
            "a negative spread",
            changed(&linear, |v| v["model"]["preparation"]["sd"][0] = json!(-1.0)),
            "preparation",
        ),
        (
            "a range that falls",
            changed(&linear, |v| v["model"]["preparation"]["range"][0] = json!([2.0, 1.0])),
            "preparation",
        ),
        ("an error of 0", changed(&linear, |v| v["model"]["conformal"]["miss"] = json!(0.0)), "conformal"),
        (
            "a temperature of 0",
            changed(&linear, |v| {
                v["model"]["calibration"] = json!({"method": "temperature", "temperature": 0.0})
            }),
            "calibration",
        ),
        (
            "a walk that goes round",
            changed(&forest, |v| v["model"]["fitted"]["forest"]["trees"][0]["left"][0] = json!(0)),
            "node 0",
        ),
        (
            "a node that is not there",
            changed(&forest, |v| {
                v["model"]["fitted"]["forest"]["trees"][1]["right"][0] = json!(4_000_000_000_u32)
            }),
            "tree 1",
        ),
        (
            "a leaf that is not there",
            changed(&forest, |v| v["model"]["fitted"]["forest"]["trees"][0]["leaves"] = json!([])),
            "leaf",
        ),
        (
            "a feature that is not there",
            changed(&forest, |v| v["model"]["fitted"]["forest"]["trees"][0]["feature"][0] = json!(99)),
            "feature 99",
        ),
        (
            "a negative feature",
            changed(&forest, |v| v["model"]["fitted"]["forest"]["trees"][0]["feature"][0] = json!(-2)),
            "feature -2",
        ),
        (
            "shares above 1",
            changed(&forest, |v| v["model"]["fitted"]["forest"]["trees"][0]["leaves"][0] = json!(7.0)),
            "sum",
        ),
        ("no tree", changed(&forest, |v| v["model"]["fitted"]["forest"]["trees"] = json!([])), "trees"),
        (
            "columns of two lengths",
            changed(&forest, |v| pop(&mut v["model"]["fitted"]["forest"]["trees"][0]["threshold"])),
            "length",
        ),
        (
            "classes of the forest",
            changed(&forest, |v| v["model"]["fitted"]["forest"]["classes"] = json!(0)),
            "classes",
        ),
    ];
    for (what, text, said) in cases {
        let error = parse(text.as_bytes()).expect_err(what).to_string();
        assert!(error.contains(said), "{what}: {error}");
    }
    let deep = format!("{{\"schema\":{}", "[".repeat(100_000));
    assert!(parse(deep.as_bytes()).is_err());
}

fn pop(list: &mut Value) {
    list.as_array_mut().unwrap().pop();
}

#[test]
fn cut_and_flipped_files_are_refused_or_work_but_never_panic() {
    for learner in 0..LEARNERS.len() {
        let whole = made(learner).into_bytes();
        for end in (0..whole.len() - 2).step_by(whole.len() / 300 + 1) {
            assert!(parse(&whole[..end]).is_err(), "cut at {end}");
        }
        let mut read = 0;
        for i in (0..whole.len()).step_by(whole.len() / 2500 + 1) {
            let mut flipped = whole.clone();
            flipped[i] ^= 1 << (i % 7);
            if let Ok(file) = parse(&flipped) {
                let width = file.model.features.len();
                let values: Vec<f64> = (0..3 * width).map(|k| k as f64 * 7.5 - 10.0).collect();
                let said = file.model.predict(Rows { values: &values, width }).unwrap();
                assert!(said.probabilities.iter().all(|p| p.is_finite()), "flipped at {i}");
                read += 1;
            }
        }
        assert!(read > 0, "some flips leave a usable model: a digit for another");
    }
}

#[test]
fn recordings_that_are_none_of_the_kind_are_not_answered() {
    let file = parse(made(0).as_bytes()).unwrap();
    let model = &file.model;
    let width = model.features.len();
    let usual: Vec<f64> = model.preparation.median.clone();
    let mut far = usual.clone();
    far[0] = model.preparation.range[0].1 + 10.0;
    let said = model.predict(Rows { values: &far, width }).unwrap();
    assert!(
        said.told().is_none() && said.why.iter().any(|w| w.contains("outside") && w.contains("mav_uv")),
        "{said:?}"
    );
    let mut gap = usual.clone();
    gap[2] = f64::NAN;
    let said = model.predict(Rows { values: &gap, width }).unwrap();
    assert!(
        said.told().is_none() && said.why.iter().any(|w| w.contains("not measured") && w.contains("zc")),
        "{said:?}"
    );
    assert_eq!(model.predict(Rows { values: &[], width }), None);
    let open = model.predict(Rows { values: &usual, width }).unwrap();
    assert!(!open.why.iter().any(|w| w.contains("outside") || w.contains("not measured")), "{open:?}");
}
