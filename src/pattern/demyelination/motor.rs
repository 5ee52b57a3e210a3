//! Motor nerves of a study, gathered as the criteria ask for them.

use crate::norms::ncs::{NCS_STUDIES, StudyKind, is_lower_limb};
use crate::pattern::facts::{Datum, Facts};
use crate::study::Side;

/// A nerve on one side.
#[derive(Debug, Clone)]
pub(super) struct MotorNerve<'f> {
    pub(super) nerve: String,
    pub(super) side: Side,
    /// One per muscle recorded from.
    pub(super) studies: Vec<MotorStudy<'f>>,
}

/// One motor study of a nerve.
#[derive(Debug, Clone)]
pub(super) struct MotorStudy<'f> {
    pub(super) nerve: String,
    /// Id of the study of the table; empty for one that it does not know.
    pub(super) study: &'static str,
    muscle: Option<&'f str>,
    pub(super) latency: Option<&'f Datum<'f>>,
    pub(super) amplitude: Option<&'f Datum<'f>>,
    pub(super) distal_duration: Option<&'f Datum<'f>>,
    pub(super) segments: Vec<Segment<'f>>,
    pub(super) f: Option<FWave<'f>>,
}

/// A piece of nerve between two stimulation sites.
#[derive(Debug, Clone)]
pub(super) struct Segment<'f> {
    pub(super) distal: &'f str,
    pub(super) proximal: &'f str,
    pub(super) velocity: Option<&'f Datum<'f>>,
    pub(super) block: Option<&'f Datum<'f>>,
    pub(super) amplitude_ratio: Option<&'f Datum<'f>>,
    pub(super) area_ratio: Option<&'f Datum<'f>>,
    pub(super) duration_ratio: Option<&'f Datum<'f>>,
}

/// F waves of the same muscle.
#[derive(Debug, Clone)]
pub(super) struct FWave<'f> {
    pub(super) least: Option<&'f Datum<'f>>,
    pub(super) persistence: Option<&'f Datum<'f>>,
    pub(super) sweeps: Option<f64>,
}

impl MotorNerve<'_> {
    /// `right ulnar`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.side.name(), self.nerve.replace('_', " "))
    }
    /// The same nerve on the same side.
    pub(super) fn has_f(nerve: &str) -> bool {
        NCS_STUDIES
            .iter()
            .any(|s| s.kind == StudyKind::LateResponse && s.nerve == nerve && s.id.starts_with("f_wave"))
    }
}

impl MotorStudy<'_> {
    /// Distal amplitude, percent of its lower limit; `None` where either is not known.
    pub(super) fn amplitude_percent(&self) -> Option<f64> {
        let a = self.amplitude.filter(|a| a.row.verdict != "not_assessable")?;
        Some(100.0 * a.over_lower()?)
    }
    /// No response at the distal site.
    pub(super) fn is_inexcitable(&self) -> bool {
        self.amplitude.is_some_and(Datum::is_absent)
    }
}

impl Segment<'_> {
    /// Whether the piece lies across a usual site of entrapment: the ulnar nerve at the elbow, the fibular at the head.
    pub(super) fn crosses_entrapment(&self, nerve: &str) -> bool {
        let over = |distal: &[&str], proximal: &[&str]| {
            distal.contains(&self.distal) && proximal.contains(&self.proximal)
        };
        match nerve {
            "ulnar" => over(&["wrist", "below_elbow"], &["above_elbow", "elbow", "axilla", "erb"]),
            "fibular" => over(&["ankle", "below_fibular_head"], &["above_fibular_head", "popliteal_fossa"]),
            _ => false,
        }
    }
    /// `wrist to elbow`.
    pub(super) fn name(&self) -> String {
        format!("{} to {}", self.distal, self.proximal).replace('_', " ")
    }
}

/// Every motor nerve of an arm or a leg, in the order of the result file.
pub(super) fn nerves<'f>(facts: &'f Facts<'f>) -> Vec<MotorNerve<'f>> {
    let mut out: Vec<MotorNerve<'f>> = Vec::new();
    for d in facts.data.iter().filter(|d| d.row.place.test == "motor") {
        let (Some(side), Some(nerve)) = (d.side, nerve_of(d)) else { continue };
        if is_lower_limb(&nerve).is_none() {
            continue;
        }
        let at = match out.iter().position(|n| n.nerve == nerve && n.side == side) {
            Some(i) => i,
            None => {
                out.push(MotorNerve { nerve: nerve.clone(), side, studies: Vec::new() });
                out.len() - 1
            }
        };
        let muscle = d.row.place.muscle.as_deref();
        let studies = &mut out[at].studies;
        let i = match studies.iter().position(|s| s.muscle == muscle) {
            Some(i) => i,
            None => {
                studies.push(MotorStudy {
                    nerve,
                    study: d.study.map_or("", |s| s.id),
                    muscle,
                    latency: None,
                    amplitude: None,
                    distal_duration: None,
                    segments: Vec::new(),
                    f: f_of(facts, side, muscle),
                });
                studies.len() - 1
            }
        };
        put(&mut studies[i], d);
    }
    out
}

/// The nerve that a number is of: the table's, where it knows the study.
pub(super) fn nerve_of(d: &Datum<'_>) -> Option<String> {
    d.study.map(|s| s.nerve.to_owned()).or_else(|| d.row.place.nerve.clone())
}

fn put<'f>(study: &mut MotorStudy<'f>, d: &'f Datum<'f>) {
    if let Some((distal, proximal)) = d.row.place.segment.as_deref().and_then(|s| s.split_once('-')) {
        let at = match study.segments.iter().position(|s| s.distal == distal && s.proximal == proximal) {
            Some(i) => i,
            None => {
                study.segments.push(Segment {
                    distal,
                    proximal,
                    velocity: None,
                    block: None,
                    amplitude_ratio: None,
                    area_ratio: None,
                    duration_ratio: None,
                });
                study.segments.len() - 1
            }
        };
        let s = &mut study.segments[at];
        let field = match d.row.id.as_str() {
            "conduction_velocity" => &mut s.velocity,
            "conduction_block" => &mut s.block,
            "amplitude_ratio" => &mut s.amplitude_ratio,
            "area_ratio" => &mut s.area_ratio,
            "duration_ratio" => &mut s.duration_ratio,
            _ => return,
        };
        field.get_or_insert(d);
        return;
    }
    if !d.is_distal() {
        return;
    }
    let field = match d.row.id.as_str() {
        "onset_latency" => &mut study.latency,
        "amplitude_baseline_to_negative_peak" => &mut study.amplitude,
        "distal_duration" => &mut study.distal_duration,
        _ => return,
    };
    field.get_or_insert(d);
}

fn f_of<'f>(facts: &'f Facts<'f>, side: Side, muscle: Option<&str>) -> Option<FWave<'f>> {
    let of = |id: &str| {
        facts.data.iter().find(|d| {
            d.row.place.test == "f_wave"
                && d.side == Some(side)
                && d.row.id == id
                && d.row.place.muscle.as_deref() == muscle
        })
    };
    let f = FWave {
        least: of("f_min_latency"),
        persistence: of("f_persistence"),
        sweeps: of("f_sweeps").and_then(Datum::value),
    };
    (f.least.is_some() || f.persistence.is_some()).then_some(f)
}
