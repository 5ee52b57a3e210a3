//! What a person graded by eye and ear, on its own and beside what was measured.

use crate::result::{Evidence, Limit, MeasureRow, NeedleRow, Where};
use crate::study::Findings;

/// Writes entered grades over measured ones, and says so.
pub(super) fn merge(row: &mut NeedleRow, findings: &Findings, measured: bool) {
    let grades = &mut row.grades;
    let mut differ = Vec::new();
    for (name, grade, entered) in [
        ("fibrillation", &mut grades.fibrillation, findings.fibrillation),
        ("positive_sharp_wave", &mut grades.positive_sharp_wave, findings.positive_sharp_wave),
        ("fasciculation", &mut grades.fasciculation, findings.fasciculation),
    ] {
        let Some(entered) = entered else { continue };
        if let Some(found) = *grade
            && found != entered
        {
            differ.push(format!("{} {entered} (measured {found})", name.replace('_', " ")));
        }
        *grade = Some(entered);
        row.entered.push(name);
    }
    if let Some(word) = findings.recruitment {
        // Nothing was recruited, so that how it was recruited cannot be said.
        let word = if word.name() == "none" { "not_assessable" } else { word.name() };
        if grades.recruitment != word && grades.recruitment != "not_assessable" {
            differ.push(format!("recruitment {word} (measured {})", grades.recruitment));
        }
        grades.recruitment = word.to_owned();
        row.entered.push("recruitment");
    }
    row.evidence.extend(evidence(findings));
    if !measured {
        row.caveats.push("graded by a person; no impression is drawn from entered findings alone".into());
        return;
    }
    if !row.entered.is_empty() {
        let names: Vec<String> = row.entered.iter().map(|n| n.replace('_', " ")).collect();
        row.caveats.push(format!(
            "entered by a person, and standing in place of what was measured: {}; the impression rests on the \
             recordings",
            names.join(", ")
        ));
    }
    if !differ.is_empty() {
        row.caveats.push(format!("entered and measured grades differ: {}", differ.join("; ")));
    }
}

/// The entered grades as rows of the result file.
pub(in super::super) fn grades(findings: &Findings, place: &Where) -> Vec<MeasureRow> {
    let all = [
        ("fibrillation_grade", findings.fibrillation),
        ("positive_sharp_wave_grade", findings.positive_sharp_wave),
        ("fasciculation_grade", findings.fasciculation),
    ];
    let row = |(id, grade): (&str, Option<u8>)| {
        let method = "entered in the study file".to_owned();
        let row = MeasureRow::measured(id, "1", Ok(f64::from(grade?)), place.clone(), method);
        let limit = Limit { note: "a grade; no limit applies".into(), ..Limit::default() };
        Some(MeasureRow { origin: "entered", limit, ..row })
    };
    all.into_iter().filter_map(row).collect()
}

fn evidence(f: &Findings) -> Vec<Evidence> {
    let mut out = Vec::new();
    let mut say = |what: &str, value: Option<String>| {
        if let Some(value) = value {
            let finding = format!("{what}: {value}");
            out.push(Evidence {
                finding,
                speaks_for: "none",
                verdict: "cannot be judged",
                source: "entered in the study file".into(),
                weight_db: None,
            });
        }
    };
    let yes_no = |b: Option<bool>| b.map(|b| if b { "present" } else { "not seen" }.to_owned());
    say("insertional activity", f.insertional.map(|w| w.name().into()));
    say("motor unit potential amplitude", f.muap_amplitude.map(|w| w.name().into()));
    say("motor unit potential duration", f.muap_duration.map(|w| w.name().into()));
    say("polyphasia", f.polyphasia.map(|w| w.name().into()));
    say("recruitment", f.recruitment.map(|w| w.name().into()));
    say("fibrillation potentials, grade", f.fibrillation.map(|g| g.to_string()));
    say("positive sharp waves, grade", f.positive_sharp_wave.map(|g| g.to_string()));
    say("fasciculation potentials, grade", f.fasciculation.map(|g| g.to_string()));
    say("complex repetitive discharges", yes_no(f.complex_repetitive_discharge));
    say("myotonic discharges", yes_no(f.myotonic_discharge));
    say("myokymic discharges", yes_no(f.myokymic_discharge));
    say("neuromyotonic discharges", yes_no(f.neuromyotonic_discharge));
    say("cramp", yes_no(f.cramp));
    out
}
