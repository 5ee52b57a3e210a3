//! From facts to elements.

use super::element::{Element, OLD, always, muscle_likelihood, over_time, soft};
use super::emission::{Row, of};
use super::key::Key;
use super::said::said;
use super::state::State;
use super::time::{self, Times};
use crate::norms::ncs::{NcsStudy, is_lower_limb};
use crate::pattern::Caution;
use crate::pattern::facts::{Datum, Facts, Verdict};
use crate::result::Where;
use crate::study::Side;

/// A latency that is this many times its upper limit, a velocity this share of its lower one, is of demyelination
/// (AX3, AX4, DE1, DE2: PRESTON, recalled).
const LATENCY_BEYOND_AXONAL: f64 = 1.3;
const VELOCITY_BEYOND_AXONAL: f64 = 0.75;
/// F latencies this many times their upper limit (AX5, DE4).
const F_BEYOND_AXONAL: f64 = 1.2;
/// A fall that artefact hardly makes, %. Ours: twice the limit.
const LARGE_DECREMENT: f64 = 20.0;
/// Sensory studies whose response is often lacking in healthy persons (`snap_roots.csv`, PRESTON, recalled).
const UNRELIABLE: [&str; 6] = [
    "saphenous_sensory",
    "lfcn_sensory",
    "medial_plantar_mixed",
    "lateral_plantar_mixed",
    "dorsal_sural_sensory",
    "median_sensory_d4",
];

/// Elements of everything that was found and may be judged.
pub(super) fn elements(facts: &Facts<'_>, caution: &Caution) -> Vec<Element> {
    let t = Times::new(facts.subject.days_since_onset);
    let mut out = needle(facts, caution, &t);
    let mut seen: Vec<(&str, &str, Side)> = Vec::new();
    for d in &facts.data {
        let (Some(study), Some(side)) = (d.study, d.side) else { continue };
        let group = (d.row.place.test.as_str(), study.id, side);
        if seen.contains(&group) {
            continue;
        }
        seen.push(group);
        let of_group: Vec<&Datum<'_>> = facts
            .data
            .iter()
            .filter(|o| o.row.place.test == d.row.place.test && o.side == Some(side))
            .filter(|o| o.study.is_some_and(|s| s.id == study.id) && !caution.aside.contains(&o.index))
            .collect();
        let group = Group { facts, study, side, data: of_group, times: t };
        match d.row.place.test.as_str() {
            "motor" => group.motor(&mut out),
            "sensory" => group.sensory(&mut out),
            "f_wave" => group.f_wave(&mut out),
            "h_reflex" => group.h_reflex(&mut out),
            "repetitive_stimulation" => group.repetitive(&mut out),
            _ => {}
        }
    }
    out.extend([Side::Right, Side::Left].into_iter().filter_map(|side| comparison(facts, caution, side)));
    out
}

fn needle(facts: &Facts<'_>, caution: &Caution, t: &Times) -> Vec<Element> {
    let one = |m: &crate::pattern::facts::MuscleFact| {
        let weak = caution.weak.iter().any(|(id, side)| *id == m.muscle.id && *side == m.side);
        Element {
            key: Key::Needle(m.muscle, m.side),
            finding: format!("{}: {}", m.name(), m.words()),
            abnormal: m.is_changed(),
            place: Where {
                test: "needle".into(),
                side: Some(m.side.name().into()),
                muscle: Some(m.muscle.id.into()),
                ..Where::default()
            },
            like: muscle_likelihood(m, facts.subject.age_years, weak, t),
            healthy_beyond: 0.05,
        }
    };
    facts.muscles.iter().map(one).collect()
}

/// Numbers of one study on one side.
struct Group<'a> {
    facts: &'a Facts<'a>,
    study: &'static NcsStudy,
    side: Side,
    data: Vec<&'a Datum<'a>>,
    times: Times,
}

/// The worst of several numbers that mean the same.
struct Worst<'a> {
    datum: &'a Datum<'a>,
    /// 0 within, 1 beyond, 2 far beyond.
    step: u8,
    borderline: bool,
}

impl<'a> Group<'a> {
    fn is_old(&self) -> bool {
        self.facts.subject.age_years.is_some_and(|a| a >= OLD)
    }

    fn is_leg(&self) -> bool {
        is_lower_limb(self.study.nerve) == Some(true)
    }

    fn push(
        &self,
        out: &mut Vec<Element>,
        key: Key,
        datum: &Datum<'_>,
        abnormal: bool,
        row: Row,
        share: fn(f64) -> f64,
    ) {
        out.push(Element {
            key,
            finding: said(datum),
            abnormal,
            place: datum.row.place.clone(),
            like: over_time(row, &self.times, share),
            healthy_beyond: self.healthy_beyond(key),
        });
    }

    /// Share of healthy persons beyond the limit of a test, as the table has it.
    fn healthy_beyond(&self, key: Key) -> f64 {
        let (table, normal) = match key {
            Key::Snap(..) => (self.snap_table(), "normal"),
            Key::Speed(..) => ("sensory_speed", "normal"),
            Key::Cmap(..) => ("cmap_amplitude", "normal"),
            Key::Dml(..) => ("dml", "normal"),
            Key::Velocity(..) => ("velocity", "normal"),
            Key::FWave(..) => ("f_wave", "0"),
            Key::HReflex(_) if self.is_old() => ("h_reflex_old", "0"),
            Key::HReflex(_) => ("h_reflex", "0"),
            _ => return 0.05,
        };
        1.0 - of(table, normal)[State::Spared as usize]
    }

    /// The response was recorded on a side.
    fn is_there(&self, side: Side) -> bool {
        let amplitude = self.facts.distal(self.study.id, side, "amplitude_baseline_to_negative_peak");
        amplitude.is_some_and(|d| d.value().is_some_and(|v| v > 0.0))
    }

    fn snap_table(&self) -> &'static str {
        if UNRELIABLE.contains(&self.study.id) {
            "snap_amplitude_unreliable"
        } else if self.is_old() && self.is_leg() {
            "snap_amplitude_old"
        } else {
            "snap_amplitude"
        }
    }

    /// The worst of the numbers named, at the distal site; `None` where none is judged.
    fn worst(&self, ids: &[&str], far: impl Fn(&Datum<'_>) -> bool) -> Option<Worst<'a>> {
        let judged: Vec<&Datum<'_>> = self
            .data
            .iter()
            .copied()
            .filter(|d| {
                ids.contains(&d.row.id.as_str())
                    && d.is_distal()
                    && !d.is_absent()
                    && d.verdict != Verdict::Unknown
            })
            .collect();
        let step = |d: &Datum<'_>| match d.verdict {
            Verdict::Abnormal if far(d) => 3,
            Verdict::Abnormal => 2,
            Verdict::Borderline => 1,
            _ => 0,
        };
        // The first of equals: the order of the result file.
        let datum = judged.iter().copied().rev().max_by_key(|d| step(d))?;
        let mut s = step(datum);
        // One of several that mean the same, and just beyond: too near to tell.
        let beyond = judged.iter().filter(|d| d.is_abnormal()).count();
        if s == 2 && beyond == 1 && judged.len() > 1 {
            s = 1;
        }
        Some(Worst { datum, step: u8::saturating_sub(s, 1), borderline: s == 1 })
    }

    /// Size of the response: within, low, absent.
    fn size(&self, out: &mut Vec<Element>, key: Key, table: &'static str, share: fn(f64) -> f64) {
        let ids = ["amplitude_baseline_to_negative_peak", "amplitude_peak_to_peak"];
        let at_site = |d: &&&Datum<'_>| ids.contains(&d.row.id.as_str()) && d.is_distal();
        let judged = self.data.iter().filter(at_site).find(|d| d.verdict != Verdict::Unknown);
        let absent = self.data.iter().filter(at_site).find(|d| d.is_absent() && d.row.verdict == "no_limit");
        let smaller = self.smaller_side();
        match (judged, absent, smaller) {
            (Some(d), _, _) if d.is_absent() => {
                let there = self.is_there(crate::pattern::facts::other(self.side));
                let table =
                    if table == "snap_amplitude_unreliable" && there { "snap_amplitude_old" } else { table };
                let row = soft(table, "normal", "absent", d.verdict == Verdict::Borderline);
                self.push(out, key, d, true, row, share);
            }
            (Some(d), _, _) if d.verdict != Verdict::Normal => {
                let row = soft(table, "normal", "low", d.verdict == Verdict::Borderline);
                self.push(out, key, d, true, row, share);
            }
            // Within its limit, but far smaller than the other side's.
            (Some(_), _, Some(d)) => self.push(out, key, d, true, soft(table, "normal", "low", true), share),
            (None, None, Some(d)) => self.push(out, key, d, true, soft(table, "normal", "low", false), share),
            (Some(d), _, None) => self.push(out, key, d, false, of(table, "normal"), share),
            (None, Some(d), _) => {
                // Recorded on the other side, the response is there to be found.
                let there = self.is_there(crate::pattern::facts::other(self.side));
                let table = match table.starts_with("snap") {
                    true if there => "snap_amplitude_old",
                    true => "snap_amplitude_unreliable",
                    false => table,
                };
                self.push(out, key, d, true, of(table, "absent"), share);
            }
            (None, None, None) => {}
        }
    }

    /// The comparison between the sides that shows this side's response to be the smaller one by too much.
    fn smaller_side(&self) -> Option<&'a Datum<'a>> {
        let facts = self.facts;
        let between = facts.between_sides("amplitude_side_difference");
        let mut of_study =
            between.filter(|d| d.is_abnormal() && d.study.is_some_and(|s| s.id == self.study.id));
        let difference = of_study.next()?;
        let value = |side: Side| {
            let d = facts.distal(self.study.id, side, "amplitude_baseline_to_negative_peak")?;
            if d.is_absent() { Some(0.0) } else { d.value() }
        };
        let other = crate::pattern::facts::other(self.side);
        (value(self.side)? < value(other)?).then_some(difference)
    }

    fn sensory(&self, out: &mut Vec<Element>) {
        self.size(out, Key::Snap(self.study, self.side), self.snap_table(), time::snap);
        let far = |d: &Datum<'_>| {
            d.over_upper().is_some_and(|r| r > LATENCY_BEYOND_AXONAL)
                || d.over_lower().is_some_and(|r| r < VELOCITY_BEYOND_AXONAL)
        };
        if let Some(w) = self.worst(&["onset_latency", "peak_latency", "conduction_velocity"], far) {
            self.push_speed(out, Key::Speed(self.study, self.side), "sensory_speed", &w);
        }
    }

    fn push_speed(&self, out: &mut Vec<Element>, key: Key, table: &'static str, w: &Worst<'_>) {
        let category = ["normal", "slow", "very_slow"][usize::from(w.step.min(2))];
        let row = if w.borderline { soft(table, "normal", "slow", true) } else { of(table, category) };
        self.push(out, key, w.datum, w.step > 0 || w.borderline, row, |_| 1.0);
    }

    fn motor(&self, out: &mut Vec<Element>) {
        let old_foot = self.is_old() && time::place(self.study.recording) == time::Place::Foot;
        let table = if old_foot { "cmap_amplitude_foot_old" } else { "cmap_amplitude" };
        self.size(out, Key::Cmap(self.study, self.side), table, time::cmap);
        let far = |d: &Datum<'_>| d.over_upper().is_some_and(|r| r > LATENCY_BEYOND_AXONAL);
        if let Some(w) = self.worst(&["onset_latency"], far) {
            self.push_speed(out, Key::Dml(self.study, self.side), "dml", &w);
        }
        for d in self.data.iter().filter(|d| d.row.place.segment.is_some() && d.verdict != Verdict::Unknown) {
            self.segment(out, d);
        }
    }

    fn segment(&self, out: &mut Vec<Element>, d: &Datum<'_>) {
        let (study, segment, side) = (self.study, d.segment, self.side);
        let one = |table, key| {
            let row = match d.verdict {
                Verdict::Normal => of(table, "0"),
                _ => soft(table, "0", "1", d.verdict == Verdict::Borderline),
            };
            (key, row)
        };
        let (key, row) = match d.row.id.as_str() {
            "conduction_velocity" => {
                let far = d.over_lower().is_some_and(|r| r < VELOCITY_BEYOND_AXONAL);
                let row = match d.verdict {
                    Verdict::Normal => of("velocity", "normal"),
                    Verdict::Abnormal if far => of("velocity", "very_slow"),
                    _ => soft("velocity", "normal", "slow", d.verdict == Verdict::Borderline),
                };
                (Key::Velocity(study, segment, side), row)
            }
            // A drop across an entrapment site speaks where the velocity itself is within its limit.
            "velocity_drop" if d.is_abnormal() && !self.slow_across(segment) => {
                (Key::Velocity(study, segment, side), of("velocity", "slow"))
            }
            "conduction_block" => one("block", Key::Block(study, segment, side)),
            "temporal_dispersion" => one("dispersion", Key::Dispersion(study, segment, side)),
            _ => return,
        };
        if matches!(key, Key::Velocity(..)) && out.iter().any(|e| e.key == key) {
            // One verdict a segment: the worse stands.
            if d.is_abnormal() {
                out.retain(|e| e.key != key);
            } else {
                return;
            }
        }
        self.push(out, key, d, d.verdict != Verdict::Normal, row, |_| 1.0);
    }

    fn slow_across(&self, segment: &str) -> bool {
        self.data.iter().any(|d| d.row.id == "conduction_velocity" && d.segment == segment && d.is_abnormal())
    }

    fn f_wave(&self, out: &mut Vec<Element>) {
        let found =
            |id: &str| self.data.iter().copied().find(|d| d.row.id == id && d.verdict != Verdict::Unknown);
        let key = Key::FWave(self.study, self.side);
        let min = found("f_min_latency");
        let bad = ["f_min_latency", "f_persistence", "f_chronodispersion"]
            .into_iter()
            .filter_map(found)
            .find(|d| d.is_abnormal());
        let side = self.later_side("f_min_side_difference", "f_min_latency");
        match (bad, side, min.or_else(|| found("f_persistence"))) {
            (Some(d), _, _) => {
                let far = d.row.id == "f_min_latency" && d.over_upper().is_some_and(|r| r > F_BEYOND_AXONAL);
                self.push(out, key, d, true, of("f_wave", if far { "2" } else { "1" }), |_| 1.0);
            }
            (None, Some(d), _) => self.push(out, key, d, true, of("f_wave", "1"), |_| 1.0),
            (None, None, Some(d)) => {
                let near = d.verdict == Verdict::Borderline;
                let row = if near { soft("f_wave", "0", "1", true) } else { of("f_wave", "0") };
                self.push(out, key, d, near, row, |_| 1.0);
            }
            _ => {}
        }
    }

    fn h_reflex(&self, out: &mut Vec<Element>) {
        let latency = |side| self.facts.distal("h_reflex_soleus", side, "h_latency");
        let Some(own) = latency(self.side).filter(|d| self.data.iter().any(|o| o.index == d.index)) else {
            return;
        };
        let other = latency(crate::pattern::facts::other(self.side));
        // An H reflex that is absent on both sides is common in the old and says little (H_ELD).
        let both = own.is_absent() && other.is_some_and(Datum::is_absent);
        let table = if self.is_old() || both { "h_reflex_old" } else { "h_reflex" };
        let side = self.later_side("h_side_difference", "h_latency");
        let key = Key::HReflex(self.side);
        let lone_absent = own.is_absent() && other.is_some_and(|o| !o.is_absent());
        if let Some(d) = side {
            self.push(out, key, d, true, of(table, "1"), |_| 1.0);
        } else if own.is_abnormal() || lone_absent || own.is_absent() {
            self.push(out, key, own, true, of(table, "1"), |_| 1.0);
        } else if own.verdict != Verdict::Unknown {
            let near = own.verdict == Verdict::Borderline;
            let row = if near { soft(table, "0", "1", true) } else { of(table, "0") };
            self.push(out, key, own, near, row, |_| 1.0);
        }
    }

    /// The comparison that shows this side to be the later one by too much.
    fn later_side(&self, difference: &'static str, latency: &str) -> Option<&'a Datum<'a>> {
        let facts = self.facts;
        let same = |d: &&Datum<'_>| d.is_abnormal() && d.study.is_some_and(|s| s.id == self.study.id);
        let found = facts.between_sides(difference).find(same)?;
        let value = |side| facts.of_study(self.study.id, side).find(|d| d.row.id == latency)?.value();
        (value(self.side)? > value(crate::pattern::facts::other(self.side))?).then_some(found)
    }

    fn repetitive(&self, out: &mut Vec<Element>) {
        for (id, table) in [("decrement", "decrement"), ("increment", "increment")] {
            let mut judged = self.data.iter().filter(|d| d.row.id == id && d.verdict != Verdict::Unknown);
            let worst = judged.clone().find(|d| d.is_abnormal()).or_else(|| judged.next());
            let Some(d) = worst else { continue };
            let key = if id == "decrement" {
                Key::Decrement(self.study, self.side)
            } else {
                Key::Increment(self.study, self.side)
            };
            let far = id == "decrement" && d.value().is_some_and(|v| v >= LARGE_DECREMENT);
            let row = match d.verdict {
                Verdict::Normal => of(table, "0"),
                Verdict::Abnormal if far => of(table, "2"),
                v => soft(table, "0", "1", v == Verdict::Borderline),
            };
            self.push(out, key, d, d.verdict != Verdict::Normal, row, |_| 1.0);
        }
    }
}

/// Comparative tests of the median nerve: one element, the tests share their median response.
fn comparison(facts: &Facts<'_>, caution: &Caution, side: Side) -> Option<Element> {
    const IDS: [&str; 5] = [
        "combined_sensory_index",
        "median_ulnar_palm_difference",
        "median_ulnar_ring_difference",
        "median_radial_thumb_difference",
        "lumbrical_interosseous_difference",
    ];
    let judged = || {
        let here = facts.data.iter().filter(|d| d.side == Some(side) && d.verdict != Verdict::Unknown);
        here.filter(|d| IDS.contains(&d.row.id.as_str()) && !caution.aside.contains(&d.index))
    };
    let d = judged().find(|d| d.is_abnormal()).or_else(|| judged().next())?;
    let row = match d.verdict {
        Verdict::Normal => of("comparison", "0"),
        v => soft("comparison", "0", "1", v == Verdict::Borderline),
    };
    Some(Element {
        key: Key::Comparison(side),
        finding: said(d),
        abnormal: d.verdict != Verdict::Normal,
        place: d.row.place.clone(),
        like: always(row),
        healthy_beyond: 0.05,
    })
}
