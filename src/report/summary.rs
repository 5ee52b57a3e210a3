//! The summary on standard output.

use super::words;
use crate::measure::Severity;
use crate::pipeline::analyze::Analysis;
use std::fmt::Write;
use std::path::Path;

/// A screenful about `analysis`, whose page lies at `page`.
pub fn text(analysis: &Analysis, page: &Path) -> String {
    let mut out = format!("{}\n", analysis.title);
    for view in &analysis.recordings {
        for c in &view.channels {
            let what = if view.what.is_empty() { String::new() } else { format!(" ({})", view.what) };
            let calibrated = if c.calibrated { "" } else { ", uncalibrated" };
            let _ = writeln!(
                out,
                "  {}{what} [{}]: {}, {} Hz, {} s{calibrated}",
                view.file,
                c.label,
                c.kind.name(),
                c.sampling_frequency_hz,
                words::number(c.duration_s)
            );
            if let Some(row) = &c.needle {
                let _ = writeln!(out, "    needle screening: {}", words::impression(row.impression));
                for e in row.evidence.iter().filter(|e| e.verdict == "met") {
                    let _ = writeln!(out, "      met: {}", e.finding);
                }
            }
        }
    }
    let warned: Vec<_> = analysis.report.quality.iter().filter(|q| q.severity >= Severity::Warning).collect();
    for q in &warned {
        let _ = writeln!(out, "  quality: {} [{}] {}: {}", q.file, q.channel, q.check, q.detail);
    }
    if warned.is_empty() {
        out += "  quality: no warning\n";
    }
    let entered = analysis.report.measures.iter().filter(|m| m.origin == "entered").count();
    if entered > 0 {
        let _ = writeln!(out, "  {entered} entered values carried into the result");
    }
    let _ = writeln!(out, "  report: {}", page.display());
    out += "  Not a medical device; not for diagnosis or treatment decisions.\n";
    out
}
