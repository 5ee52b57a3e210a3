//! Options of `myotome simulate patient`.

use clap::Args;
use myotome::simulate::patient::{Form, Options};
use myotome::simulate::word;
use myotome::study::SubjectSide;
use myotome::{Error, Result};
use std::path::PathBuf;

/// Options of `simulate patient`.
#[derive(Debug, Args)]
pub(crate) struct Patient {
    /// Seed of everything that is drawn
    #[arg(long)]
    pub(super) seed: u64,
    /// Folder for the study; with --count a folder for each in it: 001, 002, …
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// How many studies, their seeds derived from --seed
    #[arg(long, value_name = "K")]
    pub(super) count: Option<u64>,
    /// Pattern, an id of `myotome list patterns` such as radiculopathy, carpal_tunnel or normal; two joined by +;
    /// drawn by prevalence when not given
    #[arg(long, value_name = "ID")]
    pattern: Option<String>,
    /// Root of a radiculopathy: C5 to T1, L2 to S2, or two neighbours such as C6/C7
    #[arg(long, value_name = "ROOT")]
    level: Option<String>,
    /// left or right, of what has a side
    #[arg(long)]
    side: Option<String>,
    /// How far it has gone, 0 to 1
    #[arg(long, allow_negative_numbers = true)]
    severity: Option<f64>,
    /// Days since onset
    #[arg(long, value_name = "D", allow_negative_numbers = true)]
    days: Option<f64>,
    /// Age in years
    #[arg(long, allow_negative_numbers = true)]
    age: Option<f64>,
    /// Limb muscles under the needle, 0 to 40
    #[arg(long, value_name = "N")]
    muscles: Option<usize>,
    /// Share of the tests that is left out, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, allow_negative_numbers = true)]
    missing: f64,
    /// Write recordings of needle and evoked responses instead of values
    #[arg(long)]
    waveforms: bool,
    /// Write half of the tests as recordings, half as values
    #[arg(long, conflicts_with = "waveforms")]
    mixed: bool,
}

impl Patient {
    pub(super) fn options(&self) -> Result<Options> {
        let side = self.side.as_deref().map(|s| word("side", s, SubjectSide::WORDS)).transpose()?;
        if side == Some(SubjectSide::Bilateral) {
            return Err(Error::option("side", "left or right; what is on both sides is so by its pattern"));
        }
        Ok(Options {
            seed: self.seed,
            pattern: self.pattern.clone(),
            level: self.level.clone(),
            side,
            severity: self.severity,
            days: self.days,
            muscles: self.muscles,
            missing: self.missing,
            age_years: self.age,
            form: match (self.waveforms, self.mixed) {
                (true, _) => Form::Recordings,
                (_, true) => Form::Mixed,
                _ => Form::Values,
            },
        })
    }
}
