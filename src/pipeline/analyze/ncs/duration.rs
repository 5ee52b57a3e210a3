//! Duration of the distal motor response against the limits of its amplifier's high-pass.

use super::rows::{Number, Person, Spot, apply_difference};
use crate::ncs::Measured;
use crate::norms::ncs::distal_duration;
use crate::result::MeasureRow;
use crate::units::Unit;

/// How near a stated high-pass must be to that of a limit, Hz. Ours: 2 and 3 Hz are used alike.
const NEAR_HZ: f64 = 1.0;

/// The row, where the study has such limits.
pub(super) fn row(
    person: &Person<'_>,
    spot: &Spot,
    measured: Measured,
    filters: Option<&str>,
) -> Option<MeasureRow> {
    let study = spot.study?;
    let limits: Vec<_> = distal_duration(study.id).collect();
    if limits.is_empty() {
        return None;
    }
    let mut row = person.row(spot, Number::new("distal_duration", Unit::MILLISECOND, measured));
    let near = |hz: f64| limits.iter().filter(move |l| (l.high_pass_hz - hz).abs() <= NEAR_HZ);
    match high_pass_hz(filters) {
        Some(hz) => match near(hz).next() {
            Some(first) => {
                let all: Vec<String> =
                    near(hz).map(|l| format!("{} {} ms ({})", l.set, l.upper_ms, l.status)).collect();
                apply_difference(&mut row, first.set, first.upper_ms, first.source, first.status);
                row.limit.note += &format!("; for a high-pass of {hz} Hz: {}", all.join(", "));
            }
            None => row.limit.note = format!("no limit for a high-pass of {hz} Hz"),
        },
        None => {
            row.limit.note =
                "its limit depends on the amplifier's high-pass, which the file does not state".into()
        }
    }
    Some(row)
}

/// The high-pass in a text such as `HP:3Hz LP:20kHz`, Hz.
fn high_pass_hz(filters: Option<&str>) -> Option<f64> {
    let text = filters?.to_lowercase();
    let after = text.split("hp:").nth(1)?.trim_start();
    let end = after.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(after.len());
    let number: f64 = after[..end].parse().ok()?;
    let unit = after[end..].trim_start();
    let hz = if unit.starts_with("khz") { number * 1e3 } else { number };
    (unit.starts_with("hz") || unit.starts_with("khz")).then_some(hz)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_high_pass_is_read_where_it_is_stated() {
        for (text, hz) in [
            ("HP:3Hz LP:20kHz", Some(3.0)),
            ("LP:10kHz HP: 20 Hz", Some(20.0)),
            ("HP:0.02kHz", Some(20.0)),
            ("HP:DC", None),
            ("HP:3", None),
            ("", None),
        ] {
            assert_eq!(high_pass_hz(Some(text)), hz, "{text}");
        }
        assert_eq!(high_pass_hz(None), None);
    }
}
