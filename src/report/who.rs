//! Who was examined, and lines that are filled in by hand.

use crate::pipeline::analyze::Who;
use crate::study;
use maud::{Markup, html};

/// A number as it was entered, with its unit.
fn said(value: Option<f64>, unit: &str) -> String {
    value.map_or_else(|| "not stated".into(), |v| format!("{v} {unit}").trim_end().to_owned())
}

/// What the study says, then empty lines: a name never comes from a file.
pub(super) fn section(id: &str, who: &Who) -> Markup {
    let s = &who.subject;
    let complaint = match (s.complaint_side, s.complaint_region) {
        (None, None) => "not stated".to_owned(),
        (side, region) => {
            let parts = [side.map(study::SubjectSide::name), region.map(study::Region::name)];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    };
    let row = |name: &str, value: &str| html! { tr { th scope="row" { (name) } td { (value) } } };
    html! {
        section aria-label="Who was examined" {
            table.lines {
                tbody {
                    (row("Study", id))
                    (row("Age", &said(s.age_years, "years")))
                    (row("Sex", s.sex.map_or("not stated", study::Sex::name)))
                    (row("Height", &said(s.height_cm, "cm")))
                    (row("Complaint", &complaint))
                    (row("Days since onset", &said(s.days_since_onset, "")))
                    @for name in ["Patient and identifiers", "Examined on, by", "Referred by", "Question, history, examination"] {
                        tr { th scope="row" { (name) } td.hand {} }
                    }
                }
            }
        }
    }
}

/// What a physician adds.
pub(super) fn signature() -> Markup {
    html! {
        section.physician aria-labelledby="signature" {
            h2 id="signature" { "Review and signature" }
            table.lines { tbody {
                @for name in ["Compared with earlier studies", "Checked and corrected", "Name, date, signature"] { tr { th scope="row" { (name) } td.hand {} } }
            } }
        }
    }
}
