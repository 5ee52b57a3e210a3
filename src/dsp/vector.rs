//! Eight `f64` at a time, for loops with more running sums than the compiler vectorises by itself.
//!
//! A [`Kernel`] is written once over [`Vector`] and run with AVX-512 registers where there are any, else with
//! arrays that the compiler may vectorise. Both do the same operations in the same order, none of them fused:
//! the bytes of a result do not depend on the processor.
#![expect(unsafe_code, reason = "vector instructions; they run only inside functions compiled for them")]

use super::simd::{LANES, widest};
use std::ops::{Add, Div, Mul, Sub};

/// Eight numbers.
pub trait Vector:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// All eight the same.
    fn splat(v: f64) -> Self;
    /// From memory.
    fn load(v: &[f64; LANES]) -> Self;
    /// To memory.
    fn store(self, to: &mut [f64; LANES]);
    /// |v|.
    fn abs(self) -> Self;
    /// The lesser; `other` when either is NaN or both are 0.
    fn min(self, other: Self) -> Self;
    /// The greater, likewise.
    fn max(self, other: Self) -> Self;
    /// 0 in the lanes whose bit in `live` is 0.
    fn keep(self, live: u8) -> Self;
    /// Lane `l` in bit `l`: self < other.
    fn lt(self, other: Self) -> u8;
    /// self >= other.
    fn ge(self, other: Self) -> u8;
    /// self == other.
    fn eq(self, other: Self) -> u8;
    /// Writes the lanes whose bit in `live` is 1 to the front of `to`; behind them anything.
    fn pack(self, live: u8, to: &mut [f64; LANES]);
    /// Bit `l` of the result: whether q\[l\] lies among the `width` integers from `from` on, counted modulo 2^16.
    fn near(q: &[u16; 32], from: u16, width: u16) -> u32;

    /// The eight numbers.
    #[inline(always)]
    fn lanes(self) -> [f64; LANES] {
        let mut out = [0.0; LANES];
        self.store(&mut out);
        out
    }
    /// Their sum, in the order of `simd::sum_map`.
    #[inline(always)]
    fn total(self) -> f64 {
        let l = self.lanes();
        ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
    }
}

/// A computation over vectors; `run`, and all that it calls, must be `#[inline(always)]`.
pub trait Kernel {
    /// What it gives.
    type Output;
    /// The computation.
    fn run<V: Vector>(self) -> Self::Output;
}

/// Runs `kernel` with the widest vectors there are.
#[inline]
pub fn run<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vpopcntdq")
    {
        // SAFETY: the extensions that the function is compiled for were just detected.
        return unsafe { wide::run(kernel) };
    }
    widest(
        #[inline(always)]
        || kernel.run::<Portable>(),
    )
}

/// Calls `f(live, vectors)` for eight places of all slices at a time. `live` has a bit for each lane that is
/// a place; in the last call the others hold `fill`. The slices are as long as the first.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "one place of several slices")]
pub fn sweep<V: Vector, const N: usize>(x: [&[f64]; N], fill: [f64; N], mut f: impl FnMut(u8, [V; N])) {
    let n = x[0].len();
    let x = x.map(|x| &x[..n]);
    let chunks = x.map(|x| x.as_chunks::<LANES>().0);
    let whole = n / LANES;
    for i in 0..whole {
        f(u8::MAX, std::array::from_fn(|k| V::load(&chunks[k][i])));
    }
    let rest = n % LANES;
    if rest > 0 {
        let last = std::array::from_fn(|k| {
            let mut lanes = [fill[k]; LANES];
            lanes[..rest].copy_from_slice(&x[k][LANES * whole..]);
            V::load(&lanes)
        });
        f((1 << rest) - 1, last);
    }
}

/// Arrays.
#[derive(Clone, Copy)]
struct Portable([f64; LANES]);

#[inline(always)]
fn bits(f: impl Fn(usize) -> bool) -> u8 {
    (0..LANES).fold(0, |bits, l| bits | u8::from(f(l)) << l)
}

macro_rules! elementwise {
    ($trait:ident, $method:ident, $op:tt, $intrinsic:ident) => {
        impl $trait for Portable {
            type Output = Self;
            #[inline(always)]
            fn $method(self, o: Self) -> Self {
                Portable(std::array::from_fn(|l| self.0[l] $op o.0[l]))
            }
        }
        #[cfg(target_arch = "x86_64")]
        impl $trait for wide::Wide {
            type Output = Self;
            #[inline(always)]
            fn $method(self, o: Self) -> Self {
                // SAFETY: `Wide` exists only inside `wide::run`.
                wide::Wide(unsafe { std::arch::x86_64::$intrinsic(self.0, o.0) })
            }
        }
    };
}
elementwise!(Add, add, +, _mm512_add_pd);
elementwise!(Sub, sub, -, _mm512_sub_pd);
elementwise!(Mul, mul, *, _mm512_mul_pd);
elementwise!(Div, div, /, _mm512_div_pd);

impl Vector for Portable {
    #[inline(always)]
    fn splat(v: f64) -> Self {
        Portable([v; LANES])
    }
    #[inline(always)]
    fn load(v: &[f64; LANES]) -> Self {
        Portable(*v)
    }
    #[inline(always)]
    fn store(self, to: &mut [f64; LANES]) {
        *to = self.0;
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Portable(self.0.map(f64::abs))
    }
    #[inline(always)]
    fn min(self, o: Self) -> Self {
        Portable(std::array::from_fn(|l| if self.0[l] < o.0[l] { self.0[l] } else { o.0[l] }))
    }
    #[inline(always)]
    fn max(self, o: Self) -> Self {
        Portable(std::array::from_fn(|l| if self.0[l] > o.0[l] { self.0[l] } else { o.0[l] }))
    }
    #[inline(always)]
    fn keep(self, live: u8) -> Self {
        Portable(std::array::from_fn(|l| if live >> l & 1 == 1 { self.0[l] } else { 0.0 }))
    }
    #[inline(always)]
    fn lt(self, o: Self) -> u8 {
        bits(|l| self.0[l] < o.0[l])
    }
    #[inline(always)]
    fn ge(self, o: Self) -> u8 {
        bits(|l| self.0[l] >= o.0[l])
    }
    #[inline(always)]
    fn eq(self, o: Self) -> u8 {
        bits(|l| self.0[l] == o.0[l])
    }
    #[inline(always)]
    fn pack(self, live: u8, to: &mut [f64; LANES]) {
        let mut at = 0;
        for l in 0..LANES {
            // Never past the end: at most as many were written before as there are lanes before.
            to[at.min(l)] = self.0[l];
            at += usize::from(live >> l & 1);
        }
    }
    #[inline(always)]
    fn near(q: &[u16; 32], from: u16, width: u16) -> u32 {
        (0..32).fold(0, |bits, l| bits | u32::from(q[l].wrapping_sub(from) < width) << l)
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use super::{Kernel, LANES, Vector};
    use std::arch::x86_64::*;

    /// One AVX-512 register; made nowhere but in what `run` calls.
    #[derive(Clone, Copy)]
    pub(super) struct Wide(pub(super) __m512d);

    #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx512vpopcntdq,avx2,popcnt")]
    pub(super) fn run<K: Kernel>(kernel: K) -> K::Output {
        kernel.run::<Wide>()
    }

    // SAFETY of all below: `Wide` exists only inside `run`, whose extensions were detected; loads and stores
    // go through references to as many numbers as are moved, and need no alignment.
    impl Vector for Wide {
        #[inline(always)]
        fn splat(v: f64) -> Self {
            Wide(unsafe { _mm512_set1_pd(v) })
        }
        #[inline(always)]
        fn load(v: &[f64; LANES]) -> Self {
            Wide(unsafe { _mm512_loadu_pd(v.as_ptr()) })
        }
        #[inline(always)]
        fn store(self, to: &mut [f64; LANES]) {
            unsafe { _mm512_storeu_pd(to.as_mut_ptr(), self.0) }
        }
        #[inline(always)]
        fn abs(self) -> Self {
            Wide(unsafe { _mm512_abs_pd(self.0) })
        }
        #[inline(always)]
        fn min(self, o: Self) -> Self {
            Wide(unsafe { _mm512_min_pd(self.0, o.0) })
        }
        #[inline(always)]
        fn max(self, o: Self) -> Self {
            Wide(unsafe { _mm512_max_pd(self.0, o.0) })
        }
        #[inline(always)]
        fn keep(self, live: u8) -> Self {
            Wide(unsafe { _mm512_maskz_mov_pd(live, self.0) })
        }
        #[inline(always)]
        fn lt(self, o: Self) -> u8 {
            unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, o.0) }
        }
        #[inline(always)]
        fn ge(self, o: Self) -> u8 {
            unsafe { _mm512_cmp_pd_mask::<_CMP_GE_OQ>(self.0, o.0) }
        }
        #[inline(always)]
        fn eq(self, o: Self) -> u8 {
            unsafe { _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(self.0, o.0) }
        }
        #[inline(always)]
        fn pack(self, live: u8, to: &mut [f64; LANES]) {
            Wide(unsafe { _mm512_maskz_compress_pd(live, self.0) }).store(to);
        }
        #[inline(always)]
        fn near(q: &[u16; 32], from: u16, width: u16) -> u32 {
            unsafe {
                let q = _mm512_loadu_si512(q.as_ptr().cast());
                let above = _mm512_sub_epi16(q, _mm512_set1_epi16(from.cast_signed()));
                _mm512_cmplt_epu16_mask(above, _mm512_set1_epi16(width.cast_signed()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that a vector can do, as bits.
    struct All<'a>(&'a [f64], &'a [f64], &'a [u16; 32]);

    impl Kernel for All<'_> {
        type Output = Vec<u64>;
        #[inline(always)]
        fn run<V: Vector>(self) -> Vec<u64> {
            let (mut out, mut sum) = (Vec::new(), V::splat(0.0));
            sweep(
                [self.0, self.1],
                [7.0, 9.0],
                #[inline(always)]
                |live, [a, b]: [V; 2]| {
                    sum = sum + (a * b - a.abs() / b).keep(live);
                    for v in [a.min(b), a.max(b), sum] {
                        out.extend(v.lanes().map(f64::to_bits));
                    }
                    out.extend([live, a.lt(b), a.ge(b), a.eq(b)].map(u64::from));
                    let (some, mut packed) = (a.lt(b), [0.0; LANES]);
                    a.pack(some, &mut packed);
                    packed[some.count_ones() as usize..].fill(0.0);
                    out.extend(packed.map(f64::to_bits));
                },
            );
            out.push(sum.total().to_bits());
            out.extend(
                [(0, 5), (65_530, 12), (30_000, 40_000)].map(|(f, w)| u64::from(V::near(self.2, f, w))),
            );
            out
        }
    }

    #[test]
    fn registers_and_arrays_give_the_same_bytes() {
        let x: Vec<f64> = (0..70u32).map(|i| f64::from(i * i % 17) - 8.0).collect();
        let y: Vec<f64> = (0..70u32).map(|i| f64::from(i * 5 % 13) - 6.5).collect();
        let q = std::array::from_fn(|i| u16::try_from(i * i * 67 % 65_536).unwrap());
        for n in 0..=x.len() {
            let want = All(&x[..n], &y[..n], &q).run::<Portable>();
            assert_eq!(run(All(&x[..n], &y[..n], &q)), want);
            assert_eq!(want.len(), 36 * n.div_ceil(LANES) + 4);
        }
    }

    #[test]
    fn near_counts_modulo_two_to_the_sixteenth() {
        let mut q = [50; 32];
        (q[0], q[1], q[2], q[31]) = (65_535, 0, 3, 2);
        let near = |from, width| Portable::near(&q, from, width);
        assert_eq!(near(65_534, 5), 1 | 1 << 1 | 1 << 31, "65534, 65535, 0, 1 and 2");
        assert_eq!(near(0, 0), 0);
    }
}
