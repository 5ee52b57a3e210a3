//! Evoked recordings of a study: read, checked, cut into sweeps.

use super::super::recording::sha256;
use super::super::{Context, Options, recording};
use crate::Result;
use crate::format::{self, Source};
use crate::ncs::{self, Found};
use crate::pipeline::{conditioning, kinds};
use crate::quality;
use crate::recording::{ChannelKind, Recording};
use crate::result::{Input, QualityRow};
use crate::study::{RecordingRef, Study};
use crate::units::{Hertz, SignalUnit};

/// What a recording gave.
#[derive(Debug, Clone)]
pub(super) struct Evoked {
    pub(super) input: Input,
    pub(super) quality: Vec<QualityRow>,
    /// Amplifier filters, where the file says them.
    pub(super) filters: Option<String>,
    /// The sweeps, or why nothing must be measured.
    pub(super) found: std::result::Result<Found, String>,
}

/// Options of a study's recording: what the study says of it goes before what was typed.
pub(in crate::pipeline::analyze) fn options_of(reference: &RecordingRef, options: &Options) -> Options {
    let mut options = options.clone();
    if let Some(unit) = &reference.unit {
        options.read.unit = Some(SignalUnit::parse(unit));
    }
    options.read.gain = reference.gain_per_unit.or(options.read.gain);
    options.read.sampling_frequency = reference.sampling_frequency_hz.or(options.read.sampling_frequency);
    options
}

/// A recording of the study, checked and repaired.
struct Opened {
    recording: Recording,
    input: Input,
    quality: Vec<QualityRow>,
    filters: Option<String>,
    /// Why nothing must be measured.
    refused: Option<String>,
}

fn open(study: &Study, reference: &RecordingRef, kind: ChannelKind, options: &Options) -> Result<Opened> {
    let path = study.path_of(reference)?;
    let options = options_of(reference, options);
    let source = Source::open(&path, options.read.max_memory)?;
    let mut recording = format::read_source(&source, &options.read)?;
    recording.file.clone_from(&reference.file);
    let context =
        Context { name: reference.file.clone(), channel: reference.channel.clone(), ..Context::default() };
    recording::choose(&mut recording, &context)?;
    kinds::settle(&mut recording, options.quality.kind.or(Some(kind)));
    let input = Input {
        file: reference.file.clone(),
        sha256: sha256(&source.bytes),
        format: recording.format.into(),
    };
    drop(source);
    let findings = quality::run(&recording, &options.quality);
    let refused = recording.channels.iter().find_map(|c| quality::interpretable(&findings, &c.label).err());
    let quality = findings.iter().map(|f| QualityRow::new(&reference.file, f)).collect();
    // Wrapped samples are put right first; no filter ever runs over a response.
    for channel in &mut recording.channels {
        *channel = conditioning::repaired(channel).into_owned();
    }
    let filters = recording.channels.iter().find_map(|c| c.hardware_filters.clone());
    Ok(Opened { recording, input, quality, filters, refused })
}

/// Reads a recording of the study; of a file of several sites the sweeps of `site`.
///
/// # Errors
/// The file cannot be read, or the study names a channel that is not there.
pub(super) fn read(
    study: &Study,
    reference: &RecordingRef,
    site: Option<&str>,
    options: &Options,
) -> Result<Evoked> {
    let Opened { recording, input, quality, filters, refused } =
        open(study, reference, ChannelKind::Evoked, options)?;
    let found = match refused {
        Some(why) => Err(why),
        None => ncs::sweeps(&recording, reference, site).map_err(|e| e.to_string()),
    };
    Ok(Evoked { input, quality, filters, found })
}

/// A recording without stimuli.
pub(super) struct Stretches {
    pub(super) input: Input,
    pub(super) quality: Vec<QualityRow>,
    /// Its stretches without a gap, in volts, as recorded, or why they must not be used.
    pub(super) found: std::result::Result<Vec<Stretch>, String>,
}

/// Reads a recording without stimuli.
///
/// # Errors
/// As [`read`].
pub(super) fn stretches(study: &Study, reference: &RecordingRef, options: &Options) -> Result<Stretches> {
    let Opened { recording, input, quality, refused, .. } =
        open(study, reference, ChannelKind::Surface, options)?;
    if let Some(why) = refused {
        return Ok(Stretches { input, quality, found: Err(why) });
    }
    let mut out = Vec::new();
    for channel in &recording.channels {
        if !channel.is_calibrated_voltage() {
            let why = format!("channel {} is in no calibrated volts", channel.label);
            return Ok(Stretches { input, quality, found: Err(why) });
        }
        for stretch in channel.measurable() {
            let mut samples = Vec::new();
            channel.si_into(stretch.first..stretch.first + stretch.len, &mut samples);
            out.push((samples, channel.sampling_frequency));
        }
    }
    Ok(Stretches { input, quality, found: Ok(out) })
}

/// Samples, V, and their sampling frequency.
pub(super) type Stretch = (Vec<f64>, Hertz);
