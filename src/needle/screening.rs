//! A first screening of one needle recording: what it holds, held against published limits where there are any.
//!
//! It speaks for one recording. A muscle is judged on about 20 potentials from several sites, and a patient
//! on several muscles; neither is done here. Thin or conflicting evidence is `indeterminate`.

use super::activity::{Activity, activity};
use super::criteria::{Finding, Toward, judge};
use super::interference::{InterferenceOptions, Pattern};
use super::limits::MupLimit;
use super::mup::{Mup, candidates};
use crate::measure::Reading;
use crate::result::{Epoch, Evidence};
use crate::trace::Trace;
use crate::units::Unit;

/// What is known beside the samples.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Whether the samples are volts that can be trusted.
    pub calibrated: bool,
    /// `rest`, `slight`, `moderate` or `maximal`, where the examiner says so.
    pub effort: Option<&'static str>,
    /// Muscle id, where known.
    pub muscle: Option<String>,
    /// Age, years.
    pub age_years: Option<f64>,
    /// Published limits of this muscle (`norms::mup_limits`).
    pub limits: Vec<MupLimit>,
    /// Published limits of all muscles (`norms::MUP_LIMITS`), for a muscle that is unknown or has none.
    pub all_limits: Vec<MupLimit>,
    /// Quality findings of severity `refuse`, in words.
    pub refusals: Vec<String>,
    /// What must be said beside the numbers, for instance that samples were repaired.
    pub notes: Vec<String>,
}

/// One measure of the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreeningMeasure {
    /// Lower case, words joined by underscores.
    pub id: &'static str,
    /// In SI.
    pub reading: Reading,
    /// Unit that it is shown in.
    pub unit: Unit,
}

/// The outcome.
#[derive(Debug, Clone)]
pub struct Screening {
    /// `normal`, `neurogenic`, `myopathic`, `indeterminate` or `not_interpretable`: what the recording
    /// suggests. No probability: none is calibrated.
    pub impression: &'static str,
    /// For and against, judged or not.
    pub evidence: Vec<Evidence>,
    /// What this recording cannot show, and what weakens it.
    pub caveats: Vec<String>,
    /// Interference pattern.
    pub epochs: Vec<Epoch>,
    /// The same with all its measures.
    pub patterns: Vec<Pattern>,
    /// Potentials that were found, tallest first; those with a slow main spike among them.
    pub potentials: Vec<Mup>,
    /// Numbers about the recording as a whole.
    pub measures: Vec<ScreeningMeasure>,
    /// Activity and rest.
    pub activity: Activity,
}

/// Longest stretch that potentials are looked for in, s. Ours; it bounds the work.
const MOST_SECONDS: f64 = 120.0;
/// Least activity that is interpreted, s. Ours: about ten discharges of one unit at 10 Hz.
const LEAST_ACTIVE_S: f64 = 1.0;

/// Screens a trace. Never fails: what cannot be said is `not_interpretable` or `indeterminate`, and why.
pub fn screen(trace: Trace<'_>, context: &Context) -> Screening {
    let fs = trace.sampling_frequency();
    let activity = activity(trace, context.calibrated);
    let mut out = Screening {
        impression: "not_interpretable",
        evidence: Vec::new(),
        caveats: context.notes.clone(),
        epochs: Vec::new(),
        patterns: Vec::new(),
        potentials: Vec::new(),
        measures: Vec::new(),
        activity,
    };
    out.measures = vec![
        measure("active_share", Reading::Value(activity.share), Unit::PERCENT),
        measure("longest_rest", Reading::Value(activity.longest_rest_s), Unit::SECOND),
        measure("mnf", activity.mean_frequency, Unit::HERTZ),
        measure("mdf", activity.median_frequency, Unit::HERTZ),
        measure("high_low_ratio", activity.high_low_ratio, Unit::ONE),
        measure("spikiness", activity.spikiness, Unit::ONE),
    ];
    if !context.refusals.is_empty() {
        out.caveats.extend(context.refusals.iter().map(|r| format!("not interpreted: {r}")));
        return out;
    }
    if trace.duration_s() < LEAST_ACTIVE_S {
        out.caveats
            .push(format!("not interpreted: {:.2} s is too short; 1 s is the least", trace.duration_s()));
        return out;
    }
    if fs.0 < 2000.0 {
        out.caveats
            .push(format!("not interpreted: sampled at {} Hz; needle potentials need 2 kHz and more", fs.0));
        return out;
    }
    out.caveats
        .push("one recording: a muscle is judged on about 20 potentials from several sites".to_owned());
    out.caveats.push("spontaneous activity is not assessed".to_owned());
    if activity.active_s < LEAST_ACTIVE_S {
        out.impression = "indeterminate";
        // Without volts, activity that is no sharper than the noise cannot be told from it.
        let what = if context.calibrated { "only rest" } else { "little stands out of the noise" };
        out.caveats.push(format!(
            "{what} ({:.1} s of activity): nothing can be said of motor unit potentials or the interference pattern",
            activity.active_s
        ));
        return out;
    }
    if !context.calibrated {
        // Without volts no amplitude, no turn of 100 µV, no duration at 10 µV can be measured.
        out.impression = "indeterminate";
        out.caveats.push("the samples are not calibrated volts: no limit can be applied".to_owned());
        for name in ["motor unit potential amplitude and duration", "turns and amplitude"] {
            out.evidence.push(Evidence {
                finding: format!("{name}: need calibrated volts"),
                speaks_for: "none",
                verdict: "cannot be judged",
                source: "definition of the measure".to_owned(),
                weight_db: None,
            });
        }
        return out;
    }
    if let Ok(plan) = InterferenceOptions::default().design(fs) {
        out.patterns = plan.apply(trace);
        out.epochs = out.patterns.iter().map(Epoch::from).collect();
    }
    out.potentials = candidates(head(trace));
    if trace.duration_s() > MOST_SECONDS {
        out.caveats.push(format!("potentials were looked for in the first {MOST_SECONDS} s only"));
    }
    if fs.0 < 10_000.0 {
        out.caveats.push(format!(
            "sampled at {} Hz, below the 20 kHz wanted: amplitudes read low, rise times and durations are coarse",
            fs.0
        ));
    }
    if activity.longest_rest_s < 1.0 {
        out.caveats
            .push("no quiet stretch of 1 s: the noise level is taken from the quietest fifth".to_owned());
    }
    // Limits of motor unit potentials hold for slight effort: nothing at rest is a motor unit potential, and
    // at full effort potentials overlap, so that their averages read short (Stålberg and others 2019, IFCN).
    let unfit = match context.effort {
        Some("rest") => Some("recorded at rest: limits of motor unit potentials do not apply"),
        Some("maximal") => {
            Some("recorded at full effort, where potentials overlap: their limits do not apply")
        }
        _ => None,
    };
    if let Some(why) = unfit {
        out.impression = "indeterminate";
        out.caveats.push(why.to_owned());
        return out;
    }
    let findings = judge(&out.potentials, &out.patterns, &out.activity, fs.0, context);
    out.impression = conclude(&findings, &mut out.caveats);
    out.evidence = findings.into_iter().map(|f| f.evidence).collect();
    out
}

/// The first [`MOST_SECONDS`] of a trace.
fn head(trace: Trace<'_>) -> Trace<'_> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    let most = (MOST_SECONDS * trace.sampling_frequency().0) as usize;
    let samples = trace.samples();
    Trace::new(&samples[..samples.len().min(most)], trace.sampling_frequency()).unwrap_or(trace)
}

fn measure(id: &'static str, reading: Reading, unit: Unit) -> ScreeningMeasure {
    ScreeningMeasure { id, reading, unit }
}

/// From the criteria to the impression. Two met criteria for one direction and none for the other suggest it; no criterion met, with amplitude and duration both judged
/// against this muscle's own limits on at least four potentials, is normal; anything else is indeterminate.
/// Our rule: two concordant findings, as general rule G2 asks (one borderline value is no pattern).
fn conclude(findings: &[Finding], caveats: &mut Vec<String>) -> &'static str {
    let points = |toward| findings.iter().filter(|f| f.toward == Some(toward)).map(|f| f.points).sum::<u32>();
    let (neurogenic, myopathic) = (points(Toward::Neurogenic), points(Toward::Myopathic));
    let short = findings.iter().any(|f| f.toward == Some(Toward::Myopathic) && f.duration);
    match (neurogenic, myopathic) {
        (2.., 0) => "neurogenic",
        (0, 2..) if short => "myopathic",
        (0, 2..) => {
            caveats.push("low amplitudes alone: a needle far from the fibres gives them too".to_owned());
            "indeterminate"
        }
        (0, 0) if findings.iter().any(|f| f.points > 0) => {
            caveats.push("a criterion is met that speaks for no one direction".to_owned());
            "indeterminate"
        }
        (0, 0) if findings.iter().filter(|f| f.clears).count() >= 2 => "normal",
        (0, 0) => {
            caveats.push("too few potentials could be judged against limits of this muscle".to_owned());
            "indeterminate"
        }
        (_, 0) | (0, _) => {
            caveats.push("one criterion alone is no pattern".to_owned());
            "indeterminate"
        }
        _ => {
            caveats.push("the evidence conflicts".to_owned());
            "indeterminate"
        }
    }
}
