//! What helps a shell: completions, the manual page, and what to try first.

use super::args::Myotome;
use super::exit::{Outcome, print};
use clap::{Args, CommandFactory};
use myotome::Result;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    pub(crate) shell: clap_complete::Shell,
}

pub(crate) fn completions(args: &Completions) -> Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Myotome::command(), "myotome", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::default())
}

pub(crate) fn man() -> Result<Outcome> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Myotome::command())
        .render(&mut text)
        .map_err(|e| myotome::Error::io("standard output", e))?;
    print(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::default())
}

/// Printed when nothing was asked.
pub(crate) fn first_steps() {
    let text = "\
myotome reads EMG and nerve-conduction recordings, measures them, and shows the evidence.

Try first:
  myotome info     recording.edf           what a file holds
  myotome analyze  recording.hea           a report that opens in a browser
  myotome features folder/ --out all.csv   a table of features of many recordings
  myotome list     features                what can be measured
  myotome --help                           every command

Not a medical device; not for diagnosis or treatment decisions.
";
    // Nothing is lost when nobody listens.
    let _ = print(text);
}
