//! A line as fields.

use super::number;

/// Stands for any run of blanks as delimiter.
pub(super) const BLANKS: u8 = b' ';

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Missing,
    /// Begins with a letter or a bracket: a word.
    Word,
    /// Several numbers held together by what may be another delimiter.
    Joined,
    /// Anything else, for instance a damaged number.
    Other,
}

/// Splits a line; blanks around a field and quotes around its text are removed.
pub(super) fn split<'a>(line: &'a [u8], delimiter: u8, out: &mut Vec<&'a [u8]>) {
    out.clear();
    let blank = |b: u8| b == b' ' || (b == b'\t' && delimiter != b'\t') || b == b'\r';
    let mut at = 0;
    loop {
        while at < line.len() && blank(line[at]) {
            at += 1;
        }
        if at == line.len() {
            if delimiter != BLANKS {
                out.push(b"");
            }
            return;
        }
        let quote = line[at];
        let closing = if matches!(quote, b'"' | b'\'') { closing_quote(line, at, delimiter) } else { None };
        let (field, mut end) = match closing {
            Some(close) => (&line[at + 1..close], close + 1),
            None => {
                let stop = |b: u8| if delimiter == BLANKS { blank(b) } else { b == delimiter };
                let end = line[at..].iter().position(|b| stop(*b)).map_or(line.len(), |n| at + n);
                (&line[at..end], end)
            }
        };
        out.push(trim(field));
        while end < line.len() && blank(line[end]) {
            end += 1;
        }
        if end >= line.len() {
            return;
        }
        at = if delimiter == BLANKS { end } else { end + 1 };
    }
}

/// Without blanks and no-break spaces (windows-1252 and UTF-8) at both ends.
fn trim(mut field: &[u8]) -> &[u8] {
    loop {
        field = field.trim_ascii();
        field = match field {
            [0xc2, 0xa0, rest @ ..] | [rest @ .., 0xc2, 0xa0] | [0xa0, rest @ ..] | [rest @ .., 0xa0] => rest,
            _ => return field,
        };
    }
}

/// The quote that ends a field: doubled ones belong to its text.
fn closing_quote(line: &[u8], open: usize, delimiter: u8) -> Option<usize> {
    let quote = line[open];
    let mut at = open + 1;
    loop {
        at += line[at..].iter().position(|b| *b == quote)?;
        if line.get(at + 1) == Some(&quote) {
            at += 2;
            continue;
        }
        let rest = line[at + 1..].trim_ascii_start();
        let ends = rest.is_empty()
            || rest[0] == delimiter
            || (delimiter == BLANKS && rest.len() < line.len() - at - 1);
        // After a tab delimiter the trim above may have eaten it.
        return (ends || line.get(at + 1) == Some(&delimiter)).then_some(at);
    }
}

/// What `field` holds. A clock time is a number: only a time column can be one.
pub(super) fn kind(field: &[u8], decimal: u8) -> Kind {
    if number::is_missing(field) {
        Kind::Missing
    } else if number::whole(field, decimal).is_some()
        || number::is_infinite(field)
        || number::clock(field, decimal).is_some()
    {
        Kind::Number
    } else {
        let first = field[0];
        let word = first.is_ascii_alphabetic() || first >= 0x80 || b"[(\"'#%_/<{".contains(&first);
        let numeric = |b: &u8| b.is_ascii_digit() || b"+-.,;eE \t".contains(b);
        if word {
            Kind::Word
        } else if field.iter().all(numeric) && field.iter().any(|b| b",; \t".contains(b)) {
            Kind::Joined
        } else {
            Kind::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(line: &str, delimiter: u8) -> Vec<String> {
        let mut out = Vec::new();
        split(line.as_bytes(), delimiter, &mut out);
        out.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect()
    }

    #[test]
    fn fields_keep_their_places() {
        assert_eq!(fields("1,,3,", b','), ["1", "", "3", ""]);
        assert_eq!(fields(" 1 ,\t2 , 3", b','), ["1", "2", "3"]);
        assert_eq!(fields("  1   2\t3  ", BLANKS), ["1", "2", "3"]);
        assert_eq!(fields("\u{a0}1\u{a0};2", b';'), ["1", "2"]);
        assert_eq!(fields("1\t\t3", b'\t'), ["1", "", "3"]);
        assert_eq!(fields("X[s],\"a, b: c\",'d'", b','), ["X[s]", "a, b: c", "d"]);
        assert_eq!(fields("\"EMG 10\"\t\"x\"", b'\t'), ["EMG 10", "x"]);
        assert_eq!(fields("\"a\"\"b\",2", b','), ["a\"\"b", "2"]);
        assert_eq!(fields("'sample #','EMG'", b','), ["sample #", "EMG"]);
        assert_eq!(fields("it's,5\"", b','), ["it's", "5\""]);
        assert_eq!(fields("\"a\" \"b c\"", BLANKS), ["a", "b c"]);
    }
}
