//! How the tests of a study were set up: what decides whether two studies' numbers can be held against each other.

use crate::result::SetupRow;
use crate::study::{Side, Stimulation, Study};

/// A row for every site, or test without sites, of which the study says a distance, a direction or a temperature.
pub(in super::super) fn of_study(study: &Study) -> Vec<SetupRow> {
    let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let row = |test: &str, nerve: Option<&str>, side: Option<Side>, skin: Option<f64>| SetupRow {
        test: test.into(),
        nerve: own(nerve),
        side: own(side.map(Side::name)),
        skin_temperature_c: skin,
        ..SetupRow::default()
    };
    let mut out = Vec::new();
    for t in &study.motor {
        let base = row("motor", t.nerve.as_deref(), t.side, t.skin_temperature_c);
        out.extend(sites(&SetupRow { muscle: own(t.muscle.as_deref()), ..base }, &t.stimulation));
    }
    for t in &study.sensory {
        let base = SetupRow {
            recording_site: own(t.recording_site.as_deref()),
            technique: t.technique.map(|w| w.name().to_owned()),
            ..row("sensory", t.nerve.as_deref(), t.side, t.skin_temperature_c)
        };
        out.extend(sites(&base, &t.stimulation));
    }
    for t in &study.f_wave {
        out.push(SetupRow {
            muscle: own(t.muscle.as_deref()),
            site: own(t.site.as_deref()),
            distance_to_electrode_mm: t.distance_mm,
            ..row("f_wave", t.nerve.as_deref(), t.side, t.skin_temperature_c)
        });
    }
    for t in &study.h_reflex {
        out.push(SetupRow {
            muscle: own(t.muscle.as_deref()),
            site: own(t.site.as_deref()),
            ..row("h_reflex", t.nerve.as_deref(), t.side, t.skin_temperature_c)
        });
    }
    for t in &study.repetitive_stimulation {
        out.push(SetupRow {
            muscle: own(t.muscle.as_deref()),
            site: own(t.site.as_deref()),
            ..row("repetitive_stimulation", t.nerve.as_deref(), t.side, t.skin_temperature_c)
        });
    }
    let says = |r: &SetupRow| {
        r.distance_to_electrode_mm.is_some() || r.technique.is_some() || r.skin_temperature_c.is_some()
    };
    out.retain(says);
    out
}

/// Sites distal first; each distance is added to those before it, until one is not stated.
fn sites(base: &SetupRow, stimulation: &[Stimulation]) -> Vec<SetupRow> {
    let mut so_far = Some(0.0);
    let row = |s: &Stimulation| {
        so_far = so_far.zip(s.distance_mm).map(|(a, b)| a + b);
        SetupRow {
            site: s.site.clone().unwrap_or_default(),
            distance_to_electrode_mm: so_far,
            ..base.clone()
        }
    };
    stimulation.iter().map(row).collect()
}
