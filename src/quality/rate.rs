//! Sampling frequency against what is to be measured.

use super::view::ChannelView;
use crate::measure::{Finding, Severity};
use crate::recording::ChannelKind;

/// Below this (strict) jitter, jiggle and near-fibre potentials cannot be measured: their content lies
/// between 500 Hz and several kHz, and times must resolve tens of microseconds.
/// Jiggle: Stålberg & Sonoo 1994, Muscle Nerve 17; that 10 kHz is the limit is our choice.
const NEEDLE_FINE_HZ: f64 = 10e3;
/// Below this (strict) not even the spike of a motor unit potential (1 to 2 ms) has enough samples.
const NEEDLE_LEAST_HZ: f64 = 2e3;
/// Surface EMG reaches to 400–500 Hz: below 1 kHz (strict) its spectrum is folded or cut. SENIAM, Hermens 2000.
const SURFACE_HZ: f64 = 1e3;
/// Evoked responses: latencies to 0.1 ms. Our choice: below 5 kHz (strict) a sample is over 0.2 ms.
const EVOKED_HZ: f64 = 5e3;

/// Count 1, share 0: it concerns the channel as a whole.
pub(super) fn run(view: &ChannelView<'_>) -> Vec<Finding> {
    let fs = view.fs();
    let (severity, what) = match view.kind {
        ChannelKind::Needle if fs < NEEDLE_LEAST_HZ => {
            (Severity::Refuse, "below 2 kHz: too low for any measure of needle EMG")
        }
        ChannelKind::Needle if fs < NEEDLE_FINE_HZ => (
            Severity::Warning,
            "below 10 kHz: not measurable are jitter, jiggle, near-fibre potentials and rise time; peaks, turns and durations are coarse, amplitudes of steep potentials read low",
        ),
        ChannelKind::Surface if fs < SURFACE_HZ => (
            Severity::Warning,
            "below 1 kHz: surface EMG reaches to 500 Hz, so spectral measures (mnf, mdf, …) are cut or folded; amplitude measures hold for the band that is there",
        ),
        ChannelKind::Evoked if fs < EVOKED_HZ => {
            (Severity::Warning, "below 5 kHz: latencies are no finer than a sample and peaks read low")
        }
        ChannelKind::Emg if fs < NEEDLE_FINE_HZ => (
            Severity::Note,
            "whether that suffices depends on the electrode (not stated): needle EMG below 10 kHz has no jitter, jiggle, near-fibre potentials or rise time, surface EMG needs 1 kHz; say --kind",
        ),
        _ => return Vec::new(),
    };
    vec![view.finding("low_sampling_frequency", severity, 1, 0.0, format!("{fs} Hz, {what}"))]
}
