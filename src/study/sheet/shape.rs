//! What the cell of each key may hold, and what laboratories write there.

use super::super::entries::Value;
use super::super::values::VALUE_KEYS;
use super::super::words::{
    BackSurgery, Change, Polyphasia, Recruitment, Region, Response, Sex, Side, SubjectSide, Symptoms,
    Technique,
};
use crate::error::nearest;
use std::borrow::Cow;

/// What a key's cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Number,
    /// A number that is measured: the response may be absent instead.
    Measured,
    Numbers,
    /// 0 to 4.
    Grade,
    Flag,
    Text,
    Word(Words),
}

/// Which words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    Side,
    SubjectSide,
    Sex,
    Region,
    Symptoms,
    BackSurgery,
    Technique,
    Response,
    Change,
    Polyphasia,
    Recruitment,
}

/// A cell that cannot be read, and why.
pub(super) type Refused = String;

/// Cells that mean that nothing was done, beside the empty one.
const NOT_DONE: &[&str] = &["na", "n/a", "nt", "not done", "not tested"];
/// Cells that mean that a response was looked for and not found.
const ABSENT: &[&str] = &["absent", "nr", "no response"];

/// What the cells of a key hold; `None` for a key that is no cell's.
pub(super) fn of(key: &str) -> Option<Shape> {
    Some(match key {
        "age_years" | "height_cm" | "weight_kg" | "days_since_onset" => Shape::Number,
        key if super::super::keys::SCORES.contains(&key) => Shape::Number,
        "distance_mm" | "skin_temperature_c" | "frequency_hz" | "exercise_s" | "seconds_after_exercise" => {
            Shape::Number
        }
        "amplitudes_mv" | "stimulus_ma" => Shape::Numbers,
        "fibrillation" | "positive_sharp_wave" | "fasciculation" => Shape::Grade,
        "complex_repetitive_discharge"
        | "myotonic_discharge"
        | "myokymic_discharge"
        | "neuromyotonic_discharge"
        | "cramp"
        | "diabetes"
        | "upper_motor_neuron_signs" => Shape::Flag,
        "sex" => Shape::Word(Words::Sex),
        "side" => Shape::Word(Words::Side),
        "complaint_side" => Shape::Word(Words::SubjectSide),
        "complaint_region" => Shape::Word(Words::Region),
        "symptoms" => Shape::Word(Words::Symptoms),
        "previous_back_surgery" => Shape::Word(Words::BackSurgery),
        "technique" => Shape::Word(Words::Technique),
        "response" => Shape::Word(Words::Response),
        "insertional" | "muap_amplitude" | "muap_duration" => Shape::Word(Words::Change),
        "polyphasia" => Shape::Word(Words::Polyphasia),
        "recruitment" => Shape::Word(Words::Recruitment),
        "site" => Shape::Text,
        key if VALUE_KEYS.iter().any(|k| k.key == key) => Shape::Measured,
        _ => return None,
    })
}

/// What a cell says.
#[derive(Debug, PartialEq)]
pub(super) enum Said<'a> {
    /// Not done: never the same as normal.
    Nothing,
    /// The response is absent.
    Absent,
    Value(Value<'a>),
}

impl Shape {
    /// Reads a cell. `comma`: whether a comma may be a decimal mark.
    pub(super) fn read<'a>(self, cell: &'a str, comma: bool) -> Result<Said<'a>, Refused> {
        if cell.is_empty() {
            return Ok(Said::Nothing);
        }
        // No word here is longer; a long text is not copied.
        let low = if cell.len() < 64 { cell.to_lowercase() } else { String::new() };
        let word = low.trim_end_matches('.');
        if self != Shape::Text && NOT_DONE.contains(&word) {
            return Ok(Said::Nothing);
        }
        if self != Shape::Text && ["nd", "-", "–", "?"].contains(&word) {
            return Err(format!(
                "`{cell}` may mean more than one thing; leave the cell empty where nothing was done, and write \
                 what was found otherwise"
            ));
        }
        match self {
            Shape::Measured if ABSENT.contains(&word) => Ok(Said::Absent),
            Shape::Word(Words::Response) if ABSENT.contains(&word) => Ok(Said::Absent),
            Shape::Number => number(cell, comma, "").map(Said::Value),
            Shape::Measured => number(cell, comma, ", or `NR` for an absent response,").map(Said::Value),
            Shape::Numbers => numbers(cell, comma).map(Said::Value),
            Shape::Grade => match grade(word) {
                Some(grade) => Ok(Said::Value(Value::Integer(Cow::Borrowed(&"01234"[grade..=grade]), 10))),
                None => Err(format!(
                    "`{}` is no grade; 0 to 4, or `1+` to `4+`, belongs here",
                    super::shown(cell)
                )),
            },
            Shape::Flag => flag(word)
                .map(|flag| Said::Value(Value::Flag(flag)))
                .ok_or_else(|| format!("`{}`; `yes` or `no` belongs here", super::shown(cell))),
            Shape::Text => Ok(Said::Value(Value::Text(Cow::Borrowed(cell)))),
            Shape::Word(words) => words.read(cell, word).map(|w| Said::Value(Value::Text(Cow::Borrowed(w)))),
        }
    }
}

/// A decimal number; nothing else that a computer may take for one.
fn decimal(cell: &str, comma: bool) -> Option<f64> {
    let mut text = cell.replace('\u{2212}', "-");
    if comma && !text.contains('.') && text.matches(',').count() == 1 {
        text = text.replace(',', ".");
    }
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse::<f64>().ok().filter(|v| digits && plain && v.is_finite())
}

fn number(cell: &str, comma: bool, or: &str) -> Result<Value<'static>, Refused> {
    decimal(cell, comma).map(Value::Number).ok_or_else(|| {
        let hint =
            if !comma && cell.contains(',') { "; a decimal comma needs cells separated by `;`" } else { "" };
        format!(
            "`{}` is no number; a number without unit or sign of comparison{or} belongs here{hint}",
            super::shown(cell)
        )
    })
}

/// Numbers separated by `;`, `|` or blanks.
fn numbers(cell: &str, comma: bool) -> Result<Value<'static>, Refused> {
    let parts = cell.split([';', '|', ' ']).filter(|p| !p.is_empty());
    let all: Option<Vec<Value<'static>>> = parts.map(|p| decimal(p, comma).map(Value::Number)).collect();
    all.filter(|a| !a.is_empty()).map(Value::List).ok_or_else(|| {
        format!("`{}`; numbers separated by `;`, `|` or blanks belong here", super::shown(cell))
    })
}

/// `0` to `4`, `1+` to `4+`, `+1` to `+4`, `+` to `++++`; the words that mean that there was none.
fn grade(word: &str) -> Option<usize> {
    if !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b == b'+') {
        return Some(word.len());
    }
    if ["none", "no", "normal", "nml", "n"].contains(&word) {
        return Some(0);
    }
    let digit = word.strip_suffix('+').or_else(|| word.strip_prefix('+')).unwrap_or(word);
    ["0", "1", "2", "3", "4"].iter().position(|d| *d == digit)
}

fn flag(word: &str) -> Option<bool> {
    match word {
        "true" | "yes" | "y" | "present" => Some(true),
        "false" | "no" | "n" | "none" | "absent" => Some(false),
        // A grade says whether there was any.
        other => grade(other).map(|g| g > 0),
    }
}

impl Words {
    /// The words of the study file.
    fn known(self) -> Vec<&'static str> {
        fn names<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
            words.iter().map(|w| w.0).collect()
        }
        match self {
            Words::Side => names(Side::WORDS),
            Words::SubjectSide => names(SubjectSide::WORDS),
            Words::Sex => names(Sex::WORDS),
            Words::Region => names(Region::WORDS),
            Words::Symptoms => names(Symptoms::WORDS),
            Words::BackSurgery => names(BackSurgery::WORDS),
            Words::Technique => names(Technique::WORDS),
            Words::Response => names(Response::WORDS),
            Words::Change => names(Change::WORDS),
            Words::Polyphasia => names(Polyphasia::WORDS),
            Words::Recruitment => names(Recruitment::WORDS),
        }
    }

    /// The study file's word for what laboratories write, where that means one thing only.
    fn short(self, word: &str) -> Option<&'static str> {
        let risen = grade(word).is_some_and(|g| g > 0) && !word.bytes().all(|b| b.is_ascii_digit());
        let normal = ["nml", "nl", "norm"].contains(&word);
        Some(match (self, word) {
            (Words::Side | Words::SubjectSide, "l" | "lt") => "left",
            (Words::Side | Words::SubjectSide, "r" | "rt") => "right",
            (Words::SubjectSide, "both" | "bilat" | "b") => "bilateral",
            (Words::Sex, "m") => "male",
            (Words::Sex, "f") => "female",
            (Words::Region, "lumbar") => "lumbosacral",
            (Words::Technique, "anti") => "antidromic",
            (Words::Technique, "ortho") => "orthodromic",
            (Words::Change | Words::Polyphasia, "n") => "normal",
            (Words::Change | Words::Polyphasia | Words::Recruitment, _) if normal => "normal",
            (Words::Change | Words::Polyphasia, "incr" | "inc" | "↑") => "increased",
            (Words::Change | Words::Polyphasia, _) if risen => "increased",
            (Words::Change, "decr" | "dec" | "↓") => "decreased",
            (Words::Polyphasia, "0") => "normal",
            (Words::Recruitment, "decr" | "dec" | "decreased" | "red" | "↓") => "reduced",
            _ => return None,
        })
    }

    fn read(self, cell: &str, word: &str) -> Result<&'static str, Refused> {
        let known = self.known();
        if let Some(found) = known.iter().find(|k| **k == word) {
            return Ok(found);
        }
        if self == Words::Recruitment && word == "n" {
            return Err("`N` may be normal or none; write `normal` or `none`".into());
        }
        self.short(word).ok_or_else(|| {
            let near = nearest(word, known.iter().copied()).unwrap_or_default();
            let all: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
            format!(
                "`{}` is not known; the nearest word is `{near}`, allowed are {}",
                super::shown(cell),
                all.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(key: &str, cell: &str) -> String {
        match of(key).unwrap().read(cell, true) {
            Ok(Said::Nothing) => "nothing".into(),
            Ok(Said::Absent) => "absent".into(),
            Ok(Said::Value(Value::Text(word))) => word.into_owned(),
            Ok(Said::Value(Value::Integer(digits, _))) => digits.into_owned(),
            Ok(Said::Value(Value::Number(number))) => number.to_string(),
            Ok(Said::Value(Value::Flag(flag))) => flag.to_string(),
            Ok(Said::Value(other)) => format!("{other:?}"),
            Err(why) => format!("refused: {why}"),
        }
    }

    #[test]
    fn what_laboratories_write_is_read_where_it_means_one_thing() {
        for (key, cell, meaning) in [
            ("fibrillation", "0", "0"),
            ("fibrillation", "2+", "2"),
            ("fibrillation", "+3", "3"),
            ("fibrillation", "++", "2"),
            ("fibrillation", "Nml", "0"),
            ("fibrillation", "", "nothing"),
            ("fibrillation", "NT", "nothing"),
            ("cramp", "Yes", "true"),
            ("cramp", "0", "false"),
            ("complex_repetitive_discharge", "1+", "true"),
            ("insertional", "Incr.", "increased"),
            ("insertional", "N", "normal"),
            ("muap_duration", "1+", "increased"),
            ("muap_amplitude", "Decr", "decreased"),
            ("polyphasia", "0", "normal"),
            ("recruitment", "Red", "reduced"),
            ("recruitment", "None", "none"),
            ("side", "L", "left"),
            ("sex", "F", "female"),
            ("amplitude_mv", "3,6", "3.6"),
            ("amplitude_mv", "NR", "absent"),
            ("amplitude_mv", "No response", "absent"),
            ("response", "absent", "absent"),
            ("age_years", " 54 ".trim(), "54"),
            ("pain_detect", "\u{2212}1", "-1"),
        ] {
            assert_eq!(said(key, cell), meaning, "{key} {cell}");
        }
    }

    #[test]
    fn what_means_more_than_one_thing_or_nothing_is_refused() {
        for (key, cell, why) in [
            ("fibrillation", "-", "more than one"),
            ("fibrillation", "ND", "more than one"),
            ("fibrillation", "5", "0 to 4"),
            ("fibrillation", "1.5", "0 to 4"),
            ("fibrillation", "+++++", "0 to 4"),
            ("fibrillation", "yes", "0 to 4"),
            ("recruitment", "N", "normal or none"),
            ("recruitment", "reducd", "`reduced`"),
            ("insertional", "0", "`normal`"),
            ("insertional", "2", "`increased`"),
            ("amplitude_mv", "<0.1", "no number"),
            ("amplitude_mv", "3.6 mV", "no number"),
            ("amplitude_mv", "nan", "no number"),
            ("amplitude_mv", "inf", "no number"),
            ("amplitude_mv", "1e999", "no number"),
            ("amplitude_mv", "1.234,5", "no number"),
            ("amplitude_mv", "e", "no number"),
            ("distance_mm", "NR", "no number"),
            ("side", "bilateral", "`left`, `right`"),
            ("response", "present", "`absent`"),
            ("diabetes", "maybe", "`yes` or `no`"),
        ] {
            let said = said(key, cell);
            assert!(said.starts_with("refused") && said.contains(why), "{key} {cell}: {said}");
        }
    }

    #[test]
    fn a_list_of_numbers_has_its_own_separators() {
        let list = |cell| match of("amplitudes_mv").unwrap().read(cell, true) {
            Ok(Said::Value(Value::List(items))) => items.iter().filter_map(Value::number).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        assert_eq!(list("1,1;1.7 | 2.5 3.3"), [1.1, 1.7, 2.5, 3.3]);
        assert!(list("1;x").is_empty() && list(";").is_empty());
    }
}
