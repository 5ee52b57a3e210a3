//! Activation episodes and fatigue in a whole analysis.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "test set-up")]

mod shared;

use myotome::pipeline::analyze::{self, Analysis, MEASURES, Options};
use myotome::recording::ChannelKind;
use myotome::result::MeasureRow;
use myotome::units::SignalUnit;
use std::fmt::Write;
use std::path::Path;

const FS: f64 = 1000.0;

/// Normal deviates, seeded.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    let mut uniform = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    };
    move || (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos()
}

/// `seconds` of noise of 3 µV, and of 100 µV from `from` to `to`, growing by 2 % of its start each second.
fn contraction(path: &Path, seconds: f64, from: f64, to: f64) {
    let mut deviate = noise(4);
    let mut text = String::new();
    for i in 0..(seconds * FS) as usize {
        let t = i as f64 / FS;
        let sd = if (from..to).contains(&t) { 100.0 * (1.0 + 0.02 * (t - from)) } else { 3.0 };
        writeln!(text, "{:.3}", sd * deviate()).unwrap();
    }
    std::fs::write(path, text).unwrap();
}

fn analysed(path: &Path, kind: ChannelKind) -> Analysis {
    let mut options = Options::default();
    options.read.sampling_frequency = Some(FS);
    options.read.unit = Some(SignalUnit::parse("uV"));
    options.quality.kind = Some(kind);
    analyze::run(path, &options).unwrap()
}

fn row<'a>(analysis: &'a Analysis, id: &str) -> &'a MeasureRow {
    analysis.report.measures.iter().find(|m| m.id == id).unwrap_or_else(|| panic!("no row `{id}`"))
}

#[test]
fn a_contraction_is_found_and_its_trend_measured() {
    let folder = shared::temporary("activation");
    let path = folder.join("contraction.txt");
    contraction(&path, 26.0, 3.0, 23.0);
    let analysis = analysed(&path, ChannelKind::Surface);
    let view = &analysis.recordings[0].channels[0];
    assert_eq!(view.episodes.len(), 1);
    assert!((view.episodes[0].start_s - 3.0).abs() < 0.01 && (view.episodes[0].end_s - 23.0).abs() < 0.01);
    assert!(view.episodes_method.starts_with("tkeo_likelihood: "));
    assert_eq!(row(&analysis, "activation_episodes").value, Some(1.0));
    let share = row(&analysis, "activation_share").value.unwrap();
    assert!((share - 100.0 * 20.0 / 26.0).abs() < 0.1, "{share}");
    // The amplitude grows by 2 µV/s, 2 % of its start; the spectrum stays.
    let rms = row(&analysis, "rms_slope");
    assert!((rms.value.unwrap() - 2.0).abs() < 0.4, "{rms:?}");
    assert!(rms.uncertainty.unwrap() > 0.0 && rms.unit == "uV/s" && rms.method.contains("windows"));
    assert!((row(&analysis, "rms_slope_relative").value.unwrap() - 2.0).abs() < 0.5);
    let mnf = row(&analysis, "mnf_slope");
    assert!(mnf.value.unwrap().abs() < 2.0 * mnf.uncertainty.unwrap(), "{mnf:?}");
    // Every row that was made here is in the table of measures.
    let made =
        analysis.report.measures.iter().filter(|m| m.id.contains("slope") || m.id.starts_with("activation"));
    let mut count = 0;
    for m in made {
        assert!(MEASURES.iter().any(|d| d.id == m.id && d.unit == m.unit), "{}", m.id);
        count += 1;
    }
    assert_eq!(count, 17);
}

#[test]
fn only_surface_recordings_have_fatigue_and_only_emg_has_episodes() {
    let folder = shared::temporary("activation-kinds");
    let path = folder.join("contraction.txt");
    contraction(&path, 14.0, 1.0, 13.0);
    for (kind, episodes, fatigue) in [
        (ChannelKind::Needle, 1, false),
        (ChannelKind::Surface, 1, true),
        (ChannelKind::Evoked, 0, false),
        (ChannelKind::Other, 0, false),
    ] {
        let analysis = analysed(&path, kind);
        assert_eq!(analysis.recordings[0].channels[0].episodes.len(), episodes, "{kind:?}");
        let has = |id: &str| analysis.report.measures.iter().any(|m| m.id == id);
        assert_eq!((has("activation_share"), has("mnf_slope")), (episodes > 0, fatigue), "{kind:?}");
    }
}

#[test]
fn what_cannot_be_judged_is_undefined_with_a_reason() {
    let folder = shared::temporary("activation-none");
    // Rest throughout; a contraction throughout, also one that doubles; one that is too short.
    for (name, seconds, from, to, episodes, fatigue) in [
        ("rest", 12.0, 20.0, 21.0, None, false),
        ("all", 14.0, 0.0, 14.0, None, true),
        ("growing", 50.0, 0.0, 50.0, None, true),
        ("short", 6.0, 2.0, 5.0, Some(1.0), false),
    ] {
        let path = folder.join(format!("{name}.txt"));
        contraction(&path, seconds, from, to);
        let analysis = analysed(&path, ChannelKind::Surface);
        let found = row(&analysis, "activation_episodes");
        assert_eq!(found.value, episodes, "{name}");
        assert_eq!(found.reason.is_some(), episodes.is_none(), "{name}: {found:?}");
        assert_eq!(found.status, if episodes.is_some() { "value" } else { "undefined" }, "{name}");
        let trend = row(&analysis, "mdf_slope");
        assert_eq!(trend.value.is_some(), fatigue, "{name}: {trend:?}");
        assert_eq!(trend.reason.is_some(), !fatigue, "{name}: {trend:?}");
    }
}
