//! From interleaved records to one vector a signal.

use super::header::{Kind, Signal};
use crate::recording::Samples;

/// Records are copied in blocks of about this many bytes, so that signals with few samples a record do not
/// fetch the same cache lines again and again. Half of a common second-level cache; our choice.
const BLOCK_BYTES: usize = 256 << 10;

/// The samples of `signals` in the first `records` records of `body`, which must hold them.
pub(super) fn deinterleave(
    body: &[u8],
    record_bytes: usize,
    records: usize,
    signals: &[&Signal],
    kind: Kind,
) -> Vec<Samples> {
    #[expect(clippy::cast_possible_truncation, reason = "a record lies in memory, so its parts fit usize")]
    let place = |s: &&Signal| (s.offset as usize, s.per_record as usize);
    let places: Vec<_> = signals.iter().map(place).collect();
    let layout = Layout { record_bytes, records, places };
    match kind {
        Kind::Edf => layout.columns(body, i16::from_le_bytes).into_iter().map(Samples::I16).collect(),
        Kind::Bdf => layout.columns(body, i24).into_iter().map(Samples::I32).collect(),
    }
}

/// 24 bits, little-endian, two's complement.
#[inline]
fn i24(b: [u8; 3]) -> i32 {
    i32::from_le_bytes([0, b[0], b[1], b[2]]) >> 8
}

struct Layout {
    record_bytes: usize,
    records: usize,
    /// Byte offset in a record and number of samples, by signal.
    places: Vec<(usize, usize)>,
}

impl Layout {
    fn columns<T, const WIDTH: usize>(&self, body: &[u8], value: impl Fn([u8; WIDTH]) -> T) -> Vec<Vec<T>> {
        let mut out: Vec<Vec<T>> =
            self.places.iter().map(|(_, n)| Vec::with_capacity(n * self.records)).collect();
        let in_block = (BLOCK_BYTES / self.record_bytes).max(1);
        for block in body[..self.record_bytes * self.records].chunks(in_block * self.record_bytes) {
            for (column, &(offset, n)) in out.iter_mut().zip(&self.places) {
                for record in block.chunks_exact(self.record_bytes) {
                    let (samples, _) = record[offset..offset + n * WIDTH].as_chunks::<WIDTH>();
                    column.extend(samples.iter().map(|b| value(*b)));
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_four_bits_keep_their_sign() {
        for v in [-8_388_608_i32, -1, 0, 1, 8_388_607, -65_536] {
            let b = v.to_le_bytes();
            assert_eq!(i24([b[0], b[1], b[2]]), v);
        }
    }
}
