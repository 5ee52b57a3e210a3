//! What a study found, in the words that criteria and probabilities ask in. Nothing is judged here, and nothing that
//! was not tested stands here.

mod datum;
mod muscle;
mod words;

pub use datum::{Datum, Verdict};
pub use muscle::{Impression, MuscleFact};

use crate::result::{MeasureRow, NeedleRow};
use crate::study::{Side, Study, Subject};

/// Facts of one study.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// Who was examined.
    pub subject: &'a Subject,
    /// One per muscle and side that was examined by needle.
    pub muscles: Vec<MuscleFact>,
    /// Every number of nerve conduction and late responses, in the order of the result file.
    pub data: Vec<Datum<'a>>,
}

impl<'a> Facts<'a> {
    /// Gathers what `measures` and `needle`, both of the same analysis of `study`, say. Ids in `study` are resolved.
    pub fn new(study: &'a Study, measures: &'a [MeasureRow], needle: &[NeedleRow]) -> Self {
        Facts {
            subject: &study.subject,
            muscles: muscle::all(study, needle),
            data: measures.iter().enumerate().filter_map(|(i, row)| Datum::of(i, row)).collect(),
        }
    }

    /// The same without the numbers at those places of the measures: they weigh nothing.
    pub fn without(&self, aside: &[usize]) -> Facts<'a> {
        let mut out = self.clone();
        out.data.retain(|d| !aside.contains(&d.index));
        out
    }

    /// The muscle of that id on that side.
    pub fn muscle(&self, id: &str, side: Side) -> Option<&MuscleFact> {
        self.muscles.iter().find(|m| m.muscle.id == id && m.side == side)
    }

    /// Muscles of a side.
    pub fn on(&self, side: Side) -> impl Iterator<Item = &MuscleFact> {
        self.muscles.iter().filter(move |m| m.side == side)
    }

    /// Numbers of a conduction study (id of `NCS_STUDIES`) on a side.
    pub fn of_study<'s>(&'s self, study: &'s str, side: Side) -> impl Iterator<Item = &'s Datum<'a>> {
        self.data.iter().filter(move |d| d.side == Some(side) && d.study.is_some_and(|s| s.id == study))
    }

    /// The number `measure` of a conduction study at its distal site (or of the study as a whole).
    pub fn distal(&self, study: &str, side: Side, measure: &str) -> Option<&Datum<'a>> {
        self.data.iter().find(|d| {
            d.side == Some(side)
                && d.study.is_some_and(|s| s.id == study)
                && d.row.id == measure
                && d.is_distal()
        })
    }

    /// The number `measure` of a piece of nerve, by the table's name of the piece (`across_elbow`, `forearm`, …).
    pub fn segment(&self, study: &str, side: Side, measure: &str, segment: &str) -> Option<&Datum<'a>> {
        self.data.iter().find(|d| {
            d.side == Some(side)
                && d.study.is_some_and(|s| s.id == study)
                && d.row.id == measure
                && d.segment == segment
        })
    }

    /// Every number `measure` of a conduction study on a side.
    pub fn of_study_measure<'s>(
        &'s self,
        study: &'s str,
        side: Side,
        measure: &'s str,
    ) -> impl Iterator<Item = &'s Datum<'a>> {
        self.of_study(study, side).filter(move |d| d.row.id == measure)
    }

    /// Numbers between the sides (no side of their own) named `measure`.
    pub fn between_sides<'s>(&'s self, measure: &'s str) -> impl Iterator<Item = &'s Datum<'a>> {
        self.data.iter().filter(move |d| d.side.is_none() && d.row.id == measure)
    }

    /// Whether anything at all was tested.
    pub fn is_empty(&self) -> bool {
        self.muscles.is_empty() && self.data.is_empty()
    }
}

/// The other side.
pub fn other(side: Side) -> Side {
    match side {
        Side::Left => Side::Right,
        Side::Right => Side::Left,
    }
}

/// Both sides, in a fixed order.
pub const SIDES: [Side; 2] = [Side::Right, Side::Left];
