//! Commands, options, exit codes.
//!
//! Results go to standard output, talk goes to standard error.

mod analyze;
mod args;
mod check;
mod convert;
mod evaluate;
mod evaluate_model;
mod evaluate_ncs;
mod evaluate_needle;
mod evaluate_patterns;
mod exit;
mod features;
mod info;
mod list;
mod mark;
mod progress;
mod reading;
mod recipe;
mod shell;
mod simulate;
mod simulate_ncs;
mod simulate_patient;

use args::{Command, Myotome};
use clap::Parser;
use exit::Outcome;
use std::process::ExitCode;

/// Runs what the command line says.
pub(crate) fn run() -> ExitCode {
    let arguments = Myotome::parse();
    let Some(command) = arguments.command else {
        shell::first_steps();
        return ExitCode::SUCCESS;
    };
    // Where no handler can be set, an interrupt ends the program all the same.
    let _ = ctrlc::set_handler(|| {
        myotome::output::discard_unfinished();
        std::process::exit(exit::INTERRUPTED.into());
    });
    let outcome = match command {
        Command::Analyze(a) => analyze::run(&a),
        Command::Features(a) => features::run(&a),
        Command::Info(a) => info::run(&a),
        Command::Mark(a) => mark::run(&a),
        Command::Check(a) => check::run(&a),
        Command::Convert(a) => convert::run(&a),
        Command::Evaluate(a) => evaluate::run(&a),
        Command::Simulate(a) => simulate::run(&a),
        Command::List(a) => list::run(&a),
        Command::Completions(a) => shell::completions(&a),
        Command::Man => shell::man(),
    };
    outcome.unwrap_or_else(Outcome::from).exit()
}
