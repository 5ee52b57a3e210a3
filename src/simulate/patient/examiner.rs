//! What an examiner does: a set of tests for the question, more where something is abnormal.
//!
//! Sets after usual practice: motor and sensory nerves of the limb, late responses, five to nine limb muscles and the
//! paraspinals (Dillingham et al. 2000, 2001: six with paraspinals find nearly all roots). Frequencies are ours. The
//! examiner knows the question and what was found so far, not the truth.

use super::condition::Question;
use super::pools::{Pool, pool};
use super::{Plan, stream};
use crate::norms::{MUSCLES, Muscle, Weight, muscle, roots_of};
use crate::simulate::draw::Draw;
use crate::study::{Change, Findings, Recruitment, Side};

/// One test.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// Study, side, how many sites.
    Motor(&'static str, Side, usize),
    Sensory(&'static str, Side),
    FWave(&'static str, Side),
    Reflex(Side),
    /// Study, side, whether after exercise as well.
    Trains(&'static str, Side, bool),
    Needle(&'static Muscle, Side),
}

/// Whether a muscle looks neurogenic to the examiner.
pub(super) fn is_neurogenic(f: &Findings) -> bool {
    let active = f.fibrillation.unwrap_or(0).max(f.positive_sharp_wave.unwrap_or(0)) > 0;
    let large = f.muap_amplitude == Some(Change::Increased) || f.muap_duration == Some(Change::Increased);
    let small = f.muap_amplitude == Some(Change::Decreased) && f.muap_duration == Some(Change::Decreased);
    let few = matches!(f.recruitment, Some(Recruitment::Reduced | Recruitment::None));
    !small && (active || large && few)
}

fn both(side: Side) -> [Side; 2] {
    [side, super::cause::other(side)]
}

impl Plan {
    /// Every test in the order in which it is done.
    pub(super) fn tests(&self) -> Vec<Test> {
        let mut draw = Draw::new(self.options.seed, stream::EXAMINER);
        let mut out = Vec::new();
        self.conduction_tests(&mut out, &mut draw);
        self.needle_tests(&mut out, &mut Draw::new(self.options.seed, stream::EXAMINER + 1));
        let mut leave = Draw::new(self.options.seed, stream::EXAMINER + 2);
        out.retain(|_| !leave.chance(self.options.missing));
        out
    }

    fn conduction_tests(&self, out: &mut Vec<Test>, draw: &mut Draw) {
        let pool = pool(self.question);
        let side = self.focus;
        let sides = |twice: bool| if twice { both(side).to_vec() } else { vec![side] };
        for row in pool.motor {
            let (asked, twice) = (draw.chance(row.1), draw.chance(pool.both_sides));
            if asked {
                out.extend(sides(twice).into_iter().map(|s| Test::Motor(row.0, s, row.2)));
            }
        }
        for row in pool.sensory {
            let (asked, twice) = (draw.chance(row.1), draw.chance(pool.both_sides.max(row.2)));
            if asked {
                out.extend(sides(twice).into_iter().map(|s| Test::Sensory(row.0, s)));
            }
        }
        self.more_conduction(out, pool, draw);
        for row in pool.f_waves {
            let (asked, twice) = (draw.chance(row.1), draw.chance(pool.both_sides));
            if asked {
                out.extend(sides(twice).into_iter().map(|s| Test::FWave(row.0, s)));
            }
        }
        if draw.chance(pool.reflex) {
            out.extend(both(side).map(Test::Reflex));
        }
        for row in pool.trains {
            if draw.chance(row.1) {
                out.push(Test::Trains(row.0, side, draw.chance(0.8)));
            }
        }
    }

    /// What an abnormal or doubtful result makes an examiner add.
    fn more_conduction(&self, out: &mut Vec<Test>, pool: &Pool, draw: &mut Draw) {
        let side = self.focus;
        let has = |out: &[Test], t: &Test| out.contains(t);
        let add = |out: &mut Vec<Test>, t: Test| {
            if !has(out, &t) {
                out.push(t);
            }
        };
        let u: Vec<f64> = (0..5).map(|_| draw.unit()).collect();
        for test in out.clone() {
            match test {
                // A low sensory response is held against the other side.
                Test::Sensory(study, s) if s == side && self.is_low(study, s) && u[0] < 0.7 => {
                    add(out, Test::Sensory(study, super::cause::other(s)));
                }
                Test::Motor("ulnar_motor_adm", s, _) if self.is_slow_at("ulnar_motor_adm", s, 2, 52.0) => {
                    if u[1] < 0.75 {
                        add(out, Test::Motor("ulnar_motor_fdi", s, 3));
                    }
                    if u[2] < 0.55 {
                        add(out, Test::Sensory("dorsal_ulnar_sensory", s));
                    }
                    if u[3] < 0.4 {
                        add(out, Test::Sensory("mac_sensory", s));
                    }
                }
                Test::Motor("fibular_motor_edb", s, _)
                    if u[4] < 0.7
                        && (self.is_slow_at("fibular_motor_edb", s, 2, 42.0)
                            || self.question == Question::Foot) =>
                {
                    add(out, Test::Motor("fibular_motor_ta", s, 2));
                    add(out, Test::Sensory("superficial_fibular_sensory", s));
                }
                _ => {}
            }
        }
        // Comparison of the median nerve with its neighbours; more often where the routine is not plain.
        let plain = !self.is_slow("median_sensory_d2", side, 3.6);
        let often = if plain { pool.comparisons } else { 0.35 * pool.comparisons };
        for pair in [
            ["median_mixed_palm", "ulnar_mixed_palm"],
            ["median_sensory_d4", "ulnar_sensory_d4"],
            ["median_sensory_d1", "radial_sensory_d1"],
        ] {
            if draw.chance(often) {
                pair.into_iter().for_each(|study| add(out, Test::Sensory(study, side)));
            }
        }
    }

    fn is_low(&self, study: &str, side: Side) -> bool {
        let Some(row) = super::conduction::sensory_row(study) else { return false };
        let done = self.sensory(row, side);
        done.stimulated.first().and_then(|s| s.response).is_none_or(|r| r.amplitude < 0.5 * row.amplitude.0)
    }
    fn is_slow(&self, study: &str, side: Side, peak_ms: f64) -> bool {
        let Some(row) = super::conduction::sensory_row(study) else { return false };
        let done = self.sensory(row, side);
        done.stimulated
            .first()
            .and_then(|s| s.response)
            .is_none_or(|r| r.latency_ms + r.duration_ms > peak_ms)
    }
    /// Whether the piece to site `k` conducts below `limit` m/s or loses a quarter of the amplitude.
    fn is_slow_at(&self, study: &str, side: Side, k: usize, limit: f64) -> bool {
        let Some(row) = super::conduction::motor_row(study) else { return false };
        let done = self.motor(row, side, k + 1).stimulated;
        match (done.get(k - 1).and_then(|s| s.response), done.get(k).and_then(|s| s.response)) {
            (Some(a), Some(b)) => {
                done[k].distance_mm / (b.latency_ms - a.latency_ms).max(0.1) < limit
                    || b.amplitude < 0.75 * a.amplitude
            }
            (Some(_), None) => true,
            _ => false,
        }
    }

    fn needle_tests(&self, out: &mut Vec<Test>, draw: &mut Draw) {
        let pool = pool(self.question);
        let (few, many) = pool.count;
        let drawn = few + draw.below(many - few + 1);
        let skip = drawn == 0 || draw.chance(pool.no_needle);
        let wanted = self.options.muscles.unwrap_or(if skip { 0 } else { drawn });
        let mut done: Vec<(&'static Muscle, Side)> = Vec::new();
        let mut left: Vec<(&'static str, f64)> = pool.muscles.to_vec();
        let mut abnormal: Vec<(&'static Muscle, Side)> = Vec::new();
        let look = |m: &'static Muscle, side: Side, done: &mut Vec<_>, abnormal: &mut Vec<_>| {
            if !done.contains(&(m, side)) {
                done.push((m, side));
                if is_neurogenic(&self.findings(m, side).0) {
                    abnormal.push((m, side));
                }
            }
        };
        while done.len() < wanted && !left.is_empty() {
            let name = draw.weighted(&left, |r| r.1).0;
            left.retain(|r| r.0 != name);
            let two = draw.chance(pool.both_sides);
            let Some(m) = muscle(name) else { continue };
            look(m, self.focus, &mut done, &mut abnormal);
            if two && done.len() < wanted {
                look(m, super::cause::other(self.focus), &mut done, &mut abnormal);
            }
        }
        // Muscles of the same root through another nerve, of the same nerve, of the other side.
        let extra = if self.options.muscles.is_some() {
            wanted.saturating_sub(done.len())
        } else {
            4.min(abnormal.len() * 2)
        };
        for _ in 0..extra {
            let (first, u) = (draw.below(abnormal.len()), draw.unit());
            let target = abnormal.get(first).copied();
            let next = target.and_then(|t| self.neighbour(t, &done, u, draw)).or_else(|| {
                // Asked for more than the question's own set holds.
                self.options.muscles.is_some().then(|| self.any(&done, draw)).flatten()
            });
            if let Some((m, side)) = next {
                look(m, side, &mut done, &mut abnormal);
            }
        }
        let limit = self.options.muscles.unwrap_or(usize::MAX);
        out.extend(done.into_iter().take(limit).map(|(m, side)| Test::Needle(m, side)));
        self.paraspinals(out, pool, skip && self.options.muscles.is_none(), abnormal.len(), draw);
    }

    fn paraspinals(&self, out: &mut Vec<Test>, pool: &Pool, skip: bool, abnormal: usize, draw: &mut Draw) {
        let often = if abnormal > 0 {
            pool.paraspinals.0.max(0.85 * f64::from(u8::from(pool.paraspinals.0 > 0.2)))
        } else {
            pool.paraspinals.0
        };
        let (asked, by_level, both_sides) =
            (draw.chance(often), draw.chance(0.65), draw.chance(pool.both_sides));
        if skip || !asked {
            return;
        }
        let sides = if both_sides { both(self.focus).to_vec() } else { vec![self.focus] };
        let (region, levels) = (pool.paraspinals.1, pool.paraspinals.2);
        for side in sides {
            let chosen: Vec<&str> =
                if by_level && !levels.is_empty() { levels.to_vec() } else { vec![region] };
            out.extend(chosen.into_iter().filter_map(muscle).map(|m| Test::Needle(m, side)));
        }
    }

    /// A muscle that would say more about an abnormal one: mostly of a root of it and another nerve.
    fn neighbour(
        &self,
        (abnormal, side): (&'static Muscle, Side),
        done: &[(&'static Muscle, Side)],
        u: f64,
        draw: &mut Draw,
    ) -> Option<(&'static Muscle, Side)> {
        if u > 0.85 {
            let across = (abnormal, super::cause::other(side));
            return (!done.contains(&across)).then_some(across);
        }
        let another_nerve = u < 0.65;
        let major =
            |m: &Muscle| -> Vec<_> { roots_of(m.id).filter(|r| r.1 == Weight::Major).map(|r| r.0).collect() };
        let own = major(abnormal);
        let rows: Vec<(&'static Muscle, f64)> = MUSCLES
            .iter()
            .filter(|m| m.region == abnormal.region && !done.contains(&(*m, side)))
            .filter(|m| {
                (m.nerve != abnormal.nerve) == another_nerve && major(m).iter().any(|r| own.contains(r))
            })
            .map(|m| (m, super::pools::usual(m.id)))
            .collect();
        (!rows.is_empty()).then(|| (draw.weighted(&rows, |r| r.1).0, side))
    }

    /// Any muscle of the limb that was not done.
    fn any(&self, done: &[(&'static Muscle, Side)], draw: &mut Draw) -> Option<(&'static Muscle, Side)> {
        let region = if self.question.is_arm() { "upper_limb" } else { "lower_limb" };
        let rows: Vec<(&'static Muscle, f64)> = MUSCLES
            .iter()
            .filter(|m| m.region == region && !done.contains(&(*m, self.focus)))
            .map(|m| (m, super::pools::usual(m.id)))
            .collect();
        (!rows.is_empty()).then(|| (draw.weighted(&rows, |r| r.1).0, self.focus))
    }
}
