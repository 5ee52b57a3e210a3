//! `myotome info`.

use super::exit::{Outcome, print, printable};
use super::reading::Reading;
use clap::Args;
use myotome::format::{ReadOptions, Source};
use myotome::pipeline::inputs;
use myotome::recording::{Channel, Recording};
use myotome::{Result, format};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

mod table;

#[derive(Debug, Args)]
pub(crate) struct Info {
    /// Recordings or folders of recordings
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// One JSON object per file, a line each
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

pub(crate) fn run(args: &Info) -> Result<Outcome> {
    let read = args.reading.options()?;
    let mut outcome = Outcome::default();
    for input in inputs::expand(&args.inputs)? {
        match shown(&input.path, &read, args.json) {
            Ok(text) => {
                outcome.done += 1;
                print(&text)?;
            }
            Err(e) => outcome.refuse(&input.path, input.named, args.reading.quiet, &e),
        }
    }
    Ok(outcome)
}

fn shown(path: &Path, read: &ReadOptions, json: bool) -> Result<String> {
    let source = Source::open(path, read.max_memory)?;
    if let Some(mem) = format::read_table(&source, read) {
        let mem = mem?;
        return Ok(if json {
            table::object(&source.name, &mem) + "\n"
        } else {
            table::page(&source.name, &mem)
        });
    }
    let recording = format::read_source(&source, read)?;
    Ok(if json { object(&recording).to_string() + "\n" } else { page(&recording) })
}

fn object(recording: &Recording) -> Value {
    let channels: Vec<Value> = recording.channels.iter().map(channel).collect();
    let annotations: Vec<Value> = recording
        .annotations
        .iter()
        .map(|a| json!({ "onset_s": a.onset_s, "duration_s": a.duration_s, "text": a.text, "channel": a.channel }))
        .collect();
    json!({
        "file": recording.file,
        "format": recording.format,
        "start": recording.start,
        "channels": channels,
        "annotations": annotations,
        "subject": { "age_years": recording.subject.age_years, "sex": recording.subject.sex },
        "comments": recording.comments,
        "findings": recording.findings,
    })
}

fn channel(c: &Channel) -> Value {
    let segments: Vec<Value> = c
        .segments
        .iter()
        .map(|s| json!({ "onset_s": s.onset_s, "first": s.first, "samples": s.len }))
        .collect();
    json!({
        "label": c.label,
        "kind": c.kind.name(),
        "unit": c.unit.text,
        "sampling_frequency_hz": c.sampling_frequency.0,
        "samples": c.len(),
        "missing": c.missing_count(),
        "segments": segments,
        "uncalibrated": c.uncalibrated,
        "target_muscle": c.target_muscle,
        "electrode": c.electrode,
        "hardware_filters": c.hardware_filters,
    })
}

fn page(r: &Recording) -> String {
    let mut out = format!("{}\n  format      {}\n", r.file, r.format);
    if let Some(start) = &r.start {
        let _ = writeln!(out, "  start       {start}");
    }
    let subject = [r.subject.age_years.map(|a| format!("{a} years")), r.subject.sex.clone()];
    let subject: Vec<String> = subject.into_iter().flatten().collect();
    if !subject.is_empty() {
        let _ = writeln!(out, "  subject     {}", subject.join(", "));
    }
    let width = r.channels.iter().map(|c| c.label.chars().count()).max().unwrap_or(0).clamp(7, 40);
    let _ = writeln!(
        out,
        "  {:width$}  {:>7}  {:>13}  {:>10}  {:>10}  unit",
        "channel", "kind", "sampling (Hz)", "samples", "length (s)"
    );
    for c in &r.channels {
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let seconds = c.len() as f64 / c.sampling_frequency.0;
        let unit = if c.uncalibrated.is_some() { "uncalibrated" } else { &c.unit.text };
        let gaps = match c.segments.len() {
            0 | 1 => String::new(),
            n => format!(", {n} stretches"),
        };
        let _ = writeln!(
            out,
            "  {:width$}  {:>7}  {:>13}  {:>10}  {seconds:>10.3}  {unit}{gaps}",
            c.label,
            c.kind.name(),
            c.sampling_frequency.0,
            c.len()
        );
    }
    for a in r.annotations.iter().take(20) {
        let _ = writeln!(out, "  {:>12.6} s  {}", a.onset_s, a.text);
    }
    if r.annotations.len() > 20 {
        let _ = writeln!(out, "  … {} more annotations (--json shows all)", r.annotations.len() - 20);
    }
    for f in &r.findings {
        let _ = writeln!(out, "  {}: {}", f.check, f.detail);
    }
    printable(&out)
}
