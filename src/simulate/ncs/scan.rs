//! CMAP scans, as a Qtrac MEM file.

use super::motor::at_rest;
use super::options::Degenerate;
use super::pool::Pool;
use super::store::{Content, Stored};
use super::waveform::PEAK;
use super::{Made, Plan};
use crate::simulate::draw::Draw;
use crate::truth::ncs::ScanTruth;
use std::fmt::Write as _;

/// Stimuli between the largest and the smallest current, log-spaced (reference text 4.13).
const STIMULI: usize = 500;
/// Supramaximal stimuli before them, and stimuli behind the last.
const BEFORE: usize = 20;
/// Rows left out around the trimmed scan, as the real files have them.
const MARGIN: usize = 3;

/// Makes the scan of the pool's nerve at its first site.
pub(super) fn study(plan: &Plan, pool: &Pool, draw: &mut Draw) -> Made<ScanTruth> {
    let nerve = pool.anatomy;
    let rest = at_rest(plan);
    let absent = plan.options.spoilt(Degenerate::Absent);
    // Median threshold and its spread: the real scans' S50 lie at 5 to 20 mA, S95/S5 at 1.3 to 2.
    let (middle, spread) = (draw.log_uniform(5.0, 18.0), draw.uniform(0.08, 0.20));
    let relative_spread = 0.0165 * draw.uniform(0.6, 1.5);
    let noise = draw.uniform(5e-6, 15e-6);
    let mut units: Vec<(f64, f64)> = Vec::new();
    for unit in &pool.units {
        let threshold = middle * (spread * draw.within(0.0, 1.0, -2.6, 2.6)).exp();
        let size = PEAK * unit.a * rest(unit);
        if unit.arrival(0).is_some() && !absent {
            units.push((threshold, size));
        }
    }
    let total = units.iter().fold(0.0, |sum, u| sum + u.1);
    let highest = units.iter().map(|u| u.0).fold(middle, f64::max);
    let lowest = units.iter().map(|u| u.0).fold(middle, f64::min);
    let (top, bottom) =
        (highest * (1.0 + 8.0 * relative_spread), lowest * (1.0 - 6.0 * relative_spread).max(0.5));
    let mut rows: Vec<(f64, f64)> = Vec::new();
    #[expect(clippy::cast_precision_loss, reason = "500 stimuli")]
    let current = |k: usize| match k {
        k if k < BEFORE => top,
        k => top * (bottom / top).powf(((k - BEFORE) as f64 / (STIMULI - 1) as f64).min(1.0)),
    };
    for k in 0..BEFORE + STIMULI + MARGIN {
        let i = (current(k) * 1e3).round() / 1e3;
        let mut y = draw.normal(0.0, noise);
        for (threshold, size) in &units {
            let spread = relative_spread * draw.normal(0.0, 1.0);
            if i > threshold * (1.0 + spread) {
                y += size;
            }
        }
        rows.push((i, (y * 1e6).max(0.0).round() / 1e3));
    }
    let begin = rows.iter().position(|r| r.0 < highest * (1.0 + 4.0 * relative_spread)).unwrap_or(BEFORE);
    let end = BEFORE + STIMULI;
    let file = format!("{}_scan.MEM", nerve.nerve);
    let text =
        mem(plan, nerve.nerve, nerve.muscle, &rows, [begin - MARGIN.min(begin), begin, end, end + MARGIN]);
    let at = |share: f64| {
        let mut sorted = units.clone();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0.0;
        sorted
            .iter()
            .find(|u| {
                sum += u.1;
                sum >= share * total
            })
            .map_or(0.0, |u| u.0)
    };
    let squares: f64 = units.iter().map(|u| u.1 * u.1).sum();
    let truth = ScanTruth {
        nerve: nerve.nerve.into(),
        side: "right".into(),
        muscle: nerve.muscle.into(),
        file: file.clone(),
        units: units.len(),
        effective_units: if squares > 0.0 { total * total / squares } else { 0.0 },
        unit_sizes_uv: units.iter().map(|u| u.1 * 1e6).collect(),
        thresholds_ma: units.iter().map(|u| u.0).collect(),
        relative_spread,
        noise_uv: noise * 1e6,
        maximum_mv: total * 1e3,
        s5_ma: at(0.05),
        s50_ma: at(0.5),
        s95_ma: at(0.95),
    };
    let toml = format!(
        "\n[[cmap_scan]]\nnerve = \"{}\"\nside = \"right\"\nmuscle = \"{}\"\nsite = \"{}\"\n\
         skin_temperature_c = {:?}\nfile = \"{file}\"\n",
        nerve.nerve,
        nerve.muscle,
        nerve.sites[0].name,
        plan.subject.temperature(nerve.arm)
    );
    Made { files: vec![Stored { name: file, content: Content::Text(text) }], toml, truth }
}

fn mem(plan: &Plan, nerve: &str, muscle: &str, rows: &[(f64, f64)], points: [usize; 4]) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        let _ = write!(out, "{key:<19}\t{value}\r\n");
    };
    line("File:", "simulated");
    line("Name:", &format!("SIM.{}", plan.options.seed));
    line("Protocol:", "MSCAN-R2");
    line("Date:", "1/1/26");
    line("Start time:", "12:00:00");
    line("Age:", &format!("{}", plan.subject.age));
    line("Sex:", if plan.subject.male { "M" } else { "F" });
    line("Temperature:", &format!("{}", plan.subject.temperature(true)));
    let short: String = muscle.split('_').filter_map(|w| w.chars().next()).collect();
    let name = nerve[..1].to_uppercase() + &nerve[1..];
    line("S/R sites:", &format!("{name} Wr-{}", short.to_uppercase()));
    line("NC/disease:", "simulated");
    line("Operator:", "myotome");
    let [a, b, c, d] = points;
    let _ = write!(out, "Comments:\r\nM-SCAN DATA (5.0m)\r\nScanpts: {a}, {b}, {c}, {d}\r\n");
    let _ = write!(out, "Stim. (mA)     \tAmp. (mV)\r\n");
    for (k, (current, amplitude)) in rows.iter().enumerate() {
        let _ = write!(out, "{:<15}\t{:<15}\t{amplitude}\r\n", format!("MS.{}", k + 1), format!("{current}"));
    }
    out
}
