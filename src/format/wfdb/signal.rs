//! The storage formats of signal files: signal(5) of the WFDB Applications Guide.
//!
//! A signal file is a stream of samples: frame after frame, in a frame signal after signal, of each signal
//! its samples per frame. The packed formats pack the stream, so a group may straddle frames.

use super::ID;
use crate::recording::Samples;
use crate::{Error, Result};
use std::ops::Range;

/// A storage format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// 0: no samples.
    Null,
    /// 8: differences of successive samples of a signal, one byte each.
    Difference8,
    /// 16: two's complement, low byte first.
    I16Le,
    /// 24: the same in three bytes.
    I24Le,
    /// 32: the same in four.
    I32Le,
    /// 61: two's complement, high byte first.
    I16Be,
    /// 80: one byte, 128 added.
    Offset8,
    /// 160: two bytes, low first, 32768 added.
    Offset16,
    /// 212: two 12-bit samples in three bytes.
    Packed212,
    /// 310: three 10-bit samples in four bytes, as two byte pairs.
    Packed310,
    /// 311: three 10-bit samples in four bytes, as one number.
    Packed311,
}

use Encoding::{
    Difference8, I16Be, I16Le, I24Le, I32Le, Null, Offset8, Offset16, Packed212, Packed310, Packed311,
};

impl Encoding {
    /// By the number in the header.
    pub(super) fn of(format: u32) -> Result<Self> {
        Ok(match format {
            0 => Null,
            8 => Difference8,
            16 => I16Le,
            24 => I24Le,
            32 => I32Le,
            61 => I16Be,
            80 => Offset8,
            160 => Offset16,
            212 => Packed212,
            310 => Packed310,
            311 => Packed311,
            508 | 516 | 524 => {
                let what =
                    format!("signal format {format} (FLAC); convert it with `xform` to format 16 or 24");
                return Err(Error::Unsupported { format: ID, what });
            }
            _ => {
                let what = format!(
                    "signal format {format}; known are 0, 8, 16, 24, 32, 61, 80, 160, 212, 310 and 311"
                );
                return Err(Error::Unsupported { format: ID, what });
            }
        })
    }

    /// Bits of a stored sample; `None` where a stored number is no amplitude.
    pub(super) fn bits(self) -> Option<u32> {
        match self {
            Null | Difference8 => None,
            Offset8 => Some(8),
            Packed310 | Packed311 => Some(10),
            Packed212 => Some(12),
            I16Le | I16Be | Offset16 => Some(16),
            I24Le => Some(24),
            I32Le => Some(32),
        }
    }

    /// The value that marks a missing sample: the least of the type. Differences have none.
    pub(super) fn missing(self) -> Option<i32> {
        self.bits().map(|bits| i32::MIN >> (32 - bits))
    }

    /// Bytes of a decoded sample.
    pub(super) fn decoded_width(self) -> u64 {
        if matches!(self, Difference8 | I24Le | I32Le) { 4 } else { 2 }
    }

    /// Whole samples in `len` bytes.
    pub(super) fn samples_in(self, len: u64) -> u64 {
        match self {
            Null => 0,
            Difference8 | Offset8 => len,
            I16Le | I16Be | Offset16 => len / 2,
            I24Le => len / 3,
            I32Le => len / 4,
            Packed212 => len / 3 * 2 + u64::from(len % 3 == 2),
            Packed310 => len / 4 * 3 + u64::from(len % 4 >= 2),
            Packed311 => len / 4 * 3 + (len % 4).saturating_sub(1),
        }
    }

    /// Samples that may follow the last one only because a packed group was filled up.
    pub(super) fn padding(self) -> u64 {
        match self {
            Packed212 => 1,
            Packed310 | Packed311 => 2,
            _ => 0,
        }
    }
}

/// Where a signal's samples lie in a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Samples of a frame, of all signals of the file.
    pub(super) frame: usize,
    /// First sample of the signal in a frame.
    pub(super) first: usize,
    /// How many it has in a frame.
    pub(super) count: usize,
}

/// Reads `count` elements of each frame of `flat` from `first` on.
fn gather<S: Copy, T>(flat: &[S], unit: usize, place: Place, value: impl Fn(&[S]) -> T) -> Vec<T> {
    let frames = flat.chunks_exact(place.frame * unit);
    let mut out = Vec::with_capacity(frames.len() * place.count);
    if place.count == place.frame {
        out.extend(flat.chunks_exact(unit).take(frames.len() * place.count).map(value));
    } else if place.count == 1 {
        let (from, to) = (place.first * unit, (place.first + 1) * unit);
        out.extend(frames.map(|frame| value(&frame[from..to])));
    } else {
        let (from, to) = (place.first * unit, (place.first + place.count) * unit);
        for frame in frames {
            out.extend(frame[from..to].chunks_exact(unit).map(&value));
        }
    }
    out
}

/// The samples of a signal file.
pub(super) enum Stream<'a> {
    /// Samples of whole bytes are taken from the file itself.
    Bytes(Encoding, &'a [u8]),
    /// Packed ones are unpacked once for all signals.
    Flat(Vec<i16>),
}

impl<'a> Stream<'a> {
    /// `bytes` holds at least `samples` samples.
    pub(super) fn new(encoding: Encoding, bytes: &'a [u8], samples: usize) -> Self {
        let mut flat = match encoding {
            Packed212 => unpack_212(bytes, samples),
            Packed310 => unpack_10(bytes, samples, |word| {
                [word >> 1, word >> 17, (word >> 11 & 0x1f) | (word >> 22 & 0x3e0)]
            }),
            Packed311 => unpack_10(bytes, samples, |word| [word, word >> 10, word >> 20]),
            _ => return Stream::Bytes(encoding, bytes),
        };
        flat.truncate(samples);
        Stream::Flat(flat)
    }

    /// Samples of one signal, of `frames` frames. `initial` starts a signal of differences.
    pub(super) fn signal(&self, frames: usize, place: Place, initial: i32) -> Samples {
        let (encoding, bytes) = match self {
            Stream::Flat(flat) => {
                return Samples::I16(gather(&flat[..frames * place.frame], 1, place, |s| s[0]));
            }
            Stream::Bytes(encoding, bytes) => (*encoding, *bytes),
        };
        let of = |width: usize| &bytes[..frames * place.frame * width];
        match encoding {
            I16Le => Samples::I16(gather(of(2), 2, place, |b| i16::from_le_bytes([b[0], b[1]]))),
            I16Be => Samples::I16(gather(of(2), 2, place, |b| i16::from_be_bytes([b[0], b[1]]))),
            Offset16 => {
                Samples::I16(gather(of(2), 2, place, |b| (u16::from_le_bytes([b[0], b[1]]) ^ 0x8000) as i16))
            }
            Offset8 => Samples::I16(gather(of(1), 1, place, |b| i16::from(b[0]) - 128)),
            I24Le => {
                Samples::I32(gather(of(3), 3, place, |b| i32::from_le_bytes([0, b[0], b[1], b[2]]) >> 8))
            }
            I32Le => Samples::I32(gather(of(4), 4, place, |b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]))),
            Difference8 => {
                let mut samples = gather(of(1), 1, place, |b| i32::from(b[0] as i8));
                let mut level = initial;
                for sample in &mut samples {
                    // Differences that leave 32 bits wrap there, as they did in the writer.
                    level = level.wrapping_add(*sample);
                    *sample = level;
                }
                narrow(samples)
            }
            Null | Packed212 | Packed310 | Packed311 => Samples::I16(Vec::new()),
        }
    }
}

/// 16 bits where they suffice.
#[expect(clippy::cast_possible_truncation, reason = "every value was checked to fit")]
fn narrow(samples: Vec<i32>) -> Samples {
    if samples.iter().all(|&s| i16::try_from(s).is_ok()) {
        Samples::I16(samples.into_iter().map(|s| s as i16).collect())
    } else {
        Samples::I32(samples)
    }
}

/// Low 12 bits of the first two bytes; then the four bits left over above the third byte.
#[expect(clippy::cast_possible_wrap, reason = "the shift left puts the sign bit in place")]
fn unpack_212(bytes: &[u8], samples: usize) -> Vec<i16> {
    let pair = |b: [u8; 3]| {
        let first = u16::from_le_bytes([b[0], b[1]]) << 4;
        let second = u16::from(b[1] >> 4) << 12 | u16::from(b[2]) << 4;
        [first as i16 >> 4, second as i16 >> 4]
    };
    let groups = samples.div_ceil(2);
    let mut out = vec![0i16; groups * 2];
    let whole = (bytes.len() / 3).min(groups);
    for (b, o) in bytes[..whole * 3].as_chunks::<3>().0.iter().zip(out.as_chunks_mut::<2>().0) {
        *o = pair(*b);
    }
    if whole < groups {
        let mut last = [0; 3];
        let left = &bytes[whole * 3..];
        last[..left.len()].copy_from_slice(left);
        out[whole * 2..].copy_from_slice(&pair(last));
    }
    out
}

/// Three 10-bit samples in four bytes; `split` moves each to the low 10 bits of a word.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "only the low 10 bits are kept"
)]
fn unpack_10(bytes: &[u8], samples: usize, split: impl Fn(u32) -> [u32; 3]) -> Vec<i16> {
    let triple = |b: [u8; 4]| split(u32::from_le_bytes(b)).map(|word| (word << 6) as u16 as i16 >> 6);
    let groups = samples.div_ceil(3);
    let mut out = vec![0i16; groups * 3];
    let whole = (bytes.len() / 4).min(groups);
    for (b, o) in bytes[..whole * 4].as_chunks::<4>().0.iter().zip(out.as_chunks_mut::<3>().0) {
        *o = triple(*b);
    }
    if whole < groups {
        let mut last = [0; 4];
        let left = &bytes[whole * 4..];
        last[..left.len()].copy_from_slice(left);
        out[whole * 3..].copy_from_slice(&triple(last));
    }
    out
}

/// What the samples of a signal are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Survey {
    /// Least and greatest value, those that mark missing samples aside; `None` where there are no others.
    pub(super) limits: Option<(i64, i64)>,
    /// Samples that carry the missing-sample value, and in how many runs.
    pub(super) missing: (u64, u64),
}

/// Bounds and missing samples; see [`Survey`].
pub(super) fn survey(samples: &Samples, missing: Option<i32>) -> Survey {
    /// Folds over plain values without branches: these loops become vector code, iterators of references
    /// do not.
    fn of<T: Copy + Ord + Into<i64>>(values: &[T], missing: Option<T>, (low, high): (T, T)) -> Survey {
        let (least, greatest, count, runs) = if let Some(mark) = missing {
            // Counters as narrow as the samples, over stretches that cannot overflow them.
            let marked = |part: &[T]| part.iter().fold(0u16, |n, v| n + u16::from(*v == mark));
            let count = values.chunks(1 << 12).map(|part| u64::from(marked(part))).sum();
            // The mark is the least value of its type, so it can only stand in the way of the least.
            let least = values.iter().fold(high, |a, &v| a.min(if v == mark { high } else { v }));
            let greatest = values.iter().fold(low, |a, &v| a.max(v));
            let starts = || values.windows(2).filter(|w| (w[0] != mark) & (w[1] == mark)).count() as u64;
            let runs = if count == 0 { 0 } else { u64::from(values[0] == mark) + starts() };
            (least, greatest, count, runs)
        } else {
            let least = values.iter().fold(high, |a, &v| a.min(v));
            (least, values.iter().fold(low, |a, &v| a.max(v)), 0, 0)
        };
        let any = count < values.len() as u64;
        Survey { limits: any.then(|| (least.into(), greatest.into())), missing: (count, runs) }
    }
    match samples {
        Samples::I16(v) => of(v, missing.and_then(|m| i16::try_from(m).ok()), (i16::MIN, i16::MAX)),
        Samples::I32(v) => of(v, missing, (i32::MIN, i32::MAX)),
        Samples::F32(_) | Samples::F64(_) => Survey { limits: None, missing: (0, 0) },
    }
}

/// Ranges of samples that carry the missing-sample value.
pub(super) fn missing_ranges(samples: &Samples, missing: i32) -> Vec<Range<usize>> {
    fn of<T: PartialEq>(values: &[T], missing: &T) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        for (i, _) in values.iter().enumerate().filter(|(_, v)| *v == missing) {
            match out.last_mut() {
                Some(last) if last.end == i => last.end = i + 1,
                _ => out.push(i..i + 1),
            }
        }
        out
    }
    match samples {
        Samples::I16(v) => i16::try_from(missing).map_or_else(|_| Vec::new(), |m| of(v, &m)),
        Samples::I32(v) => of(v, &missing),
        Samples::F32(_) | Samples::F64(_) => Vec::new(),
    }
}
