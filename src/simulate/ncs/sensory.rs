//! Sensory and mixed conduction studies.

use super::anatomy::Sensory;
use super::marker::{self, negative_peak};
use super::motor::store;
use super::options::Degenerate;
use super::pathology::Damage;
use super::pool::gamma;
use super::record::{Layout, Setting, record};
use super::waveform::{Grid, add_axon};
use super::{Made, Plan, stated};
use crate::simulate::draw::Draw;
use crate::truth::ncs::{SensoryTruth, StimulationTruth};

/// Axons of a nerve. The reference text has 1500; what their sum needs are enough for a smooth potential.
const AXONS: usize = 700;
/// SD of velocity over its mean (4 of 54 m/s), and where it is cut off.
const VELOCITY_SPREAD: f64 = 0.074;
const CUT: f64 = 3.2;
/// Width of an axon's potential at 50 m/s, s, and its spread between nerves.
const WIDTH: f64 = 0.45e-3;
/// From the stimulus to the start of conduction, s.
const START: f64 = 0.10e-3;
/// Sweep, s, where the response is not later.
const WINDOW: f64 = 0.020;
/// Rounds of fitting velocity to what was drawn.
const ROUNDS: usize = 4;

/// One axon.
#[derive(Debug, Clone, Copy)]
struct Axon {
    /// Over the mean.
    speed: f64,
    /// Extra delay, s.
    extra: f64,
    alive: bool,
    /// Of a submaximal stimulus, 0 to 1.
    threshold: f64,
}

struct Nerve {
    axons: Vec<Axon>,
    power: f64,
    width: f64,
    /// Mean, m/s.
    velocity: f64,
    /// V at 50 m/s.
    scale: f64,
}

impl Nerve {
    /// Adds the response over `mm` with `damage` on the way; widths times `lengthening`.
    fn respond(
        &self,
        mm: f64,
        damage: &Damage,
        lengthening: f64,
        out: &mut [f64],
        grid: Grid,
        answers: impl Fn(&Axon) -> bool,
    ) {
        for axon in self.axons.iter().filter(|a| answers(a)) {
            let v = axon.speed * self.velocity;
            let slowed = damage.length_mm.min(mm) * 1e-3 / v * (1.0 / damage.slow.max(0.05) - 1.0);
            let at = START * lengthening + mm * 1e-3 / v + slowed + axon.extra;
            let relative = axon.speed * self.velocity / 50.0;
            // The potential's size goes with the axon's diameter, not with how cold it is.
            add_axon(
                out,
                grid,
                at,
                self.scale * relative.powf(self.power),
                lengthening * self.width / relative.sqrt(),
            );
        }
    }
}

/// Makes one sensory study.
pub(super) fn study(plan: &Plan, anatomy: &'static Sensory, draw: &mut Draw) -> Made<SensoryTruth> {
    let subject = &plan.subject;
    let (loss, damage) = plan.pathology.sensory(anatomy, draw);
    let velocity = subject.velocity(anatomy.velocity, anatomy.arm, draw);
    let amplitude = subject.amplitude(anatomy.amplitude, anatomy.amplitude_age, 30.0, draw) * 1e-6;
    let width = WIDTH * draw.within(1.0, 0.08, 0.75, 1.3);
    let mut nerve = Nerve { axons: Vec::new(), power: anatomy.power, width, velocity, scale: 1.0 };
    for _ in 0..AXONS {
        let speed = 1.0 + draw.within(0.0, VELOCITY_SPREAD, -CUT * VELOCITY_SPREAD, CUT * VELOCITY_SPREAD);
        let alive = !draw.chance(loss);
        nerve.axons.push(Axon { speed, extra: gamma(damage.spread, draw), alive, threshold: draw.unit() });
    }
    fit(&mut nerve, anatomy.distance_mm, velocity, amplitude);
    nerve.velocity *= subject.warmth(anatomy.arm);
    // What warmth does to the potentials' size is in their number and width only.
    nerve.scale *= subject.warmth(anatomy.arm).powf(-anatomy.power);

    let distance = anatomy.distance_mm;
    let share = if plan.options.spoilt(Degenerate::Submaximal) { draw.uniform(0.25, 0.8) } else { 1.0 };
    let absent = plan.options.spoilt(Degenerate::Absent);
    let answers = |a: &Axon| a.alive && !absent && a.threshold < share;
    let lengthening = subject.lengthening(anatomy.arm);
    let slowest = distance * 1e-3 / (nerve.velocity * damage.slow.max(0.05) * 0.75);
    let end = WINDOW.max(((slowest + 5.0 * damage.spread + 0.008) * 200.0).ceil() / 200.0);
    let grid = Grid::fine(end + 0.005);
    let mut fine = vec![0.0; grid.len];
    nerve.respond(distance, &damage, lengthening, &mut fine, grid, answers);
    let mut response = marker::measure(&fine, grid);
    let layout = Layout::of(plan.options.source, draw);
    let mut setting = Setting::sensory(&plan.options, subject, layout, end, draw);
    setting.noise = plan.noise_for(setting.noise, &response, setting.sweeps);
    // All sweeps hold the same response: it is computed once where their grids are the same.
    let mut last: Option<(Grid, Vec<f64>)> = None;
    let mut recorded = record(&setting, draw, |_, grid, x| {
        if last.as_ref().is_none_or(|(g, _)| *g != grid) {
            let mut made = vec![0.0; grid.len];
            nerve.respond(distance, &damage, lengthening, &mut made, grid, answers);
            last = Some((grid, made));
        }
        if let Some((_, made)) = &last {
            x.iter_mut().zip(made).for_each(|(x, v)| *x += v);
        }
    });
    plan.spoil(&mut recorded, &response, draw);
    plan.tell_noise(&mut response, &recorded);
    let onset = response.onset_ms;
    let mut stimulation = StimulationTruth {
        site: anatomy.site.into(),
        file: String::new(),
        distance_mm: distance,
        stated_distance_mm: stated(plan, distance, draw),
        recruited_percent: 100.0 * share,
        response,
    };
    let stem = format!("{}_{}", anatomy.nerve, anatomy.recording_site);
    let files = store(&stem, layout, vec![(anatomy.site.to_owned(), recorded)], 2);
    stimulation.file.clone_from(&files[0].name);
    let technique = if anatomy.orthodromic { "orthodromic" } else { "antidromic" };
    let temperature = subject.temperature(anatomy.arm);
    let distance_line =
        stimulation.stated_distance_mm.map_or(String::new(), |mm| format!("distance_mm = {mm:?}\n"));
    let toml = format!(
        "\n[[sensory]]\nnerve = \"{}\"\nside = \"right\"\nrecording_site = \"{}\"\ntechnique = \"{technique}\"\n\
         skin_temperature_c = {temperature:?}\n[[sensory.stimulation]]\nsite = \"{}\"\n{distance_line}recording = {}\n",
        anatomy.nerve,
        anatomy.recording_site,
        anatomy.site,
        files[0].reference(None)
    );
    let truth = SensoryTruth {
        nerve: anatomy.nerve.into(),
        side: "right".into(),
        recording_site: anatomy.recording_site.into(),
        technique: technique.into(),
        skin_temperature_c: temperature,
        conduction_velocity_m_s: onset.map(|ms| distance / ms),
        stimulation: vec![stimulation],
    };
    Made { files, toml, truth }
}

/// Finds the mean velocity at which the healthy response's onset has the velocity drawn, and the scale.
fn fit(nerve: &mut Nerve, mm: f64, velocity: f64, amplitude: f64) {
    let whole = Damage { slow: 1.0, ..Damage::default() };
    let extra: Vec<f64> = nerve.axons.iter_mut().map(|a| std::mem::take(&mut a.extra)).collect();
    for _ in 0..ROUNDS {
        let grid = Grid::fine(mm * 1e-3 / (0.6 * nerve.velocity) + 0.002);
        let mut x = vec![0.0; grid.len];
        nerve.respond(mm, &whole, 1.0, &mut x, grid, |_| true);
        let Some(onset) = marker::onset(&x, grid) else { break };
        let measured = mm * 1e-3 / onset;
        nerve.velocity = (nerve.velocity * velocity / measured).clamp(0.3 * velocity, 2.0 * velocity);
        nerve.scale *= amplitude / negative_peak(&x).max(f64::MIN_POSITIVE);
    }
    nerve.axons.iter_mut().zip(extra).for_each(|(a, e)| a.extra = e);
}
