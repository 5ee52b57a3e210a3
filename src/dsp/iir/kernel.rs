//! The inner loops: some channels in vector lanes through some sections.
//!
//! Order of operations, in every path: transposed direct form II, as scipy.signal.sosfilt has it. Lanes do not
//! mix, so the bits of a channel do not depend on how many run beside it.

/// b₀ b₁ b₂ a₁ a₂.
pub(super) type Coefficients = [f64; 5];

/// Sections that [`pass`] runs at most at a time; their state stays in registers.
const AT_A_TIME: usize = 5;

/// Runs rows (one sample of each lane) through all sections. `state` has two rows for each.
#[inline(always)]
pub(super) fn run<const L: usize>(sections: &[Coefficients], state: &mut [[f64; L]], rows: &mut [[f64; L]]) {
    let passes = sections.len().div_ceil(AT_A_TIME).max(1);
    let each = sections.len().div_ceil(passes).max(1);
    for (c, z) in sections.chunks(each).zip(state.chunks_mut(2 * each)) {
        match c.len() {
            1 => pass::<1, L>(c, z, rows),
            2 => pass::<2, L>(c, z, rows),
            3 => pass::<3, L>(c, z, rows),
            4 => pass::<4, L>(c, z, rows),
            _ => pass::<5, L>(c, z, rows),
        }
    }
}

/// All of `S` sections sample by sample, so that the sections' waiting times overlap.
#[inline(always)]
fn pass<const S: usize, const L: usize>(
    sections: &[Coefficients],
    state: &mut [[f64; L]],
    rows: &mut [[f64; L]],
) {
    let mut c = [[0.0; 5]; S];
    let (mut first, mut second) = ([[0.0; L]; S], [[0.0; L]; S]);
    for s in 0..S {
        c[s] = sections[s];
        first[s] = state[2 * s];
        second[s] = state[2 * s + 1];
    }
    for row in rows.iter_mut() {
        let mut x = *row;
        for s in 0..S {
            let [b0, b1, b2, a1, a2] = c[s];
            let mut y = [0.0; L];
            for l in 0..L {
                y[l] = b0 * x[l] + first[s][l];
            }
            for l in 0..L {
                first[s][l] = b1 * x[l] - a1 * y[l] + second[s][l];
            }
            for l in 0..L {
                second[s][l] = b2 * x[l] - a2 * y[l];
            }
            x = y;
        }
        *row = x;
    }
    for s in 0..S {
        state[2 * s] = first[s];
        state[2 * s + 1] = second[s];
    }
}
