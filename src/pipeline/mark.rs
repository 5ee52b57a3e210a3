//! Evoked sweeps of files marked, a row each.
//!
//! An NPY array is read in blocks of rows, never as a whole; each thread takes the next block, and the rows come out
//! in order whatever the threads.

mod row;

use self::row::{hinge_row, number_into, whole};
use crate::format::{self, Element, ReadOptions, Rows};
use crate::ncs::Sweep;
use crate::ncs::marker::{Marker, MarkerOptions, ResponseKind, Scratch};
use crate::ncs::threshold::{Marks, Threshold, ThresholdOptions};
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How the onset is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onset {
    /// [`crate::ncs::marker`].
    Hinge,
    /// [`crate::ncs::threshold`].
    Threshold,
}

/// What is to be marked, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkOptions {
    /// How the onset is found.
    pub onset: Onset,
    /// Which response.
    pub kind: ResponseKind,
    /// Start of a sweep from the stimulus, s; `None`: what the file says, else 0.
    pub start: Option<f64>,
    /// Window that is searched, s from the stimulus; `None`: the default of the kind.
    pub search: Option<(f64, f64)>,
    /// Baseline of the threshold, s from the stimulus; `None`: all before the stimulus but its last millisecond.
    pub baseline: Option<(f64, f64)>,
    /// Whether a negative peak is stored as a positive number.
    pub negative_up: bool,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
}

/// The columns.
pub const HEADER: &str = "file,sweep,response,onset_ms,onset_uncertainty_ms,peak_ms,amplitude_uv,amplitude_peak_to_peak_uv,negative_area_uvms,negative_duration_ms,snr,doubts\n";

/// Bytes read at a time: they stay in a processor's own cache. Ours.
const BLOCK: usize = 1 << 18;

/// Blocks whose rows wait in memory to be written. Ours.
const WAITING: usize = 1024;

/// One plan for all sweeps of a file.
enum Plan {
    Hinge(Box<Marker>),
    Threshold(Threshold),
}

/// A file's sweeps: what is the same for all of them.
struct Sweeps<'a> {
    plan: Plan,
    fs: Hertz,
    start: f64,
    /// Volts a stored number.
    volts: f64,
    up: f64,
    file: &'a str,
}

/// Buffers of a thread.
#[derive(Default)]
struct Buffers {
    bytes: Vec<u8>,
    samples: Vec<f64>,
    scratch: Scratch,
}

/// Marks every sweep of `path` and hands the rows to `write` in order.
///
/// # Errors
/// A file that cannot be read or needs an option that was not given; options that do not fit the sweeps; `write`'s.
pub fn of_file(
    path: &Path,
    read: &ReadOptions,
    options: &MarkOptions,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<usize> {
    let name = path.to_string_lossy();
    let is_npy = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("npy"));
    if is_npy && read.raw.is_none() {
        match Rows::open(path) {
            // An array whose numbers or order have no fast way is read as any other file.
            Err(Error::In { source, .. }) if matches!(*source, Error::Unsupported { .. }) => {}
            Err(e) => return Err(e),
            Ok(rows) => {
                return array(&rows, &name, read, options, write).map_err(|e| e.in_file(&name));
            }
        }
    }
    recording(path, &name, read, options, write).map_err(|e| e.in_file(&name))
}

fn sweeps<'a>(
    options: &MarkOptions,
    fs: Hertz,
    samples: usize,
    start: f64,
    volts: f64,
    file: &'a str,
) -> Result<Sweeps<'a>> {
    let default = MarkerOptions::of(options.kind);
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let end = start + samples as f64 / fs.0;
    let (from, to) = options.search.unwrap_or((default.earliest.0, default.latest.0.min(end)));
    let plan = match options.onset {
        Onset::Hinge => {
            let marker = MarkerOptions {
                earliest: Seconds(from),
                latest: Seconds(to),
                blank: Seconds(default.blank.0.min(from)),
                ..default
            };
            Plan::Hinge(Box::new(marker.design(fs)?))
        }
        Onset::Threshold => {
            let (a, b) = options.baseline.unwrap_or((start, -1e-3));
            let plan = ThresholdOptions {
                start: Seconds(start),
                samples,
                baseline: (Seconds(a), Seconds(b)),
                search: (Seconds(from), Seconds(to)),
            };
            Plan::Threshold(plan.design(fs)?)
        }
    };
    let up = if options.negative_up { 1.0 } else { -1.0 };
    Ok(Sweeps { plan, fs, start, volts, up, file })
}

fn array(
    rows: &Rows,
    name: &str,
    read: &ReadOptions,
    options: &MarkOptions,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<usize> {
    let fs = read.need_sampling_frequency("npy")?;
    let volts = read
        .unit
        .as_ref()
        .and_then(|u| u.volts_per_unit)
        .ok_or_else(|| Error::option("--unit", "an array states no unit; give V, mV or uV"))?
        / read.gain.unwrap_or(1.0);
    let start = options.start.unwrap_or(0.0);
    let sweeps = sweeps(options, fs, rows.columns, start, volts, name)?;
    if rows.row_bytes() as u64 > read.max_memory / 8 {
        let (asked, allowed) = (rows.row_bytes() as u64, read.max_memory / 8);
        return Err(Error::Limit { name: "memory", asked, allowed });
    }
    let a_block = (BLOCK / rows.row_bytes()).max(1);
    let blocks = rows.rows.div_ceil(a_block);
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        n => n,
    };
    for first in (0..blocks).step_by(WAITING) {
        let last = (first + WAITING).min(blocks);
        let next = AtomicUsize::new(first);
        let work = || -> Result<Vec<(usize, Vec<u8>)>> {
            let (mut file, mut buffers, mut done) = (rows.reader()?, Buffers::default(), Vec::new());
            loop {
                let block = next.fetch_add(1, Ordering::Relaxed);
                if block >= last {
                    return Ok(done);
                }
                let from = block * a_block;
                let n = a_block.min(rows.rows - from);
                rows.read(&mut file, from, n, &mut buffers.bytes)?;
                done.push((block, sweeps.rows(rows, from, &mut buffers)?));
            }
        };
        let mut done = Vec::with_capacity(last - first);
        std::thread::scope(|scope| -> Result<()> {
            let others: Vec<_> = (1..threads.min(last - first)).map(|_| scope.spawn(work)).collect();
            done.extend(work()?);
            for other in others {
                match other.join() {
                    Ok(more) => done.extend(more?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(())
        })?;
        done.sort_unstable_by_key(|d| d.0);
        done.iter().try_for_each(|(_, text)| write(text))?;
    }
    Ok(rows.rows)
}

/// Any other recording: every channel is a sweep.
fn recording(
    path: &Path,
    name: &str,
    read: &ReadOptions,
    options: &MarkOptions,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<usize> {
    let recording = format::read(path, read)?;
    let (mut buffers, mut out) = (Buffers::default(), Vec::new());
    for (i, channel) in recording.channels.iter().enumerate() {
        if !channel.is_calibrated_voltage() {
            let why = format!("{}: the file states no voltage; give --unit", channel.label);
            return Err(Error::option("--unit", why));
        }
        let told = channel.segments.first().map(|s| s.onset_s).filter(|s| s.abs() < 10.0);
        let start = options.start.or(told).unwrap_or(0.0);
        let sweeps = sweeps(options, channel.sampling_frequency, channel.len(), start, 1.0, name)?;
        channel.si_into(0..channel.len(), &mut buffers.samples);
        sweeps.one(i, &mut buffers, &mut out)?;
    }
    write(&out)?;
    Ok(recording.channels.len())
}

impl Sweeps<'_> {
    /// The text of a block of rows, the first of them with number `from`.
    fn rows(&self, rows: &Rows, from: usize, buffers: &mut Buffers) -> Result<Vec<u8>> {
        let bytes = std::mem::take(&mut buffers.bytes);
        let mut out = Vec::with_capacity(bytes.len() / rows.row_bytes() * (self.file.len() + 90));
        for (i, row) in bytes.chunks_exact(rows.row_bytes()).enumerate() {
            match (&self.plan, rows.element) {
                (Plan::Threshold(plan), Element::I16) => {
                    self.threshold_row(from + i, plan.apply(row.as_chunks::<2>().0, self.up), &mut out);
                }
                _ => {
                    rows.decode(row, &mut buffers.samples);
                    self.one(from + i, buffers, &mut out)?;
                }
            }
        }
        buffers.bytes = bytes;
        Ok(out)
    }

    /// The row of the sweep whose stored numbers lie in `buffers.samples`.
    fn one(&self, number: usize, buffers: &mut Buffers, out: &mut Vec<u8>) -> Result<()> {
        let Buffers { samples, scratch, .. } = buffers;
        if samples.iter().any(|v| !v.is_finite()) {
            self.named(number, out);
            out.extend_from_slice(b"undefined,,,,,,,,,missing samples\n");
            return Ok(());
        }
        match &self.plan {
            Plan::Threshold(plan) => self.threshold_row(number, plan.apply(&samples[..], self.up), out),
            Plan::Hinge(marker) => {
                let factor = self.up * self.volts;
                samples.iter_mut().for_each(|v| *v *= factor);
                let sweep = Sweep::new(samples, Seconds(self.start), self.fs)?;
                let response = marker.apply(&sweep, scratch)?;
                self.named(number, out);
                hinge_row(&response, out);
            }
        }
        Ok(())
    }

    fn named(&self, number: usize, out: &mut Vec<u8>) {
        if self.file.contains([',', '"', '\n', '\r']) {
            out.push(b'"');
            out.extend_from_slice(self.file.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(self.file.as_bytes());
        }
        out.push(b',');
        whole(number as u64, out);
        out.push(b',');
    }

    #[expect(clippy::cast_precision_loss, reason = "sample numbers stay far below 2^52")]
    fn threshold_row(&self, number: usize, marks: Option<Marks>, out: &mut Vec<u8>) {
        self.named(number, out);
        let Some(m) = marks else {
            out.extend_from_slice(b"absent,,,,,,,,,\n");
            return;
        };
        let period = 1e3 / self.fs.0;
        let time = |i: usize| 1e3 * self.start + i as f64 * period;
        let uv = 1e6 * self.volts;
        out.extend_from_slice(b"present,");
        number_into(time(m.onset), 4, out);
        out.extend_from_slice(b",,");
        number_into(time(m.peak), 4, out);
        for (value, digits) in [
            (m.amplitude * uv, 3),
            (m.peak_to_peak * uv, 3),
            (m.sum * uv * period, 3),
            ((m.end as f64 - m.onset as f64) * period, 4),
        ] {
            out.push(b',');
            number_into(value, digits, out);
        }
        out.extend_from_slice(b",,\n");
    }
}
