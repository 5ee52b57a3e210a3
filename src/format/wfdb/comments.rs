//! What the free comment lines of a header say about the subject and the electrodes.

use crate::recording::{Channel, ChannelKind, Subject};

/// Greatest age believed, years. Our choice; a larger number is a code for "unknown" or "hidden".
const MAX_AGE_YEARS: f64 = 130.0;

/// Age and sex from `<age>: 44 <sex>: M`, `Age: 44`, `sex = female`; several may stand on one line.
/// The first of each that can be understood counts.
pub(super) fn subject<'a>(comments: impl IntoIterator<Item = &'a String>) -> Subject {
    let mut subject = Subject::default();
    for comment in comments {
        let line = comment.to_lowercase();
        for (key, value) in tagged(&line) {
            match key {
                "age" => subject.age_years = subject.age_years.or_else(|| age(value)),
                _ => subject.sex = subject.sex.take().or_else(|| sex(value)),
            }
        }
    }
    subject
}

/// Values that follow the words `age`, `sex` or `gender` where these are marked as keys: in angle
/// brackets, or with a colon or an equals sign after them.
fn tagged(line: &str) -> Vec<(&'static str, &str)> {
    let mut out = Vec::new();
    for (word, key) in [("age", "age"), ("sex", "sex"), ("gender", "sex")] {
        for (at, _) in line.match_indices(word) {
            if line[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
                continue; // `dosage`
            }
            let rest = &line[at + word.len()..];
            let bracketed = rest.strip_prefix('>').filter(|_| line[..at].ends_with('<'));
            let marked = |text: &str| text.trim_start().starts_with([':', '=']);
            let value = match bracketed {
                Some(value) => value,
                None if marked(rest) => rest,
                None => continue,
            };
            out.push((key, value.trim_start().trim_start_matches([':', '=']).trim_start()));
        }
    }
    out
}

fn age(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let value: f64 = text[..end].parse().ok()?;
    let unit = text[end..].trim_start();
    let years = if unit.starts_with("month") {
        value / 12.0
    } else if unit.starts_with("week") || unit.starts_with("day") {
        return None;
    } else {
        value
    };
    (0.0..=MAX_AGE_YEARS).contains(&years).then_some(years)
}

fn sex(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    match &text[..end] {
        "m" | "male" | "man" => Some("male".into()),
        "f" | "female" | "woman" => Some("female".into()),
        _ => None,
    }
}

/// Kind, electrode and muscle, where one comment line says them for the only EMG channel or for all of them.
pub(super) fn describe(channels: &mut [Channel], comments: &[String]) {
    for channel in channels.iter_mut() {
        let label = channel.label.to_lowercase();
        let other =
            ["ecg", "ekg", "pleth", "resp", "abp", "force", "trigger"].iter().any(|w| label.contains(w));
        if other || (channel.uncalibrated.is_none() && !channel.unit.is_voltage()) {
            channel.kind = ChannelKind::Other;
        }
    }
    let about = |word: &str| {
        let found = |c: &&String| {
            let line = c.to_lowercase();
            line.contains(word) && (line.contains("electrode") || line.contains("emg"))
        };
        comments.iter().find(found)
    };
    let (kind, line) = match (about("needle"), about("surface")) {
        (Some(line), None) => (ChannelKind::Needle, line),
        (None, Some(line)) => (ChannelKind::Surface, line),
        _ => return, // nothing, or both: not clear which channel is meant
    };
    let only = channels.len() == 1;
    let muscle = muscle(comments);
    for channel in channels.iter_mut().filter(|c| c.kind == ChannelKind::Emg) {
        if only || channel.label.to_lowercase().contains("emg") {
            channel.kind = kind;
            channel.electrode = Some(line.clone());
            if only {
                channel.target_muscle.clone_from(&muscle);
            }
        }
    }
}

/// The words between `placed in` (or on, into, over) and `muscle`, when they stand once.
fn muscle(comments: &[String]) -> Option<String> {
    let mut found = None;
    for comment in comments {
        let line = comment.to_lowercase();
        for start in ["placed in ", "placed into ", "placed on ", "placed over "] {
            let Some((_, after)) = line.split_once(start) else { continue };
            let Some((name, _)) = after.split_once(" muscle") else { continue };
            let name = name.trim_start_matches("the ").trim();
            let plausible =
                !name.is_empty() && name.len() <= 60 && name.chars().all(|c| c.is_alphabetic() || c == ' ');
            if plausible && found.replace(name.to_owned()).is_some_and(|before| before != name) {
                return None;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_and_sex_are_found_only_where_they_are_marked() {
        let of = |line: &str| {
            let s = subject(&[line.to_owned()]);
            (s.age_years, s.sex)
        };
        let male = || Some("male".to_owned());
        assert_eq!(of("<age>: 44 <sex>: M <diagnoses> no history"), (Some(44.0), male()));
        assert_eq!(of("<sex>: F <age>: 61.5"), (Some(61.5), Some("female".into())));
        assert_eq!(of("Age: 6 months  Sex: Male"), (Some(0.5), male()));
        assert_eq!(of("<age> 30 years, gender=woman"), (Some(30.0), Some("female".into())));
        for line in [
            "dosage: 10",
            "age unknown",
            "<age>: ?? <sex>: ?",
            "<age>: 300",
            "voltage: 3 sexes: 2",
            "age: 3 weeks",
        ] {
            assert_eq!(of(line), (None, None), "{line}");
        }
    }

    #[test]
    fn the_muscle_is_taken_only_when_one_is_named() {
        let lines = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let one = "25mm concentric needle electrode placed in tibialis anterior muscle";
        assert_eq!(muscle(&lines(&[one, one])).as_deref(), Some("tibialis anterior"));
        assert_eq!(muscle(&lines(&[one, "then placed in the soleus muscle"])), None);
        assert_eq!(muscle(&lines(&["the muscle was at rest"])), None);
    }
}
