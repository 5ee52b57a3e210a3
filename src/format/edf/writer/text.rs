//! Text and numbers in header fields of fixed width.

/// ASCII 32 to 126: micro becomes `u`, degree `deg`, anything else `_`.
pub(super) fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            'µ' | 'μ' => out.push('u'),
            '°' => out.push_str("deg"),
            ' '..='~' => out.push(c),
            _ => out.push('_'),
        }
    }
    out
}

/// The first `width` characters as ASCII, and whether that changed the text.
pub(super) fn field(text: &str, width: usize) -> (String, bool) {
    let mut out = ascii(text);
    out.truncate(width);
    let changed = out != text.trim();
    (out.trim_end().to_owned(), changed)
}

/// The decimal number of at most 8 characters nearest to `value`, without exponent; `None` when there is
/// none within half a unit.
pub(super) fn number(value: f64) -> Option<String> {
    fixed(value, |text| text.parse().unwrap_or(f64::NAN))
}

fn fixed(value: f64, parse: impl Fn(&str) -> f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let shortest = format!("{}", value + 0.0); // −0 becomes 0
    if shortest.len() <= 8 {
        return Some(shortest);
    }
    for decimals in (0..=6).rev() {
        let text = format!("{value:.decimals$}");
        if text.len() <= 8 {
            let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            let text = if parse(text) == 0.0 { "0" } else { text };
            return Some(text.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_eight_characters_and_are_the_nearest() {
        for (value, text) in [
            (3000.0, "3000"),
            (-3276.8, "-3276.8"),
            (1.0 / 3.0, "0.333333"),
            (-1.0 / 3.0, "-0.33333"),
            (12345678.4, "12345678"),
            (-0.0, "0"),
            (1e-9, "0"),
            (0.1 + 0.2, "0.3"),
        ] {
            assert_eq!(number(value).as_deref(), Some(text), "{value}");
        }
        for impossible in [1e8, -1e7, f64::NAN, f64::INFINITY, 99_999_999.9] {
            assert_eq!(number(impossible), None, "{impossible}");
        }
    }

    #[test]
    fn text_is_ascii_of_limited_width() {
        assert_eq!(field("µV", 8), ("uV".into(), true));
        assert_eq!(field("Fußhebung", 80), ("Fu_hebung".into(), true));
        assert_eq!(field(" EMG TA ", 16), ("EMG TA".into(), false));
        assert_eq!(field("a label far too long", 16), ("a label far too".into(), true));
    }
}
