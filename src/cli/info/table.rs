//! `myotome info` of files that hold values per stimulus. The code of the person is not shown: it may be a
//! name.

use super::printable;
use myotome::format::qtrac::{Mem, Table};
use serde_json::{Map, Value, json};
use std::fmt::Write;

pub(super) fn object(file: &str, mem: &Mem) -> String {
    let table =
        |t: &Table| json!({ "code": t.code, "heading": t.heading, "columns": t.columns, "rows": t.rows() });
    let derived =
        |d: &myotome::format::qtrac::Derived| json!({ "number": d.number, "value": d.value, "text": d.text });
    let extra: Map<String, Value> = mem.extra.iter().map(|(n, v)| (n.clone(), json!(v))).collect();
    let max = mem.max_cmap.iter().map(
        |m| json!({ "stimulus_width_ms": m.stimulus_width_s * 1e3, "amplitude_mv": m.amplitude_v * 1e3 }),
    );
    json!({
        "file": file,
        "format": "qtrac",
        "start": start(mem),
        "channels": [],
        "annotations": [],
        "subject": { "age_years": mem.subject.age_years, "sex": mem.subject.sex },
        "protocol": mem.protocol,
        "sites": mem.sites,
        "condition": mem.condition,
        "skin_temperature_c": mem.temperature_c,
        "tables": mem.tables.iter().map(table).collect::<Vec<_>>(),
        "scan_points": mem.scan_points,
        "max_cmap": max.collect::<Vec<_>>(),
        "derived": mem.derived.iter().map(derived).collect::<Vec<_>>(),
        "extra": extra,
        "model_units": mem.model.len(),
        "findings": mem.findings,
    })
    .to_string()
}

fn start(mem: &Mem) -> Option<String> {
    let date = mem.date.as_ref()?;
    Some(mem.time.as_ref().map_or_else(|| date.clone(), |time| format!("{date}T{time}")))
}

pub(super) fn page(file: &str, mem: &Mem) -> String {
    let mut out = format!("{file}\n  format      qtrac (values per stimulus, no samples in time)\n");
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            let _ = writeln!(out, "  {name:10}  {value}");
        }
    };
    line("start", start(mem));
    line("protocol", mem.protocol.clone());
    line("sites", mem.sites.clone());
    line("condition", mem.condition.clone());
    let subject = [mem.subject.age_years.map(|a| format!("{a} years")), mem.subject.sex.clone()];
    line("subject", Some(subject.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    line("skin", mem.temperature_c.map(|t| format!("{t} °C")));
    for t in &mem.tables {
        let columns =
            if t.columns.is_empty() { format!("{} columns", t.width) } else { t.columns.join(", ") };
        line(&t.code, Some(format!("{} rows: {columns}", t.rows())));
    }
    line("scan", mem.scan_points.map(|[_, b, c, _]| format!("rows {} to {c}", b + 1)));
    line(
        "derived",
        Some(mem.derived.len()).filter(|n| *n > 0).map(|n| format!("{n} variables (--json shows all)")),
    );
    line(
        "extra",
        Some(mem.extra.len()).filter(|n| *n > 0).map(|n| format!("{n} variables (--json shows all)")),
    );
    line(
        "model",
        Some(mem.model.len())
            .filter(|n| *n > 0)
            .map(|n| format!("{n} units, of the program that wrote the file")),
    );
    for f in &mem.findings {
        let _ = writeln!(out, "  {}: {}", f.check, f.detail);
    }
    printable(&out)
}
