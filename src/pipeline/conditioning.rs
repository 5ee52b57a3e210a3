//! From a channel to filtered SI samples.

use super::recipe::Recipe;
use crate::dsp::iir::{FilterScratch, Sections, State};
use crate::measure::{Finding, Severity};
use crate::quality::{self, QualityOptions};
use crate::recording::{Channel, Recording};
use crate::{Error, Result};
use std::borrow::Cow;

/// What a channel holds once it is ready to be measured.
#[derive(Debug, Clone)]
pub struct Conditioned {
    /// SI samples of the whole channel; NaN where nothing can be measured.
    pub samples: Vec<f64>,
    /// What was left out and why, for people.
    pub notes: Vec<String>,
}

/// What stands beside the numbers of a recording: what the checks found, with a word on what was repaired
/// before measuring, and a warning for each channel whose sampling frequency is too low for the filters.
///
/// Errors: when no channel at all can be filtered as asked.
pub fn findings(recording: &Recording, recipe: &Recipe, options: &QualityOptions) -> Result<Vec<Finding>> {
    let mut findings = quality::run(recording, options);
    for wrap in findings.iter_mut().filter(|f| f.check == "integer_wrap" && f.severity >= Severity::Warning) {
        wrap.detail +=
            "; done here: all numbers and pictures of this channel are those of the repaired signal";
    }
    let (mut possible, mut first) = (recording.channels.is_empty(), None);
    for channel in &recording.channels {
        match recipe.filters(channel.sampling_frequency) {
            Ok(_) => possible = true,
            Err(e @ Error::Option { .. }) => {
                let mut finding =
                    Finding::file("low_sampling_frequency", Severity::Warning, 1, 0.0, e.to_string());
                finding.detail += "; this channel is not measured";
                finding.channel = Some(channel.label.clone());
                findings.push(finding);
                first = first.or(Some(e));
            }
            Err(e) => return Err(e),
        }
    }
    match first {
        Some(e) if !possible => Err(e),
        _ => Ok(findings),
    }
}

/// The channel with repaired samples where a check can repair them, else the channel itself.
pub fn repaired(channel: &Channel) -> Cow<'_, Channel> {
    match crate::quality::repair(channel) {
        Some(repair) => Cow::Owned(repair.channel),
        None => Cow::Borrowed(channel),
    }
}

/// Filters channels of one sampling frequency and one layout of gaps together, eight at a time in vector
/// lanes. Every stretch without a gap is filtered by itself; one that is too short for the filter's edges
/// is left out, with a note; so are channels sampled too slowly for the filters.
pub fn condition(channels: &[&Channel], recipe: &Recipe) -> Result<Vec<Conditioned>> {
    let Some(first) = channels.first() else { return Ok(Vec::new()) };
    let filters = match recipe.filters(first.sampling_frequency) {
        Ok(filters) => filters,
        Err(e @ Error::Option { .. }) => {
            let left_out = |c: &&Channel| Conditioned {
                samples: vec![f64::NAN; c.len()],
                notes: vec![format!("{e}: not measured")],
            };
            return Ok(channels.iter().map(left_out).collect());
        }
        Err(e) => return Err(e),
    };
    let mut out: Vec<Conditioned> =
        channels.iter().map(|c| Conditioned { samples: c.si(), notes: Vec::new() }).collect();
    if filters.is_empty() {
        return Ok(out);
    }
    let mut scratch = FilterScratch::default();
    for stretch in first.measurable() {
        let range = stretch.first..stretch.first + stretch.len;
        let least =
            filters.iter().map(|f| if recipe.causal { 0 } else { f.min_samples() }).max().unwrap_or(0);
        if stretch.len < least {
            for c in &mut out {
                c.samples[range.clone()].fill(f64::NAN);
                c.notes.push(format!(
                    "{} samples from {} s on are too few to filter ({least} needed): not measured",
                    stretch.len, stretch.onset_s
                ));
            }
            continue;
        }
        let mut slices: Vec<&mut [f64]> = out.iter_mut().map(|c| &mut c.samples[range.clone()]).collect();
        for filter in &filters {
            if recipe.causal {
                causal(filter, &mut slices);
            } else {
                filter.apply_zero_phase_many(&mut slices, &mut scratch)?;
            }
        }
    }
    Ok(out)
}

/// Forwards from the steady state of each channel's first sample, so that an offset makes no transient.
fn causal(filter: &Sections, channels: &mut [&mut [f64]]) {
    for x in channels {
        let mut state = State::steady(filter, x.first().copied().unwrap_or(0.0));
        filter.apply(x, &mut state);
    }
}
