//! Means and standard deviations: `data/reference/ncs_means.csv`.

use super::limits::Query;
use super::strata::too_young;
use crate::norms::rows;
use std::sync::LazyLock;

/// A published distribution of healthy persons.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Mean {
    pub set: &'static str,
    pub study: &'static str,
    pub parameter: &'static str,
    pub segment: &'static str,
    pub mean: f64,
    pub sd: f64,
    pub unit: &'static str,
    /// Mean and SD are of the natural logarithm.
    pub of_logarithm: bool,
    /// Inclusive, years.
    pub age: [Option<f64>; 2],
    /// Inclusive, cm.
    pub distance: [Option<f64>; 2],
    pub source: &'static str,
    pub status: &'static str,
}

impl Mean {
    /// How many standard deviations a value (in the row's unit) lies from the mean; `None` for a value without a
    /// logarithm where one is needed.
    pub fn z(&self, value: f64) -> Option<f64> {
        let value = if self.of_logarithm { value.ln() } else { value };
        Some((value - self.mean) / self.sd).filter(|z| z.is_finite())
    }
}

static MEANS: LazyLock<Vec<Mean>> = LazyLock::new(|| {
    let number = |text: &str| text.parse::<f64>().ok().filter(|v| v.is_finite());
    let row = |r: [&'static str; 15]| {
        Some(Mean {
            set: r[0],
            study: r[1],
            parameter: r[2],
            segment: r[3],
            mean: number(r[4])?,
            sd: number(r[5]).filter(|sd| *sd > 0.0)?,
            unit: r[7],
            of_logarithm: r[8] == "ln",
            age: [number(r[9]), number(r[10])],
            distance: [number(r[11]), number(r[12])],
            source: r[13],
            status: r[14],
        })
    };
    rows(include_str!("../../../data/reference/ncs_means.csv")).filter_map(row).collect()
});

/// The distribution that fits what is asked, the narrowest in age first, then the table's order.
pub fn mean(query: &Query<'_>) -> Option<&'static Mean> {
    let inside = |range: [Option<f64>; 2], value: Option<f64>| match (range, value) {
        ([None, None], _) => true,
        (_, None) => false,
        ([low, high], Some(v)) => low.is_none_or(|l| v >= l) && high.is_none_or(|h| v <= h),
    };
    let fits = |m: &&Mean| {
        m.study == query.study
            && m.parameter == query.parameter
            && m.segment == query.segment
            && m.unit == query.unit
            && too_young(m.set, query).is_none()
            && inside(m.age, query.age_years.map(f64::floor))
            && inside(m.distance, query.distance_mm.map(|d| d / 10.0))
    };
    // `min_by_key` keeps the first of equals.
    MEANS.iter().filter(fits).min_by_key(|m| m.age == [None, None])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_z_counts_standard_deviations() {
        let lines = include_str!("../../../data/reference/ncs_means.csv").lines().count() - 1;
        assert_eq!(MEANS.len(), lines);
        let q = Query {
            study: "fibular_motor_edb",
            parameter: "amp_bp",
            segment: "distal",
            unit: "mV",
            age_years: Some(54.0),
            ..Query::default()
        };
        let m = mean(&q).expect("a mean");
        assert_eq!((m.mean, m.set), (5.1, "BUSCH_FIB"));
        assert!((m.z(2.6).expect("z") + 1.0).abs() < 1e-12);
        let q = Query { study: "sural_sensory", parameter: "amp_op", unit: "uV", ..Query::default() };
        let m = mean(&q).expect("a mean");
        assert!((m.z(2.84_f64.exp()).expect("z")).abs() < 1e-12);
        assert_eq!(m.z(0.0), None);
    }
}
