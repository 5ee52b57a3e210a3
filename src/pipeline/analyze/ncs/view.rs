//! What a report shows of nerve conduction: rows of the result file by test and site, and series to be drawn.
//! Series are negative up, in the unit of their rows.

use crate::result::MeasureRow;

/// Everything of a study's nerve conduction, in the order of the study.
#[derive(Debug, Clone, Default)]
pub struct NcsView {
    /// `[[motor]]`.
    pub motor: Vec<ConductionView>,
    /// `[[sensory]]`; mixed studies stand among them.
    pub sensory: Vec<ConductionView>,
    /// Differences between nerves and sides, and indices of several.
    pub comparisons: Vec<MeasureRow>,
    /// `[[f_wave]]`.
    pub f_wave: Vec<SweepsView>,
    /// `[[h_reflex]]`.
    pub h_reflex: Vec<SweepsView>,
    /// `[[repetitive_stimulation]]`.
    pub repetitive: Vec<SweepsView>,
    /// `[[cmap_scan]]`.
    pub scan: Vec<ScanView>,
    /// `[[munix]]`.
    pub munix: Vec<ScanView>,
}

impl NcsView {
    /// Whether the study has none.
    pub fn is_empty(&self) -> bool {
        self.motor.is_empty()
            && self.sensory.is_empty()
            && self.f_wave.is_empty()
            && self.h_reflex.is_empty()
            && self.repetitive.is_empty()
            && self.scan.is_empty()
            && self.munix.is_empty()
    }
}

/// What all tests have.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the keys of the study file")]
pub struct Test {
    pub nerve: String,
    pub side: String,
    /// Muscle or recording site.
    pub recording: String,
    pub skin_temperature_c: Option<f64>,
    /// Amplifier filters, where the file says them.
    pub filters: Option<String>,
}

/// A motor, sensory or mixed study.
#[derive(Debug, Clone, Default)]
pub struct ConductionView {
    /// Nerve, side, recording.
    pub test: Test,
    /// A mixed nerve study.
    pub mixed: bool,
    /// Stimulation sites, distal first.
    pub sites: Vec<SiteView>,
    /// Pieces of nerve between neighbouring sites.
    pub segments: Vec<SegmentView>,
    /// Rows of the nerve as a whole: residual latency, terminal latency index.
    pub rows: Vec<MeasureRow>,
}

/// One stimulation site.
#[derive(Debug, Clone, Default)]
pub struct SiteView {
    /// As in the study file.
    pub site: String,
    /// To the electrode or the previous site.
    pub distance_mm: Option<f64>,
    /// Its measures.
    pub rows: Vec<MeasureRow>,
    /// What was measured.
    pub trace: Option<TraceView>,
    /// How sweeps were found, averaged, left out; why nothing was measured.
    pub notes: Vec<String>,
}

/// A piece of nerve.
#[derive(Debug, Clone, Default)]
pub struct SegmentView {
    /// `<distal site>-<proximal site>`.
    pub segment: String,
    /// Its length.
    pub distance_mm: Option<f64>,
    /// Velocity, block, dispersion, drop of velocity.
    pub rows: Vec<MeasureRow>,
}

/// A trace with its markers.
#[derive(Debug, Clone, Default)]
pub struct TraceView {
    /// `mV` or `uV`.
    pub unit: &'static str,
    /// ms from the stimulus and value, less offset and artefact.
    pub points: Vec<(f64, f64)>,
    /// Markers at the numbers of the rows.
    pub markers: Vec<MarkerView>,
}

/// A marker on a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkerView {
    /// `onset`, `peak`, `end`, `F`, `H`, `M`, …
    pub name: &'static str,
    /// From the stimulus.
    pub at_ms: f64,
    /// In the trace's unit.
    pub value: f64,
    /// Set by hand.
    pub manual: bool,
}

/// Late responses, or a train: sweeps one under the other.
#[derive(Debug, Clone, Default)]
pub struct SweepsView {
    /// Nerve, side, muscle.
    pub test: Test,
    /// Stimulation site.
    pub site: String,
    /// When it was recorded: `rest`, `60 s after 10 s of exercise`; empty where it does not matter.
    pub condition: String,
    /// Measures.
    pub rows: Vec<MeasureRow>,
    /// Each sweep.
    pub sweeps: Vec<TraceView>,
    /// What each sweep shows, in a word: `F`, `repeater 1`, `A wave`, `–`, or why it is left out.
    pub labels: Vec<String>,
    /// Curves beside the sweeps: name, unit of the horizontal axis, points (x, y in the rows' unit).
    pub curves: Vec<CurveView>,
    /// Number of sweeps.
    pub stimuli: usize,
    /// How sweeps were found; why nothing was measured.
    pub notes: Vec<String>,
}

/// A curve.
#[derive(Debug, Clone, Default)]
pub struct CurveView {
    /// What it is: `M`, `H`, `amplitude`, `area`.
    pub name: String,
    /// Horizontal axis.
    pub x_unit: String,
    /// Vertical axis.
    pub y_unit: String,
    /// Points.
    pub points: Vec<(f64, f64)>,
}

/// A CMAP scan or MUNIX.
#[derive(Debug, Clone, Default)]
pub struct ScanView {
    /// Nerve, side, muscle.
    pub test: Test,
    /// Measures.
    pub rows: Vec<MeasureRow>,
    /// The scan (mA, mV), or area against ICMUC with its regression.
    pub curves: Vec<CurveView>,
    /// The largest steps of a scan's sorted responses, largest first, µV.
    pub largest_steps_uv: Vec<f64>,
    /// What makes it doubtful; why nothing was measured.
    pub notes: Vec<String>,
}
