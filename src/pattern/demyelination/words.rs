//! A criterion in words, made from its numbers.

use super::judge::short;
use crate::norms::DemyelinationCriterion;

/// `distal motor latency at least 150 % of its upper limit, in 2 nerves`.
pub(super) fn of(c: &DemyelinationCriterion) -> String {
    let sign = match c.op {
        "<" => "below",
        "<=" => "at most",
        ">" => "above",
        ">=" => "at least",
        _ => "",
    };
    let number = c.threshold.map(short).unwrap_or_default();
    let of_limit = |what: &str, limit: &str| format!("{what} {sign} {number} % of its {limit} limit");
    let mut out = match c.param {
        "dml" => of_limit("distal motor latency", "upper"),
        "mncv" => of_limit("motor velocity", "lower"),
        "f_min" => of_limit("least F latency", "upper"),
        "f_min_or_absent" => format!("{}, or F waves absent", of_limit("least F latency", "upper")),
        "f_absent" => "F waves absent".to_owned(),
        "amp_drop_prox_dist" => format!("amplitude falls from distal to proximal by {sign} {number} %"),
        "size_drop_prox_dist" => {
            format!("amplitude or area falls from distal to proximal by {sign} {number} %")
        }
        "prox_dist_ratio" => format!("amplitude, proximal over distal, {sign} {number}"),
        "duration_increase" => format!("duration rises from distal to proximal by {sign} {number} %"),
        "duration_ratio_prox_dist" if c.unit == "pct" => {
            format!("duration, proximal over distal, {sign} {number} %")
        }
        "duration_ratio_prox_dist" => of_limit("duration, proximal over distal,", "upper"),
        "dcmap_duration" if c.unit == "ms" => {
            format!("distal duration {sign} the set's limit for the amplifier's high-pass")
        }
        "dcmap_duration" => of_limit("distal duration", "upper"),
        "conduction_block" => "conduction block".to_owned(),
        "sensory_abnormal_nerves" => format!("sensory responses abnormal in {sign} {number} nerves"),
        "sncv" => of_limit("sensory velocity", "lower"),
        "sural_sparing" => "a sensory response of the arm abnormal, the sural one normal".to_owned(),
        "axonal_dcmap" => of_limit("no demyelinating feature, and distal motor response", "lower"),
        "inexcitable_dcmap" => {
            "no motor response, or one below 10 % of its lower limit in a single nerve".to_owned()
        }
        other => other.replace('_', " "),
    };
    if let (Some(t), Some(b)) = (c.low_amp_threshold, c.low_amp_below) {
        out += &format!(
            " ({} % where the distal response is below {} % of its lower limit)",
            short(t),
            short(b)
        );
    }
    if let Some(b) = c.rise_below {
        out += &format!(", duration changing by less than {} %", short(b));
    }
    if let Some(a) = c.rise_above {
        out += &format!(", duration changing by more than {} %", short(a));
    }
    if let Some(m) = c.min_dcmap {
        out += &format!(", distal response at least {} % of its lower limit", short(m));
    }
    if c.param != "sensory_abnormal_nerves" && c.param != "sural_sparing" {
        match c.min_nerves {
            0 => out += ", in every nerve",
            1 => out += ", in 1 nerve",
            n => out += &format!(", in {n} nerves"),
        }
    }
    if c.min_other_params > 0 {
        out += ", with another criterion of the set in another nerve";
        if c.exclude.contains(&"other_f_absent") {
            out += " (not absent F waves)";
        }
    }
    if !c.only.is_empty() {
        out += &format!("; threshold of the {} nerve, counted with the others", c.only);
    }
    if c.exclude.contains(&"tibial") {
        out += match c.param {
            "duration_increase" => "; the tibial nerve by its own threshold",
            _ => "; without the tibial nerve",
        };
    }
    out
}
