//! One way to say a piece of evidence.

use crate::result::Evidence;

/// What a limit or a distribution of ours rests on.
pub(super) const NO_LIMIT: &str = "no published limit: shown, not judged";

/// Evidence with a verdict. `speaks_for` is what it speaks for when met, else `none` or `normal`.
pub(super) fn judged(
    finding: impl Into<String>,
    verdict: &'static str,
    speaks_for: &'static str,
    source: impl Into<String>,
) -> Evidence {
    Evidence { finding: finding.into(), speaks_for, verdict, source: source.into(), weight_db: None }
}

/// Evidence that is shown and speaks for nothing.
pub(super) fn shown(finding: impl Into<String>, source: impl Into<String>) -> Evidence {
    judged(finding, "cannot be judged", "none", source)
}

/// Strongest first: by weight, then what has none by verdict; else as they came.
pub(super) fn sort(all: &mut [Evidence]) {
    let key = |e: &Evidence| {
        let verdict = match e.verdict {
            "met" => 0,
            "not met" => 1,
            _ => 2,
        };
        (e.weight_db.map_or(0.0, f64::abs), verdict)
    };
    all.sort_by(|a, b| {
        let ((wa, va), (wb, vb)) = (key(a), key(b));
        wb.total_cmp(&wa).then(va.cmp(&vb))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_comes_first_whatever_its_direction() {
        let weighted = |db| Evidence { weight_db: Some(db), ..judged("w", "met", "normal", "") };
        let mut all = [
            shown("a", ""),
            judged("b", "met", "normal", ""),
            weighted(2.0),
            judged("c", "not met", "none", ""),
            weighted(-9.0),
        ];
        sort(&mut all);
        let order: Vec<_> = all.iter().map(|e| (e.weight_db, e.verdict)).collect();
        assert_eq!(
            order,
            [
                (Some(-9.0), "met"),
                (Some(2.0), "met"),
                (None, "met"),
                (None, "not met"),
                (None, "cannot be judged")
            ]
        );
    }
}
