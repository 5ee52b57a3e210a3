//! `evaluate model`: splits by subject whatever happens, refusals, leak alarms, determinism.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod model_support;

use model_support::{Leak, columns, options, table, temporary};
use myotome::classify::learn::LEARNERS;
use myotome::evaluate::model::{
    self, ALARMS, Case, Data, Evaluation, Evidence, FIGURES, Folds, Options, Shuffled, Verdict, assign,
    cross_validate, evaluate, judge, read, train,
};

fn data(leak: Leak) -> Data {
    let folder = temporary();
    let path = folder.0.join("table.csv");
    std::fs::write(&path, table(leak, 36, 12)).unwrap();
    read(&path, &columns()).unwrap()
}

fn run(leak: Leak) -> Evaluation {
    evaluate(data(leak), options()).unwrap()
}

fn verdict(e: &Evaluation, id: &str) -> Verdict {
    e.alarms.iter().find(|a| a.0.id == id).unwrap_or_else(|| panic!("no alarm {id}")).1.verdict
}

#[test]
fn no_subject_is_on_two_sides_of_any_split_nested_ones_included() {
    // A held-out subject that is changed beyond recognition must leave everything that was trained as it is.
    let mut clean = data(Leak::None);
    let options = Options { permutations: 0, importance: 0, ..options() };
    let fold = assign(&clean.class_of, options.folds, options.seed);
    for learner in LEARNERS {
        let options = Options { learner, trees: 20, ..options.clone() };
        for part in 0..3 {
            let (held, rest): (Vec<usize>, Vec<usize>) = (0..fold.len()).partition(|s| fold[*s] == part);
            assert!(!held.is_empty() && held.len() + rest.len() == clean.subjects.len());
            let before = train(&clean, &rest, &options).unwrap();
            let mut wild = clean.clone();
            for s in &held {
                let windows = wild.windows_of(*s);
                let width = wild.width();
                wild.values[windows.start * width..windows.end * width]
                    .iter_mut()
                    .for_each(|v| *v = 1e6 - 3.0 * *v);
            }
            let after = train(&wild, &rest, &options).unwrap();
            assert_eq!((before.model, before.tuned), (after.model, after.tuned), "{}", learner.id);
        }
    }
    // The other way round: cross-validation gives each subject what a model trained without it gives.
    let crossed = cross_validate(&clean, &options).unwrap();
    let held: Vec<usize> = (0..fold.len()).filter(|s| fold[*s] == 1).collect();
    let rest: Vec<usize> = (0..fold.len()).filter(|s| fold[*s] != 1).collect();
    let trained = train(&clean, &rest, &options).unwrap();
    for s in held {
        let said = trained.model.predict(clean.rows_of(s)).unwrap();
        assert_eq!(said.probabilities, crossed.cases[s].probabilities);
    }
    clean.values.clear();
}

#[test]
fn real_differences_are_learned_and_the_table_without_leak_raises_no_alarm() {
    for learner in LEARNERS {
        let e = evaluate(data(Leak::None), Options { learner, ..options() }).unwrap();
        let balanced = e.figures.iter().find(|v| v.figure.id == "balanced_accuracy").unwrap();
        let (low, high) = balanced.interval.unwrap();
        assert!(balanced.value.unwrap() > 0.65 && low > 0.5 && high <= 1.0, "{}: {balanced:?}", learner.id);
        assert!(e.shuffled.as_ref().unwrap().p() < 0.05, "{}", learner.id);
        for (alarm, judged) in &e.alarms {
            assert_ne!(judged.verdict, Verdict::Alarm, "{} {}: {}", learner.id, alarm.id, judged.seen);
        }
        assert_eq!(e.figures.len(), FIGURES.len());
        assert_eq!(e.crossed.cases.len(), 36);
    }
}

#[test]
fn every_alarm_is_raised_by_a_table_that_has_its_leak() {
    for (leak, id) in [
        (Leak::TooGood, "too_good"),
        (Leak::Amplitude, "amplitude_alone"),
        (Leak::Mains, "noise_alone"),
        (Leak::Duplicates, "duplicate_rows"),
        (Leak::Format, "tied_to_format"),
        (Leak::Length, "tied_to_format"),
        (Leak::Dominant, "dominant_subject"),
        (Leak::Identity, "subject_identity"),
        (Leak::Label, "label_in_a_feature"),
    ] {
        assert_eq!(verdict(&run(leak), id), Verdict::Alarm, "{leak:?}");
    }
}

/// No table can make a sound test learn shuffled labels: what raises this alarm is a test that is not sound.
#[test]
fn a_test_that_learns_shuffled_labels_raises_the_alarm() {
    let (data, options) = (data(Leak::Identity), options());
    let judged = |mean: f64| {
        let spread = |i: usize| mean + 0.01 * ((i % 5) as f64 - 2.0);
        let shuffled = Shuffled { real: 0.9, shuffled: (0..50).map(spread).collect(), chance: 0.5 };
        let evidence = Evidence { data: &data, options: &options, cases: &[], shuffled: Some(&shuffled) };
        judge(&evidence).unwrap().into_iter().find(|a| a.0.id == "shuffled_labels").unwrap().1.verdict
    };
    assert_eq!([judged(0.5), judged(0.55), judged(0.75)], [Verdict::Ok, Verdict::Ok, Verdict::Alarm]);
    // Windows split at random, which the program itself never does, is such a test: windows become subjects that
    // keep the label of their person, while labels are shuffled by person.
    let mut windows = data.clone();
    windows.starts = (0..=data.windows()).collect();
    let person: Vec<usize> =
        (0..data.subjects.len()).flat_map(|s| data.windows_of(s).map(move |_| s)).collect();
    windows.subjects = (0..person.len()).map(|i| i.to_string()).collect();
    // A shuffle of the persons' labels: every second person changes its class.
    windows.class_of = person.iter().map(|s| (data.class_of[*s] + s / 2) % 2).collect();
    let crossed = cross_validate(
        &windows,
        &Options { learner: &LEARNERS[2], trees: 40, importance: 0, ..options.clone() },
    );
    let cases = crossed.unwrap().cases;
    let all: Vec<&Case> = cases.iter().collect();
    let leaked = (FIGURES[0].compute)(&all, 2).unwrap();
    assert_eq!(judged(leaked), Verdict::Alarm, "{leaked}");
}

#[test]
fn alarms_are_rows_with_a_threshold_and_a_source() {
    for (i, a) in ALARMS.iter().enumerate() {
        assert!(!a.what.is_empty() && !a.threshold.is_empty() && !a.source.is_empty(), "{}", a.id);
        assert!(ALARMS[..i].iter().all(|o| o.id != a.id), "{}", a.id);
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    for learner in LEARNERS {
        let options = Options { learner, trees: 30, permutations: 10, importance: 1, ..options() };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let e = evaluate(data(Leak::None), options.clone()).unwrap();
                let file = e.model_file(serde_json::Value::Null).unwrap();
                (
                    model::to_json(&e).to_string(),
                    serde_json::to_string(&file).unwrap(),
                    model::windows_csv(&e),
                )
            })
        };
        assert!(on(1) == on(5), "{}", learner.id);
    }
}

#[test]
fn each_subject_can_be_held_out_by_itself() {
    let options = Options {
        folds: Folds::LeaveOneOut,
        permutations: 0,
        importance: 0,
        learner: &LEARNERS[1],
        ..options()
    };
    let crossed = cross_validate(&data(Leak::None), &options).unwrap();
    assert_eq!(crossed.tuned.len(), 36);
    assert!(crossed.cases.iter().enumerate().all(|(i, c)| c.subject == i && c.fold == i));
}

#[test]
fn sets_hold_the_true_class_about_as_often_as_was_said() {
    let folder = temporary();
    let path = folder.0.join("table.csv");
    std::fs::write(&path, table(Leak::None, 160, 6)).unwrap();
    let data = read(&path, &columns()).unwrap();
    let options = Options { permutations: 0, importance: 0, miss: 0.2, ..options() };
    let crossed = cross_validate(&data, &options).unwrap();
    let held = crossed.cases.iter().filter(|c| c.set[c.class]).count();
    // 160 subjects: 0.8 ± 0.03, and the sets rest on models of fewer subjects.
    assert!((110..=150).contains(&held), "{held} of 160");
    assert!(crossed.calibrations.iter().all(|c| *c == "temperature"), "{:?}", crossed.calibrations);
}

#[test]
fn missing_cells_are_filled_from_the_training_subjects_and_counted() {
    let folder = temporary();
    let path = folder.0.join("table.csv");
    let text = table(Leak::None, 20, 5);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let place = lines[0].split(',').position(|h| h == "zc").unwrap();
    for (i, hole) in [(3, ""), (9, "NaN"), (17, "inf")] {
        let mut cells: Vec<&str> = lines[i].split(',').collect();
        cells[place] = hole;
        lines[i] = cells.join(",");
    }
    std::fs::write(&path, lines.join("\n")).unwrap();
    let data = read(&path, &columns()).unwrap();
    assert!(data.notes[0].starts_with("3 of "), "{:?}", data.notes);
    let e = evaluate(data, Options { permutations: 0, ..options() }).unwrap();
    assert!(e.crossed.cases.iter().flat_map(|c| &c.probabilities).all(|p| p.is_finite()));
}

#[test]
fn replacing_what_matters_costs_more_than_replacing_noise() {
    let e = run(Leak::None);
    let loss = |column: &str| {
        let j = e.data.features.iter().position(|f| f.column == column).unwrap();
        let drops = &e.crossed.importance[j];
        assert_eq!(drops.len(), 36);
        drops.iter().map(|d| d.log_loss).sum::<f64>() / 36.0
    };
    assert!(
        loss("zc") > 0.02 && loss("zc") > 3.0 * loss("kurtosis_excess").abs(),
        "{} {}",
        loss("zc"),
        loss("kurtosis_excess")
    );
}
