//! Every row of every table is named, unique, sourced, and exercised.

mod shared;

use myotome::feature::FEATURES;
use myotome::feature::fatigue::FATIGUE;
use myotome::feature::onset::ONSET_METHODS;
use myotome::format::FORMATS;
use myotome::quality::CHECKS;
use std::collections::BTreeSet;

fn unique<'a>(table: &str, ids: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for id in ids {
        assert!(!id.is_empty(), "{table}: a row without an id");
        let plain = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        assert!(plain, "{table}: `{id}` is not lower case with underscores");
        assert!(seen.insert(id), "{table}: `{id}` stands twice");
    }
    assert!(!seen.is_empty(), "{table}: no rows");
}

#[test]
fn ids_are_unique_and_rows_are_named_and_sourced() {
    unique("FORMATS", FORMATS.iter().map(|f| f.id));
    unique("FEATURES", FEATURES.iter().map(|f| f.id));
    unique("CHECKS", CHECKS.iter().map(|c| c.id));
    unique("ONSET_METHODS", ONSET_METHODS.iter().map(|m| m.id));
    unique("FATIGUE", FATIGUE.iter().map(|f| f.id));
    unique("LEARNERS", myotome::classify::learn::LEARNERS.iter().map(|l| l.id));
    unique("ALARMS", myotome::evaluate::model::ALARMS.iter().map(|a| a.id));
    unique("FIGURES", myotome::evaluate::model::FIGURES.iter().map(|f| f.id));
    unique("MEASURES", myotome::pipeline::analyze::MEASURES.iter().map(|m| m.id));
    for f in FORMATS {
        assert!(!f.name.is_empty() && !f.source.is_empty() && !f.extensions.is_empty(), "{}", f.id);
        assert!(f.is_read() || f.write.is_some(), "{}: neither read nor written", f.id);
    }
    for f in FEATURES {
        assert!(!f.name.is_empty() && !f.source.is_empty() && !f.definition.is_empty(), "{}", f.id);
    }
    for m in ONSET_METHODS {
        assert!(!m.name.is_empty() && !m.source.is_empty(), "{}", m.id);
    }
    for f in FATIGUE {
        assert!(!f.name.is_empty() && !f.source.is_empty() && !f.definition.is_empty(), "{}", f.id);
        assert!(FEATURES.iter().any(|feature| feature.id == f.feature), "{}: of no feature", f.id);
    }
    for l in myotome::classify::learn::LEARNERS {
        assert!(
            !l.name.is_empty() && !l.source.is_empty() && !l.tuned.is_empty() && !l.grid.is_empty(),
            "{}",
            l.id
        );
    }
    for c in CHECKS {
        assert!(!c.name.is_empty() && !c.source.is_empty() && !c.what.is_empty(), "{}", c.id);
    }
}

#[test]
fn columns_are_unique_and_carry_their_unit() {
    let columns: BTreeSet<String> = FEATURES.iter().map(myotome::feature::Feature::column).collect();
    assert_eq!(columns.len(), FEATURES.len());
    assert!(columns.contains("rms_uv") && columns.contains("mnf_hz") && columns.contains("zc"));
}

#[test]
fn every_format_decodes_its_fixtures() {
    let Some(data) = shared::data() else { return };
    let mut read = 0;
    for format in FORMATS.iter().filter(|f| f.is_read() && f.id != "raw") {
        assert!(!format.fixtures.is_empty(), "{}: no fixture", format.id);
        for fixture in format.fixtures {
            let options =
                myotome::format::ReadOptions { sampling_frequency: Some(1000.0), ..Default::default() };
            if let Some(table) = format.table {
                let source = myotome::format::Source::open(&data.join(fixture), 1 << 20).expect(fixture);
                let mem = table(&source, &options).unwrap_or_else(|e| panic!("{fixture}: {e}"));
                assert!(!mem.tables.is_empty() && mem.findings.is_empty(), "{fixture}: {mem:?}");
                assert_eq!(myotome::format::detect(&source).expect(fixture).id, format.id, "{fixture}");
                read += 1;
                continue;
            }
            let recording = myotome::format::read(&data.join(fixture), &options)
                .unwrap_or_else(|e| panic!("{}: {e}", format.id));
            assert_eq!(recording.format, format.id, "{fixture}");
            assert!(!recording.channels.is_empty(), "{fixture}: no channels");
            for finding in &recording.findings {
                assert!(CHECKS.iter().any(|c| c.id == finding.check), "{fixture}: {finding:?}");
            }
            read += 1;
        }
    }
    assert!(read >= FORMATS.len() - 1, "only {read} fixtures read");
}

/// Ids that the formats' sources give to findings: literals behind the calls that make one, and in the table of EDF.
fn ids_in_sources(folder: &std::path::Path, ids: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            ids_in_sources(&path, ids);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        for call in ["Finding::file(", "note(", "tell("] {
            for behind in text.split(call).skip(1) {
                let literal = behind.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                ids.extend(literal.map(str::to_owned));
            }
        }
        for row in text.lines().filter(|l| l.contains("= \"EDF")) {
            ids.extend(row.split('"').nth(3).map(str::to_owned));
        }
    }
}

#[test]
fn every_check_that_a_format_raises_has_a_row() {
    let mut ids = BTreeSet::new();
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/format");
    ids_in_sources(&source, &mut ids);
    assert!(ids.len() > 5 && ids.contains("conversion") && ids.contains("header"), "{ids:?}");
    let unknown: Vec<&String> = ids.iter().filter(|id| CHECKS.iter().all(|c| c.id != **id)).collect();
    assert!(unknown.is_empty(), "no row in CHECKS: {unknown:?}");
}
