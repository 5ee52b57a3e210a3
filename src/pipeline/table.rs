//! Feature tables as CSV.

use super::features::Table;
use crate::feature::Feature;

/// Column names: file, channel, times, features with their units, quality.
pub fn header(features: &[&'static Feature]) -> Vec<String> {
    let fixed = ["file", "channel", "start_s", "end_s"].map(str::to_owned);
    fixed.into_iter().chain(features.iter().map(|f| f.column())).chain(["quality".to_owned()]).collect()
}

/// The header line.
pub fn csv_header(features: &[&'static Feature]) -> String {
    header(features).join(",") + "\n"
}

/// The rows of one table; shortest decimals that read back to the same number, undefined = empty.
pub fn csv_rows(table: &Table) -> Vec<u8> {
    let mut out = Vec::with_capacity(table.rows() * (table.width + 4) * 12);
    let mut number = zmij::Buffer::new();
    let file = quoted(&table.file);
    for channel in &table.channels {
        let (label, quality) = (quoted(&channel.label), quoted(&channel.quality));
        for (i, (start, end)) in channel.times.iter().enumerate() {
            out.extend_from_slice(file.as_bytes());
            out.push(b',');
            out.extend_from_slice(label.as_bytes());
            for time in [start, end] {
                out.push(b',');
                out.extend_from_slice(number.format_finite(*time).as_bytes());
            }
            for value in table.row(channel, i) {
                out.push(b',');
                if let Some(v) = value {
                    out.extend_from_slice(number.format_finite(v).as_bytes());
                }
            }
            out.push(b',');
            out.extend_from_slice(quality.as_bytes());
            out.push(b'\n');
        }
    }
    out
}

/// A field by RFC 4180: quoted where it holds a comma, a quote or a line end.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
