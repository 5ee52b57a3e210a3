//! The soleus H reflex: a series of rising currents.

use super::marker::{self, negative_peak};
use super::motor::store;
use super::options::Degenerate;
use super::record::{Layout, Setting, record};
use super::waveform::{Grid, add_unit};
use super::{Made, Plan};
use crate::simulate::draw::Draw;
use crate::truth::ncs::HReflexTruth;

/// Motor units of the part of the soleus under the electrode. Ours.
const UNITS: usize = 160;
/// Currents of a series.
const CURRENTS: usize = 16;
/// Spread of the afferents' thresholds (SD of the logarithm) and of the motor axons'. Ours.
const AFFERENT_SPREAD: f64 = 0.12;
const AXON_SPREAD: f64 = 0.20;
/// Probability that an axon's antidromic impulse comes back.
const BACKFIRE: f64 = 0.012;
/// Sweep, s.
const WINDOW: f64 = 0.070;

struct Unit {
    a: f64,
    tau: f64,
    /// Of the M potential, s.
    m: f64,
    /// Of the H potential, s.
    h: f64,
    /// mA.
    threshold: f64,
    /// Place in the order of reflex recruitment: 0 first, 1 last.
    rank: f64,
}

/// One stimulus: which units answer directly, which late.
struct Answer {
    direct: Vec<usize>,
    reflex: Vec<usize>,
    returning: Vec<usize>,
}

/// Latency of a healthy H reflex, s: 27 to 32 ms, with height and age.
fn latency(plan: &Plan, draw: &mut Draw) -> f64 {
    let subject = &plan.subject;
    let ms = 29.0 + 0.14 * (subject.height_cm - 172.0) + 0.03 * (subject.age - 50.0);
    (ms + draw.within(0.0, 0.7, -1.6, 1.6)) / subject.warmth(false).sqrt() * 1e-3
}

/// Makes both sides' studies. Sides share the person's latency up to what healthy sides differ by.
pub(super) fn study(plan: &Plan, person: &mut Draw, right: bool, draw: &mut Draw) -> Made<HReflexTruth> {
    let side = if right { "right" } else { "left" };
    let shared = latency(plan, person);
    let strength = person.uniform(0.45, 0.85);
    let junctions = plan.pathology.junctions;
    // What the soleus' junctions transmit at rest.
    let transmitted = super::repetitive::phi(junctions.margin.0.ln() / junctions.margin.1);
    let scale = person.log_uniform(0.7, 1.5) * transmitted;
    let lesion = plan.pathology.reflex(right, draw);
    // Healthy sides differ by 0.69 ms on average (SD 0.46): normal with SD 0.6 each side of the mean.
    let latency = (shared + draw.within(0.0, 0.4e-3, -0.7e-3, 0.7e-3)) / lesion.slow + lesion.delay;
    let layout = Layout::of(plan.options.source, draw);
    let afferent = draw.uniform(5.0, 11.0);
    let units = units(plan, latency, lesion.slow, scale, afferent, draw);
    let lost = lesion.loss;
    let units: Vec<Unit> = units.into_iter().filter(|_| !draw.chance(lost)).collect();
    let most = units.iter().map(|u| u.threshold).fold(afferent * 1.5, f64::max) * 1.1;
    let least = afferent * 0.78;
    let tenth = |x: f64| (x * 10.0).round() / 10.0;
    #[expect(clippy::cast_precision_loss, reason = "16 currents")]
    let currents: Vec<f64> =
        (0..CURRENTS).map(|i| tenth(least * (most / least).powf(i as f64 / (CURRENTS - 1) as f64))).collect();
    let absent = plan.options.spoilt(Degenerate::Absent);
    let answers: Vec<Answer> = currents
        .iter()
        .map(|i| answer(&units, *i, afferent, strength * lesion.strength, absent, draw))
        .collect();
    let end = WINDOW.max(((latency + 0.03) * 200.0).ceil() / 200.0);
    let mut setting = Setting::motor(&plan.options, &plan.subject, layout, end, draw);
    setting.sweeps = CURRENTS;
    let sum = |list: &[usize], time: fn(&Unit) -> f64, out: &mut [f64], grid: Grid| {
        for unit in list.iter().map(|k| &units[*k]) {
            add_unit(out, grid, time(unit), unit.a, unit.tau);
        }
    };
    let mut recorded = record(&setting, draw, |k, grid, x| {
        sum(&answers[k].direct, |u| u.m, x, grid);
        sum(&answers[k].reflex, |u| u.h, x, grid);
        sum(&answers[k].returning, |u| u.h + 1.5e-3, x, grid);
    });
    plan.spoil_gain(&mut recorded, draw);
    let grid = Grid::fine(end);
    let alone = |list: &[usize], time: fn(&Unit) -> f64| {
        let mut x = vec![0.0; grid.len];
        sum(list, time, &mut x, grid);
        x
    };
    let h: Vec<Vec<f64>> = answers.iter().map(|a| alone(&a.reflex, |u| u.h)).collect();
    let h_amplitudes: Vec<f64> = h.iter().map(|x| negative_peak(x) * 1e6).collect();
    let m_amplitudes: Vec<f64> =
        answers.iter().map(|a| negative_peak(&alone(&a.direct, |u| u.m)) * 1e6).collect();
    let largest = (0..h.len()).fold(0, |best, i| if h_amplitudes[i] > h_amplitudes[best] { i } else { best });
    let onset = marker::onset(&h[largest], grid).map(|t| t * 1e3);
    let m_max = m_amplitudes.iter().copied().fold(0.0, f64::max);
    let temperature = plan.subject.temperature(false);
    let files = store(&format!("soleus_h_{side}"), layout, vec![("sweep".to_owned(), recorded.clone())], 0);
    let list: Vec<String> = currents.iter().map(|c| format!("{c:?}")).collect();
    let toml = format!(
        "\n[[h_reflex]]\nnerve = \"tibial\"\nside = \"{side}\"\nmuscle = \"soleus\"\nsite = \"popliteal_fossa\"\n\
         skin_temperature_c = {temperature:?}\nstimulus_ma = [{}]\nrecording = {}\n",
        list.join(", "),
        files[0].reference(None)
    );
    let truth = HReflexTruth {
        side: side.into(),
        file: files[0].name.clone(),
        skin_temperature_c: temperature,
        present: onset.is_some(),
        latency_ms: onset,
        h_m_ratio_percent: (m_max > 0.0).then(|| 100.0 * h_amplitudes[largest] / m_max),
        stimulus_ma: currents,
        h_amplitudes_uv: h_amplitudes,
        m_amplitudes_uv: m_amplitudes,
        noise_rms_uv: recorded.noise * 1e6,
    };
    Made { files, toml, truth }
}

fn units(plan: &Plan, latency: f64, slow: f64, scale: f64, afferent: f64, draw: &mut Draw) -> Vec<Unit> {
    let tau = 2.6e-3 * draw.within(1.0, 0.1, 0.75, 1.3) * plan.subject.lengthening(false);
    let m = draw.within(4.6e-3, 0.6e-3, 3.2e-3, 6.5e-3) / slow;
    let ratio = draw.uniform(1.35, 1.9);
    // The fastest unit sets the onset; the others come up to some ms later, more where the nerve is slow.
    let spread = 0.5e-3 / slow;
    let mut units: Vec<Unit> = (0..UNITS)
        .map(|_| {
            let late = draw.normal(0.0, 1.0).clamp(-2.0, 2.0) + 2.0;
            let size = draw.normal(0.0, 0.6).clamp(-1.7, 1.7);
            Unit {
                a: 0.17e-3 * scale * size.exp(),
                tau: tau * draw.normal(0.0, 0.1).clamp(-0.3, 0.3).exp(),
                m: m + 0.6 * spread * late,
                h: latency + spread * late,
                // Large axons answer to smaller currents.
                threshold: afferent
                    * ratio
                    * (AXON_SPREAD * (draw.normal(0.0, 0.8) - 0.6 * size / 0.6)).exp(),
                rank: 0.0,
            }
        })
        .collect();
    units.sort_by(|x, y| x.a.total_cmp(&y.a));
    let n = units.len();
    #[expect(clippy::cast_precision_loss, reason = "160 units")]
    units.iter_mut().enumerate().for_each(|(i, u)| u.rank = i as f64 / n as f64);
    units
}

/// Afferents recruit motor neurons from the small ones upwards; an axon that the stimulus itself excites loses its
/// reflex impulse to the antidromic one.
fn answer(
    units: &[Unit],
    current: f64,
    afferent: f64,
    strength: f64,
    absent: bool,
    draw: &mut Draw,
) -> Answer {
    let share = super::repetitive::phi((current / afferent).ln() / AFFERENT_SPREAD);
    let reach = strength * share * draw.normal(1.0, 0.05);
    let mut out = Answer { direct: Vec::new(), reflex: Vec::new(), returning: Vec::new() };
    for (k, unit) in units.iter().enumerate() {
        let back = draw.chance(BACKFIRE);
        if absent {
            continue;
        }
        if current > unit.threshold {
            out.direct.push(k);
            if back {
                out.returning.push(k);
            }
        } else if unit.rank < reach {
            out.reflex.push(k);
        }
    }
    out
}
