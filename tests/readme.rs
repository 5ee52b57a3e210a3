//! The README's tables are those of the registries. `UPDATE=1 cargo test --test readme` writes them.

use myotome::feature::FEATURES;
use myotome::format::FORMATS;
use myotome::quality::CHECKS;
use std::fmt::Write;

fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|c| c.replace('|', "\\|")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

fn formats() -> String {
    let rows = FORMATS.iter().map(|f| {
        let extensions: Vec<String> = f.extensions.iter().map(|e| format!("`.{e}`")).collect();
        vec![format!("`{}`", f.id), f.name.into(), extensions.join(" "), f.grade.name().into()]
    });
    table(&["id", "format", "files", "grade"], rows)
}

fn checks() -> String {
    table(
        &["id", "check", "what it says"],
        CHECKS.iter().map(|c| vec![format!("`{}`", c.id), c.name.into(), c.what.into()]),
    )
}

fn features() -> String {
    let row = |f: &myotome::feature::Feature| {
        let default = if f.default { "yes" } else { "" };
        vec![format!("`{}`", f.column()), f.name.to_owned(), f.unit.symbol.to_owned(), default.to_owned()]
    };
    table(&["column", "feature", "unit", "default"], FEATURES.iter().map(row))
}

#[test]
fn the_tables_are_those_of_the_registries() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let mut text = std::fs::read_to_string(path).unwrap();
    for (name, table) in [("formats", formats()), ("checks", checks()), ("features", features())] {
        let (begin, end) = (format!("<!-- {name} -->\n"), "<!-- end -->");
        let from = text.find(&begin).unwrap_or_else(|| panic!("no mark for {name}")) + begin.len();
        let to = from + text[from..].find(end).unwrap();
        text.replace_range(from..to, &table);
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).unwrap();
        return;
    }
    let now = std::fs::read_to_string(path).unwrap();
    assert!(now == text, "the README's tables are out of date: UPDATE=1 cargo test --test readme");
}
