//! One stimulation of a motor or sensory study: from recording, entered values or a stated absence to rows.

use super::duration;
use super::entered;
use super::evoked::{self, Evoked};
use super::marked::{Marked, mark};
use super::rows::{Number, Origin, Person, Spot};
use super::view::SiteView;
use crate::Result;
use crate::measure::Reading;
use crate::ncs::Measured;
use crate::ncs::marker::{MarkerName, Presence, Response, ResponseKind};
use crate::norms::ncs::Answer;
use crate::pipeline::analyze::Options;
use crate::result::MeasureRow;
use crate::study::{self, Stimulation, Study};
use crate::units::Unit;

pub(super) const ENTERED: &str = "entered in the study file";
/// A smaller distal than proximal response by more than this ratio is no measurement error. Ours.
const LARGER: f64 = 1.2;

/// A stimulation, measured.
#[derive(Debug, Clone)]
pub(super) struct Measurement {
    pub(super) onset: Measured,
    pub(super) amplitude: Measured,
    pub(super) area: Measured,
    pub(super) duration: Measured,
    pub(super) peak: Measured,
    pub(super) rows: Vec<MeasureRow>,
    /// Velocity entered for this site.
    pub(super) entered_velocity: Option<f64>,
    pub(super) view: SiteView,
    pub(super) evoked: Option<Evoked>,
    /// Why the file could not be read.
    pub(super) failed: Option<String>,
    /// Why nothing that rests on its latency, or on its sizes, can be judged.
    pub(super) spoilt_time: Option<String>,
    pub(super) spoilt_size: Option<String>,
    /// An absent response may be this large, V: the noise hides it.
    pub(super) unseen_v: f64,
}

/// The rows of a kind of response: id, unit, whether of time, and what its limit is looked up under at the distal
/// site.
struct Listed {
    id: &'static str,
    unit: Unit,
    of_time: bool,
    parameter: Option<&'static str>,
    key: Option<&'static str>,
    pick: fn(&Response) -> Measured,
    marker: Option<MarkerName>,
}

const fn listed(
    id: &'static str,
    unit: Unit,
    parameter: Option<&'static str>,
    key: Option<&'static str>,
    pick: fn(&Response) -> Measured,
    marker: Option<MarkerName>,
) -> Listed {
    let of_time = matches!(marker, Some(MarkerName::Onset | MarkerName::Peak));
    Listed { id, unit, of_time, parameter, key, pick, marker }
}

const AMPLITUDE: &str = "amplitude_baseline_to_negative_peak";

const MOTOR: &[Listed] = &[
    listed(
        "onset_latency",
        Unit::MILLISECOND,
        Some("dml"),
        Some("onset_latency_ms"),
        |r| r.onset,
        Some(MarkerName::Onset),
    ),
    listed("peak_latency", Unit::MILLISECOND, None, None, |r| r.peak, Some(MarkerName::Peak)),
    listed(
        AMPLITUDE,
        Unit::MILLIVOLT,
        Some("amp_bp"),
        Some("amplitude_mv"),
        |r| r.amplitude,
        Some(MarkerName::NegativePeak),
    ),
    listed("amplitude_peak_to_peak", Unit::MILLIVOLT, None, None, |r| r.amplitude_peak_to_peak, None),
    listed(
        "negative_peak_duration",
        Unit::MILLISECOND,
        None,
        Some("negative_peak_duration_ms"),
        |r| r.negative_duration,
        Some(MarkerName::End),
    ),
    listed(
        "negative_peak_area",
        Unit::MILLIVOLT_MILLISECOND,
        None,
        Some("negative_peak_area_mvms"),
        |r| r.negative_area,
        Some(MarkerName::End),
    ),
    listed("total_duration", Unit::MILLISECOND, None, None, |r| r.total_duration, None),
];

const SENSORY: &[Listed] = &[
    listed(
        "onset_latency",
        Unit::MILLISECOND,
        Some("onset_lat"),
        Some("onset_latency_ms"),
        |r| r.onset,
        Some(MarkerName::Onset),
    ),
    listed(
        "peak_latency",
        Unit::MILLISECOND,
        Some("peak_lat"),
        Some("peak_latency_ms"),
        |r| r.peak,
        Some(MarkerName::Peak),
    ),
    listed(
        AMPLITUDE,
        Unit::MICROVOLT,
        Some("amp_op"),
        Some("amplitude_uv"),
        |r| r.amplitude,
        Some(MarkerName::NegativePeak),
    ),
    listed(
        "amplitude_peak_to_peak",
        Unit::MICROVOLT,
        Some("amp_pp"),
        Some("amplitude_peak_to_peak_uv"),
        |r| r.amplitude_peak_to_peak,
        Some(MarkerName::PositivePeak),
    ),
    listed(
        "negative_peak_duration",
        Unit::MILLISECOND,
        None,
        None,
        |r| r.negative_duration,
        Some(MarkerName::End),
    ),
    listed(
        "negative_peak_area",
        Unit::MICROVOLT_MILLISECOND,
        None,
        None,
        |r| r.negative_area,
        Some(MarkerName::End),
    ),
    listed("total_duration", Unit::MILLISECOND, None, None, |r| r.total_duration, None),
];

/// What a site's place in its study decides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) kind: ResponseKind,
    /// The limits of sizes and latencies hold for the study's distal site only.
    pub(super) distal: bool,
    /// Name of that site, for people.
    pub(super) holds_at: &'static str,
}

/// Measures one stimulation.
///
/// # Errors
/// What whoever typed the command can mend; a file that cannot be read is told in the measurement.
pub(super) fn measure(
    study: &Study,
    stimulation: &Stimulation,
    place: Place,
    person: &Person<'_>,
    spot: &Spot,
    options: &Options,
) -> Result<Measurement> {
    let mut out = Measurement {
        onset: none(),
        amplitude: none(),
        area: none(),
        duration: none(),
        peak: none(),
        rows: Vec::new(),
        entered_velocity: stimulation.values.get("conduction_velocity_m_s"),
        view: SiteView {
            site: stimulation.site.clone().unwrap_or_default(),
            distance_mm: stimulation.distance_mm,
            ..SiteView::default()
        },
        evoked: None,
        failed: None,
        spoilt_time: None,
        spoilt_size: None,
        unseen_v: 0.0,
    };
    let mut spot = spot.clone();
    let mut marked: Option<Marked> = None;
    let mut refused: Option<String> = None;
    if let Some(reference) = &stimulation.recording {
        spot.place.file = Some(reference.file.clone());
        match evoked::read(study, reference, stimulation.site.as_deref(), options) {
            Ok(evoked) => {
                match &evoked.found {
                    Ok(found) => {
                        spot.place.channel = found.labels.first().cloned();
                        match mark(found, reference, place.kind) {
                            Ok(m) => marked = Some(m),
                            Err(why) => refused = Some(why.to_string()),
                        }
                    }
                    Err(why) => refused = Some(why.clone()),
                }
                out.evoked = Some(evoked);
            }
            Err(why) => {
                let said = why.in_file(&reference.file).to_string();
                refused = Some("the recording could not be read".into());
                out.view.notes.push(said.clone());
                out.failed = Some(said);
            }
        }
    }
    if let Some(why) = &refused {
        out.view.notes.push(format!("not measured: {why}"));
    }
    let table = if place.kind == ResponseKind::Cmap { MOTOR } else { SENSORY };
    if let Some(m) = &mut marked {
        hide(m, place, person, &spot);
        out.unseen_v = m.response.detectable;
    }
    for l in table {
        let entered = l.key.and_then(|key| stimulation.values.get(key));
        let (measured, origin, marker_s, doubts) = if let Some(value) = entered {
            (entered_number(value / l.unit.per_si), Origin::Entered, None, Vec::new())
        } else if stimulation.response == Some(study::Response::Absent) {
            (Measured::absent(ENTERED), Origin::Entered, None, Vec::new())
        } else if let Some(m) = &marked {
            let measured = (l.pick)(&m.response);
            let manual = l.marker.is_some_and(|name| m.response.is_manual(name));
            let at = l.marker.and_then(|name| m.marker(name)).filter(|_| measured.value().is_some());
            (measured, if manual { Origin::Manual } else { Origin::Auto }, at, m.doubts(l.id))
        } else if refused.is_some() {
            (
                Measured::undefined(
                    "nothing could be measured in the recording; see its notes",
                    "not measured",
                ),
                Origin::Auto,
                None,
                Vec::new(),
            )
        } else {
            continue;
        };
        out.keep(l.id, measured);
        let mut number = Number::new(l.id, l.unit, measured).origin(origin).marker(marker_s).doubts(&doubts);
        number.of_time = l.of_time;
        let sensory = place.kind != ResponseKind::Cmap;
        if let Some(parameter) = l.parameter
            && place.distal
        {
            number = number.asking(parameter, if sensory { "" } else { "distal" });
        }
        let mut row = person.row(&spot, number);
        if l.parameter.is_some() && !place.distal && !place.holds_at.is_empty() {
            row.limit.note = format!("no limit at this site: the limits hold at `{}`", place.holds_at);
        }
        let judged = ["normal", "abnormal", "borderline"].contains(&row.verdict);
        if judged && origin == Origin::Auto && marked.as_ref().is_some_and(|m| m.withdraws(l.id)) {
            row.verdict = "not_assessable";
        }
        if origin == Origin::Auto && marked.as_ref().is_some_and(|m| m.withdraws(l.id)) {
            let why = format!("{}: see there", words(l.id));
            match l.id {
                "onset_latency" => out.spoilt_time = Some(why),
                AMPLITUDE => out.spoilt_size = Some(why),
                _ => {}
            }
        }
        if let Some(why) = &refused
            && row.status == "undefined"
        {
            row.reason = Some(why.clone());
        }
        out.rows.push(row);
    }
    entered::doubt_site(&mut out.rows, place.kind);
    if place.distal
        && place.kind == ResponseKind::Cmap
        && let (Some(m), Some(evoked)) = (&marked, &out.evoked)
    {
        out.rows.extend(duration::row(person, &spot, m.distal_duration(), evoked.filters.as_deref()));
    }
    if let (Some(m), Some(Evoked { found: Ok(found), .. })) = (&marked, &out.evoked) {
        out.view.trace = Some(m.view(if place.kind == ResponseKind::Cmap { "mV" } else { "uV" }));
        out.view.notes.extend(m.notes.iter().cloned());
        out.view.notes.extend(m.done());
        out.view.notes.push(format!(
            "{}: {}",
            crate::pipeline::analyze::ncs::counted(found.sweeps.len(), "sweep"),
            found.how
        ));
        out.view.notes.extend(found.notes.iter().cloned());
    }
    Ok(out)
}

/// A response that the noise may hide is not absent: the least normal one must have been seen.
fn hide(m: &mut Marked, place: Place, person: &Person<'_>, spot: &Spot) {
    let sensory = place.kind != ResponseKind::Cmap;
    let (parameter, segment, unit) =
        if sensory { ("amp_op", "", Unit::MICROVOLT) } else { ("amp_bp", "distal", Unit::MILLIVOLT) };
    if m.response.presence != Presence::Absent || !(place.distal || sensory) {
        return;
    }
    let unseen = m.response.detectable * unit.per_si;
    if let Answer::Limit { lower: Some(lower), .. } = person.ask(spot, parameter, segment, unit)
        && unseen > lower
    {
        m.notes.push(format!(
            "noise hides what is below {unseen:.1} {}, the lower limit is {lower}: average more sweeps",
            unit.symbol
        ));
        m.response.withdraw("noise may hide a response within the limits; average more sweeps");
    }
}

fn words(id: &str) -> String {
    format!("the {} it rests on is doubtful", id.replace('_', " "))
}

fn none() -> Measured {
    Measured::undefined("not measured", "not measured")
}

/// An entered number: nothing is known of how sure it is.
pub(super) fn entered_number(si: f64) -> Measured {
    Measured { reading: Reading::Value(si), uncertainty: None, method: ENTERED }
}

impl Measurement {
    fn keep(&mut self, id: &str, measured: Measured) {
        match id {
            "onset_latency" => self.onset = measured,
            "peak_latency" => self.peak = measured,
            AMPLITUDE => self.amplitude = measured,
            "negative_peak_duration" => self.duration = measured,
            "negative_peak_area" => self.area = measured,
            _ => {}
        }
    }

    /// Whether anything was given for this site.
    pub(super) fn is_given(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Adds a doubt to the size rows; an abnormal or normal call on them is withdrawn.
    pub(super) fn doubt_size(&mut self, why: &str) {
        self.spoilt_size = Some(why.to_owned());
        for row in self.rows.iter_mut().filter(|r| r.id == AMPLITUDE || r.id == "negative_peak_area") {
            row.doubts.push(why.to_owned());
            if row.verdict != "no_limit" {
                row.verdict = "not_assessable";
            }
        }
    }

    pub(super) fn size_is_entered(&self) -> bool {
        self.rows.iter().any(|r| r.id == AMPLITUDE && r.origin == "entered")
    }

    /// Whether noise may hide a response of this, the proximal site, that block would have to be told from. Ours: a
    /// fifth of the distal one is a block by every criterion.
    pub(super) fn hides(&self, distal: &Measurement) -> Option<&'static str> {
        let absent = self.amplitude.reading == Reading::Absent;
        let hidden = distal.amplitude.value().is_some_and(|d| self.unseen_v > 0.2 * d);
        (absent && hidden).then_some("noise may hide the proximal response; average more sweeps")
    }

    /// Whether this, the distal response, is smaller than the proximal one beyond error.
    pub(super) fn smaller_than(&self, proximal: &Measurement) -> bool {
        match (self.amplitude.value(), proximal.amplitude.value()) {
            (Some(d), Some(p)) => p > LARGER * d && proximal.spoilt_size.is_none(),
            _ => false,
        }
    }
}
