//! Time frames of referral and of testing: `data/reference/referral_time_frames.csv`.

use super::number;
use crate::norms::rows;
use crate::result::TimeFrame;
use std::sync::LazyLock;

/// A time frame, one row of the table. Days; both ends belong to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Unique.
    pub id: &'static str,
    /// `onset`, `presentation` or `motor_deficit`.
    pub counted_from: &'static str,
    /// First day.
    pub day_min: Option<f64>,
    /// Last day.
    pub day_max: Option<f64>,
    /// In words.
    pub what: &'static str,
    /// Another frame that contradicts it; both are shown, the local pathway decides.
    pub conflicts_with: Option<&'static str>,
    /// Ids of `data/SOURCES.md`.
    pub source: &'static str,
    /// `published`, or `project` where it is ours.
    pub status: &'static str,
    /// `high` or `low`.
    pub confidence: &'static str,
}

/// Every frame, in the table's order.
pub static TIME_FRAMES: LazyLock<Vec<Frame>> = LazyLock::new(|| {
    let row = |[id, from, min, max, what, conflict, source, status, confidence]: [&'static str; 9]| Frame {
        id,
        counted_from: from,
        day_min: number(min),
        day_max: number(max),
        what,
        conflicts_with: (!conflict.is_empty()).then_some(conflict),
        source,
        status,
        confidence,
    };
    rows(include_str!("../../../data/reference/referral_time_frames.csv")).map(row).collect()
});

/// Every frame, with its position at so many days since the onset of the complaint.
pub(super) fn time_frames(days_since_onset: Option<f64>) -> Vec<TimeFrame> {
    let frame = |f: &Frame| {
        let (position, reason) = position(f, days_since_onset);
        TimeFrame {
            id: f.id,
            counted_from: f.counted_from,
            day_min: f.day_min,
            day_max: f.day_max,
            what: f.what,
            position,
            reason,
            conflicts_with: f.conflicts_with,
            source: f.source,
            status: f.status,
            confidence: f.confidence,
        }
    };
    TIME_FRAMES.iter().map(frame).collect()
}

fn position(f: &Frame, days_since_onset: Option<f64>) -> (&'static str, Option<&'static str>) {
    let Some(days) = days_since_onset else {
        return ("cannot_be_judged", Some("the days since onset are not stated"));
    };
    // Whoever was seen, or lost strength, was so at the onset or later: what the onset has not reached, neither has.
    if f.day_min.is_some_and(|d| days < d) {
        return ("not_reached", None);
    }
    match f.counted_from {
        "onset" if f.day_max.is_some_and(|d| days > d) => ("past", None),
        "onset" => ("reached", None),
        "motor_deficit" => {
            ("cannot_be_judged", Some("counted from the first weakness, whose day is not stated"))
        }
        _ => ("cannot_be_judged", Some("counted from the first visit, whose day is not stated")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: Option<f64>, id: &str) -> &'static str {
        time_frames(days).into_iter().find(|f| f.id == id).unwrap().position
    }

    #[test]
    fn what_the_onset_has_not_reached_is_not_reached_and_the_rest_is_left_open() {
        assert_eq!(at(Some(13.0), "start_back_stratify"), "not_reached");
        assert_eq!(at(Some(14.0), "start_back_stratify"), "reached");
        assert_eq!(at(Some(15.0), "start_back_stratify"), "past");
        assert_eq!(at(Some(89.0), "chronic"), "not_reached");
        assert_eq!(at(Some(90.0), "chronic"), "reached");
        assert_eq!(at(Some(97.0), "minimum_14_weeks"), "not_reached");
        assert_eq!(at(Some(98.0), "minimum_14_weeks"), "cannot_be_judged");
        assert_eq!(at(Some(20.0), "needle_timing"), "not_reached");
        assert_eq!(at(Some(21.0), "needle_timing"), "cannot_be_judged");
        assert_eq!(at(None, "chronic"), "cannot_be_judged");
    }

    #[test]
    fn a_contradiction_shows_both_sides() {
        let conflicts: Vec<_> = TIME_FRAMES.iter().filter(|f| f.conflicts_with.is_some()).collect();
        assert_eq!(conflicts.len(), 2);
        for f in &conflicts {
            let other = conflicts.iter().find(|o| Some(o.id) == f.conflicts_with).unwrap();
            assert_eq!(other.conflicts_with, Some(f.id));
        }
        let shown = time_frames(Some(60.0));
        assert!(conflicts.iter().all(|c| shown.iter().any(|s| s.id == c.id)));
        for f in TIME_FRAMES.iter() {
            assert!(["onset", "presentation", "motor_deficit"].contains(&f.counted_from), "{}", f.id);
            assert!(f.day_min.is_some() || f.day_max.is_some(), "{}", f.id);
            assert!(!f.source.is_empty() && !f.status.is_empty());
        }
    }
}
