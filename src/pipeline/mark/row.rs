//! A marked sweep as a row of text: decimal numbers without the cost of a general formatter.

use crate::measure::Reading;
use crate::ncs::Measured;
use crate::ncs::marker::{Doubt, Presence, Response};

pub(super) fn hinge_row(r: &Response, out: &mut Vec<u8>) {
    let word: &[u8] = match r.presence {
        Presence::Present => b"present,",
        Presence::Absent => b"absent,",
        Presence::Undefined(_) => b"undefined,",
    };
    out.extend_from_slice(word);
    let cell = |m: &Measured, scale: f64, digits: u32, out: &mut Vec<u8>| {
        if let Reading::Value(v) = m.reading {
            number_into(v * scale, digits, out);
        }
        out.push(b',');
    };
    cell(&r.onset, 1e3, 4, out);
    if let Some(u) = r.onset.uncertainty {
        number_into(1e3 * u, 4, out);
    }
    out.push(b',');
    cell(&r.peak, 1e3, 4, out);
    cell(&r.amplitude, 1e6, 3, out);
    cell(&r.amplitude_peak_to_peak, 1e6, 3, out);
    cell(&r.negative_area, 1e9, 3, out);
    cell(&r.negative_duration, 1e3, 4, out);
    if r.snr > 0.0 {
        number_into(r.snr, 1, out);
    }
    out.push(b',');
    if let Presence::Undefined(why) = r.presence {
        out.extend_from_slice(why.as_bytes());
    }
    for (i, doubt) in r.doubts.iter().map(Doubt::id).enumerate() {
        if i > 0 {
            out.push(b';');
        }
        out.extend_from_slice(doubt.as_bytes());
    }
    out.push(b'\n');
}

pub(super) fn whole(mut v: u64, out: &mut Vec<u8>) {
    let (mut digits, mut at) = ([0u8; 20], 20);
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(v % 10).unwrap_or(0);
        v /= 10;
        if v == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A number with at most so many decimals, zeros at its end left out; a very large one in the shortest way.
pub(super) fn number_into(v: f64, decimals: u32, out: &mut Vec<u8>) {
    let scale = 10u64.pow(decimals);
    #[expect(clippy::cast_precision_loss, reason = "a power of ten")]
    let scaled = (v.abs() * scale as f64).round();
    if scaled.is_nan() || scaled >= 9e15 {
        if v.is_finite() {
            out.extend_from_slice(zmij::Buffer::new().format_finite(v).as_bytes());
        }
        return;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 9e15")]
    let scaled = scaled as u64;
    if v < 0.0 && scaled > 0 {
        out.push(b'-');
    }
    whole(scaled / scale, out);
    let mut rest = scaled % scale;
    if rest == 0 {
        return;
    }
    out.push(b'.');
    let mut unit = scale / 10;
    while rest > 0 {
        out.push(b'0' + u8::try_from(rest / unit).unwrap_or(0));
        rest %= unit;
        unit = (unit / 10).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_formatter_writes_them() {
        for v in
            [0.0, 1.0, -1.0, 0.05, 12.5, 12.3456, -0.00004, 100.0, 98765.4321, 0.1 + 0.2, 1e300, -7.00049]
        {
            let mut out = Vec::new();
            number_into(v, 4, &mut out);
            let text = String::from_utf8(out).unwrap();
            let want = format!("{v:.4}").parse::<f64>().unwrap();
            assert!((text.parse::<f64>().unwrap() - want).abs() <= 1e-12 * want.abs(), "{v}: {text}");
            assert!(!text.ends_with('.') && text != "-0", "{text}");
        }
    }
}
