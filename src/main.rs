//! The command line program. What it can do, and how it answers, is in `cli`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
