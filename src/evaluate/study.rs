//! One simulated study: its truth, what was found, and the scores of its recordings.

use super::found::{Found, FoundRecording, file_name};
use super::spontaneous::{self, SpontaneousScore};
use super::unit::{self, TrainScore, UnitScore};
use crate::error::At;
use crate::truth::{FILE_NAME, RecordingTruth, SCHEMA, Truth};
use crate::{Error, Result, study};
use std::path::{Path, PathBuf};

/// The classes of a muscle that are told apart, in the order of the result file's probabilities.
pub const CLASSES: [&str; 3] = ["normal", "neurogenic", "myopathic"];

/// The scores of one study.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyScore {
    /// The folder's name.
    pub name: String,
    /// True class: one of [`CLASSES`] or `neuromuscular_junction`.
    pub class: String,
    /// True state.
    pub state: String,
    /// 0 to 1.
    pub severity: f64,
    /// The impression found.
    pub impression: String,
    /// Of [`CLASSES`].
    pub probabilities: Option<[f64; 3]>,
    /// In the order of the truth.
    pub recordings: Vec<RecordingScore>,
}

impl StudyScore {
    /// Whether the muscle was contracted in a recording: its class cannot be asked for otherwise.
    pub fn is_of_a_muscle(&self) -> bool {
        self.recordings.iter().any(|r| r.level != "rest")
    }
    /// Place of the true class among [`CLASSES`]; `None` for another one.
    pub fn true_class(&self) -> Option<usize> {
        CLASSES.iter().position(|c| *c == self.class)
    }
    /// Place of the impression among [`CLASSES`]; `None` when it abstains.
    pub fn found_class(&self) -> Option<usize> {
        CLASSES.iter().position(|c| *c == self.impression)
    }
}

/// The scores of one recording.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingScore {
    /// As in the truth.
    pub file: String,
    /// `rest`, `slight`, `moderate` or `maximal`.
    pub level: String,
    /// Whether the report speaks of it at all.
    pub reported: bool,
    /// True units, in their order.
    pub units: Vec<UnitScore>,
    /// Found trains, in their order.
    pub trains: Vec<TrainScore>,
    /// Spontaneous activity.
    pub spontaneous: SpontaneousScore,
}

/// Reads the truth of the study in `folder`.
pub fn read_truth(folder: &Path) -> Result<Truth> {
    let path = folder.join(FILE_NAME);
    let bytes = std::fs::read(&path).map_err(|e| Error::io(&path, e))?;
    let wrong =
        |what: String| Error::malformed("truth.json", At::File, what).in_file(&path.display().to_string());
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|e| wrong(e.to_string()))?;
    let schema = value.get("schema").and_then(serde_json::Value::as_str).unwrap_or("");
    if schema != SCHEMA {
        return Err(wrong(format!("schema `{schema}`; `{SCHEMA}` is read")));
    }
    serde_json::from_value(value).map_err(|e| wrong(e.to_string()))
}

/// Folders of studies with a truth: each of `paths` is one, or holds some, at any depth; in order of name.
pub fn folders(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for path in paths {
        let path = match path.file_name() {
            Some(name) if name == study::FILE_NAME || name == FILE_NAME => path.parent().unwrap_or(path),
            _ => path,
        };
        let before = out.len();
        let walk = walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name();
        for entry in walk {
            let entry = entry.map_err(|e| {
                let at = e.path().unwrap_or(path).to_path_buf();
                Error::io(at, e.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links")))
            })?;
            if entry.file_name() == FILE_NAME
                && let Some(folder) = entry.path().parent()
            {
                out.push(folder.to_path_buf());
            }
        }
        if out.len() == before {
            let why = format!("no folder with {FILE_NAME} in it: `myotome simulate needle` makes them");
            return Err(Error::Signal(why).in_file(&path.display().to_string()));
        }
    }
    Ok(out)
}

/// Scores what was found against the truth.
pub fn score(name: &str, truth: &Truth, found: &Found) -> StudyScore {
    let nothing = FoundRecording::default();
    let recordings = truth.recordings.iter().map(|recording| {
        let own = found_for(recording, found);
        let row = own.unwrap_or(&nothing);
        let (mut units, trains) = unit::score(recording, &row.units);
        if recording.level == "rest" && trains.is_empty() {
            // Voluntary units of a badly relaxed muscle are none of what one looks for at rest.
            units.clear();
        }
        RecordingScore {
            file: recording.file.clone(),
            level: recording.level.clone(),
            reported: own.is_some(),
            units,
            trains,
            spontaneous: spontaneous::score(recording, &row.spontaneous),
        }
    });
    StudyScore {
        name: name.to_owned(),
        class: truth.class.clone(),
        state: truth.state.clone(),
        severity: truth.severity,
        impression: found.impression.clone(),
        probabilities: found.probabilities,
        recordings: recordings.collect(),
    }
}

fn found_for<'a>(truth: &RecordingTruth, found: &'a Found) -> Option<&'a FoundRecording> {
    let name = file_name(&truth.file);
    found.recordings.iter().find(|r| r.file == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("myotome-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn studies_are_found_at_any_depth_and_a_folder_without_any_is_named() {
        let root = folder("evaluate-folders");
        for name in ["b/2", "a", "b/1", "empty"] {
            std::fs::create_dir_all(root.join(name)).unwrap();
            if name != "empty" {
                std::fs::write(root.join(name).join(FILE_NAME), "{}").unwrap();
            }
        }
        let found = folders(std::slice::from_ref(&root)).unwrap();
        let names: Vec<_> = found.iter().map(|f| f.strip_prefix(&root).unwrap().to_path_buf()).collect();
        assert_eq!(names, ["a", "b/1", "b/2"].map(PathBuf::from));
        assert_eq!(folders(&[root.join("a").join(FILE_NAME)]).unwrap(), [root.join("a")]);
        let message = folders(&[root.join("empty")]).unwrap_err().to_string();
        assert!(message.contains("empty") && message.contains(FILE_NAME), "{message}");
        let message = read_truth(&root.join("a")).unwrap_err().to_string();
        assert!(message.contains("truth.json") && message.contains(SCHEMA), "{message}");
        std::fs::remove_dir_all(&root).unwrap();
    }
}
