//! An evaluation of a model for people: tables, and a row for each subject and window.

use super::super::table::Table;
use super::figure::{confusion, coverage_curve, reliability};
use super::{Case, Drop, Evaluation};
use std::fmt::Write;

/// Features in the table of importance.
const MOST_IMPORTANT: usize = 15;

/// A value of a figure.
fn show(is_share: bool, v: f64) -> String {
    if is_share { format!("{:.1} %", 100.0 * v) } else { format!("{v:.3}") }
}

fn interval(is_share: bool, range: Option<(f64, f64)>) -> String {
    let end = |v: f64| show(is_share, v);
    range.map_or_else(String::new, |(a, b)| format!("{} to {}", end(a).trim_end_matches([' ', '%']), end(b)))
}

/// Mean drop of log-loss and of being right.
#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn mean_drop(drops: &[Drop]) -> (f64, f64) {
    let n = drops.len().max(1) as f64;
    (drops.iter().map(|d| d.log_loss).sum::<f64>() / n, drops.iter().map(|d| d.right).sum::<f64>() / n)
}

/// Every table, in the order of reading.
pub fn tables(e: &Evaluation) -> Vec<Table> {
    let all: Vec<&Case> = e.crossed.cases.iter().collect();
    let mut out = vec![subjects(e), figures(e), confusions(e, &all), alarms(e)];
    out.extend(baseline(e));
    out.push(reliabilities(e, &all));
    out.push(coverage(&all));
    out.extend(importance(e));
    out
}

fn subjects(e: &Evaluation) -> Table {
    let mut table = Table::new("Subjects", &["class", "subjects", "windows", "recall", "95 % interval"]);
    for (k, (class, n)) in e.data.classes.iter().zip(e.data.per_class()).enumerate() {
        let own = (0..e.data.subjects.len()).filter(|s| e.data.class_of[*s] == k);
        let windows: usize = own.map(|s| e.data.windows_of(s).len()).sum();
        let recall = e.recalls[k].value.map_or_else(|| "–".into(), |v| show(true, v));
        let range = interval(true, e.recalls[k].interval);
        table.rows.push(vec![class.clone(), n.to_string(), windows.to_string(), recall, range]);
    }
    table
}

fn figures(e: &Evaluation) -> Table {
    let mut table = Table::new("Figures of held-out subjects", &["figure", "value", "95 % interval"]);
    for v in &e.figures {
        let value = v.value.map_or_else(|| "–".into(), |x| show(v.figure.is_share, x));
        table.rows.push(vec![v.figure.name.to_owned(), value, interval(v.figure.is_share, v.interval)]);
    }
    table
}

fn confusions(e: &Evaluation, all: &[&Case]) -> Table {
    let mut head = vec!["true"];
    head.extend(e.data.classes.iter().map(String::as_str));
    head.push("indeterminate");
    let mut table = Table::new("Subjects: true class (row) and answer (column)", &head);
    for (class, row) in e.data.classes.iter().zip(confusion(all, e.data.classes.len())) {
        let cells = row.iter().map(|n| if *n == 0 { "·".to_owned() } else { n.to_string() });
        table.rows.push(std::iter::once(class.clone()).chain(cells).collect());
    }
    table
}

fn alarms(e: &Evaluation) -> Table {
    let mut table = Table::new("Leak alarms", &["check", "verdict", "seen", "threshold"]);
    for (alarm, judged) in &e.alarms {
        let cells = [alarm.id.replace('_', " "), judged.verdict.name().to_owned()];
        table.rows.push(cells.into_iter().chain([judged.seen.clone(), alarm.threshold.to_owned()]).collect());
    }
    table
}

fn baseline(e: &Evaluation) -> Option<Table> {
    let s = e.shuffled.as_ref()?;
    let head = ["shuffles", "balanced accuracy, untuned", "shuffled, mean", "SD", "chance", "p"];
    let mut table = Table::new("Labels shuffled by subject", &head);
    let number = |v: f64| format!("{v:.3}");
    table.rows.push(vec![
        s.shuffled.len().to_string(),
        number(s.real),
        number(s.mean()),
        number(s.sd()),
        number(s.chance),
        number(s.p()),
    ]);
    Some(table)
}

fn reliabilities(e: &Evaluation, all: &[&Case]) -> Table {
    let mut table =
        Table::new("Reliability", &["subjects", "mean of the largest probability", "share right"]);
    for bin in reliability(all, e.data.classes.len()).unwrap_or_default() {
        table.rows.push(vec![
            bin.n.to_string(),
            format!("{:.3}", bin.confidence),
            format!("{:.3}", bin.right),
        ]);
    }
    table
}

fn coverage(all: &[&Case]) -> Table {
    let head = ["share answered", "least probability", "accuracy"];
    let mut table = Table::new("Accuracy where only the more certain are answered", &head);
    for (share, least, accuracy) in coverage_curve(all) {
        table.rows.push(vec![show(true, share), format!("{least:.3}"), show(true, accuracy)]);
    }
    table
}

fn importance(e: &Evaluation) -> Option<Table> {
    let mut rows: Vec<(f64, f64, &str)> = Vec::new();
    for (drops, f) in e.crossed.importance.iter().zip(&e.data.features) {
        let (log_loss, right) = mean_drop(drops);
        rows.push((log_loss, right, &f.column));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let head = ["feature", "rise of log-loss", "fall of accuracy"];
    let mut table = Table::new("A held-out subject's feature replaced by another subject's", &head);
    for (log_loss, right, name) in rows.into_iter().take(MOST_IMPORTANT) {
        table.rows.push(vec![name.to_owned(), format!("{log_loss:.4}"), format!("{:.1} %", 100.0 * right)]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// A field of a CSV file.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn class_columns(e: &Evaluation) -> String {
    e.data.classes.iter().map(|c| format!(",{}", quoted(&format!("p {c}")))).collect()
}

/// A row for each held-out subject.
pub fn subjects_csv(e: &Evaluation) -> String {
    let mut out = format!("subject,class,fold,windows,windows_right,answer,set{},why\n", class_columns(e));
    for c in &e.crossed.cases {
        let answer = if c.told() { e.data.classes[c.guess()].as_str() } else { "indeterminate" };
        let set: Vec<&str> =
            c.set.iter().zip(&e.data.classes).filter(|s| *s.0).map(|s| s.1.as_str()).collect();
        let _ = write!(
            out,
            "{},{},{},{},{},{},{}",
            quoted(&e.data.subjects[c.subject]),
            quoted(&e.data.classes[c.class]),
            c.fold,
            c.windows,
            c.windows_right,
            quoted(answer),
            quoted(&set.join(";"))
        );
        c.probabilities.iter().for_each(|p| out += &format!(",{p}"));
        let _ = writeln!(out, ",{}", quoted(&c.why.join("; ")));
    }
    out
}

/// A row for each window, with its probabilities before calibration.
pub fn windows_csv(e: &Evaluation) -> String {
    let mut out = format!("subject,class,file,channel,start_s{}\n", class_columns(e));
    let classes = e.data.classes.len();
    for s in 0..e.data.subjects.len() {
        for i in e.data.windows_of(s) {
            let _ = write!(
                out,
                "{},{},{}",
                quoted(&e.data.subjects[s]),
                quoted(&e.data.classes[e.data.class_of[s]]),
                e.data.places[i]
            );
            e.crossed.windows[i * classes..(i + 1) * classes].iter().for_each(|p| out += &format!(",{p}"));
            out.push('\n');
        }
    }
    out
}
