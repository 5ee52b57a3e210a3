//! Clinical context: questionnaires, time frames, and what electrodiagnosis can say of an aetiology. Shown beside a
//! result; no measure, verdict or pattern rests on a score or a time frame.

mod etiology;
mod frame;
mod tool;

pub use etiology::{ETIOLOGIES, Etiology, Role, etiologies_of};
pub use frame::{Frame, TIME_FRAMES};
pub use tool::{BANDS, Band, TOOLS, Tool};

use crate::result::{Context, Stated};
use crate::study::{Region, Scores, Subject};

/// The context of what was entered; empty where nothing was that it rests on.
///
/// Time frames are those of back and neck complaints: they are left out where the complaint is of another region, and
/// where neither the days since onset nor a STarT Back total were entered.
pub fn of(subject: &Subject, scores: &Scores) -> Context {
    let questionnaires = tool::questionnaires(scores);
    let asked = subject.days_since_onset.is_some() || scores.start_back_total.is_some();
    let spine = subject.complaint_region != Some(Region::Other);
    let time_frames = if asked && spine { frame::time_frames(subject.days_since_onset) } else { Vec::new() };
    let mut stated = stated(subject);
    if let Some(days) = subject.days_since_onset.filter(|_| !time_frames.is_empty()) {
        stated.insert(0, Stated { key: "days_since_onset", value: days.to_string() });
    }
    Context { stated, questionnaires, time_frames }
}

/// Facts that change how a reader takes the findings.
fn stated(subject: &Subject) -> Vec<Stated> {
    let yes_no = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    [
        ("symptoms", subject.symptoms.map(|w| w.name().to_owned())),
        ("previous_back_surgery", subject.previous_back_surgery.map(|w| w.name().to_owned())),
        ("diabetes", subject.diabetes.map(yes_no)),
        ("upper_motor_neuron_signs", subject.upper_motor_neuron_signs.map(yes_no)),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(Stated { key, value: value? }))
    .collect()
}

/// A number of one of our tables; an empty cell is none.
///
/// # Panics
/// If the cell is no number: a mistake in our table.
fn number(cell: &str) -> Option<f64> {
    assert!(
        cell.is_empty() || cell.parse::<f64>().is_ok_and(f64::is_finite),
        "`{cell}` in one of our tables"
    );
    cell.parse().ok()
}
