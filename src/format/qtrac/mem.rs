//! What a `.MEM` file holds.

use crate::measure::Finding;
use crate::recording::Subject;

/// One test: a CMAP scan or a nerve excitability test.
///
/// The file's own path, the operator and the comments are not kept: they may name people.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mem {
    /// `Name:`, the laboratory's code of the person. It may be a name: never print it.
    pub name: Option<String>,
    /// `Protocol:`, for instance `MSCAN-R2`, `TRONDNF`.
    pub protocol: Option<String>,
    /// `Date:` as local date `2020-01-28`; two-digit years are those from 1970 to 2069.
    pub date: Option<String>,
    /// `Start time:` as written.
    pub time: Option<String>,
    /// Age and sex.
    pub subject: Subject,
    /// `Temperature:` of the skin, °C.
    pub temperature_c: Option<f64>,
    /// `S/R sites:`, stimulated nerve and recorded muscle, as written (`Median Wr-APB`, or `APB` alone).
    pub sites: Option<String>,
    /// `NC/disease:`, `NC` for a normal control.
    pub condition: Option<String>,
    /// Tables in file order.
    pub tables: Vec<Table>,
    /// `Max CMAP`, one for each stimulus width stated.
    pub max_cmap: Vec<MaxCmap>,
    /// `Scanpts:`, four row numbers of the scan's table, counted from 1: end of the stimuli at the greatest
    /// strength, start of the scan less one, end of the scan, end of the stimuli after it. Sorted and within
    /// the table.
    pub scan_points: Option<[usize; 4]>,
    /// Derived variables by the program's number.
    pub derived: Vec<Derived>,
    /// Extra variables by name with their unit in brackets, as written (`MScPeak(mV)`), in file order.
    pub extra: Vec<(String, f64)>,
    /// Units of the program's own fit of a scan (`!MScan Model`).
    pub model: Vec<ModelUnit>,
    /// What had to be mended, left out or doubted.
    pub findings: Vec<Finding>,
}

/// A table of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Code of its rows: `MS` scan, `SR` stimulus-response, `QT` charge-duration, `TE1`… threshold
    /// electrotonus, `RC1`… recovery cycle, `IV1`… current-threshold relation.
    pub code: String,
    /// Heading above it, without the times in brackets; several tables may share one.
    pub heading: String,
    /// Names of the columns with their units, as written; empty where the file has none or another number.
    pub columns: Vec<String>,
    /// Numbers a row.
    pub width: usize,
    /// Row by row.
    pub values: Vec<f64>,
}

impl Table {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.width.max(1)
    }
    /// Row `i`.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.width..(i + 1) * self.width]
    }
    /// Column `i`, top to bottom; empty where there is none.
    pub fn column(&self, i: usize) -> Vec<f64> {
        if i >= self.width {
            return Vec::new();
        }
        self.values.iter().skip(i).step_by(self.width).copied().collect()
    }
}

/// A largest response, with the width of the stimuli that made it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaxCmap {
    /// Width of the stimuli, s.
    pub stimulus_width_s: f64,
    /// Amplitude, V.
    pub amplitude_v: f64,
}

/// A derived variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// The program's number.
    pub number: u32,
    /// In the unit that the text says.
    pub value: f64,
    /// What it is, as written.
    pub text: String,
}

/// One unit of the program's own model of a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelUnit {
    /// Mean threshold, A.
    pub threshold_a: f64,
    /// Size, share of the greatest response.
    pub size: f64,
    /// Relative spread: standard deviation of the threshold over its mean.
    pub relative_spread: f64,
}

impl Mem {
    /// The table of this code.
    pub fn table(&self, code: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.code.eq_ignore_ascii_case(code))
    }
    /// The scan's table: stimulus and amplitude of each response, in the order of recording.
    pub fn scan(&self) -> Option<&Table> {
        self.table("MS").filter(|t| t.width >= 2)
    }
    /// An extra variable by its name without unit, whatever the case (`MScPeak` finds `MScPeak(mV)`); of
    /// several the first.
    pub fn extra(&self, name: &str) -> Option<f64> {
        let bare = |n: &str| n.split('(').next().unwrap_or("").trim().eq_ignore_ascii_case(name);
        self.extra
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .or_else(|| self.extra.iter().find(|(n, _)| bare(n)))
            .map(|(_, v)| *v)
    }
    /// A derived variable by its number.
    pub fn derived(&self, number: u32) -> Option<f64> {
        self.derived.iter().find(|d| d.number == number).map(|d| d.value)
    }
}
