//! How files are read: the options of every command that reads recordings.

use clap::{Args, ValueEnum};
use myotome::format::{RawEncoding, ReadOptions};
use myotome::quality::QualityOptions;
use myotome::recording::ChannelKind;
use myotome::units::SignalUnit;
use myotome::{Error, Result};

/// What kind of recording it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Needle,
    Surface,
    Evoked,
}

impl From<Kind> for ChannelKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Needle => ChannelKind::Needle,
            Kind::Surface => ChannelKind::Surface,
            Kind::Evoked => ChannelKind::Evoked,
        }
    }
}

/// What the user says of files that do not say it themselves, and how to go about reading.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Unit of channels whose file states none (V, mV, uV)
    #[arg(long)]
    pub(crate) unit: Option<String>,
    /// Stored numbers per unit, for channels whose file states no scale
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) gain: Option<f64>,
    /// Sampling frequency in Hz, for files that do not state it
    #[arg(long, value_name = "HZ", allow_negative_numbers = true)]
    pub(crate) sampling_frequency: Option<f64>,
    /// What kind of recording it is; found out from the file otherwise
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
    /// Read headerless interleaved numbers: i16le i16be i32le f32le f64le
    #[arg(long, value_name = "TYPE", requires = "sampling_frequency")]
    pub(crate) raw: Option<String>,
    /// Channels of a headerless file
    #[arg(long, default_value_t = 1)]
    pub(crate) channels: usize,
    /// Columns of a text file to take, by label or number from 0, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Decimal mark of a text file
    #[arg(long)]
    pub(crate) decimal: Option<char>,
    /// Encoding of a text file, for instance windows-1252
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// Refuse what would otherwise be mended with a warning; `check` then ends with code 1
    #[arg(long)]
    pub(crate) strict: bool,
    /// Limit on the memory for one file: bytes, or with k, M, G
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) max_memory: Option<u64>,
    /// Threads; all cores when not given. The results do not depend on it
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// No warnings and no progress bar on standard error
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl Reading {
    /// The options for the readers. Also sets the number of threads.
    pub(crate) fn options(&self) -> Result<ReadOptions> {
        if let Some(jobs) = self.jobs {
            if jobs == 0 {
                return Err(Error::option("--jobs", "0; at least 1 is needed"));
            }
            // Only fails when the pool exists already, which no command makes before this.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
        }
        if let Some(hz) = self.sampling_frequency
            && !(hz > 0.0 && hz.is_finite())
        {
            return Err(Error::option("--sampling-frequency", format!("{hz} Hz; above 0 is needed")));
        }
        if let Some(gain) = self.gain
            && (gain == 0.0 || !gain.is_finite())
        {
            return Err(Error::option("--gain", format!("{gain}; a number other than 0 is needed")));
        }
        if self.channels == 0 {
            return Err(Error::option("--channels", "0; at least 1 is needed"));
        }
        let unit = self.unit.as_deref().map(SignalUnit::parse);
        if let Some(unit) = &unit
            && !unit.is_voltage()
        {
            return Err(Error::option("--unit", format!("`{}`; V, mV, uV or nV is needed", unit.text)));
        }
        let raw = match self.raw.as_deref() {
            None => None,
            Some(word) => {
                let known = RawEncoding::ALL;
                let found = known.iter().find(|(name, _)| *name == word);
                Some(
                    found
                        .ok_or_else(|| myotome::error::unknown_id("--raw", word, known.iter().map(|k| k.0)))?
                        .1,
                )
            }
        };
        let defaults = ReadOptions::default();
        Ok(ReadOptions {
            strict: self.strict,
            max_memory: self.max_memory.unwrap_or(defaults.max_memory),
            unit,
            gain: self.gain,
            sampling_frequency: self.sampling_frequency,
            raw,
            channels: self.channels,
            columns: self.columns.clone(),
            decimal: self.decimal,
            encoding: self.encoding.clone(),
        })
    }

    /// The options for the quality checks.
    pub(crate) fn quality(&self) -> QualityOptions {
        QualityOptions { kind: self.kind.map(ChannelKind::from) }
    }
}

fn bytes(text: &str) -> std::result::Result<u64, String> {
    let text = text.trim();
    let (digits, factor) = match text.chars().last().map(|c| c.to_ascii_lowercase()) {
        Some('k') => (&text[..text.len() - 1], 1 << 10),
        Some('m') => (&text[..text.len() - 1], 1 << 20),
        Some('g') => (&text[..text.len() - 1], 1u64 << 30),
        _ => (text, 1),
    };
    let number: u64 =
        digits.trim().parse().map_err(|_| format!("`{text}`; a number of bytes is needed, such as 512M"))?;
    number.checked_mul(factor).filter(|n| *n > 0).ok_or_else(|| format!("`{text}` is out of range"))
}
