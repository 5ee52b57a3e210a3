//! Several studies in one call: a page and a table of all.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

mod page_support;
mod shared;

use page_support::STUDY;
use std::path::Path;
use std::process::{Command, Output};

fn analyze(inputs: &Path, out: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_myotome"));
    command.arg("analyze").arg(inputs).arg("--out").arg(out).args(more);
    command.output().expect("it starts")
}

/// A folder of three studies: an abnormal one, one whose name could harm a page, one that cannot be read.
fn studies(name: &str) -> std::path::PathBuf {
    let folder = shared::temporary(name);
    let normal = "schema = \"myotome.study/1\"\nid = \"<script>alert(1)</script>\"\n[[needle]]\nmuscle = \"deltoid\"\nside = \
                  \"left\"\nfindings = { fibrillation = 0, recruitment = \"normal\" }\n";
    for (name, text) in [("a & b", normal), ("l5", STUDY), ("torn", "schema = ")] {
        std::fs::create_dir_all(folder.join("in").join(name)).unwrap();
        std::fs::write(folder.join("in").join(name).join("study.toml"), text).unwrap();
    }
    folder
}

#[test]
fn several_studies_have_a_page_and_a_table_of_all_with_what_failed() {
    let folder = studies("cohort");
    let output = analyze(&folder.join("in"), &folder.join("one"), &["--jobs", "1"]);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |out: &str, file: &str| std::fs::read_to_string(folder.join(out).join(file)).unwrap();
    let (page, sheet) = (read("one", "index.html"), read("one", "index.csv"));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "names are escaped");
    assert!(
        page.contains("href=\"./a%20%26%20b/report.html\"") && folder.join("one/a & b/report.html").is_file()
    );
    assert!(page.contains("2 results and 1 failure") && page.contains("torn"));
    assert!(page.contains("default-src 'none'") && page.contains("Not a medical device"));
    let lines: Vec<&str> = sheet.lines().collect();
    assert_eq!(lines.len(), 4, "{sheet}");
    assert!(lines[1].starts_with("page-l5,"), "the most abnormal first: {sheet}");
    assert!(lines[3].contains("torn"), "what failed stands last: {sheet}");

    let again = analyze(&folder.join("in"), &folder.join("two"), &["--jobs", "2"]);
    assert_eq!(again.status.code(), Some(3));
    assert_eq!(
        (page, sheet),
        (read("two", "index.html"), read("two", "index.csv")),
        "the number of threads changes nothing"
    );
}

#[test]
fn one_study_has_its_own_page_alone() {
    let folder = studies("cohort-one");
    let output = analyze(&folder.join("in/l5"), &folder.join("out"), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(folder.join("out/l5/report.html").is_file() && !folder.join("out/index.html").exists());
}
