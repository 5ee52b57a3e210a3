//! The page of a whole study: order, wording, marks that need no colour, escaping.

mod page_support;

use myotome::report;
use page_support::{STUDY, analyse, judged, row, with_patterns};
use std::path::{Path, PathBuf};

/// Where `part` stands in `page`.
fn at(page: &str, part: &str) -> usize {
    page.find(part).unwrap_or_else(|| panic!("{part} is not on the page"))
}

#[test]
fn a_study_reads_in_the_order_of_the_report() {
    let page = report::html(&with_patterns(analyse("order", STUDY))).unwrap();
    let order = [
        "54 years",
        "Patient and identifiers",
        "id=\"impression\"",
        "id=\"glance\"",
        "id=\"limits\"",
        "id=\"ncs\"",
        "id=\"needle\"",
        "id=\"myotomes\"",
        "id=\"facts\"",
        "id=\"criteria\"",
        "id=\"suggestions\"",
        "id=\"evidence\"",
        "id=\"next\"",
        "id=\"signature\"",
        "id=\"method\"",
        "id=\"about\"",
    ];
    for two in order.windows(2) {
        assert!(at(&page, two[0]) < at(&page, two[1]), "{} stands before {}", two[0], two[1]);
    }
    for said in [
        "The findings suggest: L5 radiculopathy pattern, right.",
        "criterion met (consistent)",
        "■ met (consistent): L5 radiculopathy pattern, right – R1: tibialis anterior",
        "right superficial fibular sensory response absent (limit 5.00 µV, NDTF)",
        "+11.4",
        "−3.0",
        "All findings together",
        "+21.7",
        "Abnormal findings that this does not explain",
        "Where criteria and probabilities do not agree",
        "at least one with a probability of 0.55",
        "needle, right tensor fasciae latae",
        "small fibres: not seen",
        "Small-fibre neuropathy: conduction studies",
        "cold limb",
        "radiculopathy 0.91 · mononeuropathy 0.06",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.to_lowercase().contains("diagnosis of"), "it suggests");
    let words = page.to_lowercase().matches("diagnosis").count();
    let allowed = page.to_lowercase().matches("not a diagnosis").count()
        + page.to_lowercase().matches("not for diagnosis").count();
    assert_eq!(words, allowed, "the word stands only where it is denied");
}

#[test]
fn the_needle_table_has_a_row_a_muscle_with_marks_that_need_no_colour() {
    let page = report::html(&analyse("needle", STUDY)).unwrap();
    let table = &page[at(&page, "id=\"needle\"")..at(&page, "id=\"myotomes\"")];
    assert_eq!(table.matches("<tr>").count(), 1 + 7, "a head and seven muscles");
    for said in [
        "<strong>2+</strong>",
        "incr\u{a0}↑",
        "reduced\u{a0}↓",
        "early\u{a0}◆",
        "complex repetitive discharges",
        "L4 L5",
        "(S1)",
    ] {
        assert!(table.contains(said), "{said}");
    }
    // The paraspinals were examined at rest only: what was not done is blank.
    let paraspinal = &table[at(table, "Paraspinal L5")..];
    let cells = paraspinal.split("</tr>").next().unwrap();
    assert_eq!(cells.matches("<td></td>").count(), 7, "{cells}");
}

#[test]
fn the_myotome_picture_shows_both_sides_and_the_probability_of_each_root() {
    let page = report::html(&with_patterns(analyse("grid", STUDY))).unwrap();
    let part = &page[at(&page, "id=\"myotomes\"")..at(&page, "id=\"facts\"")];
    assert_eq!(part.matches("<svg").count(), 3, "right leg, left leg, right arm");
    for title in ["Right, leg and lower back", "Left, leg and lower back", "Right, arm and neck"] {
        assert!(part.contains(title), "{title}");
    }
    let right = &part[at(part, "Right, leg")..at(part, "Left, leg")];
    for said in
        [">0.88<", ">0.03<", ">NR<", "Superficial", "fibrillation potentials 2+", "Paraspinal muscles"]
    {
        assert!(right.contains(said), "{said}");
    }
    let left = &part[at(part, "Left, leg")..];
    assert!(!left.contains(">0.88<"), "a lesion of the right says nothing of the left");
    let plain = report::html(&analyse("grid-plain", STUDY)).unwrap();
    let plain = &plain[at(&plain, "id=\"myotomes\"")..at(&plain, "id=\"facts\"")];
    assert!(plain.contains("<svg") && !plain.contains(">probability<"), "what was not judged has no number");
}

#[test]
fn without_pattern_rows_the_page_says_so_and_invents_nothing() {
    let page = report::html(&analyse("none", STUDY)).unwrap();
    assert!(page.contains("none was judged"));
    for part in ["id=\"criteria\"", "id=\"suggestions\"", "id=\"evidence\"", "class=\"strip\""] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn a_normal_study_and_an_open_one_are_worded_as_such() {
    let mut normal = analyse("normal", STUDY);
    normal.report.patterns = vec![row("normal", "Normal study", "none", None, None, Some(0.93))];
    assert!(report::html(&normal).unwrap().contains("The findings fit a normal study."));
    let mut open = analyse("open", STUDY);
    open.report.patterns = vec![
        row(
            "radiculopathy",
            "L5 radiculopathy pattern",
            "radiculopathy",
            Some("L5"),
            Some("right"),
            Some(0.4),
        ),
        row("fibular_head", "Fibular neuropathy", "mononeuropathy", None, Some("right"), Some(0.35)),
        row("normal", "Normal study", "none", None, None, Some(0.25)),
    ];
    let text = report::text(&open, Path::new("report.html"));
    assert!(text.contains("No explanation stands out; the most probable: L5"), "{text}");
    assert!(text.contains("Fibular neuropathy, right: probability 0.35; no criterion"), "{text}");
    let mut unjudged = analyse("unjudged", STUDY);
    unjudged.report.patterns =
        vec![row("not_assessable_too_early", "Too early after onset", "not_assessable", None, None, None)];
    let page = report::html(&unjudged).unwrap();
    assert!(page.contains("none was judged") && page.contains("Too early after onset"));
}

#[test]
fn the_summary_tells_the_suggestions_the_next_tests_and_what_is_left_out() {
    let text = report::text(&with_patterns(analyse("text", STUDY)), Path::new("report.html"));
    for said in [
        "The findings suggest: L5 radiculopathy pattern, right.",
        "L5 radiculopathy pattern, right: probability 0.88; criterion met (consistent)",
        "next test: needle, right tensor fasciae latae (0.42 bit)",
        "not assessed: small fibres",
        "criteria and probabilities do not agree",
    ] {
        assert!(text.contains(said), "{said} in\n{text}");
    }
}

#[test]
fn every_text_of_a_result_is_escaped() {
    const EVIL: &str = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'";
    let mut a = with_patterns(analyse("evil", STUDY));
    let evil = || EVIL.to_owned();
    a.title = evil();
    a.failed = vec![evil()];
    let report = &mut a.report;
    for p in &mut report.patterns {
        (p.id, p.name, p.family, p.level, p.side) = (evil(), evil(), evil(), Some(evil()), Some(evil()));
        (p.unexplained, p.missing) = (vec![evil()], vec![evil()]);
        (p.would_change, p.remarks) = (vec![evil()], vec![evil()]);
        for c in &mut p.rule.criteria {
            (c.id, c.text, c.why, c.source, c.status) = (evil(), evil(), evil(), evil(), evil());
        }
        p.evidence.iter_mut().for_each(|e| e.finding = evil());
    }
    for t in &mut report.next_tests {
        (t.muscle, t.nerve, t.recording_site) = (Some(evil()), Some(evil()), Some(evil()));
        (t.side, t.separates) = (evil(), evil());
    }
    if let Some(c) = &mut report.by_chance {
        c.assumption = evil();
    }
    for p in &mut report.pitfalls {
        (p.id, p.seen, p.done, p.source) = (evil(), evil(), evil(), evil());
    }
    (report.disagreements, report.not_assessed) = (vec![evil()], vec![evil()]);
    for row in &mut report.needle {
        (row.muscle, row.side) = (evil(), evil());
        row.grades.recruitment = evil();
        row.caveats.push(evil());
        row.evidence.iter_mut().for_each(|e| (e.finding, e.source) = (evil(), evil()));
    }
    for m in &mut report.measures {
        (m.place.nerve, m.place.side, m.place.site) = (Some(evil()), Some(evil()), Some(evil()));
        (m.status, m.reason) = ("undefined", Some(evil()));
    }
    let page = report::html(&a).unwrap();
    for tag in ["<script", "<img src=x", "</style></title>"] {
        assert!(!page.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("</style>").count(), 1, "no text ends the style sheet");
    assert!(page.matches("&lt;script&gt;").count() > 30, "and it is shown");
}

#[test]
fn tables_have_captions_and_scopes_and_places_that_links_lead_to_exist() {
    let page = report::html(&with_patterns(analyse("access", STUDY))).unwrap();
    assert!(page.contains("<html lang=\"en\">") && page.contains("class=\"skip\""));
    assert_eq!(page.matches("<main").count(), 1);
    assert_eq!(
        page.matches("<table").count(),
        page.matches("<caption").count() + page.matches("<table class=\"lines\"").count()
    );
    assert_eq!(
        page.matches("<th ").count() + page.matches("<th>").count(),
        page.matches("<th scope=").count() + page.matches("<th class=\"path\" scope=").count()
    );
    for link in page.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap();
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn what_the_program_itself_judges_has_its_place_too() {
    let a = judged("judged", STUDY);
    assert!(!a.report.patterns.is_empty(), "a study is judged");
    let page = report::html(&a).unwrap();
    for part in ["id=\"criteria\"", "id=\"suggestions\"", "id=\"evidence\"", "id=\"next\""] {
        at(&page, part);
    }
    for p in a.report.patterns.iter().filter(|p| p.probability.is_some()) {
        let name = p.name.replace('&', "&amp;");
        assert!(page.contains(&name), "{name}");
    }
    assert!(!page.contains("right, right"), "a side is said once");
    let words = page.to_lowercase().matches("diagnosis").count();
    let denied = ["not a diagnosis", "not for diagnosis"];
    let allowed: usize = denied.iter().map(|d| page.to_lowercase().matches(d).count()).sum();
    assert_eq!(words, allowed, "the word stands only where it is denied");
}

/// Three pages to look at, in the folder that `MYOTOME_PAGES` names or in the one of the tests.
#[test]
fn pages_to_look_at() {
    let own = || Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let folder = std::env::var_os("MYOTOME_PAGES").map_or_else(own, PathBuf::from);
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    let options = myotome::pipeline::analyze::Options::default();
    for (name, analysis) in [
        ("entered", with_patterns(analyse("look", STUDY))),
        ("judged", judged("look-judged", STUDY)),
        ("recorded", myotome::pipeline::analyze::run(&demo, &options).unwrap()),
    ] {
        let written = folder.join(name);
        report::write(&analysis, &written).unwrap();
        let page = std::fs::read_to_string(written.join("report.html")).unwrap();
        assert!(page.trim_end().ends_with("</html>"), "{name} is whole");
        assert_eq!(page, report::html(&analysis).unwrap(), "{name} is the page that was made");
    }
}
