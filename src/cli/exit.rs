//! Exit codes, and counting which inputs failed.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Interrupted from the keyboard.
pub(crate) const INTERRUPTED: u8 = 130;

/// How a command ended.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Inputs that were done.
    pub(crate) done: usize,
    /// Inputs that failed; each was told when it happened.
    pub(crate) failed: usize,
    /// Files of a folder that are no recordings.
    pub(crate) left_out: usize,
    /// A stated rule is broken (`check --strict`).
    pub(crate) broken: bool,
    /// The command itself was wrong.
    pub(crate) usage: bool,
}

impl Outcome {
    /// Tells that `file` failed, and goes on.
    pub(crate) fn fail(&mut self, error: &myotome::Error) {
        self.failed += 1;
        tell(&format!("error: {error}"));
    }

    /// As [`Outcome::fail`], except for files that were found in a folder and are no recordings: other
    /// formats quietly, texts without numbers with a word, empty files not at all.
    pub(crate) fn refuse(&mut self, path: &Path, named: bool, quiet: bool, error: &myotome::Error) {
        let empty = || std::fs::metadata(path).is_ok_and(|m| m.len() == 0);
        if named || !(error.is_no_recording() || error.is_no_table() && !empty()) {
            return self.fail(error);
        }
        self.left_out += 1;
        if error.is_no_table() && !quiet {
            tell(&format!("left out: {error}"));
        }
    }

    /// Takes up what another part of the command did.
    pub(crate) fn add(&mut self, other: &Outcome) {
        self.done += other.done;
        self.failed += other.failed;
        self.left_out += other.left_out;
        self.broken |= other.broken;
        self.usage |= other.usage;
    }

    pub(crate) fn exit(&self) -> ExitCode {
        if self.left_out > 0 && self.done + self.failed == 0 {
            tell("error: no recording found");
            return ExitCode::from(4);
        }
        if self.failed > 0 && self.done + self.failed > 1 {
            tell(&format!("{} of {} inputs failed", self.failed, self.done + self.failed));
        }
        ExitCode::from(match self {
            Outcome { usage: true, .. } => 2,
            Outcome { failed: 1.., done: 0, .. } => 4,
            Outcome { failed: 1.., .. } => 3,
            Outcome { broken: true, .. } => 1,
            _ => 0,
        })
    }
}

impl From<myotome::Error> for Outcome {
    /// An error that ended the command before or beside its inputs.
    fn from(error: myotome::Error) -> Self {
        if let myotome::Error::Io { source, .. } = &error
            && source.kind() == std::io::ErrorKind::BrokenPipe
        {
            return Outcome::default(); // whoever reads has read enough
        }
        let mut outcome = Outcome { usage: error.is_usage(), ..Outcome::default() };
        outcome.fail(&error);
        outcome
    }
}

/// A line on standard error; a closed standard error is no reason to stop.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", printable(line));
}

/// Text from files without control characters, which could move the cursor or change what a terminal shows.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{FFFD}' } else { c }).collect()
}

/// Writes a result to standard output.
pub(crate) fn print(text: &str) -> myotome::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| myotome::Error::io("standard output", e))
}
