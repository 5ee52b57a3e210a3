//! Annotation signals: time-stamped annotation lists (TALs) and the onsets of the records.
//!
//! A TAL is `onset [0x15 duration] 0x14 text 0x14 … 0x00`. The first one of a record has an empty first
//! text and says when the record begins.

use super::codes::{self, Mends};
use super::decimal::Time;
use crate::Result;
use crate::format::ReadOptions;
use crate::recording::Annotation;

/// One list as it stands in a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tal<'a> {
    /// When.
    pub(super) onset: Time,
    /// How long; not negative.
    duration_s: Option<f64>,
    /// Texts with the marks between them, without the last mark.
    texts: &'a [u8],
    /// Offset in the file.
    at: u64,
}

impl Tal<'_> {
    /// Whether it can say when its record begins.
    pub(super) fn keeps_time(&self) -> bool {
        self.texts.split(|&b| b == 0x14).next().is_some_and(<[u8]>::is_empty)
    }
}

/// Reads the lists of one annotation signal in one record into `out`.
pub(super) fn tals<'a>(region: &'a [u8], at: u64, out: &mut Vec<Tal<'a>>, mends: &mut Mends) {
    let mut next = 0;
    while let Some(skip) = region[next..].iter().position(|&b| b != 0) {
        let start = next + skip;
        let end = region[start..].iter().position(|&b| b == 0).map_or(region.len(), |n| start + n);
        if end == region.len() {
            mends.add(&codes::UNTERMINATED, at + end as u64, || {
                "the list runs to the end of the record".into()
            });
        }
        if let Some(tal) = tal(&region[start..end], at + start as u64, mends) {
            out.push(tal);
        }
        next = end;
    }
}

fn tal<'a>(list: &'a [u8], at: u64, mends: &mut Mends) -> Option<Tal<'a>> {
    let bad = |mends: &mut Mends| mends.add(&codes::BAD_ONSET, at, || "annotation list".into());
    let Some(mark) = list.iter().position(|&b| b == 0x14) else {
        bad(mends);
        return None;
    };
    let (head, mut texts) = (&list[..mark], &list[mark + 1..]);
    let mut times = head.splitn(2, |&b| b == 0x15);
    let Some(onset) = times.next().and_then(|t| time(t, at, mends)) else {
        bad(mends);
        return None;
    };
    if !matches!(head.first(), Some(b'+' | b'-')) {
        mends.add(&codes::UNSIGNED, at, || format!("onset {}", onset.value()));
    }
    let duration_s = match times.next() {
        None | Some([]) => None,
        Some(text) => match time(text, at, mends) {
            Some(t) if t.value() >= 0.0 => Some(t.value()),
            _ => {
                mends.add(&codes::BAD_DURATION, at, || "annotation list".into());
                None
            }
        },
    };
    match texts.split_last() {
        Some((0x14, before)) => texts = before,
        // Nothing behind the onset: the list has no text, and none is missing its mark.
        None => {}
        Some(_) => mends.add(&codes::UNTERMINATED, at, || "the last text of a list".into()),
    }
    Some(Tal { onset, duration_s, texts, at })
}

fn time(text: &[u8], at: u64, mends: &mut Mends) -> Option<Time> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    if text.contains(',') && !text.contains('.') {
        let point = text.replacen(',', ".", 1);
        let time = Time::parse(&point)?;
        mends.add(&codes::DECIMAL_COMMA, at, || format!("annotation time `{text}`"));
        return Some(time);
    }
    Time::parse(text)
}

/// Gathers annotations under the memory limit.
#[derive(Debug)]
pub(super) struct Collector<'o> {
    options: &'o ReadOptions,
    /// Labels that a text may name as its channel, sorted.
    labels: Vec<String>,
    /// Bytes in use by everything decoded so far.
    used: u64,
    annotations: Vec<Annotation>,
}

impl<'o> Collector<'o> {
    /// `used` bytes are taken by other things already.
    pub(super) fn new(options: &'o ReadOptions, mut labels: Vec<String>, used: u64) -> Self {
        labels.sort_unstable();
        Collector { options, labels, used, annotations: Vec::new() }
    }

    /// Adds the texts of `tal`, with times from `origin`. The empty ones that only keep time are not
    /// annotations.
    pub(super) fn add(&mut self, tal: &Tal<'_>, origin: Time, mends: &mut Mends) -> Result<()> {
        for raw in tal.texts.split(|&b| b == 0x14) {
            if raw.is_empty() && tal.duration_s.is_none() {
                continue;
            }
            // A growing vector may hold twice its entries, and so may be copied once.
            let entry = 3 * size_of::<Annotation>() as u64 + 3 * raw.len() as u64;
            self.used = self.used.saturating_add(entry);
            self.options.check_memory(self.used)?;
            let text = String::from_utf8_lossy(raw);
            if matches!(text, std::borrow::Cow::Owned(_)) {
                mends.add(&codes::NOT_UTF8, tal.at, || format!("onset {} s", tal.onset.value()));
            }
            let (text, channel) = self.split_channel(&text);
            let annotation = Annotation {
                onset_s: tal.onset.since(origin),
                duration_s: tal.duration_s,
                text: text.to_owned(),
                channel: channel.map(str::to_owned),
            };
            self.annotations.push(annotation);
        }
        Ok(())
    }

    /// `text@@label` concerns one signal (EDF+, additional specification of 2021); without a signal of
    /// that label the text stays whole.
    fn split_channel<'t>(&self, text: &'t str) -> (&'t str, Option<&'t str>) {
        match text.rsplit_once("@@") {
            Some((before, label)) if self.has(label.trim()) => (before, Some(label.trim())),
            _ => (text, None),
        }
    }

    fn has(&self, label: &str) -> bool {
        !label.is_empty() && self.labels.binary_search_by(|l| l.as_str().cmp(label)).is_ok()
    }

    /// In order of onset; those of equal onset in file order.
    pub(super) fn finish(mut self) -> Vec<Annotation> {
        self.annotations.sort_by(|a, b| a.onset_s.total_cmp(&b.onset_s));
        self.annotations
    }
}
