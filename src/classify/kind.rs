//! The kind of a channel: what its file says first, then what its signal says.

use super::content::content;
use crate::norms::{MUSCLES, Muscle};
use crate::recording::{Channel, ChannelKind, Recording};
use crate::trace::Trace;

/// How well a kind is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// Neither the file nor the signal decides.
    Guess,
    /// The signal or an indirect fact of the file says so.
    Likely,
    /// The file says so.
    Stated,
}

/// A kind with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// What it most probably is; [`ChannelKind::Emg`] where nothing decides.
    pub kind: ChannelKind,
    /// How well founded.
    pub sureness: Sureness,
    /// What spoke for it, strongest first.
    pub reasons: Vec<String>,
}

fn opinion(kind: ChannelKind, sureness: Sureness, reason: impl Into<String>) -> Opinion {
    Opinion { kind, sureness, reasons: vec![reason.into()] }
}

const NEEDLE_WORDS: &[&str] =
    &["needle", "concentric", "monopolar", "intramuscular", "cne", "mne", "fine wire", "finewire", "sfemg"];
const SURFACE_WORDS: &[&str] = &[
    "surface",
    "semg",
    "trigno",
    "delsys",
    "armband",
    "myo",
    "grid",
    "hdemg",
    "hd emg",
    "high density",
    "wristband",
    "ag agcl",
    "noraxon",
];
const OTHER_WORDS: &[&str] = &[
    "acc",
    "accelerometer",
    "gyro",
    "gyroscope",
    "mag",
    "magnetometer",
    "force",
    "torque",
    "trigger",
    "trig",
    "status",
    "ecg",
    "ekg",
    "eeg",
    "eog",
    "eda",
    "ppg",
    "resp",
    "respiration",
    "temp",
    "temperature",
    "angle",
    "goniometer",
    "battery",
    "counter",
    "time",
    "pressure",
    "event",
    "marker",
    "annotations",
    "light",
    "sync",
];
/// Formats of devices for surface EMG (motion analysis, wearables, grids).
const SURFACE_FORMATS: &[&str] = &["c3d", "opensignals", "delsys", "trigno", "otb", "xdf", "bids"];

/// Lower case, every run of other characters one blank, one blank at both ends: for finding whole words.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    format!(" {} ", words.map(str::to_lowercase).collect::<Vec<_>>().join(" "))
}

fn word_in(text: &str, words: &[&'static str]) -> Option<&'static str> {
    words.iter().copied().find(|w| text.contains(&format!(" {w} ")))
}

/// What `texts` say: needle or surface; `None` when neither or both.
fn electrode_in(text: &str) -> Option<(ChannelKind, &'static str)> {
    match (word_in(text, NEEDLE_WORDS), word_in(text, SURFACE_WORDS)) {
        (Some(word), None) => Some((ChannelKind::Needle, word)),
        (None, Some(word)) => Some((ChannelKind::Surface, word)),
        _ => None,
    }
}

/// The kind of one channel of `recording`. Facts of the file come first, in this order: the channel's stated
/// kind, its unit, its label and electrode, sweeps and stimuli, comments. Then the signal, then the
/// sampling frequency and the format's usual use.
pub fn kind_of(recording: &Recording, channel: &Channel) -> Opinion {
    use ChannelKind::{Emg, Evoked, Needle, Other, Surface};
    use Sureness::{Guess, Likely, Stated};
    if channel.kind != Emg {
        return opinion(channel.kind, Stated, format!("the file says {}", channel.kind.name()));
    }
    let counts = ["", "adu", "count", "counts", "bit", "bits", "a u", "au", "n a", "1"];
    let unit = plain(&channel.unit.text);
    if !channel.unit.is_voltage() && !counts.contains(&unit.trim()) {
        return opinion(Other, Likely, format!("unit `{}` is no voltage", channel.unit.text));
    }
    let electrode = channel.electrode.as_deref().unwrap_or("");
    let named = plain(&format!("{} {}", channel.label, electrode));
    if let Some((kind, word)) = electrode_in(&named) {
        return opinion(kind, Stated, format!("label or electrode says `{word}`"));
    }
    // Digits are cut from a label's words: ACC1, TRIG2.
    let label = plain(&channel.label.replace(|c: char| c.is_ascii_digit(), " "));
    if let Some(word) = word_in(&label, OTHER_WORDS).filter(|_| !label.contains("emg")) {
        return opinion(Other, Likely, format!("the label says `{word}`"));
    }
    if let Some(reason) = evoked(recording, channel) {
        return opinion(Evoked, Likely, reason);
    }
    let comments = plain(&recording.comments.iter().take(1000).cloned().collect::<Vec<_>>().join(" "));
    if let Some((kind, word)) = electrode_in(&comments) {
        return opinion(kind, Stated, format!("a comment of the file says `{word}`"));
    }
    let fs = channel.sampling_frequency.0;
    if fs < 2000.0 {
        // Needle potentials cannot be recorded at such a rate: half a millisecond is one sample.
        return opinion(Surface, Likely, format!("sampled at {fs} Hz, too low for a needle"));
    }
    let device = SURFACE_FORMATS.iter().find(|f| recording.format.contains(**f));
    if let Some(found) = longest_stretch(channel).and_then(|x| {
        let trace = Trace::new(&x, channel.sampling_frequency).ok()?;
        content(trace)
    }) {
        let why = format!(
            "{:.0} % of the height lies above 500 Hz, spikiness {:.1}",
            100.0 * found.sharp_share,
            found.spikiness
        );
        if found.is_needle(channel.is_calibrated_voltage()) {
            return opinion(Needle, Likely, why + ": separate sharp potentials as near a needle");
        }
        if found.is_surface() {
            return opinion(Surface, Likely, why + ": no sharp potentials");
        }
    }
    if let Some(format) = device {
        return opinion(Surface, Guess, format!("{format} files mostly hold surface EMG"));
    }
    // IFCN 2020: needle EMG is sampled at 20 kHz and more; surface EMG rarely above 5 kHz. 8 kHz is ours.
    if fs >= 8000.0 {
        return opinion(
            Needle,
            Guess,
            format!("sampled at {fs} Hz as needle EMG is; the signal does not decide"),
        );
    }
    opinion(Emg, Guess, "neither the file nor the signal decides")
}

/// Why the channel holds stimulus-locked sweeps, if it does.
fn evoked(recording: &Recording, channel: &Channel) -> Option<String> {
    let fs = channel.sampling_frequency.0;
    if let [first, rest @ ..] = channel.segments.as_slice() {
        #[expect(clippy::cast_precision_loss, reason = "a count of samples")]
        let seconds = first.len as f64 / fs;
        // A sweep of a nerve study lasts 10 to 500 ms; 1 s leaves room.
        if !rest.is_empty() && seconds <= 1.0 && rest.iter().all(|s| s.len == first.len) {
            return Some(format!("{} sweeps of {:.0} ms each", rest.len() + 1, seconds * 1e3));
        }
    }
    let stimuli = recording.annotations.iter().filter(|a| {
        let text = plain(&a.text);
        [" stim ", " stimulus ", " stimulation ", " stimuli "].iter().any(|w| text.contains(w))
    });
    let count = stimuli.count();
    // Cues of a task are called stimuli too; electrical stimuli come with a rate for evoked responses.
    (count > 0 && fs >= 2000.0).then(|| format!("{count} annotations of a stimulus"))
}

/// Up to 60 s of the longest stretch without a gap, in SI.
fn longest_stretch(channel: &Channel) -> Option<Vec<f64>> {
    let stretch = channel.measurable().into_iter().max_by_key(|s| s.len)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let most = (60.0 * channel.sampling_frequency.0) as usize;
    let mut out = Vec::new();
    channel.si_into(stretch.first..stretch.first + stretch.len.min(most), &mut out);
    Some(out)
}

/// The muscle that a recording's target, label or comments name by its full name or an alias; abbreviations
/// only where they are the whole label or target. `None` when none or more than one is named.
pub fn muscle_named_in(recording: &Recording, channel: &Channel) -> Option<&'static Muscle> {
    let whole = [channel.target_muscle.as_deref(), Some(channel.label.as_str())];
    if let Some(found) = whole.into_iter().flatten().find_map(crate::norms::muscle) {
        return Some(found);
    }
    let text = recording.comments.iter().take(1000).map(String::as_str);
    let text = plain(&text.chain(whole.into_iter().flatten()).collect::<Vec<_>>().join(" "));
    let named = |m: &&Muscle| {
        let names = [m.id, m.name].into_iter().chain(m.aliases.iter().copied());
        names.filter(|n| n.contains([' ', '_'])).any(|n| text.contains(&plain(n)))
    };
    let mut found = MUSCLES.iter().filter(named);
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}
