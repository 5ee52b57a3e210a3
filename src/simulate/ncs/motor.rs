//! Motor conduction studies.

use super::marker;
use super::options::Degenerate;
use super::pool::{Pool, Unit};
use super::record::{Layout, Recorded, Setting, record};
use super::store::{Content, Stored};
use super::waveform::Grid;
use super::{Made, Plan, stated};
use crate::simulate::draw::Draw;
use crate::truth::ncs::{MotorTruth, ResponseTruth, SegmentTruth, StimulationTruth};
use std::fmt::Write as _;

/// Sweep of an arm's and of a leg's nerve, s, where the response is not later.
const WINDOW: (f64, f64) = (0.045, 0.060);
/// Silence shown behind the last response, s.
const AFTER: f64 = 0.010;

/// Answers of a unit at rest: the share of its junctions that transmit.
pub(super) fn at_rest(plan: &Plan) -> impl Fn(&Unit) -> f64 + use<> {
    let junctions = plan.pathology.junctions;
    move |unit: &Unit| super::repetitive::transmitted(&junctions, unit, 1.0)
}

/// Share of a nerve's fibres that a stimulus excites.
fn recruited(plan: &Plan, draw: &mut Draw) -> f64 {
    let part = draw.uniform(0.25, 0.8);
    if plan.options.spoilt(Degenerate::Submaximal) { part } else { 1.0 }
}

/// Makes the study of motor nerve `index`.
pub(super) fn study(plan: &Plan, pool: &Pool, draw: &mut Draw) -> Made<MotorTruth> {
    let nerve = pool.anatomy;
    let layout = Layout::of(plan.options.source, draw);
    let absent = plan.options.spoilt(Degenerate::Absent);
    let usual = if nerve.arm { WINDOW.0 } else { WINDOW.1 };
    let latest = (0..nerve.sites.len()).map(|i| pool.end(i)).fold(0.0, f64::max);
    let end = usual.max(((latest + AFTER) * 200.0).ceil() / 200.0);
    let mut truth = MotorTruth {
        nerve: nerve.nerve.into(),
        side: "right".into(),
        muscle: nerve.muscle.into(),
        skin_temperature_c: plan.subject.temperature(nerve.arm),
        units: pool.units.len(),
        units_lost: pool.lost,
        ..MotorTruth::default()
    };
    let rest = at_rest(plan);
    let stem = format!("{}_motor", nerve.nerve);
    let mut sites: Vec<(String, Recorded)> = Vec::new();
    for (i, site) in nerve.sites.iter().enumerate() {
        let share = recruited(plan, draw);
        let answers = |u: &Unit| if absent || u.threshold >= share { 0.0 } else { rest(u) };
        let grid = Grid::fine(end + 0.02);
        let mut fine = vec![0.0; grid.len];
        pool.respond(i, &mut fine, grid, answers);
        let mut response = marker::measure(&fine, grid);
        let mut setting = Setting::motor(&plan.options, &plan.subject, layout, end, draw);
        setting.noise = plan.noise_for(setting.noise, &response, 1);
        let mut recorded = record(&setting, draw, |_, grid, x| pool.respond(i, x, grid, answers));
        plan.spoil(&mut recorded, &response, draw);
        plan.tell_noise(&mut response, &recorded);
        let distance = pool.distances_mm[i];
        truth.stimulation.push(StimulationTruth {
            site: site.name.into(),
            file: String::new(),
            distance_mm: distance,
            stated_distance_mm: stated(plan, distance, draw),
            recruited_percent: 100.0 * share,
            response,
        });
        sites.push((site.name.to_owned(), recorded));
    }
    truth.segments = (1..sites.len()).map(|i| segment(pool, i, &truth.stimulation)).collect();
    let files = store(&stem, layout, sites, 0);
    let mut toml = format!(
        "\n[[motor]]\nnerve = \"{}\"\nside = \"right\"\nmuscle = \"{}\"\nskin_temperature_c = {:?}\n",
        nerve.nerve, nerve.muscle, truth.skin_temperature_c
    );
    for (i, stimulation) in truth.stimulation.iter_mut().enumerate() {
        let file = &files[i.min(files.len() - 1)];
        stimulation.file.clone_from(&file.name);
        let _ = writeln!(toml, "[[motor.stimulation]]\nsite = \"{}\"", stimulation.site);
        if let Some(mm) = stimulation.stated_distance_mm {
            let _ = writeln!(toml, "distance_mm = {mm:?}");
        }
        let _ = writeln!(toml, "recording = {}", file.reference(Some(&stimulation.site)));
    }
    Made { files, toml, truth }
}

/// One text file for all sites, or a file for each.
pub(super) fn store(
    stem: &str,
    layout: Layout,
    sites: Vec<(String, Recorded)>,
    decimals: usize,
) -> Vec<Stored> {
    let file = |name: String, sites| Stored {
        name: format!("{name}.{}", layout.extension()),
        content: Content::Sweeps { layout, sites, decimals },
    };
    if layout == Layout::Text {
        return vec![file(stem.to_owned(), sites)];
    }
    sites.into_iter().map(|(label, r)| file(format!("{stem}_{label}"), vec![(label, r)])).collect()
}

/// Share of what conducts up to site `i - 1` that is blocked before site `i`, and how far the delays spread.
fn segment(pool: &Pool, i: usize, sites: &[StimulationTruth]) -> SegmentTruth {
    let reaching: Vec<&Unit> = pool.units.iter().filter(|u| u.arrival(i - 1).is_some()).collect();
    let all = reaching.iter().fold(0.0, |sum, u| sum + u.a);
    let stopped = reaching.iter().filter(|u| u.blocked[i]).fold(0.0, |sum, u| sum + u.a);
    let (distal, proximal) = (&sites[i - 1].response, &sites[i].response);
    let fall = |of: fn(&ResponseTruth) -> Option<f64>| {
        let (far, near) = (of(distal)?, of(proximal)?);
        (far > 0.0).then(|| 100.0 * (1.0 - near / far))
    };
    let dt = distal.onset_ms.zip(proximal.onset_ms).map(|(a, b)| b - a).filter(|dt| *dt > 0.0);
    SegmentTruth {
        segment: format!("{}-{}", sites[i - 1].site, sites[i].site),
        distance_mm: sites[i].distance_mm,
        stated_distance_mm: sites[i].stated_distance_mm,
        conduction_velocity_m_s: dt.map(|dt| sites[i].distance_mm / dt),
        block_share_percent: if all > 0.0 { 100.0 * stopped / all } else { 0.0 },
        dispersion_sd_ms: pool.pieces[i].spread * 1e3,
        amplitude_fall_percent: fall(|r| r.amplitude_uv),
        area_fall_percent: fall(|r| r.negative_peak_area_uvms),
        duration_rise_percent: fall(|r| r.negative_peak_duration_ms).map(|f| -f),
    }
}
