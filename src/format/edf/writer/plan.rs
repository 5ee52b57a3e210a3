//! How long a data record is: every channel needs a whole number of samples in it, and every segment a
//! whole number of records.

use super::super::decimal::Decimal;
use super::text;

/// Record size that the EDF specification allows, bytes.
const RECOMMENDED_BYTES: u64 = 61_440;
/// Record size that EDFlib still reads, bytes.
const GREATEST_BYTES: u64 = 10_000_000;
/// Bytes that records without padding may add to a file before padding is the lesser evil; our choice.
const OVERHEAD_BYTES: u64 = 64 << 20;
/// Largest number of records the header holds.
const MOST_RECORDS: u64 = 99_999_999;

/// What the plan is made for.
#[derive(Debug)]
pub(super) struct Task<'a> {
    /// Sampling frequencies by channel, Hz.
    pub(super) fs: &'a [f64],
    /// Samples by segment and channel; none of them 0.
    pub(super) lens: &'a [Vec<u64>],
    /// Bytes a sample.
    pub(super) width: u64,
    /// Bytes of annotations in all, and of the longest.
    pub(super) notes: (u64, u64),
}

/// A record.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Duration as written, s.
    pub(super) text: String,
    /// The same, exactly.
    pub(super) duration: Decimal,
    /// Samples by channel.
    pub(super) per_record: Vec<u64>,
    /// Records by segment.
    pub(super) records: Vec<u64>,
    /// Largest relative deviation of a sampling frequency from what it should be.
    pub(super) error: f64,
}

impl Task<'_> {
    /// The best plan. Without padding if at all sensible, because samples that nobody recorded are worse
    /// than a sampling frequency that is off by what 8 characters cannot say. `None` without channels or
    /// when nothing fits.
    pub(super) fn plan(&self) -> Option<Plan> {
        self.whole().or_else(|| self.padded())
    }

    fn bytes(&self, plan: &Plan) -> u64 {
        plan.per_record.iter().sum::<u64>() * self.width
    }

    /// Bytes of the file without its header. A record's own onset takes about 20.
    fn total(&self, plan: &Plan) -> u64 {
        let records: u64 = plan.records.iter().sum();
        let notes = 20 + self.notes.1.max(self.notes.0.div_ceil(records.max(1)));
        records.saturating_mul(self.bytes(plan).saturating_add(notes))
    }

    /// The plan with `n` samples of the first channel in a record.
    fn with(&self, n: u64, per_record: Vec<u64>) -> Option<Plan> {
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^53")]
        let text = text::number(n as f64 / self.fs[0])?;
        let duration = Decimal::parse(&text).filter(|d| d.to_f64() > 0.0)?;
        let error =
            per_record.iter().zip(self.fs).map(|(&n, fs)| (duration.divide_count(n) / fs - 1.0).abs());
        let error = error.fold(0.0, f64::max);
        let records: Vec<u64> = self
            .lens
            .iter()
            .map(|lens| lens.iter().zip(&per_record).map(|(len, n)| len.div_ceil(*n)).max().unwrap_or(0))
            .collect();
        let plan = Plan { text, duration, per_record, records, error };
        (plan.records.iter().sum::<u64>() <= MOST_RECORDS && self.bytes(&plan) <= GREATEST_BYTES)
            .then_some(plan)
    }

    /// Plans in which every segment of every channel is a whole number of records.
    fn whole(&self) -> Option<Plan> {
        let common = self.lens.iter().map(|lens| *lens.first().unwrap_or(&0)).fold(0, gcd);
        let fits = |n: u64| {
            // Samples of each channel in a record, if they are whole and the same in all segments.
            let first = self.lens.first()?;
            let records = first[0] / n;
            let per_record: Vec<u64> = first.iter().map(|len| len / records).collect();
            let whole = self.lens.iter().all(|lens| {
                let records = lens[0] / n;
                lens.iter().zip(&per_record).all(|(len, n)| *n > 0 && n * records == *len)
            });
            whole.then_some(per_record)
        };
        let plans: Vec<Plan> = divisors(common)
            .into_iter()
            .filter_map(|n| self.with(n, fits(n)?))
            .filter(|p| p.error < 1e-6)
            .collect();
        let data: u64 = self.lens.iter().flatten().sum::<u64>() * self.width;
        let allowed = data.saturating_mul(2).saturating_add(OVERHEAD_BYTES);
        let sensible = plans.into_iter().filter(|p| self.total(p) <= allowed);
        if self.lens.len() > 1 {
            // One record a sweep wherever possible: the longest duration.
            return sensible.max_by(|a, b| a.duration.order(b.duration));
        }
        sensible.min_by(|a, b| {
            let sizes = |p: &Plan| {
                let heavy = self.total(p) > data + data / 4 + (64 << 10);
                (heavy, self.bytes(p) > RECOMMENDED_BYTES)
            };
            let from_a_second = |p: &Plan| p.duration.to_f64().ln().abs();
            let by_error = a.error.total_cmp(&b.error);
            sizes(a).cmp(&sizes(b)).then(by_error).then(from_a_second(a).total_cmp(&from_a_second(b)))
        })
    }

    /// Plans for channels whose lengths have no common measure: the smallest file.
    fn padded(&self) -> Option<Plan> {
        let rates: f64 = self.fs.iter().map(|fs| fs / self.fs[0]).sum();
        #[expect(clippy::cast_precision_loss, reason = "a bound")]
        let most = (GREATEST_BYTES as f64 / (rates * self.width as f64)).clamp(1.0, 3e4);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 3e4")]
        let plans = (1..=most as u64).filter_map(|n| {
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let duration = n as f64 / self.fs[0];
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small, above 0")]
            let per_record: Vec<u64> = self.fs.iter().map(|fs| (fs * duration).round() as u64).collect();
            if per_record.contains(&0) { None } else { self.with(n, per_record) }
        });
        plans.min_by(|a, b| {
            let rank = |p: &Plan| (p.error > 1e-6, self.bytes(p) > RECOMMENDED_BYTES, self.total(p));
            let by_error =
                if a.error > 1e-6 { a.error.total_cmp(&b.error) } else { std::cmp::Ordering::Equal };
            let (ra, rb) = (rank(a), rank(b));
            ra.0.cmp(&rb.0).then(by_error).then((ra.1, ra.2).cmp(&(rb.1, rb.2)))
        })
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// All divisors, in no order; none of 0.
fn divisors(n: u64) -> Vec<u64> {
    let mut out = Vec::new();
    let mut d = 1;
    while n > 0 && d <= n / d {
        if n.is_multiple_of(d) {
            out.push(d);
            if d != n / d {
                out.push(n / d);
            }
        }
        d += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(fs: &[f64], lens: &[&[u64]]) -> Plan {
        let lens: Vec<Vec<u64>> = lens.iter().map(|l| l.to_vec()).collect();
        Task { fs, lens: &lens, width: 2, notes: (0, 0) }.plan().unwrap()
    }

    #[test]
    fn records_hold_whole_numbers_of_samples_without_padding() {
        for (fs, len) in
            [(4000.0, 50_860), (4000.0, 147_858), (2000.0, 1000), (20_000.0, 99_991), (487.5, 14_625)]
        {
            let p = plan(&[fs], &[&[len]]);
            assert_eq!(p.per_record[0] * p.records[0], len, "{fs} {len}");
            assert_eq!(p.duration.divide_count(p.per_record[0]), fs, "{fs} {len}");
        }
        // 2^18 samples at 23437.5 Hz have no duration in decimal: off by less than 8 digits can say.
        let p = plan(&[23_437.5], &[&[262_144]]);
        assert_eq!(p.per_record[0] * p.records[0], 262_144);
        assert!(p.error > 0.0 && p.error < 1e-6, "{}", p.error);
    }

    #[test]
    fn several_rates_share_a_record() {
        let p = plan(&[2000.0, 1000.0, 100.0], &[&[4000, 2000, 200]]);
        assert_eq!((p.error, p.per_record[0] * p.records[0]), (0.0, 4000));
        assert_eq!((p.per_record[0] / p.per_record[2], p.per_record[1] / p.per_record[2]), (20, 10));
        // 34000/27 and 4000/27 Hz as a device rounds them, of slightly different length: padded.
        let p = plan(&[1259.259, 148.1481], &[&[2519, 297]]);
        assert!(p.error < 1e-6, "{p:?}");
        assert_eq!(p.per_record[0] * 2, p.per_record[1] * 17);
    }

    #[test]
    fn a_sweep_is_a_record() {
        let p = plan(&[20_000.0], &[&[1000], &[1000], &[1000]]);
        assert_eq!((p.per_record[0], p.records.as_slice()), (1000, [1, 1, 1].as_slice()));
        let p = plan(&[10_000.0], &[&[300], &[500]]);
        assert_eq!((p.per_record[0], p.records.as_slice()), (100, [3, 5].as_slice()));
    }
}
