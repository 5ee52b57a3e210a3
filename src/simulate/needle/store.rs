//! Recordings as a converter leaves them, and the study folder.

use super::artefact::Converter;
use super::{Electrode, Format, Options, Study};
use crate::format::{self, WriteOptions};
use crate::output::write_atomic;
use crate::recording::{Channel, ChannelKind, Recording, Samples, Scaling};
use crate::study::{self, Level};
use crate::units::{Hertz, SignalUnit};
use crate::{Error, Result, truth};
use std::fmt::Write as _;
use std::path::Path;

/// One simulated recording, 16 bit.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// The file's name without its extension.
    pub name: String,
    /// `None` at rest.
    pub level: Option<Level>,
    /// Sampling frequency.
    pub sampling_frequency: Hertz,
    /// Steps of the converter.
    pub steps: Vec<i16>,
    /// Steps a microvolt.
    pub steps_per_uv: f64,
    format: Format,
    electrode: Electrode,
}

/// Steps a microvolt of the converters; the first that holds the signal is taken. The first is 0.1 µV a step
/// and ±3.3 mV.
const CONVERTERS: [f64; 4] = [10.0, 2.0, 0.5, 0.1];
/// Last step; -32768 means "missing" in some formats.
const LAST: f64 = 32_767.0;

/// Converts a signal in V; beyond the last converter's range it is clipped.
#[expect(clippy::cast_possible_truncation, reason = "clamped or wrapped to the type")]
pub(super) fn digitise(
    name: String,
    level: Option<Level>,
    signal: &[f64],
    converter: Converter,
    options: &Options,
) -> Simulated {
    let most = signal.iter().fold(0.0_f64, |m, x| m.max(x.abs())) * 1e6;
    let fits = CONVERTERS.iter().find(|c| most * **c < 32_000.0);
    let mut steps_per_uv = *fits.unwrap_or(&CONVERTERS[CONVERTERS.len() - 1]);
    if let Converter::Wraps(range) = converter
        && range > 1e-7
    {
        // The type's range is the converter's.
        steps_per_uv = (32_768.0 / (range * 1e6) * 100.0).round().max(1.0) / 100.0;
    }
    let end = match converter {
        Converter::Clips(range) => (range * 1e6 * steps_per_uv).round().clamp(1.0, LAST),
        _ => LAST,
    };
    let step = |x: &f64| {
        let step = (x * 1e6 * steps_per_uv).round();
        let step = if let Converter::Wraps(_) = converter {
            step - 65_536.0 * (step / 65_536.0).round()
        } else {
            step
        };
        step.clamp(-end, end) as i16
    };
    Simulated {
        name,
        level,
        sampling_frequency: options.sampling_frequency,
        steps: signal.iter().map(step).collect(),
        steps_per_uv,
        format: options.format.of(level),
        electrode: options.electrode,
    }
}

impl Simulated {
    /// The file that the study names.
    pub fn file(&self) -> String {
        format!("{}.{}", self.name, self.format.extension())
    }
    /// Samples as they are read back, V.
    pub fn samples(&self) -> Vec<f64> {
        self.steps.iter().map(|s| f64::from(*s) / self.steps_per_uv * 1e-6).collect()
    }
    fn recording(&self) -> Recording {
        let label = "EMG needle";
        let unit = SignalUnit::parse("uV");
        let mut channel =
            Channel::new(label, self.sampling_frequency, unit, Samples::I16(self.steps.clone()));
        channel.kind = ChannelKind::Needle;
        channel.scaling = match self.format {
            Format::Edf => Scaling::Multiply { offset: 0.0, factor: 1.0 / self.steps_per_uv },
            _ => Scaling::Divide { baseline: 0.0, gain: self.steps_per_uv },
        };
        let needle = self.electrode.name().replace('_', " ");
        Recording {
            channels: vec![channel],
            comments: vec![format!("Simulated {needle} needle EMG; no person was recorded")],
            ..Recording::default()
        }
    }
    /// Writes the file into a study's folder.
    pub(in crate::simulate) fn write(&self, folder: &Path) -> Result<()> {
        format::write(&self.recording(), &folder.join(self.file()), &WriteOptions::default()).map(|_| ())
    }
    /// An entry of the study file.
    pub(in crate::simulate) fn entry(&self) -> String {
        let mut out = format!("{{ file = \"{}\"", self.file());
        if self.format == Format::Wav {
            let _ = write!(out, ", unit = \"uV\", gain_per_unit = {}", self.steps_per_uv);
        }
        if let Some(level) = self.level {
            let _ = write!(out, ", level = \"{}\"", level.name());
        }
        out + " }"
    }
}

/// Writes a study folder: recordings, `study.toml`, `truth.json`. An earlier simulation in it is replaced.
///
/// # Errors
/// [`Error::Option`] when the folder holds a study that was not simulated; [`Error::Io`].
pub fn write(study: &Study, folder: &Path) -> Result<()> {
    let (toml, json) = (folder.join(study::FILE_NAME), folder.join(truth::FILE_NAME));
    if toml.exists() && !json.exists() {
        let why =
            format!("`{}` holds a study that was not simulated; choose another folder", folder.display());
        return Err(Error::option("out", why));
    }
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    for recording in &study.recordings {
        recording.write(folder)?;
    }
    write_atomic(&toml, |w| w.write_all(toml_of(study).as_bytes()))?;
    write_atomic(&json, |w| {
        serde_json::to_writer(&mut *w, &study.truth)?;
        w.write_all(b"\n")
    })
}

fn toml_of(study: &Study) -> String {
    let truth = &study.truth;
    let mut out = format!(
        "# Simulated: no person was recorded. What was put in is in {}.\nschema = \"{}\"\n\
         id = \"simulated-{}\"\n\n[subject]\nage_years = {}\n\n[[needle]]\nmuscle = \"{}\"\nside = \"right\"\n",
        truth::FILE_NAME,
        study::SCHEMA,
        truth.seed,
        study.age_years,
        truth.muscle,
    );
    for (key, rest) in [("rest", true), ("contraction", false)] {
        let entries: Vec<String> =
            study.recordings.iter().filter(|r| r.level.is_none() == rest).map(Simulated::entry).collect();
        if !entries.is_empty() {
            let _ = writeln!(out, "{key} = [\n    {},\n]", entries.join(",\n    "));
        }
    }
    out
}
