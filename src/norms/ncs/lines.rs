//! Numbers of the lines of a text table, for errors.

/// Numbers of lines, whether they end with LF, CR LF or CR: those of the reader lag behind at two bytes.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Lines { bytes, at: 0, line: 1 }
    }

    /// The line of the record that a position stands before; empty and comment lines before it are passed over.
    /// Positions must not go back.
    pub(super) fn of(&mut self, position: &csv::Position) -> u64 {
        let target = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(&byte) = rest.first() else { return self.line };
            let ends = byte == b'\n' || (byte == b'\r' && rest.get(1) != Some(&b'\n'));
            if self.at >= target && !matches!(byte, b'\r' | b'\n') {
                if byte != b'#' {
                    return self.line;
                }
                let comment = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                self.at += comment;
                continue;
            }
            self.line += u64::from(ends);
            self.at += 1;
        }
    }
}
