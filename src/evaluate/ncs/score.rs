//! One simulated patient: its truth held against what was found.

use super::found::Row;
use crate::truth::ncs::{
    FWaveTruth, HReflexTruth, MotorTruth, RepetitiveTruth, ResponseTruth, ScanTruth, SegmentTruth,
    SensoryTruth, Truth,
};

/// From this noise-free peak over noise on a response that is there must be seen. Ours: the reference text calls a
/// response absent below 4 to 5.
pub const VISIBLE_SNR: f64 = 5.0;
/// A segment that clearly blocks: share of the conducting amplitude, %. Half is the definite criterion of the AANEM 1999
/// for the fall of area.
const BLOCK_FROM: f64 = 50.0;
/// A segment that clearly does not: share put in below, and fall of the noise-free area below, %. Ours.
const NO_BLOCK: (f64, f64) = (5.0, 20.0);
/// Rise of the noise-free duration that clearly is dispersion and clearly is none, %: around 30, in the tibial nerve 100
/// (reference text 4.6).
const DISPERSION: (f64, f64) = (20.0, 40.0);
const TIBIAL_DISPERSION: (f64, f64) = (70.0, 125.0);
/// An A wave must be found from this share of the sweeps on: 8 of 20 (reference text 4.7).
const A_WAVE_SHARE: f64 = 0.4;

/// A number that was found, with its truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// In the report's unit.
    pub truth: f64,
    /// As found.
    pub found: f64,
    /// Half-width of the stated 95 % interval.
    pub uncertainty: Option<f64>,
}

impl Pair {
    /// Found less true.
    pub fn error(&self) -> f64 {
        self.found - self.truth
    }
    /// Whether the stated interval holds the truth; `None` where none is stated.
    pub fn is_covered(&self) -> Option<bool> {
        self.uncertainty.map(|u| self.error().abs() <= u)
    }
}

/// One stimulation site of a motor or sensory study.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it; pairs are there where both have a value")]
pub struct ResponseScore {
    pub sensory: bool,
    pub nerve: String,
    pub site: String,
    /// Of the sweeps' average.
    pub snr: f64,
    pub present: bool,
    /// What was found; `None` where the report does not say.
    pub found_present: Option<bool>,
    pub onset_ms: Option<Pair>,
    pub peak_ms: Option<Pair>,
    /// mV, sensory µV.
    pub amplitude: Option<Pair>,
    pub duration_ms: Option<Pair>,
    /// mV·ms, sensory µV·ms.
    pub area: Option<Pair>,
    /// Of a sensory study, m/s.
    pub velocity: Option<Pair>,
}

/// The piece of nerve between two sites.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SegmentScore {
    pub nerve: String,
    pub segment: String,
    /// m/s, against the true distance.
    pub velocity: Option<Pair>,
    /// Against the distance that the study file states: what measuring the latencies alone leaves.
    pub velocity_as_stated: Option<Pair>,
    /// Signal to noise of the worse of both responses.
    pub snr: f64,
    /// `None` where it is neither clearly there nor clearly not.
    pub block: Option<bool>,
    /// `None`: not assessable, not said, or borderline.
    pub found_block: Option<bool>,
    pub dispersion: Option<bool>,
    pub found_dispersion: Option<bool>,
}

/// F waves of a nerve.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FWaveScore {
    pub nerve: String,
    pub persistence: Option<Pair>,
    pub min_ms: Option<Pair>,
    pub mean_ms: Option<Pair>,
    /// A waves in 8 of 20 sweeps or more.
    pub a_waves: usize,
    pub found_a_waves: Option<f64>,
}

/// An H-reflex series.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct HReflexScore {
    pub present: bool,
    pub found_present: Option<bool>,
    pub latency_ms: Option<Pair>,
    pub ratio_percent: Option<Pair>,
}

/// A train.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TrainScore {
    pub decrement: Option<Pair>,
    pub artefact: bool,
    /// Whether the report takes the train with care; `None` where it does not speak of it.
    pub flagged: Option<bool>,
}

/// The scores of one study.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Score {
    /// The folder's name.
    pub name: String,
    pub state: String,
    pub severity: f64,
    /// What spoils the recordings; everything but `trains` and `plainly_normal` is empty then.
    pub degenerate: Vec<String>,
    pub responses: Vec<ResponseScore>,
    pub segments: Vec<SegmentScore>,
    pub f_waves: Vec<FWaveScore>,
    pub h_reflexes: Vec<HReflexScore>,
    pub trains: Vec<TrainScore>,
    /// Number of units of CMAP scans.
    pub scans: Vec<Option<Pair>>,
    /// MUNIX against the number of units.
    pub munix: Vec<Option<Pair>>,
    /// Of a degenerate study: each row that must not be plainly normal, and whether it is.
    pub plainly_normal: Vec<bool>,
}

/// Holds the rows of a report against the truth.
pub fn score(name: &str, truth: &Truth, rows: &[Row]) -> Score {
    let mut out = Score {
        name: name.to_owned(),
        state: truth.state.clone(),
        severity: truth.severity,
        degenerate: truth.degenerate.clone(),
        responses: Vec::new(),
        segments: Vec::new(),
        f_waves: Vec::new(),
        h_reflexes: Vec::new(),
        trains: truth.repetitive_stimulation.iter().map(|t| train(t, rows)).collect(),
        scans: Vec::new(),
        munix: Vec::new(),
        plainly_normal: Vec::new(),
    };
    if truth.degenerate.is_empty() {
        for motor in &truth.motor {
            out.responses.extend(motor.stimulation.iter().map(|s| of_motor(motor, s, rows)));
            out.segments.extend(motor.segments.iter().enumerate().map(|(i, s)| segment(motor, i, s, rows)));
        }
        out.responses.extend(truth.sensory.iter().flat_map(|s| of_sensory(s, rows)));
        out.f_waves = truth.f_wave.iter().map(|f| f_wave(f, rows)).collect();
        out.h_reflexes = truth.h_reflex.iter().map(|h| h_reflex(h, rows)).collect();
        out.scans = truth.cmap_scan.iter().map(|s| scan(s, rows)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a count of units")]
        let munix = truth.munix.iter().map(|m| {
            let row = find(rows, "munix", "munix", &m.file, None);
            pair(row, (m.units > 0).then_some(m.units as f64))
        });
        out.munix = munix.collect();
    } else {
        out.plainly_normal = spoilt(truth, rows);
    }
    out
}

fn find<'a>(rows: &'a [Row], test: &str, id: &str, file: &str, site: Option<&str>) -> Option<&'a Row> {
    rows.iter().find(|r| {
        r.test == test
            && r.id == id
            && r.file == file
            && site.is_none_or(|s| r.site == s)
            && r.segment.is_empty()
    })
}

fn pair(row: Option<&Row>, truth: Option<f64>) -> Option<Pair> {
    let row = row.filter(|r| r.status == "value")?;
    Some(Pair { truth: truth?, found: row.value?, uncertainty: row.uncertainty })
}

fn present(row: Option<&Row>) -> Option<bool> {
    match row?.status.as_str() {
        "value" => Some(true),
        "absent" => Some(false),
        _ => None,
    }
}

/// A response; `unit` is µV per shown unit.
fn response(
    test: &str,
    nerve: &str,
    (site, file): (&str, &str),
    truth: &ResponseTruth,
    unit: f64,
    rows: &[Row],
) -> ResponseScore {
    let row = |id: &str| find(rows, test, id, file, Some(site));
    let amplitude = row("amplitude_baseline_to_negative_peak");
    ResponseScore {
        sensory: test == "sensory",
        nerve: nerve.to_owned(),
        site: site.to_owned(),
        snr: truth.snr,
        present: truth.present,
        found_present: present(amplitude),
        onset_ms: pair(row("onset_latency"), truth.onset_ms),
        peak_ms: pair(row("peak_latency"), truth.peak_ms),
        amplitude: pair(amplitude, truth.amplitude_uv.map(|a| a / unit)),
        duration_ms: pair(row("negative_peak_duration"), truth.negative_peak_duration_ms),
        area: pair(row("negative_peak_area"), truth.negative_peak_area_uvms.map(|a| a / unit)),
        velocity: None,
    }
}

fn of_motor(motor: &MotorTruth, s: &crate::truth::ncs::StimulationTruth, rows: &[Row]) -> ResponseScore {
    response("motor", &motor.nerve, (&s.site, &s.file), &s.response, 1000.0, rows)
}

fn of_sensory(sensory: &SensoryTruth, rows: &[Row]) -> Vec<ResponseScore> {
    let one = |s: &crate::truth::ncs::StimulationTruth| {
        let place = (s.site.as_str(), s.file.as_str());
        let velocity = find(rows, "sensory", "conduction_velocity", &s.file, Some(&s.site));
        ResponseScore {
            velocity: pair(velocity, sensory.conduction_velocity_m_s),
            ..response("sensory", &sensory.nerve, place, &s.response, 1.0, rows)
        }
    };
    sensory.stimulation.iter().map(one).collect()
}

fn segment(motor: &MotorTruth, i: usize, truth: &SegmentTruth, rows: &[Row]) -> SegmentScore {
    let row = |id: &str| {
        rows.iter().find(|r| {
            r.test == "motor"
                && r.id == id
                && r.nerve == motor.nerve
                && r.side == motor.side
                && r.segment == truth.segment
        })
    };
    let called = |id: &str| match row(id).map(|r| r.verdict.as_str()) {
        Some("abnormal") => Some(true),
        Some("normal") => Some(false),
        _ => None,
    };
    let area = truth.area_fall_percent;
    let block = if truth.block_share_percent >= BLOCK_FROM && area.is_some_and(|a| a > BLOCK_FROM) {
        Some(true)
    } else if truth.block_share_percent < NO_BLOCK.0 && area.is_some_and(|a| a < NO_BLOCK.1) {
        Some(false)
    } else {
        None
    };
    let (low, high) = if motor.nerve == "tibial" { TIBIAL_DISPERSION } else { DISPERSION };
    let dispersion = truth.duration_rise_percent.and_then(|rise| match rise {
        r if r >= high => Some(true),
        r if r <= low => Some(false),
        _ => None,
    });
    let stated = truth.stated_distance_mm.map(|mm| mm / truth.distance_mm);
    let as_stated = truth.conduction_velocity_m_s.zip(stated).map(|(v, share)| v * share);
    SegmentScore {
        nerve: motor.nerve.clone(),
        segment: truth.segment.clone(),
        velocity: pair(row("conduction_velocity"), truth.conduction_velocity_m_s),
        velocity_as_stated: pair(row("conduction_velocity"), as_stated),
        snr: motor.stimulation[i].response.snr.min(motor.stimulation[i + 1].response.snr),
        block,
        found_block: called("conduction_block"),
        dispersion,
        found_dispersion: called("temporal_dispersion"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn f_wave(truth: &FWaveTruth, rows: &[Row]) -> FWaveScore {
    let row = |id: &str| find(rows, "f_wave", id, &truth.file, None);
    let sweeps = truth.latencies_ms.len() as f64;
    let often = truth.a_waves.iter().filter(|a| a.sweeps.len() as f64 >= A_WAVE_SHARE * sweeps);
    let persistence = match row("f_persistence") {
        Some(r) if r.status == "absent" => {
            Some(Pair { truth: truth.persistence_percent, found: 0.0, uncertainty: None })
        }
        other => pair(other, Some(truth.persistence_percent)),
    };
    FWaveScore {
        nerve: truth.nerve.clone(),
        persistence,
        min_ms: pair(row("f_min_latency"), truth.min_latency_ms),
        mean_ms: pair(row("f_mean_latency"), truth.mean_latency_ms),
        a_waves: often.count(),
        found_a_waves: row("a_wave").and_then(|r| r.value),
    }
}

fn h_reflex(truth: &HReflexTruth, rows: &[Row]) -> HReflexScore {
    let row = |id: &str| find(rows, "h_reflex", id, &truth.file, None);
    HReflexScore {
        present: truth.present,
        found_present: present(row("h_latency")),
        latency_ms: pair(row("h_latency"), truth.latency_ms),
        ratio_percent: pair(row("h_m_ratio"), truth.h_m_ratio_percent.filter(|_| truth.present)),
    }
}

fn train(truth: &RepetitiveTruth, rows: &[Row]) -> TrainScore {
    let row = find(rows, "repetitive_stimulation", "decrement", &truth.file, None);
    // What the record holds without its noise: how the electrode's place changes the response is not the junctions',
    // but a measurement cannot know that.
    let recorded = match truth.amplitudes_uv[..] {
        [first, _, _, fourth, ..] if first > 0.0 => Some(100.0 * (1.0 - fourth / first)),
        _ => None,
    };
    TrainScore {
        decrement: pair(row, recorded),
        artefact: truth.artefact.is_some(),
        flagged: row.map(|r| r.artefact || r.status != "value"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of units")]
fn scan(truth: &ScanTruth, rows: &[Row]) -> Option<Pair> {
    let row = find(rows, "cmap_scan", "cmap_scan_units", &truth.file, None);
    pair(row, (truth.units > 0).then_some(truth.units as f64))
}

/// Of the rows that what spoils the study makes worthless: whether each is plainly normal.
fn spoilt(truth: &Truth, rows: &[Row]) -> Vec<bool> {
    const AMPLITUDES: &[&str] = &["amplitude_baseline_to_negative_peak"];
    const LATENCIES: &[&str] = &["onset_latency"];
    const TIMES: &[&str] = &["onset_latency", "conduction_velocity"];
    const VELOCITIES: &[&str] = &["conduction_velocity"];
    const ALL: &[&str] =
        &["onset_latency", "peak_latency", "conduction_velocity", "amplitude_baseline_to_negative_peak"];
    let mut out = Vec::new();
    for what in &truth.degenerate {
        // A submaximal stimulus cannot be told from one sweep: it is not asked for.
        let (tests, ids): (&[&str], &[&str]) = match what.as_str() {
            "saturated" | "wrong_gain" => (&["motor", "sensory"], AMPLITUDES),
            "artefact_over_onset" => (&["motor", "sensory"], LATENCIES),
            "absent" => (&["motor", "sensory"], ALL),
            "movement" => (&["repetitive_stimulation"], &["decrement"]),
            "cold_limb" => (&["motor", "sensory"], TIMES),
            "missing_distance" => (&["motor", "sensory"], VELOCITIES),
            _ => continue,
        };
        let concerned =
            rows.iter().filter(|r| tests.contains(&r.test.as_str()) && ids.contains(&r.id.as_str()));
        out.extend(concerned.map(Row::is_plainly_normal));
    }
    out
}
