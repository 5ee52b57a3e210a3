//! The criteria of the screening: each measure with its limit, its source and what it speaks for.

use super::activity::Activity;
use super::interference::Pattern;
use super::limits::{Bound, MupLimit, Parameter, at_least, mean_limits};
use super::mup::Mup;
use super::screening::Context;
use crate::measure::Reading;
use crate::result::Evidence;

/// Where a criterion points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Toward {
    Neurogenic,
    Myopathic,
}

/// One criterion, judged.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) evidence: Evidence,
    /// What a met criterion points to; `None` for both or neither.
    pub(super) toward: Option<Toward>,
    /// 1 when met, else 0.
    pub(super) points: u32,
    /// Whether it is about duration.
    pub(super) duration: bool,
    /// Whether a measure lies inside both of this muscle's own limits, on enough potentials.
    pub(super) clears: bool,
}

/// Fewest potentials for a mean to be judged, and for "normal". Ours: below, the limits are so wide that
/// they say little.
const FEWEST: usize = 3;
const FEWEST_FOR_NORMAL: usize = 4;
/// Potentials with a slower main spike are distant and not measured: 1 ms, the lenient form of the usual
/// 0.5 ms (IFCN 2019, recalled). Strict. One sample is allowed for, because that is what can be resolved.
const SLOWEST_RISE_S: f64 = 1e-3;
const WIDEST: &str = "no such limit was published for this muscle, or the muscle is unknown: the widest of all \
                      muscles with one (BISCHOFF, JNNP_TA)";

/// All criteria, those without a published limit last.
pub(super) fn judge(
    potentials: &[Mup],
    patterns: &[Pattern],
    activity: &Activity,
    fs: f64,
    context: &Context,
) -> Vec<Finding> {
    let near = |m: &&Mup| m.rise_time.is_some_and(|r| r - 1.0 / fs < SLOWEST_RISE_S);
    let near: Vec<&Mup> = potentials.iter().filter(near).collect();
    let mut out = Vec::new();
    for parameter in [Parameter::Amplitude, Parameter::Duration] {
        let values: Vec<f64> = near.iter().filter_map(|m| value(m, parameter)).collect();
        let judged = judge_parameter(parameter, &values, fs, context).into_iter();
        out.extend(judged.map(|f| Finding { duration: parameter == Parameter::Duration, ..f }));
    }
    out.push(polyphasia(&near));
    out.push(recruitment(potentials));
    out.extend(shown(patterns, activity, &near));
    out
}

fn value(mup: &Mup, parameter: Parameter) -> Option<f64> {
    match parameter {
        Parameter::Amplitude => Some(mup.amplitude),
        Parameter::Duration => mup.duration,
        _ => None,
    }
}

fn not_judged(finding: String, source: &str) -> Finding {
    let evidence = Evidence {
        finding,
        speaks_for: "none",
        verdict: "cannot be judged",
        source: source.to_owned(),
        weight_db: None,
    };
    Finding { evidence, toward: None, points: 0, duration: false, clears: false }
}

/// Mean and outliers of one parameter against the first set of this muscle that was published (checked sets
/// before recalled ones), else against the widest limits of all muscles.
#[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
fn judge_parameter(parameter: Parameter, values: &[f64], fs: f64, context: &Context) -> Vec<Finding> {
    let name = parameter.name();
    let n = values.len();
    if n < FEWEST {
        let finding =
            format!("{name}: {n} potentials near the needle could be measured; {FEWEST} are the least");
        return vec![not_judged(finding, "our rule")];
    }
    let of = |limits: &[MupLimit]| -> Vec<MupLimit> {
        let mut found: Vec<_> = limits.iter().filter(|l| l.parameter == parameter).cloned().collect();
        found.sort_by_key(|l| l.source.contains("not verified"));
        found
    };
    let own = of(&context.limits);
    let all = of(&context.all_limits);
    let mean = values.iter().sum::<f64>() / n as f64;
    // Limits for n potentials, and those for 20.
    let means = |l: &MupLimit| match l.bound {
        Bound::Mean { mean, sd, .. } => Some((
            mean_limits(parameter, mean, sd, n),
            mean_limits(parameter, mean, sd, 20),
            l.source.clone(),
        )),
        _ => None,
    };
    let widest =
        |bounds: &mut dyn Iterator<Item = (f64, f64)>| bounds.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let ((lower, upper), of_20, source) = if let Some((limits, of_20, source)) = own.iter().find_map(means) {
        (limits, Some(of_20), source)
    } else if let Some(limits) = widest(&mut all.iter().filter_map(means).map(|m| m.0)) {
        (limits, None, WIDEST.to_owned())
    } else {
        let finding = format!("{name}: mean {} of {n}", parameter.show(mean));
        return vec![not_judged(finding, "no published limit at hand: shown, not judged")];
    };
    let source =
        if n < 20 { format!("{source}; mean ± 2 SD of 20 potentials, widened for {n}") } else { source };
    let said = format!(
        "{name}: mean {} of {n} potentials, limits {} to {}",
        parameter.show(mean),
        parameter.show(lower),
        parameter.show(upper)
    );
    let coarse = fs < 10_000.0;
    let finding = if mean > upper {
        met(said, Toward::Neurogenic, source)
    } else if mean < lower && parameter == Parameter::Amplitude && coarse {
        not_judged(format!("{said}; a rate of {fs} Hz lowers amplitudes"), &source)
    } else if mean < lower {
        met(said, Toward::Myopathic, source)
    } else {
        // Abnormal is what lies beyond the widened limits; normal what lies within those of 20.
        let clears = n >= FEWEST_FOR_NORMAL && of_20.is_some_and(|(a, b)| (a..=b).contains(&mean));
        let speaks_for = if clears { "normal" } else { "none" };
        let evidence = Evidence { finding: said, speaks_for, verdict: "not met", source, weight_db: None };
        Finding { evidence, toward: None, points: 0, duration: false, clears }
    };
    let mut out = vec![finding];
    let single = |l: &MupLimit| match l.bound {
        Bound::Outlier { lower: Some(lower), upper: Some(upper) } => Some(((lower, upper), l.source.clone())),
        _ => None,
    };
    if let Some((limits, source)) = own.iter().find_map(single) {
        out.push(outliers(name, parameter, values, coarse, limits, source));
    } else if let Some(limits) = widest(&mut all.iter().filter_map(single).map(|l| l.0)) {
        out.push(outliers(name, parameter, values, coarse, limits, WIDEST.to_owned()));
    }
    out
}

fn met(finding: String, toward: Toward, source: String) -> Finding {
    let speaks_for = if toward == Toward::Neurogenic { "neurogenic" } else { "myopathic" };
    let evidence = Evidence { finding, speaks_for, verdict: "met", source, weight_db: None };
    Finding { evidence, toward: Some(toward), points: 1, duration: false, clears: false }
}

/// The outlier rule: more than 2 potentials above the upper, or below the lower limit. Stated for 20; fewer
/// potentials can meet it as well, but only 20 can fail it.
fn outliers(
    name: &str,
    parameter: Parameter,
    values: &[f64],
    coarse: bool,
    (lower, upper): (f64, f64),
    source: String,
) -> Finding {
    let above = values.iter().filter(|v| **v > upper).count();
    let below = values.iter().filter(|v| **v < lower).count();
    let n = values.len();
    let said = format!(
        "{name}: {above} of {n} potentials above {}, {below} below {}; more than 2 of 20 meet the criterion",
        parameter.show(upper),
        parameter.show(lower)
    );
    let below_counts = !(coarse && parameter == Parameter::Amplitude);
    match (above > 2, below > 2 && below_counts) {
        (true, false) => met(said, Toward::Neurogenic, source),
        (false, true) => met(said, Toward::Myopathic, source),
        (false, false) if n >= 20 => Finding {
            evidence: Evidence {
                finding: said,
                speaks_for: "normal",
                verdict: "not met",
                source,
                weight_db: None,
            },
            toward: None,
            points: 0,
            duration: false,
            clears: false,
        },
        _ => not_judged(said, &source),
    }
}

/// Share of potentials with more than 4 phases against 35 %, the widest published share: met when so many of so
/// few would come by chance with a probability below 2.5 % (strict; binomial). Seen in nerve and muscle
/// disease alike, so it speaks for neither, but against normal.
fn polyphasia(near: &[&Mup]) -> Finding {
    let n = near.len();
    let many = near.iter().filter(|m| m.phases > 4).count();
    let said = format!("polyphasic potentials (more than 4 phases): {many} of {n}");
    let source = "12 to 15 % in most muscles, up to 35 % in one set for tibialis anterior, each of 20 potentials \
                  (PRESTON, recalled; JNNP_TA, published); held against 35 %, binomial";
    if n < FEWEST {
        return not_judged(said, source);
    }
    let is_met = at_least(many, n, 0.35) < 0.025;
    let evidence = Evidence {
        finding: said,
        speaks_for: "none",
        verdict: if is_met { "met" } else { "not met" },
        source: source.to_owned(),
        weight_db: None,
    };
    Finding { evidence, toward: None, points: u32::from(is_met), duration: false, clears: false }
}

/// Firing rates, which only a full decomposition can turn into recruitment.
fn recruitment(potentials: &[Mup]) -> Finding {
    let fastest = potentials.iter().filter_map(|m| m.rate).fold(0.0, f64::max);
    let rate =
        if fastest > 0.0 { format!("fastest unit found {fastest:.0} Hz") } else { "no rate".to_owned() };
    not_judged(
        format!("recruitment: {} units found, {rate}; needs all units that were active", potentials.len()),
        "rate over number of units above 5 (PRESTON, recalled); needs a decomposition",
    )
}

/// Measures without a published limit that would hold for another device and needle.
#[expect(clippy::cast_precision_loss, reason = "a count of epochs")]
fn shown(patterns: &[Pattern], activity: &Activity, near: &[&Mup]) -> Vec<Finding> {
    const NO_LIMIT: &str = "no published limit for this measure: shown, not judged";
    let n = patterns.len();
    let mean = |f: &dyn Fn(&Pattern) -> Option<f64>| {
        let all: Vec<f64> = patterns.iter().filter_map(f).collect();
        (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
    };
    let say = |v: Option<f64>, scale: f64, unit: &str| {
        v.map_or("not defined".to_owned(), |v| format!("{:.0} {unit}", v * scale))
    };
    let turns = format!(
        "turns and amplitude over {n} epochs: {}, mean amplitude {}",
        say(mean(&|p| Some(p.turns_per_s)), 1.0, "turns/s"),
        say(mean(&|p| p.mean_amplitude.value()), 1e6, "uV"),
    );
    let segments = format!(
        "small segments {}, upper centile amplitude {}, envelope {}",
        say(mean(&|p| Some(p.small_segments_per_s)), 1.0, "1/s"),
        say(mean(&|p| p.upper_centile_amplitude.value()), 1e6, "uV"),
        say(mean(&|p| p.envelope.value()), 1e6, "uV"),
    );
    let number =
        |r: Reading, digits: usize| r.value().map_or("not defined".to_owned(), |v| format!("{v:.digits$}"));
    let spectrum = format!(
        "spectrum of the active part: mean frequency {} Hz, median {} Hz, power above over below 500 Hz {}; \
         spikiness {}",
        number(activity.mean_frequency, 0),
        number(activity.median_frequency, 0),
        number(activity.high_low_ratio, 2),
        number(activity.spikiness, 1),
    );
    let thickness: Vec<f64> = near.iter().filter_map(|m| m.area.map(|a| a / m.amplitude)).collect();
    let mut out = vec![
        not_judged(
            turns,
            "limits depend on device and needle and need 20 epochs at several forces (TACLOUD2016, published; \
             STALBERG1983, recalled): shown, not judged",
        ),
        not_judged(segments, NO_LIMIT),
        not_judged(spectrum, NO_LIMIT),
    ];
    if !thickness.is_empty() {
        let mean = thickness.iter().sum::<f64>() / thickness.len() as f64;
        out.push(not_judged(
            format!("thickness (area over amplitude): mean {:.2} ms of {}", mean * 1e3, thickness.len()),
            "typically 1.4 to 1.6 ms (SONOO1993, recalled), no limit: shown, not judged",
        ));
    }
    out
}
