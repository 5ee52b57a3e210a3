//! Simulated patients with everything that was put in: whole studies, as values and graded findings or as recordings.
//!
//! [`study`] makes one in memory, [`write()`] writes a study folder. The chain: a person and what brings them
//! ([`PREVALENCES`]) → roots, trunks, cords, plexuses, nerves or diffuse processes that are hurt, since when and how badly →
//! axons lost and blocked in each muscle and sensory nerve by the person's own supply (tables of myotomes with their counts
//! from proven lesions; legs supplied from a root higher or lower), fascicle by fascicle → fibrillation, reinnervation and
//! large units over time; sensory responses that fall only beyond the ganglion → the tests that an examiner does for the
//! question, more where something is abnormal → values and grades with the errors of measuring and of healthy people.
//!
//! This is an account of physiology that knows nothing of how patterns are judged. It is simpler than patients are: no
//! anomalous innervation, no trophic changes, no two examiners, one lesion at a time but for stated combinations.

mod cause;
mod condition;
mod conduction;
mod examiner;
mod healthy;
mod late;
mod lesion;
mod muscle;
mod needle;
mod options;
mod person;
mod pools;
mod process;
mod recorded;
mod site;
mod store;
mod supply;
mod text;

pub use super::{series_seed, word};
pub use condition::PREVALENCES;
pub use options::{Form, Options};
pub use store::{Study, write};

use super::draw::Draw;
use crate::Result;
use crate::study::{Side, SubjectSide};
use crate::truth::patient::{ElementTruth, LesionTruth, MuscleTruth, NerveTruth, Truth};
use cause::{Case, Cause};
use condition::Question;
use examiner::Test;
use lesion::{Lesion, What};
use options::Asked;
use person::Person;

/// Streams of random numbers: one for each purpose, muscle and study, so that asking for less does not change the rest.
mod stream {
    pub(super) const CONDITION: u64 = 0;
    pub(super) const PERSON: u64 = 1;
    pub(super) const CASES: u64 = 2;
    pub(super) const EXAMINER: u64 = 10;
    pub(super) const SUPPLY: u64 = 1000;
    pub(super) const COURSE: u64 = 2000;
    pub(super) const GRADES: u64 = 3000;
    pub(super) const NERVE: u64 = 4000;
    pub(super) const TAPE: u64 = 5000;
    pub(super) const F_WAVE: u64 = 6000;
    pub(super) const H_REFLEX: u64 = 6500;
    pub(super) const JUNCTION: u64 = 7000;
    pub(super) const TEXT: u64 = 9000;
    pub(super) const SWEEPS: u64 = 10_000;
    pub(super) const CAUSES: u64 = 1_000_000;
}

/// The plan: checked, drawn, immutable.
#[derive(Debug, Clone)]
pub struct Plan {
    options: Options,
    person: Person,
    cases: Vec<Case>,
    causes: Vec<Cause>,
    question: Question,
    /// Side that is examined first.
    focus: Side,
    /// `None` where the complaint has no side.
    complaint: Option<SubjectSide>,
}

impl Options {
    /// Checks the options and draws what they leave open.
    ///
    /// # Errors
    /// [`crate::Error::Option`] for a number out of its range, and a pattern or level that is not simulated.
    pub fn design(&self) -> Result<Plan> {
        let given = self.check()?;
        // Every choice is drawn, so that giving one does not change the others.
        let drawn = condition::referred(&mut Draw::new(self.seed, stream::CONDITION))?;
        let person = Person::draw(self, &mut Draw::new(self.seed, stream::PERSON));
        let mut draw = Draw::new(self.seed, stream::CASES);
        let mut cases: Vec<Case> = Vec::new();
        for asked in given.unwrap_or(drawn) {
            let asked = in_the_arm_of(asked, &cases, &mut draw);
            let first = cases.first().and_then(|c| c.side);
            cases.push(Case::new(asked, (self.side, self.severity, self.days), first, &mut draw));
        }
        let mut causes: Vec<Cause> = Vec::new();
        for (k, case) in cases.iter().enumerate() {
            causes.extend(case.causes(k as u64, &mut draw));
        }
        if let Some((root, side, share)) = person.silent {
            let what = What::Root { root, complete: false };
            let stream = stream::CAUSES - 300_000;
            let old = Lesion {
                what,
                side,
                severity: 0.6,
                loss: share,
                block: 0.0,
                days: 3000.0,
                ongoing: 0.04,
                stream,
            };
            causes.push(Cause::Lesion(old));
        }
        let question = question(&cases, &causes, &mut draw);
        let (any, two) = (draw.chance(0.5), draw.chance(0.2));
        let focus = cases.iter().find_map(|c| match c.side {
            Some(SubjectSide::Left) => Some(Side::Left),
            Some(SubjectSide::Right) => Some(Side::Right),
            _ => None,
        });
        let sided = cases.iter().find_map(|c| c.side);
        let focus = focus.unwrap_or(if any { Side::Right } else { Side::Left });
        let one = if focus == Side::Right { SubjectSide::Right } else { SubjectSide::Left };
        let whole = matches!(question, Question::Weakness | Question::Neuropathy | Question::Junction);
        let complaint = match sided {
            Some(SubjectSide::Bilateral) => Some(SubjectSide::Bilateral),
            Some(_) => Some(one),
            None if whole || two => Some(SubjectSide::Bilateral),
            None => Some(one),
        };
        Ok(Plan { options: self.clone(), person, cases, causes, question, focus, complaint })
    }
}

/// A root that comes with a lesion of an arm's nerve lies in the neck.
fn in_the_arm_of(mut asked: Asked, before: &[Case], draw: &mut Draw) -> Asked {
    let arm = before.iter().any(|c| matches!(c.asked.condition.id, "carpal_tunnel" | "ulnar_elbow"));
    for _ in 0..50 {
        let open = asked.condition.id == "radiculopathy" && asked.levels.is_empty();
        if !arm || !open {
            break;
        }
        let level = condition::level(draw);
        if level.iter().all(|r| condition::is_cervical(*r)) {
            asked.levels = level;
        }
    }
    asked
}

/// What the patient was sent for: by the first condition; of a root by its limb.
fn question(cases: &[Case], causes: &[Cause], draw: &mut Draw) -> Question {
    let Some(case) = cases.first() else { return Question::Leg };
    let main = cases.iter().find(|c| c.asked.condition.id == "radiculopathy").unwrap_or(case);
    let first = *draw.weighted(main.asked.condition.questions, |q| q.1);
    let hand = draw.chance(0.4);
    let by_root = |neck: bool| if neck { Question::Arm } else { Question::Leg };
    match main.asked.condition.id {
        "radiculopathy" => {
            let neck = main.asked.levels.iter().any(|r| condition::is_cervical(*r));
            // A compressed nerve beside it brings some by their hand.
            if neck && cases.len() > 1 && hand { Question::Hand } else { by_root(neck) }
        }
        "polyradiculopathy" => {
            let roots = causes.iter().filter_map(|c| match c {
                Cause::Lesion(Lesion { what: What::Root { root, .. }, .. }) => Some(*root),
                _ => None,
            });
            by_root(roots.into_iter().next().is_some_and(condition::is_cervical))
        }
        _ => first.0,
    }
}

/// Everything that was measured in one test.
enum Done {
    Motor(&'static healthy::Motor, Side, conduction::Conducted),
    Sensory(&'static healthy::Sensory, Side, conduction::Conducted),
    FWave(&'static healthy::FWave, Side, Option<late::FWaves>),
    Reflex(Side, Option<late::Reflex>),
    Trains(&'static healthy::Motor, Side, bool, late::Trains),
    Needle(&'static crate::norms::Muscle, Side, crate::study::Findings, muscle::State, bool),
}

impl Plan {
    fn done(&self) -> Vec<Done> {
        let one = |test: &Test| match *test {
            Test::Motor(study, side, sites) => {
                let row = conduction::motor_row(study)?;
                Some(Done::Motor(row, side, self.motor(row, side, sites)))
            }
            Test::Sensory(study, side) => {
                let row = conduction::sensory_row(study)?;
                Some(Done::Sensory(row, side, self.sensory(row, side)))
            }
            Test::FWave(study, side) => {
                let row = healthy::F_WAVES.iter().find(|f| f.study == study)?;
                Some(Done::FWave(row, side, self.f_waves(row, side)))
            }
            Test::Reflex(side) => Some(Done::Reflex(side, self.h_reflex(side))),
            Test::Trains(study, side, exercise) => {
                let row = conduction::motor_row(study)?;
                Some(Done::Trains(row, side, exercise, self.trains(study, side)?))
            }
            Test::Needle(muscle, side) => {
                let (findings, state, neurogenic) = self.findings(muscle, side);
                Some(Done::Needle(muscle, side, findings, state, neurogenic))
            }
        };
        self.tests().iter().filter_map(one).collect()
    }

    /// Makes the study; the same bytes whatever the number of threads.
    ///
    /// # Errors
    /// [`crate::Error::Signal`] when a recording cannot be made.
    pub fn apply(&self) -> Result<Study> {
        let done = self.done();
        let truth = self.truth(&done);
        store::make(self, &done, truth)
    }

    fn truth(&self, done: &[Done]) -> Truth {
        let mut sorted: Vec<&Case> = self.cases.iter().collect();
        sorted.sort_by_key(|c| c.asked.condition.id);
        let joined =
            |of: fn(&Case) -> &'static str| sorted.iter().map(|c| of(c)).collect::<Vec<_>>().join("+");
        let lesion = |c: &&Case| LesionTruth {
            pattern: c.asked.condition.id.into(),
            family: c.asked.condition.family.into(),
            level: c.level(),
            side: c.side.map(|s| s.name().to_owned()),
            severity: c.severity,
            days_since_onset: c.days,
        };
        let mut out = Truth {
            schema: crate::truth::patient::SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed: self.options.seed,
            note: "simulated; no person was recorded".into(),
            pattern: joined(|c| c.asked.condition.id),
            family: joined(|c| c.asked.condition.family),
            lesions: sorted.iter().filter(|c| c.asked.condition.id != "normal").map(lesion).collect(),
            age_years: self.person.age,
            sex: if self.person.male { "male" } else { "female" }.into(),
            height_cm: self.person.height_cm,
            bmi: self.person.bmi,
            question: self.question.name().into(),
            left_leg: self.person.leg(Side::Left).name().into(),
            right_leg: self.person.leg(Side::Right).name().into(),
            silent: self.person.silent.map(|(root, side, _)| format!("{} {}", root.name(), side.name())),
            elements: self.causes.iter().map(element).collect(),
            recordings: self.options.form != Form::Values,
            ..Truth::default()
        };
        let nerve = |study: &str, side: Side, c: &conduction::Conducted| NerveTruth {
            study: study.into(),
            side: side.name().into(),
            lost: c.lost,
            added_delay_ms: c.added_ms,
            blocked: c.blocked,
        };
        for test in done {
            match test {
                Done::Motor(row, side, c) => out.motor.push(nerve(row.study, *side, c)),
                Done::Sensory(row, side, c) => out.sensory.push(nerve(row.study, *side, c)),
                Done::Needle(muscle, side, _, state, neurogenic) => {
                    out.limb_muscles += usize::from(muscle.region != "paraspinal");
                    out.muscles.push(MuscleTruth {
                        muscle: muscle.id.into(),
                        side: side.name().into(),
                        lost: state.lost,
                        denervated: state.denervated,
                        reinnervated: state.young.max(state.mature),
                        blocked: state.blocked,
                        myopathic: state.myopathic,
                        neurogenic: *neurogenic,
                    });
                }
                _ => {}
            }
        }
        out
    }
}

fn element(cause: &Cause) -> ElementTruth {
    match cause {
        Cause::Lesion(l) => {
            let (kind, id) = l.element();
            ElementTruth {
                kind: kind.into(),
                id,
                side: l.side.name().into(),
                loss: l.loss,
                block: l.block,
                days_since_onset: l.days,
            }
        }
        Cause::Process(p) => ElementTruth {
            kind: "diffuse".into(),
            id: p.kind.name().into(),
            side: SubjectSide::Bilateral.name().into(),
            loss: p.severity,
            block: 0.0,
            days_since_onset: p.days,
        },
    }
}

/// Simulates a study in memory.
///
/// # Errors
/// As [`Options::design`] and [`Plan::apply`].
pub fn study(options: &Options) -> Result<Study> {
    options.design()?.apply()
}
