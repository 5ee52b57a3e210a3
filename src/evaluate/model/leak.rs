//! The checks behind the leak alarms.

use super::alarm::{Evidence, Judged};
use super::data::Data;
use super::figure::area;
use super::folds::{random, shuffle};
use super::quick::{Shuffled, against_shuffles};
use crate::Result;
use crate::classify::learn::{Cases, FeatureRef, Learner, Preparation, Rows, learner, most_probable};
use crate::feature::FEATURES;
use std::collections::BTreeMap;

/// Shuffles of a check: the least p is then 0.005.
const SHUFFLES: usize = 199;
/// How far above chance counts. Ours.
const MARGIN: f64 = 0.15;
/// Largest p.
const MOST_P: f64 = 0.01;
/// Subjects below which shuffles say nothing. Ours.
const LEAST_SUBJECTS: usize = 8;
/// Subjects of a class that are told apart.
const MOST_PEOPLE: usize = 20;
/// Windows of each half that a person needs.
const LEAST_HALF: usize = 3;

/// The learner of the checks: fast, with no more than one answer.
fn plain() -> Result<&'static Learner> {
    learner("lda")
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn too_good(e: &Evidence<'_>) -> Result<Judged> {
    let right = e.cases.iter().filter(|c| c.right()).count();
    let accuracy = right as f64 / e.cases.len().max(1) as f64;
    Ok(Judged::unless(
        accuracy >= 0.95,
        format!("{right} of {} subjects right: {accuracy:.3}", e.cases.len()),
    ))
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn shuffled_labels(e: &Evidence<'_>) -> Result<Judged> {
    let Some(s) = e.shuffled.filter(|s| s.shuffled.len() >= 10) else {
        return Ok(Judged::cannot("at least 10 shuffles are needed (--permutations)"));
    };
    let error = s.sd() / (s.shuffled.len() as f64).sqrt();
    let above = s.mean() - s.chance;
    let seen = format!(
        "mean {:.3} ± {:.3} over {} shuffles, chance {:.3}",
        s.mean(),
        error,
        s.shuffled.len(),
        s.chance
    );
    Ok(Judged::unless(above > 0.1 && above > 3.0 * error, seen))
}

/// What a learner makes of some columns, against shuffles.
fn columns_alone(e: &Evidence<'_>, data: &Data, columns: &[usize], names: &str) -> Result<Judged> {
    if data.subjects.len() < LEAST_SUBJECTS {
        return Ok(Judged::cannot(format!("{} subjects; {LEAST_SUBJECTS} are needed", data.subjects.len())));
    }
    let s = against_shuffles(data, columns, plain()?, e.options.folds, SHUFFLES, e.options.seed)?;
    Ok(clear(&s, names))
}

fn clear(s: &Shuffled, names: &str) -> Judged {
    let alarm = s.real >= s.chance + MARGIN - 1e-12 && s.p() <= MOST_P;
    let seen = format!("{names}: balanced accuracy {:.3}, chance {:.3}, p {:.3}", s.real, s.chance, s.p());
    Judged::unless(alarm, seen)
}

pub(super) fn amplitude_alone(e: &Evidence<'_>) -> Result<Judged> {
    let is_amplitude = |f: &FeatureRef| {
        let known = FEATURES.iter().find(|k| k.id == f.id);
        known.is_some_and(|k| k.gain_power.is_some_and(|p| p != 0))
    };
    let columns: Vec<usize> = (0..e.data.width()).filter(|j| is_amplitude(&e.data.features[*j])).collect();
    if columns.is_empty() {
        return Ok(Judged::cannot("no feature that grows with the gain"));
    }
    columns_alone(e, e.data, &columns, &format!("{} amplitude features", columns.len()))
}

pub(super) fn noise_alone(e: &Evidence<'_>) -> Result<Judged> {
    let words = ["mains", "noise", "hum", "line_share"];
    let named = |f: &FeatureRef| words.iter().any(|w| f.column.to_lowercase().contains(w));
    let columns: Vec<usize> = (0..e.data.width()).filter(|j| named(&e.data.features[*j])).collect();
    let mut checks: Vec<&str> =
        e.data.quality.iter().flat_map(|q| q.split(';')).filter(|c| !c.is_empty()).collect();
    checks.sort_unstable();
    checks.dedup();
    if columns.is_empty() && e.data.quality.is_empty() {
        return Ok(Judged::cannot("no column `quality` and none of mains or noise"));
    }
    if columns.is_empty() && checks.is_empty() {
        return Ok(Judged::unless(false, "no quality check warned of any window".into()));
    }
    // A column for each check that warned somewhere, behind those of the table.
    let width = columns.len() + checks.len();
    let mut data = Data { values: Vec::with_capacity(e.data.windows() * width), ..e.data.clone() };
    for i in 0..e.data.windows() {
        data.values.extend(columns.iter().map(|j| e.data.values[i * e.data.width() + j]));
        let warned: Vec<&str> = e.data.quality.get(i).map_or(Vec::new(), |q| q.split(';').collect());
        data.values.extend(checks.iter().map(|c| f64::from(u8::from(warned.contains(c)))));
    }
    let of = |name: &str| FeatureRef { column: name.to_owned(), id: String::new(), unit: String::new() };
    data.features =
        columns.iter().map(|j| e.data.features[*j].clone()).chain(checks.iter().map(|c| of(c))).collect();
    let names: Vec<&str> = data.features.iter().map(|f| f.column.as_str()).collect();
    let all: Vec<usize> = (0..width).collect();
    columns_alone(e, &data, &all, &names.join(", "))
}

/// A number to six digits, as bits that compare.
fn six_digits(v: f64) -> u64 {
    if v.is_nan() {
        return u64::MAX;
    }
    if v == 0.0 {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a decade is a small whole number")]
    let decade = v.abs().log10().floor() as i32;
    let scale = 10_f64.powi(5 - decade);
    if scale.is_finite() && scale > 0.0 {
        (v * scale).round().to_bits() ^ scale.to_bits()
    } else {
        v.to_bits()
    }
}

pub(super) fn duplicate_rows(e: &Evidence<'_>) -> Result<Judged> {
    let (data, width) = (e.data, e.data.width());
    let varied = (0..width).filter(|j| {
        let first = data.values.get(*j).copied().unwrap_or(0.0);
        data.values.iter().skip(*j).step_by(width).any(|v| v.to_bits() != first.to_bits())
    });
    let varied: Vec<usize> = varied.collect();
    if varied.len() < 3 {
        return Ok(Judged::cannot(format!(
            "{} features vary; equal rows say something from 3 on",
            varied.len()
        )));
    }
    let mut seen: BTreeMap<Vec<u64>, (usize, bool)> = BTreeMap::new();
    let (mut rows, mut pair) = (0_usize, None);
    for s in 0..data.subjects.len() {
        for i in data.windows_of(s) {
            let row = &data.values[i * width..(i + 1) * width];
            let measured = varied.iter().filter(|j| row[**j].is_finite() && row[**j] != 0.0).count();
            if measured < 3 {
                continue; // silence is alike in everybody
            }
            let key: Vec<u64> = varied.iter().map(|j| six_digits(row[*j])).collect();
            let first = seen.entry(key).or_insert((s, false));
            if first.0 != s {
                rows += 1 + usize::from(!std::mem::replace(&mut first.1, true));
                pair = pair.or(Some((first.0, s)));
            }
        }
    }
    Ok(match pair {
        None => Judged::unless(false, format!("{} rows, none equal in two subjects", data.windows())),
        Some((a, b)) => Judged::unless(
            true,
            format!("{rows} rows; first of subjects `{}` and `{}`", data.subjects[a], data.subjects[b]),
        ),
    })
}

/// Balanced accuracy of guessing a subject's class from the other subjects with the same value; a tie counts its share.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn by_value(values: &[usize], class_of: &[usize], classes: usize) -> f64 {
    let kinds = values.iter().max().map_or(0, |v| v + 1);
    let (mut with, mut all) = (vec![0.0; kinds * classes], vec![0.0; classes]);
    for (v, c) in values.iter().zip(class_of) {
        with[v * classes + c] += 1.0;
        all[*c] += 1.0;
    }
    let mut right = vec![0.0; classes];
    for (v, c) in values.iter().zip(class_of) {
        let share = |k: usize| {
            let own = f64::from(u8::from(k == *c));
            let others: f64 = all[k] - own;
            if others > 0.0 { (with[v * classes + k] - own) / others } else { 0.0 }
        };
        let shares: Vec<f64> = (0..classes).map(share).collect();
        let most = shares.iter().copied().fold(f64::MIN, f64::max);
        let ties = shares.iter().filter(|s| **s >= most - 1e-12).count();
        right[*c] += if shares[*c] >= most - 1e-12 { 1.0 / ties as f64 } else { 0.0 };
    }
    right.iter().zip(&all).map(|(r, n)| r / n.max(1.0)).sum::<f64>() / classes as f64
}

pub(super) fn tied_to_format(e: &Evidence<'_>) -> Result<Judged> {
    let data = e.data;
    if data.formats.is_empty() {
        return Ok(Judged::cannot(
            "no column says how a window was recorded (file, channel, times, sampling frequency)",
        ));
    }
    if data.subjects.len() < LEAST_SUBJECTS {
        return Ok(Judged::cannot(format!("{} subjects; {LEAST_SUBJECTS} are needed", data.subjects.len())));
    }
    let classes = data.classes.len();
    let mut told: Vec<(f64, Judged)> = Vec::new();
    for column in &data.formats {
        let mut kinds: Vec<&String> = column.of_subject.iter().collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() < 2 {
            continue;
        }
        let values: Vec<usize> =
            column.of_subject.iter().map(|v| kinds.binary_search(&v).unwrap_or(0)).collect();
        let real = by_value(&values, &data.class_of, classes);
        let shuffled = |k: usize| {
            let mut class_of = data.class_of.clone();
            shuffle(&mut class_of, &mut random(e.options.seed, 3000 + k as u64));
            by_value(&values, &class_of, classes)
        };
        #[expect(clippy::cast_precision_loss, reason = "a count of classes")]
        let chance = 1.0 / classes as f64;
        let s = Shuffled { real, shuffled: (0..SHUFFLES).map(shuffled).collect(), chance };
        told.push((s.p() - s.real, clear(&s, &column.name)));
    }
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    let none = || Judged::unless(false, format!("the same in all subjects: {}", names(data)));
    Ok(told.into_iter().next().map_or_else(none, |t| t.1))
}

fn names(data: &Data) -> String {
    data.formats.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn dominant_subject(e: &Evidence<'_>) -> Result<Judged> {
    let data = e.data;
    let mut worst = (0.0, 0);
    for s in 0..data.subjects.len() {
        let of_class = (0..data.subjects.len()).filter(|o| data.class_of[*o] == data.class_of[s]);
        let all: usize = of_class.map(|o| data.windows_of(o).len()).sum();
        let share = data.windows_of(s).len() as f64 / all.max(1) as f64;
        if share > worst.0 {
            worst = (share, s);
        }
    }
    let (share, s) = worst;
    let seen = format!(
        "subject `{}` has {:.0} % of the windows of `{}`",
        data.subjects[s],
        100.0 * share,
        data.classes[data.class_of[s]]
    );
    Ok(Judged::unless(share > 0.3, seen))
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn subject_identity(e: &Evidence<'_>) -> Result<Judged> {
    let (data, width) = (e.data, e.data.width());
    let (mut way, mut told) = (Vec::new(), Vec::new());
    for k in 0..data.classes.len() {
        let people: Vec<usize> = (0..data.subjects.len())
            .filter(|s| data.class_of[*s] == k && data.windows_of(*s).len() > 2 * LEAST_HALF)
            .take(MOST_PEOPLE)
            .collect();
        if people.len() < 3 {
            continue;
        }
        let (mut values, mut person) = (Vec::new(), Vec::new());
        for (p, &s) in people.iter().enumerate() {
            let rows = data.rows_of(s);
            // One window between the halves is left out: windows may overlap.
            let half = rows.len() / 2;
            values.extend_from_slice(&rows.values[..half * width]);
            person.extend(std::iter::repeat_n(p, half));
        }
        let rows = Rows { values: &values, width };
        let cases = Cases { rows, class: &person, subject: &person, classes: people.len() };
        let preparation = Preparation::fit(&cases);
        let scaled = preparation.apply(rows);
        let plain = plain()?;
        let cases = Cases { rows: Rows { values: &scaled, width }, ..cases };
        let Ok(fitted) = (plain.fit)(&cases, plain.usual(), 0, e.options.seed) else { continue };
        let (mut right, mut all) = (0_usize, 0_usize);
        for (p, &s) in people.iter().enumerate() {
            let rows = data.rows_of(s);
            let later = &rows.values[(rows.len() / 2 + 1) * width..];
            let scaled = preparation.apply(Rows { values: later, width });
            let probabilities = fitted.probabilities(Rows { values: &scaled, width });
            right += probabilities.chunks_exact(people.len()).filter(|w| most_probable(w) == p).count();
            all += later.len() / width;
        }
        let (share, chance) = (right as f64 / all.max(1) as f64, 1.0 / people.len() as f64);
        way.push((share - chance) / (1.0 - chance));
        told.push(format!("{}: {share:.2} of windows, chance {chance:.2}", data.classes[k]));
    }
    if way.is_empty() {
        return Ok(Judged::cannot(format!(
            "three subjects of a class with more than {} windows are needed",
            2 * LEAST_HALF
        )));
    }
    Ok(Judged::unless(way.iter().sum::<f64>() / way.len() as f64 > 0.5, told.join("; ")))
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
pub(super) fn label_in_a_feature(e: &Evidence<'_>) -> Result<Judged> {
    const LEAST: usize = 10;
    let data = e.data;
    let (mut judged, mut found) = (false, Vec::new());
    for (k, n) in data.per_class().into_iter().enumerate() {
        if n < LEAST || data.subjects.len() - n < LEAST {
            continue;
        }
        judged = true;
        for j in 0..data.width() {
            let of = |s: usize| {
                let rows = data.rows_of(s);
                let values: Vec<f64> =
                    (0..rows.len()).map(|i| rows.row(i)[j]).filter(|v| v.is_finite()).collect();
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                mean.is_finite().then_some((mean, data.class_of[s] == k))
            };
            let scored: Vec<(f64, bool)> = (0..data.subjects.len()).filter_map(of).collect();
            if scored.len() == data.subjects.len() && area(&scored).is_some_and(|a| a <= 0.0 || a >= 1.0) {
                found.push(format!("`{}` for {}", data.features[j].column, data.classes[k]));
            }
        }
    }
    if !judged {
        return Ok(Judged::cannot(format!("{LEAST} subjects of a class and as many others are needed")));
    }
    let alarm = !found.is_empty();
    found.truncate(4);
    Ok(Judged::unless(alarm, if alarm { found.join(", ") } else { "no feature does".into() }))
}
