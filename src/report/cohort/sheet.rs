//! The table of all studies as CSV.

use super::Cohort;
use std::fmt::Write;

/// A field by RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it: it may come
/// from a file.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Every line, in the order of the page; then what failed. What is not known is empty.
pub(super) fn csv(cohort: &Cohort) -> String {
    let mut out = String::from(
        "study,suggestion,probability,criteria,family,probability_normal,conduction_abnormal,conduction_judged,muscles_abnormal,\
         muscles_examined,warnings,failures,report,error\n",
    );
    let number = |p: Option<f64>| p.map_or(String::new(), |p| p.to_string());
    for l in &cohort.lines {
        let _ = writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{},{},{},{},",
            quoted(&l.title),
            quoted(&l.suggestion),
            number(l.probability),
            quoted(&l.criteria),
            quoted(&l.family),
            number(l.normal),
            l.conduction.0,
            l.conduction.1,
            l.muscles.0,
            l.muscles.1,
            l.warnings,
            l.failures,
            quoted(&format!("{}/report.html", l.folder))
        );
    }
    for (input, why) in &cohort.failed {
        let _ = writeln!(out, "{},,,,,,,,,,,,,{}", quoted(input), quoted(why));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::line;
    use super::*;

    #[test]
    fn every_row_has_every_column_and_no_formula() {
        let cohort = Cohort {
            lines: vec![line("=HYPERLINK(1)", Some(0.25), 2), line("plain", None, 0)],
            failed: vec![("x,y.edf".into(), "cut \"short\"".into())],
        };
        let text = csv(&cohort);
        let mut reader = csv_reader(&text);
        let rows: Vec<Vec<String>> = reader.by_ref().collect();
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|r| r.len() == 14), "{rows:?}");
        assert_eq!((rows[1][0].as_str(), rows[1][2].as_str()), ("'=HYPERLINK(1)", "0.75"));
        assert_eq!((rows[2][2].as_str(), rows[2][5].as_str()), ("", ""), "what is not known is empty");
        assert_eq!((rows[3][0].as_str(), rows[3][13].as_str()), ("x,y.edf", "cut \"short\""));
    }

    /// Read back by another hand than ours.
    fn csv_reader(text: &str) -> impl Iterator<Item = Vec<String>> {
        let reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.into_records().map(|r| r.unwrap().iter().map(str::to_owned).collect())
    }
}
