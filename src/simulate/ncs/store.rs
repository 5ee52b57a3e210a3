//! Files of a simulated study, and the study folder.

use super::Study;
use super::record::{Layout, Recorded};
use crate::format::{self, WriteOptions};
use crate::output::write_atomic;
use crate::recording::{Annotation, Channel, ChannelKind, Recording, Samples, Scaling, Segment};
use crate::units::{Hertz, SignalUnit};
use crate::{Error, Result, study, truth};
use std::fmt::Write as _;
use std::path::Path;

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The file's name inside the study's folder.
    pub name: String,
    pub(super) content: Content,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// Sweeps of one site or more; each column's label and decimals of a microvolt in text.
    Sweeps { layout: Layout, sites: Vec<(String, Recorded)>, decimals: usize },
    /// A recording without stimuli, V, active minus reference.
    Continuous { fs: f64, samples: Vec<f64> },
    /// Text as it is.
    Text(String),
}

/// Steps a microvolt of the converters; the first that holds the signal is taken.
const CONVERTERS: [f64; 5] = [20.0, 5.0, 1.0, 0.2, 0.02];

impl Stored {
    /// A key of the study file that points to sweeps: `{ file = …, … }`.
    pub(in crate::simulate) fn reference(&self, channel: Option<&str>) -> String {
        let mut out = format!("{{ file = \"{}\"", self.name);
        if let Some(channel) = channel {
            let _ = write!(out, ", channel = \"{channel}\"");
        }
        if let Content::Sweeps { layout, sites, .. } = &self.content
            && *layout != Layout::Text
            && let Some((_, recorded)) = sites.first()
        {
            let ms = |s: f64| (s * 1e9).round() / 1e6;
            let _ =
                write!(out, ", sweep_window_ms = [{:?}, {:?}]", ms(recorded.window.0), ms(recorded.window.1));
            if *layout == Layout::Times {
                let times: Vec<String> = recorded.stimuli.iter().map(|t| format!("{t:?}")).collect();
                let _ = write!(out, ", stimulus_times_s = [{}]", times.join(", "));
            }
        }
        out + " }"
    }

    pub(in crate::simulate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(&self.name);
        match &self.content {
            Content::Text(text) => write_atomic(&path, |w| w.write_all(text.as_bytes())),
            Content::Sweeps { layout: Layout::Text, sites, decimals } => {
                let text = table(sites, *decimals);
                write_atomic(&path, |w| w.write_all(text.as_bytes()))
            }
            Content::Sweeps { layout, sites, .. } => {
                let [(label, recorded)] = &sites[..] else {
                    return Err(Error::Signal(format!("{}: one site a file", self.name)));
                };
                let recording = evoked(label, recorded, *layout);
                format::write(&recording, &path, &WriteOptions::default()).map(|_| ())
            }
            Content::Continuous { fs, samples } => {
                let channel =
                    channel("surface EMG", *fs, samples.iter().copied(), ChannelKind::Surface, true);
                let recording = Recording { channels: vec![channel], ..Recording::default() };
                format::write(&recording, &path, &WriteOptions::default()).map(|_| ())
            }
        }
    }
}

/// `time_ms` and a column a sweep; all sites have the same window.
fn table(sites: &[(String, Recorded)], decimals: usize) -> String {
    let mut out = String::from("time_ms");
    for (label, recorded) in sites {
        for k in 0..recorded.samples.len() {
            let number = if recorded.samples.len() > 1 { format!("_{}", k + 1) } else { String::new() };
            let _ = write!(out, ",{label}{number} [uV]");
        }
    }
    out.push('\n');
    let Some((_, first)) = sites.first() else { return out };
    let rows = sites.iter().flat_map(|(_, r)| &r.samples).map(Vec::len).min().unwrap_or(0);
    for i in 0..rows {
        #[expect(clippy::cast_precision_loss, reason = "lengths of sweeps")]
        let t = (first.starts[0] + i as f64 / first.fs) * 1e3;
        let _ = write!(out, "{}", (t * 1e6).round() / 1e6);
        for sweep in sites.iter().flat_map(|(_, r)| &r.samples) {
            // No negative zero.
            let text = format!("{:.decimals$}", sweep[i] * 1e6);
            let zero = text.starts_with('-') && !text.contains(|c: char| ('1'..='9').contains(&c));
            out.push(',');
            out.push_str(if zero { &text[1..] } else { &text });
        }
        out.push('\n');
    }
    out
}

fn channel(
    label: &str,
    fs: f64,
    samples: impl Iterator<Item = f64> + Clone,
    kind: ChannelKind,
    wfdb: bool,
) -> Channel {
    let most = samples.clone().fold(0.0_f64, |m, x| m.max(x.abs())) * 1e6;
    let fits = CONVERTERS.iter().find(|c| most * **c < 32_000.0);
    let gain = *fits.unwrap_or(&CONVERTERS[CONVERTERS.len() - 1]);
    #[expect(clippy::cast_possible_truncation, reason = "clamped to the type")]
    let steps = samples.map(|x| (x * 1e6 * gain).round().clamp(-32_767.0, 32_767.0) as i16).collect();
    let mut channel = Channel::new(label, Hertz(fs), SignalUnit::parse("uV"), Samples::I16(steps));
    channel.kind = kind;
    channel.scaling = if wfdb {
        Scaling::Divide { baseline: 0.0, gain }
    } else {
        Scaling::Multiply { offset: 0.0, factor: 1.0 / gain }
    };
    channel
}

fn evoked(label: &str, recorded: &Recorded, layout: Layout) -> Recording {
    let wfdb = matches!(layout, Layout::AnnotatedWfdb | Layout::Times);
    let samples = recorded.samples.iter().flatten().copied();
    let mut channel = channel(label, recorded.fs, samples, ChannelKind::Evoked, wfdb);
    let mut onsets = recorded.stimuli.clone();
    if layout == Layout::Records {
        let mut first = 0;
        // Records begin at whole microseconds, the first at 0.
        let begin = recorded.stimuli.first().copied().unwrap_or(0.0);
        onsets.iter_mut().for_each(|t| *t = ((*t - begin - recorded.window.0) * 1e6).round() * 1e-6);
        channel.segments = recorded
            .samples
            .iter()
            .zip(&recorded.stimuli)
            .map(|(sweep, stimulus)| {
                let onset_s = ((stimulus - begin) * 1e6).round() / 1e6;
                let segment = Segment { first, len: sweep.len(), onset_s };
                first += sweep.len();
                segment
            })
            .collect();
    }
    let annotations = if layout == Layout::Times {
        Vec::new()
    } else {
        let note = |t: &f64| Annotation {
            onset_s: *t,
            duration_s: None,
            text: format!("Stimulus {label}"),
            channel: None,
        };
        onsets.iter().map(note).collect()
    };
    Recording { channels: vec![channel], annotations, ..Recording::default() }
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
    for file in &study.files {
        file.write(folder)?;
    }
    write_atomic(&toml, |w| w.write_all(study.toml.as_bytes()))?;
    write_atomic(&json, |w| {
        serde_json::to_writer(&mut *w, &study.truth)?;
        w.write_all(b"\n")
    })
}
