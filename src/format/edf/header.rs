//! The header record: 256 bytes for the file and 256 for each signal.

use super::codes::{self, Mends};
use super::decimal::Decimal;
use super::field::Field;
use super::start;
use crate::error::At;
use crate::recording::Subject;
use crate::{Error, Result};
use jiff::civil::DateTime;

/// Which of the two sample widths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 16 bits.
    Edf,
    /// 24 bits.
    Bdf,
}

impl Kind {
    /// Id of the format.
    pub(super) fn id(self) -> &'static str {
        match self {
            Kind::Edf => "edf",
            Kind::Bdf => "bdf",
        }
    }
    /// Bytes a sample.
    pub(super) fn width(self) -> u64 {
        match self {
            Kind::Edf => 2,
            Kind::Bdf => 3,
        }
    }
    /// Label of an annotation signal.
    pub(super) fn annotations(self) -> &'static str {
        match self {
            Kind::Edf => "EDF Annotations",
            Kind::Bdf => "BDF Annotations",
        }
    }
    /// Least and greatest stored value.
    pub(super) fn range(self) -> (i64, i64) {
        match self {
            Kind::Edf => (-32768, 32767),
            Kind::Bdf => (-8_388_608, 8_388_607),
        }
    }
}

/// What the reserved field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plus {
    /// EDF or BDF without annotations.
    No,
    /// EDF+C or BDF+C.
    Continuous,
    /// EDF+D or BDF+D.
    Discontinuous,
}

/// One signal of the header.
#[derive(Debug)]
pub(super) struct Signal {
    /// Number from 1.
    pub(super) number: usize,
    /// Label, trimmed.
    pub(super) label: String,
    /// Transducer, trimmed.
    pub(super) transducer: String,
    /// Physical dimension, trimmed; micro is `u`.
    pub(super) dimension: String,
    /// Physical minimum and maximum; `None` when blank.
    pub(super) physical: (Option<f64>, Option<f64>),
    /// Digital minimum and maximum; `None` when blank.
    pub(super) digital: (Option<i64>, Option<i64>),
    /// Prefiltering, trimmed.
    pub(super) prefilter: String,
    /// Samples a record.
    pub(super) per_record: u64,
    /// Byte of a record where its samples begin.
    pub(super) offset: u64,
    /// Whether it holds annotations.
    pub(super) is_annotation: bool,
    /// Offsets of the label, dimension, physical-minimum and digital-minimum fields, for messages.
    pub(super) at: [u64; 4],
}

/// The whole header.
#[derive(Debug)]
pub(super) struct Header {
    /// Sample width.
    pub(super) kind: Kind,
    /// Variant.
    pub(super) plus: Plus,
    /// Start, to the second.
    pub(super) start: Option<DateTime>,
    /// Sex and age.
    pub(super) subject: Subject,
    /// Bytes before the first record.
    pub(super) size: u64,
    /// Number of records as written.
    pub(super) records: Option<i64>,
    /// Seconds a record, not negative.
    pub(super) duration: Decimal,
    /// In file order.
    pub(super) signals: Vec<Signal>,
    /// Bytes a record, above zero.
    pub(super) record_bytes: u64,
}

/// Offset of the number-of-records field.
pub(super) const AT_RECORDS: u64 = 236;
/// Names and widths of the fields of a signal, in order.
const SIGNAL_FIELDS: [(&str, usize); 10] = [
    ("label", 16),
    ("transducer", 80),
    ("physical dimension", 8),
    ("physical minimum", 8),
    ("physical maximum", 8),
    ("digital minimum", 8),
    ("digital maximum", 8),
    ("prefiltering", 80),
    ("samples per record", 8),
    ("reserved", 32),
];

/// Reads the header. Nothing is allocated beyond the header's own bytes.
pub(super) fn read(bytes: &[u8], kind: Kind, mends: &mut Mends) -> Result<Header> {
    let format = kind.id();
    let ends = |needed: u64| {
        let what = format!("the file ends inside the header: {needed} bytes needed, {} there", bytes.len());
        Error::malformed(format, At::Byte(bytes.len() as u64), what)
    };
    if bytes.len() < 256 {
        return Err(ends(256));
    }
    let fixed = |name: &'static str, at: usize, width: usize| Field {
        format,
        name,
        signal: None,
        at: at as u64,
        raw: &bytes[at..at + width],
    };
    version(&fixed("version", 0, 8), kind, mends)?;
    let patient = fixed("patient", 8, 80);
    let recording = fixed("recording", 88, 80);
    let reserved = fixed("reserved", 192, 44).text(mends);
    let plus = match (reserved.get(..5), kind) {
        (Some("EDF+C"), Kind::Edf) | (Some("BDF+C"), Kind::Bdf) => Plus::Continuous,
        (Some("EDF+D"), Kind::Edf) | (Some("BDF+D"), Kind::Bdf) => Plus::Discontinuous,
        (Some(other @ ("EDF+C" | "BDF+C" | "EDF+D" | "BDF+D")), _) => {
            mends.add(&codes::OTHER_FORMAT, 192, || format!("`{other}` in a {format} file"));
            if other.ends_with('C') { Plus::Continuous } else { Plus::Discontinuous }
        }
        _ => Plus::No,
    };
    let (patient_text, recording_text) = (patient.text(mends), recording.text(mends));
    let is_plus = plus != Plus::No;
    let again = is_plus.then_some((&recording, recording_text.as_str()));
    let start = start::start(&fixed("start date", 168, 8), &fixed("start time", 176, 8), again, mends);
    let subject =
        if is_plus { start::subject(&patient, &patient_text, start, mends) } else { Subject::default() };

    let records = fixed("number of data records", 236, 8).integer(mends)?;
    let duration = duration(&fixed("duration of a data record", 244, 8), mends)?;
    let count_field = fixed("number of signals", 252, 4);
    let count = match count_field.integer(mends)? {
        Some(n @ 1..=9999) => usize::try_from(n).map_err(|_| count_field.malformed("is out of range"))?,
        _ => return Err(count_field.malformed("signals; 1 to 9999 are possible")),
    };
    let computed = 256 * (count as u64 + 1);
    if (bytes.len() as u64) < computed {
        return Err(ends(computed));
    }
    let signals = signals(bytes, kind, is_plus, count, mends)?;
    let record_bytes = signals.iter().fold(0_u64, |sum, s| sum.saturating_add(s.per_record * kind.width()));
    let size_field = fixed("header size", 184, 8);
    let size = header_size(&size_field, computed, bytes, record_bytes, records, mends)?;
    Ok(Header { kind, plus, start, subject, size, records, duration, signals, record_bytes })
}

fn version(field: &Field<'_>, kind: Kind, mends: &mut Mends) -> Result<()> {
    let right: &[u8] = match kind {
        Kind::Edf => b"0       ",
        Kind::Bdf => b"\xffBIOSEMI",
    };
    if field.raw == right {
        return Ok(());
    }
    let near = match kind {
        Kind::Edf => field.raw[0] == b'0' && field.raw[1..].iter().all(|b| matches!(b, 0 | b' ')),
        Kind::Bdf => &field.raw[1..] == b"BIOSEMI",
    };
    if !near {
        return Err(field.malformed("is not the version of this format"));
    }
    mends.add(&codes::VERSION, field.at, || field.title());
    Ok(())
}

fn duration(field: &Field<'_>, mends: &mut Mends) -> Result<Decimal> {
    let text = field.number_text(mends)?.ok_or_else(|| field.malformed("is blank; seconds are needed"))?;
    match Decimal::parse(&text) {
        Some(d) if d.order(Decimal::ZERO).is_ge() => Ok(d),
        _ => Err(field.malformed("is no possible duration; seconds, 0 or more, are needed")),
    }
}

/// Bytes before the first record. The number of signals decides, unless the file's size fits the written
/// size and not the computed one.
fn header_size(
    field: &Field<'_>,
    computed: u64,
    bytes: &[u8],
    record_bytes: u64,
    records: Option<i64>,
    mends: &mut Mends,
) -> Result<u64> {
    // A number that cannot be read counts as wrong, not as fatal: the size follows from the signals.
    let declared = field.integer(mends).ok().flatten().and_then(|n| u64::try_from(n).ok());
    if declared == Some(computed) {
        return Ok(computed);
    }
    let records = records.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
    let fits = |size: u64| {
        records > 0
            && records.checked_mul(record_bytes).and_then(|n| n.checked_add(size)) == Some(bytes.len() as u64)
    };
    let used = match declared {
        Some(n) if n > computed && fits(n) && !fits(computed) => n,
        _ => computed,
    };
    mends.add(&codes::HEADER_SIZE, field.at, || {
        format!(
            "`{}` written, {computed} follow from the signals, {used} used",
            String::from_utf8_lossy(field.raw).trim()
        )
    });
    Ok(used)
}

fn signals(bytes: &[u8], kind: Kind, plus: bool, count: usize, mends: &mut Mends) -> Result<Vec<Signal>> {
    let mut starts = [0_usize; 10];
    let mut next = 256;
    for (start, (_, width)) in starts.iter_mut().zip(SIGNAL_FIELDS) {
        *start = next;
        next += width * count;
    }
    let mut out = Vec::with_capacity(count);
    let mut offset = 0_u64;
    for i in 0..count {
        let field = |which: usize| {
            let (name, width) = SIGNAL_FIELDS[which];
            let at = starts[which] + width * i;
            Field { format: kind.id(), name, signal: Some(i + 1), at: at as u64, raw: &bytes[at..at + width] }
        };
        let label = field(0).text(mends);
        let is_annotation = plus && is_annotation(&label, kind, field(0).at, mends);
        let samples = field(8);
        let per_record = match samples.integer(mends)? {
            Some(n) => u64::try_from(n).map_err(|_| samples.malformed("is below 0"))?,
            None => return Err(samples.malformed("is blank; the records cannot be divided")),
        };
        // An annotation signal's limits mean nothing; nor does damage to them.
        let scaled = |f: Field<'_>, mends: &mut Mends| if is_annotation { Ok(None) } else { f.number(mends) };
        let whole = |f: Field<'_>, mends: &mut Mends| if is_annotation { Ok(None) } else { f.integer(mends) };
        out.push(Signal {
            number: i + 1,
            transducer: field(1).text(mends),
            dimension: dimension(&field(2), mends),
            physical: (scaled(field(3), mends)?, scaled(field(4), mends)?),
            digital: (whole(field(5), mends)?, whole(field(6), mends)?),
            prefilter: field(7).text(mends),
            per_record,
            offset,
            is_annotation,
            at: [field(0).at, field(2).at, field(3).at, field(5).at],
            label,
        });
        offset = per_record
            .checked_mul(kind.width())
            .and_then(|n| n.checked_add(offset))
            .ok_or_else(|| samples.malformed("makes records larger than any file"))?;
        if offset > i64::MAX as u64 {
            return Err(samples.malformed("makes records larger than any file"));
        }
    }
    Ok(out)
}

fn is_annotation(label: &str, kind: Kind, at: u64, mends: &mut Mends) -> bool {
    if label == kind.annotations() {
        return true;
    }
    let other = label == Kind::Edf.annotations() || label == Kind::Bdf.annotations();
    if other {
        mends.add(&codes::OTHER_FORMAT, at, || format!("`{label}` in a {} file", kind.id()));
    }
    other
}

/// Physical dimension. The micro sign is not ASCII and comes as Latin-1 (0xB5), code page 437 (0xE6) or UTF-8.
fn dimension(field: &Field<'_>, mends: &mut Mends) -> String {
    let is_micro =
        field.raw.contains(&0xB5) || field.raw.starts_with(b"\xE6V") || field.raw.starts_with(b"\xCE\xBC");
    if !is_micro {
        return field.text(mends);
    }
    mends.add(&codes::MICRO, field.at, || field.title());
    let mut raw = Vec::with_capacity(field.raw.len());
    let mut rest = field.raw;
    while let Some((&first, tail)) = rest.split_first() {
        let utf8 = rest.starts_with(b"\xC2\xB5") || rest.starts_with(b"\xCE\xBC");
        let micro = utf8 || first == 0xB5 || first == 0xE6;
        raw.push(if micro { b'u' } else { first });
        rest = if utf8 { &rest[2..] } else { tail };
    }
    Field { raw: &raw, ..*field }.text(mends)
}
