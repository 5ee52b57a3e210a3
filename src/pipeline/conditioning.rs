//! From a channel to filtered SI samples.

use super::recipe::Recipe;
use crate::Result;
use crate::dsp::iir::{FilterScratch, Sections, State};
use crate::recording::Channel;
use std::borrow::Cow;

/// What a channel holds once it is ready to be measured.
#[derive(Debug, Clone)]
pub struct Conditioned {
    /// SI samples of the whole channel; NaN where nothing can be measured.
    pub samples: Vec<f64>,
    /// What was left out and why, for people.
    pub notes: Vec<String>,
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
/// is left out, with a note.
pub fn condition(channels: &[&Channel], recipe: &Recipe) -> Result<Vec<Conditioned>> {
    let Some(first) = channels.first() else { return Ok(Vec::new()) };
    let filters = recipe.filters(first.sampling_frequency)?;
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
