//! What is measured: the options that make a recipe.

use clap::Args;
use myotome::Result;
use myotome::pipeline::recipe::Recipe;
use std::path::PathBuf;

/// Filters, windows and features.
#[derive(Debug, Args)]
#[command(next_help_heading = "Measuring")]
pub(crate) struct RecipeArgs {
    #[command(flatten)]
    pub(crate) steps: Steps,
    /// Features to compute; `all` for every one (myotome list features)
    #[arg(long, value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Features to leave out
    #[arg(long, value_delimiter = ',')]
    pub(crate) exclude: Vec<String>,
}

/// Filters and windows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Measuring")]
pub(crate) struct Steps {
    /// A TOML file with the steps; options given here go before it
    #[arg(long, value_name = "FILE")]
    pub(crate) recipe: Option<PathBuf>,
    /// Butterworth band-pass (order 4), zero-phase, Hz
    #[arg(long, value_name = "LOW-HIGH", value_parser = band)]
    pub(crate) bandpass: Option<(f64, f64)>,
    /// Notch, zero-phase, Hz
    #[arg(long, value_name = "HZ", allow_negative_numbers = true)]
    pub(crate) notch: Option<f64>,
    /// Filter forwards only
    #[arg(long)]
    pub(crate) causal: bool,
    /// Window, ms [default: 250]
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pub(crate) window: Option<f64>,
    /// From window to window, ms [default: 125]
    #[arg(long, value_name = "MS", allow_negative_numbers = true)]
    pub(crate) step: Option<f64>,
    /// Threshold of zc, ssc, wamp and myop, µV [default: 10]
    #[arg(long, value_name = "UV", allow_negative_numbers = true)]
    pub(crate) threshold: Option<f64>,
}

impl Steps {
    /// The recipe file, overridden by what was typed.
    pub(crate) fn recipe(&self) -> Result<Recipe> {
        let mut recipe = self.recipe.as_deref().map_or_else(|| Ok(Recipe::default()), Recipe::read)?;
        recipe.bandpass_hz = self.bandpass.or(recipe.bandpass_hz);
        recipe.notch_hz = self.notch.or(recipe.notch_hz);
        recipe.causal |= self.causal;
        recipe.window_ms = self.window.unwrap_or(recipe.window_ms);
        recipe.step_ms = self.step.unwrap_or(recipe.step_ms);
        recipe.threshold_uv = self.threshold.unwrap_or(recipe.threshold_uv);
        Ok(recipe)
    }
}

impl RecipeArgs {
    /// The recipe file, overridden by what was typed.
    pub(crate) fn recipe(&self) -> Result<Recipe> {
        let mut recipe = self.steps.recipe()?;
        if !self.select.is_empty() {
            recipe.select.clone_from(&self.select);
        }
        if !self.exclude.is_empty() {
            recipe.exclude.clone_from(&self.exclude);
        }
        Ok(recipe)
    }
}

fn band(text: &str) -> std::result::Result<(f64, f64), String> {
    let wrong = || format!("`{text}`; two frequencies are needed, such as 20-450");
    let (low, high) = text.split_once('-').ok_or_else(wrong)?;
    match (low.trim().parse::<f64>(), high.trim().parse::<f64>()) {
        (Ok(low), Ok(high)) => Ok((low, high)),
        _ => Err(wrong()),
    }
}
