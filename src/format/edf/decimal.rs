//! Decimal numbers kept exactly, for times that are written in text.
//!
//! EDF+ writes onsets with any number of digits, and a recording that begins at +0.3945312 s has all its
//! times shifted by that. The difference of two such texts is taken before rounding to binary, so that
//! 2.3457031 − 0.3945312 is 1.9511719 and nothing beside it.

use std::cmp::Ordering;

/// `mantissa / 10^places`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal {
    mantissa: i128,
    places: u32,
}

/// Most digits that are kept exactly; 10^36 fits an `i128` with room for a sum.
const MAX_DIGITS: u32 = 36;

impl Decimal {
    /// Zero.
    pub(super) const ZERO: Decimal = Decimal { mantissa: 0, places: 0 };

    /// `[+-] digits [. digits] [e [+-] digits]` and nothing else. `None` for any other text and for more
    /// digits than are kept exactly.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (number, exponent) = match rest.split_once(['e', 'E']) {
            Some((number, e)) => (number, e.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let mut mantissa = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
            if mantissa >= 10_i128.pow(MAX_DIGITS) {
                return None;
            }
        }
        if mantissa == 0 {
            return Some(Decimal::ZERO);
        }
        let places = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let mantissa = if negative { -mantissa } else { mantissa };
        match u32::try_from(places) {
            Ok(places) if places <= MAX_DIGITS => Some(Decimal { mantissa, places }),
            Ok(_) => None,
            Err(_) => {
                let power = places.unsigned_abs();
                let factor = if power <= MAX_DIGITS { 10_i128.pow(power) } else { return None };
                let mantissa = mantissa.checked_mul(factor)?;
                (mantissa.abs() < 10_i128.pow(MAX_DIGITS)).then_some(Decimal { mantissa, places: 0 })
            }
        }
    }

    /// Both with the same number of places; `None` when that does not fit.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let places = self.places.max(other.places);
        let scale = |d: Self| d.mantissa.checked_mul(10_i128.checked_pow(places - d.places)?);
        Some((scale(self)?, scale(other)?, places))
    }

    /// `self − other`, exactly; `None` when it has too many digits.
    pub(super) fn minus(self, other: Self) -> Option<Self> {
        let (a, b, places) = self.aligned(other)?;
        Some(Decimal { mantissa: a.checked_sub(b)?, places })
    }

    /// `self + other`, exactly; `None` when it has too many digits.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let (a, b, places) = self.aligned(other)?;
        Some(Decimal { mantissa: a.checked_add(b)?, places })
    }

    /// `count × self`, exactly; `None` when it has too many digits.
    pub(super) fn times(self, count: u64) -> Option<Self> {
        Some(Decimal { mantissa: self.mantissa.checked_mul(i128::from(count))?, places: self.places })
    }

    /// With a sign and without an exponent, as onsets are written.
    pub(super) fn signed_text(self) -> String {
        let digits = self.mantissa.unsigned_abs().to_string();
        let places = self.places as usize;
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let fraction = fraction.trim_end_matches('0');
        let (sign, point) =
            (if self.mantissa < 0 { '-' } else { '+' }, if fraction.is_empty() { "" } else { "." });
        format!("{sign}{whole}{point}{fraction}")
    }

    /// The nearest `f64`.
    pub(super) fn to_f64(self) -> f64 {
        // The standard library rounds decimal text correctly.
        format!("{}e-{}", self.mantissa, self.places).parse().unwrap_or(0.0)
    }

    /// `count / self`, rounded once where both fit 53 bits; `self` must not be zero.
    #[expect(
        clippy::cast_precision_loss,
        reason = "both are checked to fit, else the plain quotient is used"
    )]
    pub(super) fn divide_count(self, count: u64) -> f64 {
        const EXACT: i128 = 1 << 53;
        let top = 10_i128.checked_pow(self.places).and_then(|p| p.checked_mul(i128::from(count)));
        match top {
            Some(top) if top <= EXACT && self.mantissa.abs() <= EXACT => top as f64 / self.mantissa as f64,
            _ => count as f64 / self.to_f64(),
        }
    }

    /// Whole seconds below or at it, and the digits after the decimal point (no trailing zeros).
    pub(super) fn split(self) -> Option<(i64, String)> {
        let unit = 10_i128.checked_pow(self.places)?;
        let (whole, fraction) = (self.mantissa.div_euclid(unit), self.mantissa.rem_euclid(unit));
        let digits = if self.places == 0 {
            String::new()
        } else {
            format!("{fraction:0width$}", width = self.places as usize)
        };
        Some((i64::try_from(whole).ok()?, digits.trim_end_matches('0').to_owned()))
    }

    /// Order by value.
    pub(super) fn order(self, other: Self) -> Ordering {
        match self.aligned(other) {
            Some((a, b, _)) => a.cmp(&b),
            None => self.to_f64().total_cmp(&other.to_f64()),
        }
    }
}

/// A time as written: exactly where possible, and in any case as the nearest `f64`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    exact: Option<Decimal>,
    value: f64,
}

impl Time {
    /// Zero.
    pub(super) const ZERO: Time = Time { exact: Some(Decimal::ZERO), value: 0.0 };

    /// A finite decimal number; `None` for any other text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E')) {
            return None;
        }
        let value: f64 = text.parse().ok().filter(|v: &f64| v.is_finite())?;
        Some(Time { exact: Decimal::parse(text), value })
    }
    /// The number.
    pub(super) fn value(self) -> f64 {
        self.value
    }
    /// The number without rounding, where it has few enough digits.
    pub(super) fn exact(self) -> Option<Decimal> {
        self.exact
    }
    /// Time from `origin`, rounded once.
    pub(super) fn since(self, origin: Time) -> f64 {
        match (self.exact, origin.exact) {
            (Some(a), Some(b)) => a.minus(b).map_or(self.value - origin.value, Decimal::to_f64),
            _ => self.value - origin.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_taken_in_decimal() {
        let at = |t: &str| Time::parse(t).unwrap();
        assert_eq!(at("+2.3457031").since(at("+0.3945312")), 1.9511719);
        assert_eq!(at("+1.9511719").since(at("0.3945312")), 1.5566407);
        assert_eq!(at("-0.1").since(at("0.2")), -0.3);
        assert_eq!(at("0.1").since(Time::ZERO), 0.1);
        // More digits than are kept exactly: still a number.
        let long = format!("0.{}", "1234567890".repeat(6));
        assert_eq!(at(&long).value(), 0.123_456_789_012_345_68);
        assert!(at(&long).exact().is_none());
    }

    #[test]
    fn only_plain_decimal_numbers_are_numbers() {
        for bad in ["", "+", ".", "-.", "1 2", "1,5", "nan", "inf", "infinity", "1e", "0x1", "1e999", "--1"] {
            assert!(Time::parse(bad).is_none(), "{bad}");
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
        for (good, value) in
            [("1e-3", 1e-3), ("+.5", 0.5), ("7.", 7.0), ("1E3", 1e3), ("-0", 0.0), ("0e999", 0.0)]
        {
            assert_eq!(Decimal::parse(good).unwrap().to_f64(), value, "{good}");
        }
        for huge in ["1e999999999", "1e-999999999", "1e40", &"9".repeat(40)] {
            assert!(Decimal::parse(huge).is_none(), "{huge}");
        }
    }

    #[test]
    fn counts_over_decimals_are_rounded_once() {
        let d = |t: &str| Decimal::parse(t).unwrap();
        assert_eq!(d("0.07").divide_count(7), 100.0, "7 / 0.07 in binary is 99.99999999999999");
        assert_eq!(d("0.050").divide_count(1000), 20000.0);
        assert_eq!(d("2").divide_count(975), 487.5);
        assert_eq!(d("1e-3").divide_count(20), 20000.0);
    }

    #[test]
    fn seconds_and_fractions_come_apart_downwards() {
        let d = |t: &str| Decimal::parse(t).unwrap().split().unwrap();
        assert_eq!(d("56.3945312"), (56, "3945312".to_owned()));
        assert_eq!(d("-0.25"), (-1, "75".to_owned()));
        assert_eq!(d("3"), (3, String::new()));
        assert_eq!(d("0.0500"), (0, "05".to_owned()));
    }
}
