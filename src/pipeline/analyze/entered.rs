//! Grades that a person entered in the study file.

use super::Gathered;
use super::needle::entered_grades;
use crate::result::Where;
use crate::study::Study;

/// Adds every grade of a needle examination.
pub(super) fn add(gathered: &mut Gathered, study: &Study) {
    for n in &study.needle {
        let side = n.side.map(|s| s.name().to_owned());
        let place = Where { test: "needle".into(), side, muscle: n.muscle.clone(), ..Where::default() };
        gathered.measures.extend(n.findings.iter().flat_map(|f| entered_grades(f, &place)));
    }
}
