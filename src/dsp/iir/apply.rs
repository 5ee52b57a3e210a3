//! Application: causal with a state, and zero-phase.

use super::Sections;
use super::kernel::{Coefficients, run};
use crate::dsp::simd::widest;
use crate::{Error, Result};

/// Memory of a causal filter between calls: two values a section.
#[derive(Debug, Clone, PartialEq)]
pub struct State(Vec<[f64; 1]>);

/// Memory that application works in; may hold anything before.
#[derive(Debug, Clone, Default)]
pub struct FilterScratch {
    /// A block of time, a row of lanes per sample.
    block: Vec<f64>,
    /// What does not fill whole tiles at the end, then the continuation.
    tail: Vec<f64>,
    /// Stand-ins for the channels that are missing from a full set of lanes.
    spare: Vec<Vec<f64>>,
    state: Vec<f64>,
}

/// Samples of a block: with eight lanes they take 8 KiB, which stays in any first-level cache. Our choice.
const BLOCK: usize = 128;

impl State {
    /// Before the first sample everything was zero.
    pub fn zero(filter: &Sections) -> Self {
        State(vec![[0.0]; 2 * filter.sos().len()])
    }
    /// Before the first sample the input was `x0` for ever: no step at the start.
    pub fn steady(filter: &Sections, x0: f64) -> Self {
        State(filter.steady().iter().flatten().map(|z| [z * x0]).collect())
    }
}

impl Sections {
    fn coefficients(&self) -> Vec<Coefficients> {
        self.sos().iter().map(|s| [s[0], s[1], s[2], s[4], s[5]]).collect()
    }

    /// Causal, in place; `state` goes on to the next piece of the same trace, so pieces of any length (0 too)
    /// give the bits of the whole. Values that are not finite stay in the state and spoil all that follows.
    ///
    /// # Panics
    /// When `state` was made for a filter with another number of sections.
    pub fn apply(&self, x: &mut [f64], state: &mut State) {
        assert_eq!(state.0.len(), 2 * self.sos().len(), "the state belongs to another filter");
        let sections = self.coefficients();
        let rows = x.as_chunks_mut::<1>().0;
        widest(
            #[inline(always)]
            || run(&sections, &mut state.0, rows),
        );
    }

    /// [`Sections::apply`] for channels of one length, each with its own state; eight run in vector lanes, with the
    /// bits of one at a time. Errors: channels of different lengths, or not as many states as channels.
    ///
    /// # Panics
    /// When a state was made for a filter with another number of sections.
    pub fn apply_causal_many(
        &self,
        channels: &mut [&mut [f64]],
        states: &mut [State],
        scratch: &mut FilterScratch,
    ) -> Result<()> {
        let n = one_length(channels)?;
        if states.len() != channels.len() {
            let why = format!("{} states for {} channels", states.len(), channels.len());
            return Err(Error::Signal(why));
        }
        let sections = self.coefficients();
        for (group, states) in channels.chunks_mut(8).zip(states.chunks_mut(8)) {
            if group.len() < 3 {
                for (x, state) in group.iter_mut().zip(states) {
                    self.apply(x, state);
                }
                continue;
            }
            scratch.block.resize(8 * BLOCK, 0.0);
            scratch.state.clear();
            scratch.state.resize(16 * sections.len(), 0.0);
            let (block, lanes) = (scratch.block.as_chunks_mut::<8>().0, scratch.state.as_chunks_mut::<8>().0);
            for (l, state) in states.iter().enumerate() {
                assert_eq!(state.0.len(), lanes.len(), "the state belongs to another filter");
                for (row, z) in lanes.iter_mut().zip(&state.0) {
                    row[l] = z[0];
                }
            }
            block.fill([0.0; 8]);
            widest(
                #[inline(always)]
                || {
                    for start in (0..n).step_by(BLOCK) {
                        let rows = &mut block[..BLOCK.min(n - start)];
                        for (l, x) in group.iter().enumerate() {
                            for (row, v) in rows.iter_mut().zip(&x[start..]) {
                                row[l] = *v;
                            }
                        }
                        run(&sections, lanes, rows);
                        for (l, x) in group.iter_mut().enumerate() {
                            for (row, v) in rows.iter().zip(&mut x[start..]) {
                                *v = row[l];
                            }
                        }
                        rows.fill([0.0; 8]);
                    }
                },
            );
            for (l, state) in states.iter_mut().enumerate() {
                for (row, z) in lanes.iter().zip(&mut state.0) {
                    z[0] = row[l];
                }
            }
        }
        Ok(())
    }

    /// Zero-phase, in place: forward, then backward, from the steady state of the first sample each time, with the
    /// trace continued by [`Sections::edge`] samples of odd reflection. As scipy.signal.sosfiltfilt.
    ///
    /// Errors: fewer than [`Sections::min_samples`] samples (`x` stays as it was), or a value that is not
    /// finite or overflows (`x` is then all zero).
    pub fn apply_zero_phase(&self, x: &mut [f64], scratch: &mut FilterScratch) -> Result<()> {
        self.apply_zero_phase_many(&mut [x], scratch)
    }

    /// [`Sections::apply_zero_phase`] for channels of one length, eight at a time in vector lanes; the bits are
    /// those of one channel at a time. Errors as there, and for channels of different lengths; after a value that
    /// is not finite all channels are zero.
    pub fn apply_zero_phase_many(
        &self,
        channels: &mut [&mut [f64]],
        scratch: &mut FilterScratch,
    ) -> Result<()> {
        let n = one_length(channels)?;
        if !channels.is_empty() && n < self.min_samples() {
            return Err(Error::Signal(format!(
                "{n} samples; this filter needs at least {} to run forward and backward: give a longer segment or \
                 a lower order",
                self.min_samples()
            )));
        }
        let plan = Plan { sections: self.coefficients(), steady: self.steady(), edge: self.edge() };
        let mut finite = true;
        for group in channels.chunks_mut(8) {
            finite &= match group.len() {
                1 => plan.lanes::<1>(group, scratch),
                2 => plan.lanes::<2>(group, scratch),
                3 | 4 => plan.lanes::<4>(group, scratch),
                _ => plan.lanes::<8>(group, scratch),
            };
        }
        if !finite {
            channels.iter_mut().for_each(|c| c.fill(0.0));
            return Err(Error::Signal("a sample is not finite, or too great to be filtered".to_owned()));
        }
        Ok(())
    }
}

/// The length that all channels have; 0 without channels.
fn one_length(channels: &[&mut [f64]]) -> Result<usize> {
    let n = channels.first().map_or(0, |c| c.len());
    match channels.iter().find(|c| c.len() != n) {
        None => Ok(n),
        Some(other) => Err(Error::Signal(format!(
            "channels of {n} and of {} samples; one length is needed",
            other.len()
        ))),
    }
}

struct Plan {
    sections: Vec<Coefficients>,
    steady: Vec<[f64; 2]>,
    edge: usize,
}

impl Plan {
    /// At most `L` channels; false when a value was not finite.
    fn lanes<const L: usize>(&self, group: &mut [&mut [f64]], scratch: &mut FilterScratch) -> bool {
        let n = group[0].len();
        let FilterScratch { block, tail, spare, state } = scratch;
        let missing = L - group.len();
        if spare.len() < missing {
            spare.resize(missing, Vec::new());
        }
        for s in &mut spare[..missing] {
            s.clear();
            s.resize(n, 0.0);
        }
        let mut given = group.iter_mut().map(|c| &mut **c).chain(spare.iter_mut().map(Vec::as_mut_slice));
        let mut channels: [&mut [f64]; L] = std::array::from_fn(|_| given.next().unwrap_or_default());
        block.resize(BLOCK * L, 0.0);
        tail.resize((n % L + self.edge) * L, 0.0);
        state.resize(self.steady.len() * 2 * L, 0.0);
        let memory = Memory {
            block: block.as_chunks_mut::<L>().0,
            tail: tail.as_chunks_mut::<L>().0,
            state: state.as_chunks_mut::<L>().0,
        };
        widest(
            #[inline(always)]
            || self.forward_backward(&mut channels, memory),
        )
    }

    #[inline(always)]
    fn set_steady<const L: usize>(&self, state: &mut [[f64; L]], x: [f64; L]) {
        for (row, z) in state.iter_mut().zip(self.steady.iter().flatten()) {
            *row = x.map(|x| z * x);
        }
    }

    /// Between the passes the samples rest in the channels' own memory in another order: each tile of `L` samples
    /// of `L` channels is kept as it leaves the lanes (a row per time), which saves two transpositions and a
    /// second buffer as long as the trace.
    #[inline(always)]
    fn forward_backward<const L: usize>(&self, ch: &mut [&mut [f64]; L], memory: Memory<'_, L>) -> bool {
        let Memory { block, tail, state } = memory;
        let (n, edge) = (ch[0].len(), self.edge);
        let (whole, rest) = (n - n % L, n % L);
        for (i, row) in tail.iter_mut().enumerate() {
            *row = std::array::from_fn(|l| match whole + i {
                t if t < n => ch[l][t],
                t => 2.0 * ch[l][n - 1] - ch[l][2 * (n - 1) - t],
            });
        }
        let mut spoilt = [0.0; L];

        // Forward. The continuation to the left only brings the state up; blocks, and last the tail.
        let before = |t: usize| std::array::from_fn(|l| 2.0 * ch[l][0] - ch[l][edge - t]);
        self.set_steady(state, before(0));
        let mut lead: Vec<[f64; L]> = (0..edge).map(before).collect();
        run(&self.sections, state, &mut lead);
        for start in (0..whole).step_by(BLOCK) {
            let rows = &mut block[..BLOCK.min(whole - start)];
            for (l, channel) in ch.iter().enumerate() {
                for (row, v) in rows.iter_mut().zip(&channel[start..start + BLOCK.min(whole - start)]) {
                    row[l] = *v;
                }
            }
            for row in rows.iter() {
                for l in 0..L {
                    spoilt[l] += row[l] * 0.0;
                }
            }
            run(&self.sections, state, rows);
            for (i, tile) in rows.as_chunks::<L>().0.iter().enumerate() {
                for (channel, row) in ch.iter_mut().zip(tile) {
                    channel[start + i * L..start + i * L + L].copy_from_slice(row);
                }
            }
        }
        run(&self.sections, state, tail);
        let last = tail[rest + edge - 1];
        for l in 0..L {
            spoilt[l] += last[l] * 0.0;
        }

        // Backward: the same rows, the latest first.
        self.set_steady(state, last);
        tail.reverse();
        run(&self.sections, state, tail);
        for (i, row) in tail[edge..].iter().enumerate() {
            for l in 0..L {
                ch[l][n - 1 - i] = row[l];
            }
        }
        let mut end = whole;
        while end > 0 {
            let start = (end - 1) / BLOCK * BLOCK;
            let rows = &mut block[..end - start];
            for (i, tile) in rows.as_chunks_mut::<L>().0.iter_mut().enumerate() {
                for (channel, row) in ch.iter().zip(tile.iter_mut().rev()) {
                    row.copy_from_slice(&channel[end - (i + 1) * L..end - i * L]);
                }
            }
            run(&self.sections, state, rows);
            for (l, channel) in ch.iter_mut().enumerate() {
                for (v, row) in channel[start..end].iter_mut().rev().zip(rows.iter()) {
                    *v = row[l];
                }
            }
            end = start;
        }
        for row in state.iter() {
            for l in 0..L {
                spoilt[l] += row[l] * 0.0;
            }
        }
        spoilt.iter().all(|v| *v == 0.0)
    }
}

struct Memory<'a, const L: usize> {
    block: &'a mut [[f64; L]],
    tail: &'a mut [[f64; L]],
    state: &'a mut [[f64; L]],
}
