//! Numbers as text, exact to the last bit.

/// How a number was written; tells the resolution of a printed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shape {
    /// Digits behind the decimal mark, less the exponent.
    pub(super) decimals: i32,
    /// Digits without leading zeros.
    pub(super) digits: i32,
}

impl Shape {
    /// The finer of both.
    pub(super) fn finest(self, other: Shape) -> Shape {
        Shape { decimals: self.decimals.max(other.decimals), digits: self.digits.max(other.digits) }
    }
    /// Distance between neighbouring printable numbers at `value`: that of the decimals or of the
    /// significant digits, whichever is coarser there.
    pub(super) fn resolution(self, value: f64) -> f64 {
        let leading = if value == 0.0 { i32::MIN / 2 } else { magnitude(value) };
        10f64.powi((-self.decimals).max(leading + 1 - self.digits))
    }
}

/// Power of ten of the first digit.
#[expect(clippy::cast_possible_truncation, reason = "the logarithm of a finite f64 lies within ±324")]
fn magnitude(value: f64) -> i32 {
    value.abs().log10().floor() as i32
}

/// Powers of ten that are exact in an f64.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Reads the number that starts at `from`; gives its value, where it ends, and its shape. No blanks before
/// it. A decimal comma needs a digit behind it, so that `1, 2` stays two fields.
#[inline]
pub(super) fn scan(bytes: &[u8], from: usize, decimal: u8) -> Option<(f64, usize, Shape)> {
    let mut at = from;
    let negative = match bytes.get(at) {
        Some(b'-') => {
            at += 1;
            true
        }
        Some(b'+') => {
            at += 1;
            false
        }
        _ => false,
    };
    let (mut mantissa, mut digits, first) = (0u64, 0i32, at);
    let mut push = |d: u8| {
        // Nineteen digits always fit; what has more goes the slow way below.
        if digits < 19 {
            mantissa = mantissa * 10 + u64::from(d);
        }
        digits += i32::from(digits > 0 || d > 0);
    };
    while let Some(d) = bytes.get(at).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
        push(d);
        at += 1;
    }
    let mut seen = at - first;
    let mut decimals = 0i32;
    if bytes.get(at) == Some(&decimal) {
        let start = at + 1;
        let mut end = start;
        while let Some(d) = bytes.get(end).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
            push(d);
            end += 1;
        }
        if end > start || (decimal == b'.' && seen > 0) {
            seen += end - start;
            decimals = i32::try_from(end - start).ok()?;
            at = end;
        }
    }
    if seen == 0 {
        return None;
    }
    let mut exponent = 0i32;
    if let Some(b'e' | b'E') = bytes.get(at) {
        let signed = matches!(bytes.get(at + 1), Some(b'-' | b'+'));
        let start = at + 1 + usize::from(signed);
        let mut end = start;
        while let Some(d) = bytes.get(end).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
            exponent = exponent.saturating_mul(10).saturating_add(i32::from(d)).min(100_000);
            end += 1;
        }
        if end == start {
            return None;
        }
        if bytes[start - 1] == b'-' {
            exponent = -exponent;
        }
        at = end;
    }
    let shape = Shape { decimals: decimals.saturating_sub(exponent), digits };
    let power = exponent.saturating_sub(decimals);
    let size = power.unsigned_abs() as usize;
    if digits <= 19 && mantissa <= 1 << 53 && size < EXACT.len() {
        // Both factors are exact, so the one rounding is the right one (Clinger 1990, PLDI, p. 92).
        #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
        let m = mantissa as f64;
        let value = if power < 0 { m / EXACT[size] } else { m * EXACT[size] };
        return Some((if negative { -value } else { value }, at, shape));
    }
    let text = std::str::from_utf8(&bytes[from..at]).ok()?;
    let value = if decimal == b'.' { text.parse() } else { text.replace(char::from(decimal), ".").parse() };
    Some((value.ok()?, at, shape))
}

/// The whole of `text` as a number.
pub(super) fn whole(text: &[u8], decimal: u8) -> Option<(f64, Shape)> {
    let (value, end, shape) = scan(text, 0, decimal)?;
    (end == text.len()).then_some((value, shape))
}

/// Spellings of a value that is not there.
pub(super) fn is_missing(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [b"", b"nan", b"na", b"n/a", b"-", b"null", b"none", b"#n/a", b"-nan"];
    WORDS.iter().any(|w| text.eq_ignore_ascii_case(w))
}

/// Spellings of a value beyond all numbers: there, but of no use.
pub(super) fn is_infinite(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity")
}

/// `[h:]m:s[.fff]` as seconds, for a time column.
pub(super) fn clock(text: &[u8], decimal: u8) -> Option<(f64, Shape)> {
    let text = text.strip_prefix(b"[").and_then(|t| t.strip_suffix(b"]")).unwrap_or(text);
    let mut parts = text.rsplit(|b| *b == b':').map(<[u8]>::trim_ascii);
    let seconds = parts.next()?;
    let (seconds, shape) = whole(seconds, decimal).or_else(|| whole(seconds, b'.'))?;
    let mut total = seconds;
    let (mut factor, mut any) = (60.0, false);
    for part in parts {
        let (value, s) = whole(part, decimal)?;
        if s.decimals > 0 || factor > 3600.0 || value < 0.0 {
            return None;
        }
        total += value * factor;
        factor *= 60.0;
        any = true;
    }
    (any && (0.0..60.0).contains(&seconds)).then_some((total, Shape { digits: 15, ..shape }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_exact_to_the_last_bit() {
        let fixed = [
            "0",
            "-0",
            "1.",
            ".5",
            "-.2",
            "+3.25",
            "1e5",
            "1.259259e+003",
            "0.1",
            "9007199254740993",
            "1e-320",
            "123456789012345678901234567890",
            "2.2250738585072014e-308",
            "0.30000000000000004",
            "1e22",
            "1e23",
            "179769313486231570000e289",
            "0000000000000000000000000000012.5",
            "007",
        ];
        for text in fixed {
            let (value, end, _) = scan(text.as_bytes(), 0, b'.').unwrap_or_else(|| panic!("{text}"));
            assert_eq!(end, text.len(), "{text}");
            assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
        let mut state = 1u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = f64::from_bits(state);
            if !value.is_finite() {
                continue;
            }
            let text = if state & 1 == 0 { format!("{value:e}") } else { format!("{:.7}", value % 1e4) };
            let want: f64 = text.parse().unwrap();
            assert_eq!(whole(text.as_bytes(), b'.').unwrap().0.to_bits(), want.to_bits(), "{text}");
            let comma = text.replace('.', ",");
            assert_eq!(whole(comma.as_bytes(), b',').unwrap().0.to_bits(), want.to_bits(), "{comma}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", "e5", "1e", "1e+", "1.2.3", "0x10", "1_000", "nan", "inf", "1,5", "--1", "12a"]
        {
            assert_eq!(whole(text.as_bytes(), b'.'), None, "{text}");
        }
        assert_eq!(whole(b"1,", b','), None);
        assert_eq!(whole(b"1.5", b','), None);
    }

    #[test]
    fn clocks_are_seconds() {
        assert_eq!(clock(b"0:01.250", b'.').unwrap().0, 1.25);
        assert_eq!(clock(b"[01:02:03,5]", b',').unwrap().0, 3723.5);
        for text in ["1.5", "1:75", "a:b", "1:2:3:4:5"] {
            assert_eq!(clock(text.as_bytes(), b'.'), None, "{text}");
        }
    }
}
