//! The table in memory: windows of subjects.

use crate::classify::learn::{Cases, FeatureRef, Rows};

/// A property of the recordings that no feature should need: what a format or a set-up gives away.
#[derive(Debug, Clone, PartialEq)]
pub struct FormatColumn {
    /// In words.
    pub name: String,
    /// One value a subject.
    pub of_subject: Vec<String>,
}

/// Windows, their subjects, and the subjects' classes.
#[derive(Debug, Clone, Default)]
pub struct Data {
    /// File name of the table.
    pub table: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Columns that are learned from.
    pub features: Vec<FeatureRef>,
    /// Windows × features, subject after subject; missing cells are NaN (inside the program only).
    pub values: Vec<f64>,
    /// First window of each subject, and the number of windows at the end.
    pub starts: Vec<usize>,
    /// Names, in order of appearance.
    pub subjects: Vec<String>,
    /// Class of each subject.
    pub class_of: Vec<usize>,
    /// Class names, sorted.
    pub classes: Vec<String>,
    /// What was seen of formats.
    pub formats: Vec<FormatColumn>,
    /// Ids of the quality checks that warned, for each window, as they stand in the table; empty without that column.
    pub quality: Vec<String>,
    /// File, channel and start of each window as text, for the table of windows.
    pub places: Vec<String>,
    /// Commonest window and step, ms, to a tenth; where the table has times.
    pub window_ms: Option<f64>,
    /// The same from one window's start to the next.
    pub step_ms: Option<f64>,
    /// What was filled or left out while reading.
    pub notes: Vec<String>,
}

impl Data {
    /// Columns a row.
    pub fn width(&self) -> usize {
        self.features.len()
    }
    /// Number of windows.
    pub fn windows(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }
    /// The windows of a subject.
    pub fn windows_of(&self, subject: usize) -> std::ops::Range<usize> {
        self.starts[subject]..self.starts[subject + 1]
    }
    /// The rows of a subject.
    pub fn rows_of(&self, subject: usize) -> Rows<'_> {
        let windows = self.windows_of(subject);
        Rows {
            values: &self.values[windows.start * self.width()..windows.end * self.width()],
            width: self.width(),
        }
    }
    /// Subjects of each class.
    pub fn per_class(&self) -> Vec<usize> {
        (0..self.classes.len()).map(|k| self.class_of.iter().filter(|c| **c == k).count()).collect()
    }
    /// The windows of some subjects with given classes.
    pub fn subset(&self, subjects: &[usize], class_of: &[usize]) -> Subset {
        let mut out = Subset { width: self.width(), classes: self.classes.len(), ..Subset::default() };
        for (place, &s) in subjects.iter().enumerate() {
            let rows = self.rows_of(s);
            out.values.extend_from_slice(rows.values);
            out.class.extend(std::iter::repeat_n(class_of[s], rows.len()));
            out.subject.extend(std::iter::repeat_n(place, rows.len()));
        }
        out
    }
    /// At most `most` windows of each subject, evenly over all, and only some features.
    pub fn thinned(&self, most: usize, columns: &[usize]) -> Data {
        let mut out = Data {
            values: Vec::new(),
            starts: vec![0],
            quality: Vec::new(),
            places: Vec::new(),
            ..self.clone()
        };
        out.features = columns.iter().map(|c| self.features[*c].clone()).collect();
        for s in 0..self.subjects.len() {
            let rows = self.rows_of(s);
            let n = rows.len().min(most);
            for i in 0..n {
                let row = rows.row(i * rows.len() / n);
                out.values.extend(columns.iter().map(|c| row[*c]));
            }
            out.starts.push(out.starts[s] + n);
        }
        out
    }
}

/// Windows of some subjects, gathered.
#[derive(Debug, Clone, Default)]
pub struct Subset {
    /// Row after row; missing cells are NaN.
    pub values: Vec<f64>,
    width: usize,
    classes: usize,
    /// Class of each window.
    pub class: Vec<usize>,
    /// Place of each window's subject in the list that was asked for.
    pub subject: Vec<usize>,
}

impl Subset {
    /// What a learner takes, with `values` in the place of the subset's own.
    pub fn cases<'a>(&'a self, values: &'a [f64]) -> Cases<'a> {
        let rows = Rows { values, width: self.width };
        Cases { rows, class: &self.class, subject: &self.subject, classes: self.classes }
    }
}
