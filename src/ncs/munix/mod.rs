//! MUNIX, the motor unit number index: from the compound muscle action potential (CMAP) and the surface
//! interference pattern at several forces.
//!
//! **An index, never a number of units.** With A the area ∫|x|dt and P the power ∫x²dt of the CMAP and of an
//! epoch of interference, the ideal case motor unit count is ICMUC = (P_CMAP·A_SIP)/(A_CMAP·P_SIP): the number
//! of units exactly if all were equal and their potentials never overlapped. They do, and the more so the
//! stronger the contraction, so ICMUC falls with the force; the index is the power law through the epochs, read
//! at a fixed area of 20 mV·ms. It follows the CMAP's amplitude closely (the same number of simulated units at a
//! third of the size has a far smaller index), and it is comparable only between recordings made alike. MUSIX, the CMAP's amplitude over MUNIX, is
//! likewise an index of size.
//!
//! Source: Nandedkar et al. 2004, IEEE Trans Biomed Eng 51:2209 (definition); Nandedkar et al. 2018, Muscle
//! Nerve 58:374 (guideline); Bostock et al. 2019, Clin Neurophysiol (what it follows).

mod area;
mod regression;

use super::{Measured, Sweep};
use crate::trace::Trace;
use crate::units::Seconds;
use crate::{Error, Result};
use area::{Content, baseline};
use regression::PowerLaw;
use std::ops::Range;

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MunixOptions {
    /// Length of an epoch. 0.1 to 2 s; 0.5 s by the guideline.
    pub epoch: Seconds,
    /// A rest of a stretch that is at least this long is an epoch too. 0.1 s to the epoch's length.
    pub shortest: Seconds,
    /// Stretch of the sweep that holds the CMAP, seconds from the stimulus; behind the stimulus artefact.
    pub cmap: (Seconds, Seconds),
    /// Whether power-line interference is looked for and subtracted.
    pub mains: bool,
}

impl Default for MunixOptions {
    /// 500 ms, 300 ms tolerated; the CMAP from 1 to 50 ms; mains on.
    fn default() -> Self {
        MunixOptions {
            epoch: Seconds(0.5),
            shortest: Seconds(0.3),
            cmap: (Seconds(0.001), Seconds(0.05)),
            mains: true,
        }
    }
}

/// Area of the interference at which the index is read, V·s (20 mV·ms), for an epoch of 500 ms.
const REFERENCE_AREA: f64 = 20e-6;
/// What is left of a constant after rounding, V·s; six orders below the least area.
const SILENT_AREA: f64 = 1e-12;
/// Length that areas are brought to, s.
const REFERENCE_LENGTH: f64 = 0.5;
/// Acceptance of an epoch: least area, V·s; greatest count; least area over the CMAP's.
const LEAST_AREA: f64 = 20e-6;
const GREATEST_COUNT: f64 = 100.0;
const LEAST_RATIO: f64 = 1.0;
/// No index below this CMAP, V.
const LEAST_CMAP: f64 = 0.5e-3;
/// Epochs wanted by the guideline, and the fewest that a line with an uncertainty needs.
const WANTED: usize = 20;
const FEWEST: usize = 3;
/// Greatest over least area of the epochs below which the force hardly varied. Ours.
const RANGE: f64 = 3.0;
/// Share of an epoch that must be active, and of the envelope's variance that may repeat at one frequency of
/// tremor. Ours.
const ACTIVE: f64 = 0.35;
const REPEATING: f64 = 0.5;
/// Share of the accepted epochs with such a mark that is told. Ours.
const MARKED: f64 = 0.2;

/// Why an epoch is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// Area of 20 mV·ms or less.
    Area,
    /// Ideal case count of 100 or more.
    Count,
    /// Area not above the CMAP's.
    Ratio,
    /// No activity at all.
    Silent,
}

impl Rejected {
    /// In words.
    pub fn why(self) -> &'static str {
        match self {
            Rejected::Area => "interference area of 20 mV·ms or less",
            Rejected::Count => "ideal case motor unit count of 100 or more",
            Rejected::Ratio => "interference area not above the CMAP's",
            Rejected::Silent => "no activity",
        }
    }
}

/// One epoch of interference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// Which stretch, from 0.
    pub stretch: usize,
    /// From the stretch's start, s.
    pub onset_s: f64,
    /// s.
    pub duration_s: f64,
    /// ∫|x|dt, brought to 500 ms, V·s.
    pub area: f64,
    /// ∫x²dt, brought to 500 ms, V²·s.
    pub power: f64,
    /// Ideal case motor unit count; 0 where there is no activity.
    pub count: f64,
    /// Whether most of the epoch is silent between few spikes.
    pub sparse: bool,
    /// Whether bursts repeat at a frequency of tremor, 3 to 12 Hz.
    pub tremor: bool,
    /// `None` when it is used.
    pub rejected: Option<Rejected>,
}

/// The index and all that went into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Munix {
    /// MUNIX, an index.
    pub munix: Measured,
    /// MUSIX, V.
    pub musix: Measured,
    /// CMAP amplitude, baseline to negative peak, V.
    pub cmap_amplitude: f64,
    /// CMAP area ∫|x|dt, V·s.
    pub cmap_area: f64,
    /// CMAP power ∫x²dt, V²·s.
    pub cmap_power: f64,
    /// α of ICMUC = α·A^β with A in mV·ms, and β; `None` without a line.
    pub power_law: Option<(f64, f64)>,
    /// All epochs, in order.
    pub epochs: Vec<Epoch>,
    /// What speaks against trusting the index.
    pub doubts: Vec<&'static str>,
}

impl Munix {
    /// Epochs that were used.
    pub fn used(&self) -> impl Iterator<Item = &Epoch> {
        self.epochs.iter().filter(|e| e.rejected.is_none())
    }
}

const METHOD: &str = "power law of the ideal case count over the interference area, read at 20 mV·ms";
const MUSIX: &str = "CMAP amplitude over MUNIX";

/// Measures the index.
///
/// `cmap`: the largest CMAP, negative up. `interference`: stretches of contraction at different forces, V; of
/// any polarity.
///
/// The baseline is removed first: of the CMAP the median before the stimulus, of each epoch a line through
/// what is silent in it, and of a stretch the power line where it stands out.
///
/// # Errors
/// Options out of range; a CMAP window outside the sweep.
pub fn munix(cmap: Sweep<'_>, interference: &[Trace<'_>], options: &MunixOptions) -> Result<Munix> {
    check(options)?;
    let whole = area::cmap(cmap, options.cmap)?;
    let mut epochs = Vec::new();
    for (stretch, trace) in interference.iter().enumerate() {
        let fs = trace.sampling_frequency();
        let samples = area::without_mains(trace, options.mains);
        for range in cut(samples.len(), fs.0, options) {
            let mut x = samples[range.clone()].to_vec();
            baseline(&mut x, fs.0);
            let content = Content::of(&x, fs.0);
            epochs.push(epoch(stretch, &range, fs.0, &content, &whole));
        }
    }
    Ok(index(&whole, epochs))
}

fn check(options: &MunixOptions) -> Result<()> {
    let (epoch, shortest) = (options.epoch.0, options.shortest.0);
    if !(0.1..=2.0).contains(&epoch) {
        return Err(Error::option("MUNIX epoch", format!("{epoch} s; 0.1 to 2 s are possible")));
    }
    if !(0.1..=epoch).contains(&shortest) {
        let why = format!("{shortest} s; 0.1 s to the epoch's {epoch} s are possible");
        return Err(Error::option("shortest MUNIX epoch", why));
    }
    let (from, to) = (options.cmap.0.0, options.cmap.1.0);
    if !(from.is_finite() && to.is_finite() && from < to) {
        return Err(Error::option("CMAP window", format!("{from} to {to} s; a rising pair is needed")));
    }
    Ok(())
}

/// Epochs of a stretch of `n` samples.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and checked")]
fn cut(n: usize, fs: f64, options: &MunixOptions) -> Vec<Range<usize>> {
    let length = ((options.epoch.0 * fs).round() as usize).max(2);
    let shortest = ((options.shortest.0 * fs).round() as usize).max(2);
    let mut out: Vec<Range<usize>> = (0..n / length).map(|i| i * length..(i + 1) * length).collect();
    let rest = n / length * length..n;
    if rest.len() >= shortest {
        out.push(rest);
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn float(n: usize) -> f64 {
    n as f64
}

fn epoch(stretch: usize, range: &Range<usize>, fs: f64, content: &Content, cmap: &Content) -> Epoch {
    let duration_s = float(range.len()) / fs;
    let scale = REFERENCE_LENGTH / duration_s;
    let (area, power) = (content.area * scale, content.power * scale);
    let count = cmap.power * area / (cmap.area * power);
    let count = if count.is_finite() { count } else { 0.0 };
    let rejected = if count <= 0.0 || area <= SILENT_AREA {
        Some(Rejected::Silent)
    } else if area <= LEAST_AREA {
        Some(Rejected::Area)
    } else if count >= GREATEST_COUNT {
        Some(Rejected::Count)
    } else if area <= LEAST_RATIO * cmap.area {
        Some(Rejected::Ratio)
    } else {
        None
    };
    Epoch {
        stretch,
        onset_s: float(range.start) / fs,
        duration_s,
        area,
        power,
        count,
        sparse: content.active < ACTIVE,
        tremor: content.repeating > REPEATING,
        rejected,
    }
}

fn index(cmap: &Content, epochs: Vec<Epoch>) -> Munix {
    let used: Vec<&Epoch> = epochs.iter().filter(|e| e.rejected.is_none()).collect();
    let mut doubts = Vec::new();
    let law = PowerLaw::fit(used.iter().map(|e| (e.area / 1e-6, e.count)));
    let undefined = |why| (Measured::undefined(why, METHOD), Measured::undefined(why, MUSIX));
    let (munix, musix) = if cmap.peak < LEAST_CMAP {
        undefined("CMAP below 0.5 mV")
    } else if used.is_empty() {
        undefined("no epoch of interference was accepted")
    } else if used.len() < FEWEST {
        undefined("fewer than three epochs of interference were accepted")
    } else if let Some(law) = &law {
        let (value, half) = law.at(REFERENCE_AREA / 1e-6);
        let size = cmap.peak / value;
        let why = "the power law gave no finite number";
        let munix = Measured::new(value, half, METHOD, why);
        (munix, Measured::new(size, size * half / value, MUSIX, why))
    } else {
        undefined("all epochs have the same area: the contractions were of one force")
    };
    let share = |marked: usize| marked > 0 && float(marked) > MARKED * float(used.len());
    if used.len() < WANTED {
        doubts.push("fewer than 20 accepted epochs");
    }
    let (least, most) = used.iter().fold((f64::MAX, 0.0f64), |(l, m), e| (l.min(e.area), m.max(e.area)));
    if !used.is_empty() && most < RANGE * least {
        doubts.push("the force hardly varied: greatest area below three times the least");
    }
    if !used.is_empty() && least > 5.0 * REFERENCE_AREA {
        doubts.push("no slight contraction: the index is extrapolated from areas above 100 mV·ms");
    }
    if share(used.iter().filter(|e| e.sparse).count()) {
        doubts.push("many epochs hold few spikes in silence");
    }
    if share(used.iter().filter(|e| e.tremor).count()) {
        doubts.push("bursts repeat as in tremor");
    }
    Munix {
        munix,
        musix,
        cmap_amplitude: cmap.peak,
        cmap_area: cmap.area,
        cmap_power: cmap.power,
        power_law: law.map(|l| l.coefficients()),
        epochs,
        doubts,
    }
}
