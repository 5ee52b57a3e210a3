//! What a signal records, from its label.
//!
//! EDF+ labels are `type specification`: `EMG L_APB`, `NC R_Sural`, `EP CZ'-FZ`. Many devices write the
//! specification alone, so an unknown word leaves the kind at EMG where the unit is a voltage.

use super::records::Timing;
use crate::recording::{Channel, ChannelKind};
use crate::units::SignalUnit;

/// First words that name something else than EMG or an evoked response: the signal types and dimensions of
/// the EDF+ standard texts, then words that devices use for the same.
const OTHER: &[&str] = &[
    "eeg",
    "ecg",
    "eog",
    "erg",
    "meg",
    "mcg",
    "temp",
    "resp",
    "sao2",
    "light",
    "sound",
    "event",
    "dist",
    "area",
    "vol",
    "dur",
    "vel",
    "mass",
    "angle",
    "force",
    "press",
    "power",
    "freq",
    "flow", // EDF+
    "ekg",
    "spo2",
    "pulse",
    "pleth",
    "acc",
    "accel",
    "accelerometer",
    "gyr",
    "gyro",
    "gyroscope",
    "mag",
    "torque",
    "goniometer",
    "gonio",
    "trig",
    "trigger",
    "status",
    "marker",
    "sync",
    "thorax",
    "abdomen",
];

/// Kind by label and unit.
pub(super) fn of_label(label: &str, unit: &SignalUnit) -> ChannelKind {
    let lower = label.to_lowercase();
    let word = lower.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or("");
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    match stem {
        "emg" => ChannelKind::Emg,
        "nc" | "ep" => ChannelKind::Evoked,
        _ if OTHER.contains(&stem) || OTHER.contains(&word) => ChannelKind::Other,
        _ if !unit.text.is_empty() && !unit.is_voltage() => ChannelKind::Other,
        _ => ChannelKind::Emg,
    }
}

/// The specification behind `EMG `, where it is a word and not a number.
pub(super) fn muscle_of_label(label: &str) -> Option<String> {
    let rest = label.strip_prefix("EMG ")?.trim();
    (rest.chars().any(char::is_alphabetic)).then(|| rest.to_owned())
}

/// In a discontinuous file with stimuli (EDF+ 3.7: one record a stimulus) a voltage whose label says
/// nothing else is a stimulus-locked response.
pub(super) fn refine(channels: &mut [Channel], timing: &Timing) {
    let stimulated = timing.annotations.iter().any(|a| a.text.trim_start().starts_with("Stimulus"));
    if !timing.discontinuous || !stimulated {
        return;
    }
    for channel in channels {
        let says_emg = channel.label.to_lowercase().starts_with("emg");
        if channel.kind == ChannelKind::Emg && !says_emg && channel.unit.is_voltage() {
            channel.kind = ChannelKind::Evoked;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_the_kind() {
        let kind = |label, unit| of_label(label, &SignalUnit::parse(unit));
        for label in ["EMG L_APB", "EMG1", "R APB", "sine 5Hz", "TA", "", "L_Biceps_Bra"] {
            assert_eq!(kind(label, "uV"), ChannelKind::Emg, "{label}");
        }
        assert_eq!(kind("NC L_APB", "mV"), ChannelKind::Evoked);
        assert_eq!(kind("EP CZ'-FZ", "uV"), ChannelKind::Evoked);
        for (label, unit) in
            [("ECG II", "mV"), ("Force", "N"), ("Status", "Boolean"), ("grip", "N"), ("EEG Fp1", "uV")]
        {
            assert_eq!(kind(label, unit), ChannelKind::Other, "{label}");
        }
        assert_eq!(muscle_of_label("EMG L_APB"), Some("L_APB".into()));
        assert_eq!((muscle_of_label("EMG 1"), muscle_of_label("R APB")), (None, None));
    }
}
