//! What the lines before the numbers say: names, units, sampling frequency, and the habits of vendors.

use super::dialect::Dialect;
use super::encoding::{Lines, Text};
use super::fields::split;
use super::number;

/// Lines kept as comments, and characters kept of each (our choice: a header is short).
const KEPT_LINES: usize = 200;
const KEPT_CHARACTERS: usize = 500;

/// What a vendor's header promises of one channel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Promise {
    pub(super) label: String,
    pub(super) sampling_frequency: Option<f64>,
    pub(super) points: Option<u64>,
    pub(super) unit: Option<String>,
}

/// The header, understood.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// One a column, or empty.
    pub(super) names: Vec<String>,
    /// One a column, or empty.
    pub(super) units: Vec<String>,
    /// Hz.
    pub(super) sampling_frequency: Option<f64>,
    /// Delsys `Label:` lines.
    pub(super) promises: Vec<Promise>,
    /// Vicon Nexus export: the table ends at a blank line, another may follow.
    pub(super) one_table: bool,
    /// Why the numbers are plain converter counts, when the header says so.
    pub(super) counts: Option<String>,
    pub(super) comments: Vec<String>,
}

/// Reads the header of `text`.
pub(super) fn read(text: &Text<'_>, dialect: &Dialect) -> Header {
    let mut header = Header::default();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut comment_names: Option<Vec<String>> = None;
    let mut first = true;
    for line in Lines::new(&text.bytes, dialect.ends, 0, 0) {
        let comment = super::dialect::is_comment(line.bytes);
        // Comment lines between the rows' first lines belong to the header as well.
        if line.number > dialect.header_lines {
            break;
        }
        let words = text.words(&line.bytes[..line.bytes.len().min(1 << 20)]);
        let trimmed = words.trim();
        if trimmed.is_empty() {
            continue;
        }
        if header.comments.len() < KEPT_LINES {
            header.comments.push(trimmed.chars().take(KEPT_CHARACTERS).filter(|c| !c.is_control()).collect());
        }
        if first && trimmed.trim_end_matches(',').eq_ignore_ascii_case("devices") {
            header.one_table = true;
        }
        first = false;
        if let Some(promise) = promise(trimmed) {
            header.promises.push(promise);
            continue;
        }
        let rate = sampling_frequency(trimmed);
        if header.sampling_frequency.is_none() {
            header.sampling_frequency = rate;
        }
        let fields = split_words(trimmed, dialect);
        if header.one_table && header.sampling_frequency.is_none() {
            let filled: Vec<&String> = fields.iter().filter(|f| !f.is_empty()).collect();
            if let [only] = filled[..] {
                header.sampling_frequency = number::whole(only.as_bytes(), b'.').map(|n| n.0);
            }
        }
        if comment {
            let body = trimmed.trim_start_matches(['#', '%', '/']).trim();
            if let Some((_, list)) = body.split_once("Labels:=").or_else(|| body.split_once("Labels:")) {
                comment_names = Some(list.split([',', '\t', ';']).map(|n| n.trim().to_owned()).collect());
            } else if let Some(list) = quoted_list(body, "\"column\"") {
                // It names every column from the first; a tab at the rows' ends makes one more.
                let mut list = list;
                list.resize(dialect.columns.max(list.len()), String::new());
                comment_names = Some(list);
            } else {
                let fields = split_words(body, dialect);
                let textual = fields.iter().all(|f| number::whole(f.as_bytes(), dialect.decimal).is_none());
                if dialect.columns > 1 && fields.len() == dialect.columns && textual && rate.is_none() {
                    comment_names = Some(fields);
                }
            }
            if let Some(bits) = after(body, "resolution").and_then(first_number) {
                header.counts =
                    Some(format!("raw counts of a {bits}-bit converter; no unit or gain in the file"));
            }
            continue;
        }
        // A line that states the rate is no row of names, unless it has a name for each of several columns.
        if rate.is_none() || (dialect.columns > 2 && fields.len() == dialect.columns) {
            rows.push(fields);
        }
    }
    name_rows(&mut header, &rows, comment_names, dialect);
    header
}

/// Picks the row of names and the row of units among the header's last lines.
fn name_rows(
    header: &mut Header,
    rows: &[Vec<String>],
    comment_names: Option<Vec<String>>,
    dialect: &Dialect,
) {
    let fits = |row: &&Vec<String>| {
        row.len() == dialect.columns && row.iter().any(|f| !f.is_empty()) && {
            dialect.columns > 1 || row[0].chars().count() <= 80
        }
    };
    let mut last = rows.iter().rev().take(2);
    let (bottom, above) = (last.next().filter(|r| fits(r)), last.next().filter(|r| fits(r)));
    match (bottom, above) {
        (Some(units), Some(names)) if units.iter().all(|u| u.is_empty() || is_unit(bare(u))) => {
            header.units = units.iter().map(|u| bare(u).to_owned()).collect();
            header.names.clone_from(names);
        }
        (Some(names), _) => header.names.clone_from(names),
        (None, _) => {}
    }
    if header.names.is_empty()
        && let Some(mut names) = comment_names
    {
        // OpenSignals names the channels only; counters come first.
        if names.len() < dialect.columns {
            let mut all = vec![String::new(); dialect.columns - names.len()];
            all.append(&mut names);
            names = all;
        }
        names.truncate(dialect.columns);
        header.names = names;
    }
}

fn bare(unit: &str) -> &str {
    unit.trim().trim_matches(['[', ']', '(', ')']).trim()
}

/// A header line as fields. Names may hold single blanks where blanks delimit: then two blanks or tabs do.
fn split_words(line: &str, dialect: &Dialect) -> Vec<String> {
    let by = |delimiter: u8| {
        let mut fields = Vec::new();
        split(line.as_bytes(), delimiter, &mut fields);
        fields.iter().map(|f| String::from_utf8_lossy(f).replace("\"\"", "\"")).collect::<Vec<_>>()
    };
    let plain = by(dialect.delimiter);
    if dialect.delimiter != super::fields::BLANKS || plain.len() == dialect.columns {
        return plain;
    }
    if dialect.columns == 1 {
        return vec![line.trim().trim_matches('"').to_owned()];
    }
    let wide: Vec<String> =
        line.replace('\t', "  ").split("  ").map(|f| f.trim().to_owned()).filter(|f| !f.is_empty()).collect();
    if wide.len() == dialect.columns {
        return wide;
    }
    for delimiter in *b",;" {
        let other = by(delimiter);
        if other.len() == dialect.columns {
            return other;
        }
    }
    // `Time [s] EMG [mV]`: a bracket belongs to the word before it.
    let mut joined: Vec<String> = Vec::new();
    for word in plain {
        match joined.last_mut() {
            Some(before) if word.starts_with(['[', '(']) => *before = format!("{before} {word}"),
            _ => joined.push(word),
        }
    }
    joined
}

/// `Label: A: B Sampling frequency: 1 Number of points: 2 start: 0 Unit: V Domain Unit: s` (Delsys).
fn promise(line: &str) -> Option<Promise> {
    let rest = line.strip_prefix("Label:")?;
    let (label, rest) = rest.split_once(" Sampling frequency:")?;
    let value = |key: &str| rest.split_once(key).map(|(_, v)| v.trim());
    let unit = value(" Unit:").map(|u| u.split(" Domain Unit:").next().unwrap_or(u).trim().to_owned());
    Some(Promise {
        label: label.trim().to_owned(),
        sampling_frequency: first_number(rest).filter(|f| *f > 0.0),
        points: value("Number of points:")
            .and_then(|v| v.split_whitespace().next().and_then(|n| n.parse().ok())),
        unit: unit.filter(|u| !u.is_empty()),
    })
}

/// `"column": ["nSeq", "A1"]` (OpenSignals (r)evolution).
fn quoted_list(line: &str, key: &str) -> Option<Vec<String>> {
    let list = line.split_once(key)?.1.split_once('[')?.1.split_once(']')?.0;
    Some(list.split(',').map(|n| n.trim().trim_matches('"').to_owned()).collect())
}

/// The text behind `key`, whatever its case.
fn after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let at = line.to_ascii_lowercase().find(key)?;
    line.get(at + key.len()..)
}

/// First number in `text`; a comma between digits is a decimal comma where no point is.
fn first_number(text: &str) -> Option<f64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let bytes = text.as_bytes();
    let (dot, comma) = (number::scan(bytes, start, b'.')?, number::scan(bytes, start, b',')?);
    let value = if comma.1 > dot.1 { comma.0 } else { dot.0 };
    // `1.000,0` and `1,000.0` may mean either.
    let end = comma.1.max(dot.1);
    let again =
        matches!(bytes.get(end), Some(b'.' | b',')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    (value.is_finite() && !again).then_some(value)
}

/// The sampling frequency that a line states, Hz. Filters' and stimuli's frequencies are left alone: only
/// the words for sampling count.
pub(super) fn sampling_frequency(line: &str) -> Option<f64> {
    let lower = line.to_lowercase();
    let word = |w: &str| {
        lower.match_indices(w).map(|(i, _)| i).find(|&i| {
            let before = lower[..i].chars().next_back();
            let behind = lower[i + w.len()..].trim_start();
            before.is_none_or(|c| !c.is_alphanumeric()) && behind.starts_with(['=', ':', '(', '['])
        })
    };
    let sampling = ["sampl", "abtast", "muestr", "chantillon", "campion", "amostr"].iter();
    let at = sampling.filter_map(|k| lower.find(k)).min().or_else(|| word("fs")).or_else(|| word("sr"))?;
    let text = lower.get(at..)?;
    let is_interval = ["interval", "period", "abtastzeit"].iter().any(|k| lower.contains(k));
    let is_rate =
        ["rate", "freq", "frec", "fréq", "hz", "/s", "per sec", "por seg"].iter().any(|k| lower.contains(k))
            || text.starts_with("fs")
            || text.starts_with("sr");
    if !is_interval && !is_rate {
        return None;
    }
    // `Frequency of sampling: 1000`, `Frecuencia de muestreo 1000`, and `1000 samples/s`.
    let behind = text.find(|c: char| c.is_ascii_digit()).map(|i| &text[i..]);
    let tail = behind.or_else(|| lower.find(|c: char| c.is_ascii_digit()).map(|i| &lower[i..]))?;
    let value = first_number(tail).filter(|v| *v > 0.0)?;
    let has = |unit: &str| lower.contains(unit);
    let hertz = if is_interval && !has("hz") {
        let per_second = if has("us") || has("µs") || has("microsec") {
            1e6
        } else if has("ms") || has("millisec") {
            1e3
        } else {
            1.0
        };
        per_second / value
    } else if has("khz") {
        value * 1e3
    } else {
        value
    };
    (hertz.is_finite() && hertz <= 1e9).then_some(hertz)
}

/// Units that a bracket, a row of units or a suffix may name; anything else in round brackets is a remark.
pub(super) fn is_unit(text: &str) -> bool {
    const KNOWN: [&str; 44] = [
        "s",
        "sec",
        "secs",
        "second",
        "seconds",
        "ms",
        "msec",
        "millisecond",
        "milliseconds",
        "us",
        "min",
        "g",
        "mg",
        "m/s2",
        "m/s^2",
        "m/s²",
        "°/s",
        "deg/s",
        "dps",
        "rad/s",
        "°",
        "deg",
        "rad",
        "n",
        "kn",
        "nm",
        "n·m",
        "n.m",
        "kg",
        "%",
        "%mvc",
        "mvc",
        "count",
        "counts",
        "adc",
        "a.u.",
        "au",
        "ma",
        "hz",
        "mm",
        "m",
        "°c",
        "hh:mm:ss.mmm",
        "ut",
    ];
    let text = text.trim();
    let lower = text.to_lowercase().replace(['µ', 'μ'], "u");
    crate::units::SignalUnit::parse(text).is_voltage() || KNOWN.contains(&lower.as_str())
}

/// `label [unit]`, `label (unit)` and `label_mV` in parts. Square brackets always hold a unit, round ones
/// and a suffix only when they hold a known one; an empty bracket ends a label that has no unit.
pub(super) fn label_and_unit(name: &str) -> (String, Option<String>) {
    let name = name.trim();
    for (open, close, any) in [('[', ']', true), ('(', ')', false)] {
        if let Some(body) = name.strip_suffix(close)
            && let Some((label, unit)) = body.rsplit_once(open)
            && (any || is_unit(unit))
        {
            let unit = unit.trim();
            return (label.trim().to_owned(), (!unit.is_empty()).then(|| unit.to_owned()));
        }
    }
    if let Some((_, unit)) = name.rsplit_once('_')
        && (matches!(unit, "V") || (unit.len() > 1 && crate::units::SignalUnit::parse(unit).is_voltage()))
    {
        return (name.to_owned(), Some(unit.to_owned()));
    }
    (name.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_found_only_where_sampling_is_meant() {
        for (line, hertz) in [
            ("# Sampling Rate (Hz):= 1000.00", Some(1000.0)),
            ("Sampling frequency: 4000 Hz", Some(4000.0)),
            ("Abtastrate;4000,0 Hz", Some(4000.0)),
            ("fs=23437.5", Some(23437.5)),
            ("Fs: 2 kHz", Some(2000.0)),
            ("Sampling interval: 0.25 ms", Some(4000.0)),
            ("Frecuencia de muestreo 1000 muestras/segundo", Some(1000.0)),
            ("# {\"x\": {\"sampling rate\": 1000, \"resolution\": [16]}}", Some(1000.0)),
            ("SampleRate,2148.148", Some(2148.148)),
            ("Number of samples: 4000", None),
            ("Notch frequency: 50 Hz", None),
            ("High-pass 20 Hz", None),
            ("offset: 3", None),
            ("Sampling rate: 1.000,0 Hz", None),
        ] {
            assert_eq!(sampling_frequency(line), hertz, "{line}");
        }
    }

    #[test]
    fn units_stand_in_brackets_or_behind_an_underscore() {
        for (name, label, unit) in [
            ("EMG [uV]", "EMG", Some("uV")),
            ("EMG (µV)", "EMG", Some("µV")),
            ("emg_mV", "emg_mV", Some("mV")),
            ("EMG (left)", "EMG (left)", None),
            ("X[s]", "X", Some("s")),
            ("Ch [left] []", "Ch [left]", None),
            ("gyro [°/s]", "gyro", Some("°/s")),
            ("plain_name", "plain_name", None),
            ("", "", None),
        ] {
            assert_eq!(label_and_unit(name), (label.to_owned(), unit.map(str::to_owned)), "{name}");
        }
    }

    #[test]
    fn a_delsys_line_is_a_promise_about_a_label_with_colons() {
        let got = promise("Label: A 1: EMG 1 Sampling frequency: 1.259259e+003 Number of points: 81141 start: 0.0e+000 Unit: °/s Domain Unit: s").unwrap();
        let want = Promise {
            label: "A 1: EMG 1".into(),
            sampling_frequency: Some(1259.259),
            points: Some(81141),
            unit: Some("°/s".into()),
        };
        assert_eq!(got, want);
    }
}
