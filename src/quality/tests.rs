//! The registry and the interface; the checks themselves are tested from outside.

use super::*;

#[test]
fn ids_are_unique_and_every_signal_check_can_run() {
    assert!(!CHECKS.is_empty());
    for (i, check) in CHECKS.iter().enumerate() {
        assert!(CHECKS[..i].iter().all(|c| c.id != check.id), "{} twice", check.id);
        assert_eq!(check.run.is_some(), check.raised_by == Raised::Signal, "{}", check.id);
        assert!(!check.what.is_empty() && !check.source.is_empty() && !check.name.is_empty());
    }
}

#[test]
fn only_a_refusal_of_the_channel_or_file_stops_a_measurement() {
    let finding = |severity, channel: Option<&str>| {
        let f = Finding::file("mains", severity, 1, 0.6, "hum");
        if let Some(c) = channel { f.on(c) } else { f }
    };
    assert!(interpretable(&[finding(Severity::Warning, Some("a"))], "a").is_ok());
    assert!(interpretable(&[finding(Severity::Refuse, Some("b"))], "a").is_ok());
    assert_eq!(interpretable(&[finding(Severity::Refuse, Some("a"))], "a"), Err("hum".to_owned()));
    assert!(interpretable(&[finding(Severity::Refuse, None)], "a").is_err());
}
