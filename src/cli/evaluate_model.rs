//! `myotome evaluate model`.

use super::exit::{Outcome, print, printable, tell};
use super::recipe::Steps;
use clap::{Args, ValueEnum};
use myotome::classify::learn::calibrate::Method;
use myotome::classify::learn::{LEARNERS, file, learner};
use myotome::evaluate::Style;
use myotome::evaluate::model::{self, Columns, Data, Evaluation, Folds, Options, Verdict};
use myotome::pipeline::recipe::Recipe;
use myotome::{Error, Result, output, plot};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// How probabilities are calibrated.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum CalibrationArg {
    /// Platt's for two classes and fewer than 50 training subjects, else temperature
    Auto,
    None,
    Temperature,
    /// Two classes only
    Platt,
    /// From 50 training subjects on
    Isotonic,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateModel {
    /// Feature table, .csv or .parquet
    table: PathBuf,
    /// Column with the class, one a subject
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// Column with the person; windows of one person are never on two sides of a split
    #[arg(long, value_name = "COLUMN")]
    subject: String,
    /// A CSV file with the columns file, subject and label, when the table has only file
    #[arg(long, value_name = "FILE")]
    subjects: Option<PathBuf>,
    /// Features to learn from: ids or columns; every feature of this program that the table has when not given
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    features: Vec<String>,
    /// Features to leave out
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    exclude: Vec<String>,
    /// What learns: logistic, lda or forest
    #[arg(long, default_value = LEARNERS[0].id, value_name = "ID")]
    model: String,
    /// Parts that the subjects are split into, or leave-one-out
    #[arg(long, default_value = "5", value_parser = folds, value_name = "N")]
    folds: Folds,
    /// Seed of every random number
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Trees of a forest
    #[arg(long, default_value_t = 200, value_name = "N")]
    trees: usize,
    /// How probabilities are calibrated
    #[arg(long, value_enum, default_value = "auto")]
    calibration: CalibrationArg,
    /// Share of subjects whose class the set of possible classes may miss; more than one class in it is indeterminate
    #[arg(long, default_value_t = 0.1, value_name = "SHARE")]
    miss: f64,
    /// Abstain as well where no class is at least this probable
    #[arg(long, default_value_t = 0.0, value_name = "P")]
    least_probability: f64,
    /// Times that labels are shuffled by subject
    #[arg(long, default_value_t = 100, value_name = "N")]
    permutations: usize,
    /// Times that each feature of a held-out subject is replaced by another subject's; 0 for no importance
    #[arg(long, default_value_t = 3, value_name = "N")]
    importance: usize,
    /// Train on all subjects and write the model, for `myotome analyze --model`. State the table's recipe with the
    /// options below
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Write evaluation.json, evaluation.md, subjects.csv, windows.csv and pictures into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Threads; all cores when not given. The results do not depend on it
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// No notes on standard error
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    steps: Steps,
}

fn folds(text: &str) -> std::result::Result<Folds, String> {
    match text {
        "leave-one-out" | "leave-one-subject-out" | "loso" => Ok(Folds::LeaveOneOut),
        _ => text
            .parse()
            .map(Folds::Parts)
            .map_err(|_| format!("`{text}`; a number or leave-one-out is needed")),
    }
}

pub(super) fn run(args: &EvaluateModel) -> Result<Outcome> {
    if let Some(jobs) = args.jobs {
        if jobs == 0 {
            return Err(Error::option("--jobs", "0; at least 1 is needed"));
        }
        // Only fails when the pool exists already, which nothing makes before this.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
    }
    let options = Options {
        learner: learner(&args.model)?,
        folds: args.folds,
        seed: args.seed,
        trees: args.trees,
        calibration: match args.calibration {
            CalibrationArg::Auto => Method::Auto,
            CalibrationArg::None => Method::None,
            CalibrationArg::Temperature => Method::Temperature,
            CalibrationArg::Platt => Method::Platt,
            CalibrationArg::Isotonic => Method::Isotonic,
        },
        miss: args.miss,
        least_probability: args.least_probability,
        permutations: args.permutations,
        importance: args.importance,
    };
    let recipe = args.steps.recipe()?;
    recipe.check()?;
    let columns = Columns {
        label: args.label.clone(),
        subject: args.subject.clone(),
        features: args.features.clone(),
        exclude: args.exclude.clone(),
        subjects: args.subjects.clone(),
    };
    let data = model::read(&args.table, &columns)?;
    if args.save.is_some() {
        same_windows(&recipe, &data)?;
    }
    let evaluation = model::evaluate(data, options)?;
    // The tables have them.
    if args.json && !args.quiet {
        evaluation.data.notes.iter().chain(&evaluation.crossed.notes).for_each(|n| tell(n));
    }
    if let Some(folder) = &args.out {
        write(&evaluation, folder)?;
    }
    if let Some(path) = &args.save {
        save(&evaluation, recipe, path, args.quiet)?;
    }
    if args.json {
        let text = serde_json::to_string(&model::to_json(&evaluation));
        print(&(text.map_err(|e| Error::Signal(format!("JSON: {e}")))? + "\n"))?;
    } else {
        print(&printable(&text(&evaluation, Style::Text)))?;
    }
    Ok(Outcome { done: 1, ..Outcome::default() })
}

/// A model that is used on other windows than it was trained on says nothing.
fn same_windows(recipe: &Recipe, data: &Data) -> Result<()> {
    for (name, stated, seen) in
        [("--window", recipe.window_ms, data.window_ms), ("--step", recipe.step_ms, data.step_ms)]
    {
        let Some(seen) = seen else { continue };
        if (seen - stated).abs() > 0.02 * stated {
            let why = format!(
                "the table was made with {seen} ms, and {stated} ms is stated; state the table's own recipe (--recipe, or \
                 the options that `myotome features` was given)"
            );
            return Err(Error::option(name, why));
        }
    }
    Ok(())
}

fn save(evaluation: &Evaluation, mut recipe: Recipe, path: &Path, quiet: bool) -> Result<()> {
    recipe.select = evaluation.data.features.iter().map(|f| f.id.clone()).collect();
    recipe.exclude.clear();
    let recipe = serde_json::to_value(&recipe).map_err(|e| Error::Signal(format!("recipe: {e}")))?;
    let made = evaluation.model_file(recipe)?;
    file::save(&made, path)?;
    if !quiet {
        tell(&format!(
            "model written: {}; window and step are those of the table, its filters are as stated",
            path.display()
        ));
    }
    Ok(())
}

fn text(e: &Evaluation, style: Style) -> String {
    let raised: Vec<&str> =
        e.alarms.iter().filter(|a| a.1.verdict == Verdict::Alarm).map(|a| a.0.id).collect();
    let data = &e.data;
    let mut out = format!(
        "{}: {} by {} features, {} subjects, {} windows\nSplit by subject, {}; tuning, calibration and scaling inside the training subjects.\n",
        data.table,
        e.options.learner.name,
        data.width(),
        data.subjects.len(),
        data.windows(),
        match e.options.folds {
            Folds::Parts(k) => format!("{k} folds"),
            Folds::LeaveOneOut => "each held out by itself".to_owned(),
        },
    );
    for note in data.notes.iter().chain(&e.crossed.notes) {
        let _ = writeln!(out, "Note: {note}.");
    }
    if !raised.is_empty() {
        let _ = writeln!(
            out,
            "LEAK ALARMS: {}. The figures must not be believed until each is explained.",
            raised.join(", ").replace('_', " ")
        );
    }
    out.push('\n');
    out.extend(model::tables(e).iter().map(|t| t.render(style)));
    out + "A statistical model of this table. Not a medical device; not for diagnosis or treatment decisions.\n"
}

fn write(e: &Evaluation, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    let json =
        serde_json::to_string_pretty(&model::to_json(e)).map_err(|e| Error::Signal(format!("JSON: {e}")))?;
    let mut files = vec![
        ("evaluation.json", json + "\n"),
        ("evaluation.md", format!("# {}\n\n{}", e.data.table, text(e, Style::Markdown))),
        ("subjects.csv", model::subjects_csv(e)),
        ("windows.csv", model::windows_csv(e)),
    ];
    let all: Vec<&model::Case> = e.crossed.cases.iter().collect();
    let bins = model::reliability(&all, e.data.classes.len()).unwrap_or_default();
    let bins: Vec<(f64, f64)> = bins.iter().map(|b| (b.confidence, b.right)).collect();
    let curve: Vec<(f64, f64)> = model::coverage_curve(&all).iter().map(|c| (c.0, c.2)).collect();
    files.extend(plot::reliability(&bins)?.map(|svg| ("reliability.svg", svg)));
    files.extend(plot::coverage(&curve)?.map(|svg| ("coverage.svg", svg)));
    for (name, text) in files {
        output::write_atomic(&folder.join(name), |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}
