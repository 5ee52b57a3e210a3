//! Annotations that tell of stimuli.

use crate::recording::{Annotation, Channel};

/// Words that say that an annotation beginning with `stim` tells of something else than one stimulus.
const NO_STIMULUS: [&str; 7] = ["off", "end", "ends", "ended", "stop", "stopped", "no"];
/// Unclear words count as stimuli only in a train of at least so many ...
const TRAIN: usize = 3;
/// ... whose intervals differ from their median by no more than this share. Ours: stimulators keep time far better,
/// notes of a person far worse.
const EVEN: f64 = 0.1;

/// Annotated stimuli of a channel.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Stimuli {
    /// s from the recording's start, ascending.
    pub(super) times: Vec<f64>,
    /// Whether they are those that name the site.
    pub(super) named: bool,
    /// An unclear word that was taken for a stimulus because it comes as an even train.
    pub(super) by_train: Option<String>,
}

impl Stimuli {
    /// The first at or after `from` and before `to`.
    pub(super) fn between(&self, from: f64, to: f64) -> Option<f64> {
        let i = self.times.partition_point(|t| *t < from);
        self.times.get(i).copied().filter(|t| *t < to)
    }
    /// How many lie at or after `from` and before `to`.
    pub(super) fn count(&self, from: f64, to: f64) -> usize {
        self.times.partition_point(|t| *t < to).saturating_sub(self.times.partition_point(|t| *t < from))
    }
}

/// The stimuli of a channel: annotations that begin with `stim` or `trig`, of them those that name the site if any
/// does; without such ones an even train of annotations that are `S` and a number or hold a word with `stim`.
pub(super) fn of(annotations: &[Annotation], channel: &Channel, site: Option<&str>) -> Stimuli {
    let plain = |text: &str| format!(" {} ", text.to_lowercase().replace(['_', '-', ',', ';', ':'], " "));
    let of_channel = annotations.iter().filter(|a| a.channel.as_deref().is_none_or(|l| l == channel.label));
    let all: Vec<(f64, String)> =
        of_channel.filter(|a| a.onset_s.is_finite()).map(|a| (a.onset_s, plain(a.text.trim()))).collect();
    let denied = |text: &str| text.split_whitespace().any(|w| NO_STIMULUS.contains(&w));
    let clear = |text: &str| (text.starts_with(" stim") || text.starts_with(" trig")) && !denied(text);
    let stimuli: Vec<&(f64, String)> = all.iter().filter(|(_, text)| clear(text)).collect();
    let sorted = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times
    };
    if stimuli.is_empty() {
        let Some((word, times)) = train(&all, |text| unclear(text) && !denied(text)) else {
            return Stimuli::default();
        };
        return Stimuli { times: sorted(times), named: false, by_train: Some(word) };
    }
    let site = site.map(plain);
    let names_it = |text: &str| site.as_deref().is_some_and(|s| text.contains(s));
    // `elbow` must not take `below elbow`.
    let whole = |text: &str| {
        names_it(text)
            && !["above", "below"].iter().any(|w| {
                text.contains(&format!(" {w} "))
                    && site.as_deref().is_some_and(|s| !s.contains(&format!(" {w} ")))
            })
    };
    let named: Vec<f64> = stimuli.iter().filter(|(_, text)| whole(text)).map(|s| s.0).collect();
    let is_named = !named.is_empty();
    let times = if is_named { named } else { stimuli.iter().map(|s| s.0).collect() };
    Stimuli { times: sorted(times), named: is_named, by_train: None }
}

/// Whether a text may mean a stimulus.
fn unclear(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let numbered =
        |w: &str| w.strip_prefix('s').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let one = (words.next(), words.next());
    matches!(one, (Some(w), None) if numbered(w)) || text.split_whitespace().any(|w| w.starts_with("stim"))
}

/// The one text among those asked for that comes as an even train, with its times.
fn train(all: &[(f64, String)], asked: impl Fn(&str) -> bool) -> Option<(String, Vec<f64>)> {
    let mut texts: Vec<&str> = all.iter().map(|a| a.1.as_str()).filter(|t| asked(t)).collect();
    texts.sort_unstable();
    texts.dedup();
    // Several such words may mean different things.
    let [text] = texts[..] else { return None };
    let mut times: Vec<f64> = all.iter().filter(|a| a.1 == text).map(|a| a.0).collect();
    times.sort_by(f64::total_cmp);
    let steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let mut ranked = steps.clone();
    ranked.sort_by(f64::total_cmp);
    let middle = ranked.get(ranked.len() / 2).copied()?;
    let even = middle > 0.0 && steps.iter().all(|s| (s - middle).abs() <= EVEN * middle);
    (even && times.len() >= TRAIN).then(|| (text.trim().to_owned(), times))
}
