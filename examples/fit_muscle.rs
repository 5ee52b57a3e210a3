//! Fits the weights of `data/reference/muscle_model.csv` on simulated muscles and scores them.
//!
//! `cargo run --release --example fit_muscle -- FIT_DIR... [--check CHECK_DIR...]`, each a folder that holds studies with
//! `truth.json` (one folder a study), as `simulate needle --count` writes them. Everything is measured from the recordings;
//! only the class is taken from the truth. Prints each weight and the scores of both sets.

use myotome::classify::muscle::calibrate::{Case, fit, probabilities, score};
use myotome::classify::muscle::model::{Class, MODEL};
use myotome::classify::muscle::{Muscle, Site, features};
use myotome::format::ReadOptions;
use myotome::needle::decompose::DecomposeOptions;
use myotome::needle::interference::{InterferenceOptions, Pattern};
use myotome::needle::muap::{self, Muap};
use myotome::needle::spontaneous::{Spontaneous, SpontaneousOptions};
use myotome::needle::train::Train;
use myotome::trace::Trace;
use myotome::truth::{FILE_NAME, RecordingTruth, Truth};
use myotome::units::Hertz;
use std::error::Error;
use std::path::{Path, PathBuf};

/// One recording, measured.
struct Measured {
    truth: RecordingTruth,
    sampling_frequency: Hertz,
    trains: Vec<Train>,
    muaps: Vec<Result<Muap, &'static str>>,
    patterns: Vec<Pattern>,
    spontaneous: Option<Spontaneous>,
}

fn measure(folder: &Path, truth: &RecordingTruth) -> Result<Measured, Box<dyn Error>> {
    let recording = myotome::format::read(&folder.join(&truth.file), &ReadOptions::default())?;
    let channel = recording.channels.first().ok_or("no channel")?;
    let (samples, fs) = (channel.si(), channel.sampling_frequency);
    let trace = Trace::new(&samples, fs)?;
    let mut out = Measured {
        truth: truth.clone(),
        sampling_frequency: fs,
        trains: Vec::new(),
        muaps: Vec::new(),
        patterns: Vec::new(),
        spontaneous: None,
    };
    if truth.level == "rest" {
        out.spontaneous = Some(SpontaneousOptions { at_rest: true }.design(fs)?.apply(trace));
        return Ok(out);
    }
    out.patterns = InterferenceOptions::default().design(fs)?.apply(trace);
    // Trains of full effort are not used.
    if truth.level != "maximal" {
        out.trains = DecomposeOptions::default().design(fs)?.apply(trace).trains;
        out.muaps = muap::measure(trace, &out.trains);
    }
    Ok(out)
}

/// A study's case; `None` for a class that is not one of the three.
fn case(folder: &Path) -> Result<Option<Case>, Box<dyn Error>> {
    let truth: Truth = serde_json::from_slice(&std::fs::read(folder.join(FILE_NAME))?)?;
    let Some(class) = Class::ALL.into_iter().find(|c| c.id() == truth.class) else { return Ok(None) };
    let measured = truth.recordings.iter().map(|r| measure(folder, r)).collect::<Result<Vec<_>, _>>()?;
    let sites: Vec<Site<'_>> = measured
        .iter()
        .map(|m| Site {
            file: &m.truth.file,
            level: Some(&m.truth.level),
            sampling_frequency: m.sampling_frequency,
            duration_s: m.truth.duration_s,
            active_share: 1.0,
            trains: &m.trains,
            muaps: &m.muaps,
            patterns: &m.patterns,
            spontaneous: m.spontaneous.as_ref(),
            refusals: &[],
        })
        .collect();
    let muscle = Muscle { id: Some(&truth.muscle), age_years: None, sites: &sites };
    Ok(Some(Case { class, features: features(&muscle) }))
}

fn cases(folders: &[String]) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut studies: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let inside = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        studies.extend(inside.into_iter().map(|e| e.path()).filter(|p| p.join(FILE_NAME).is_file()));
    }
    studies.sort();
    let mut out = Vec::new();
    for study in &studies {
        out.extend(case(study)?);
    }
    Ok(out)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut sets = arguments.split(|a| a == "--check");
    let fitted = cases(sets.next().unwrap_or_default())?;
    let check = cases(sets.next().unwrap_or_default())?;
    let weights = fit(&MODEL, &fitted);
    for (row, weight) in MODEL.iter().zip(&weights) {
        println!("{},{weight:.3}", row.feature);
    }
    let shipped: Vec<f64> = MODEL.iter().map(|r| r.weight).collect();
    for (name, set) in [("fitted", &fitted), ("check", &check)] {
        for (which, weights) in [("these weights", &weights), ("shipped weights", &shipped)] {
            let judged: Vec<_> =
                set.iter().map(|c| (c.class, probabilities(&MODEL, weights, &c.features))).collect();
            println!("{name} set, {which}: {} muscles, {:?}", set.len(), score(&judged));
        }
    }
    Ok(())
}
