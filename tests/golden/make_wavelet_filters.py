"""Writes src/dsp/wavelet_filters.rs: the scaling filters of the orthogonal wavelets.

Daubechies wavelets and symlets: spectral factorisation of the maximally flat half-band polynomial with 80
digits (Daubechies 1992, Ten Lectures on Wavelets, chapters 6 and 8), rounded once. A wavelet family member
is a choice of one root out of each reciprocal pair; the choice is the one nearest to PyWavelets' filter,
whose symlets carry only about 12 digits. Coiflets: the values of PyWavelets, orthogonal to 1e-16 as they are.

Needs mpmath, numpy and PyWavelets.  python tests/golden/make_wavelet_filters.py
"""
import itertools
import pathlib

import mpmath as mp
import numpy as np
import pywt

mp.mp.dps = 80


def polynomial(roots):
    p = [mp.mpc(1)]
    for r in roots:
        p = [a - r * b for a, b in zip(p + [mp.mpc(0)], [mp.mpc(0)] + p)]
    return p


def groups(n):
    """Roots z of one side of each reciprocal pair, conjugates together."""
    if n == 1:
        return []
    coefficients = [mp.binomial(n - 1 + k, k) for k in range(n)][::-1]
    ys = mp.polyroots(coefficients, maxsteps=2000, extraprec=800)
    out = []
    for y in ys:
        if mp.im(y) < -mp.mpf(10) ** -40:
            continue
        b = 2 - 4 * y
        z = (b + mp.sqrt(b * b - 4)) / 2
        if abs(z) > 1:
            z = 1 / z
        real = abs(mp.im(y)) < mp.mpf(10) ** -40
        out.append([mp.re(z)] if real else [z, mp.conj(z)])
    return out


def scaling_filter(n, like):
    """The filter with n vanishing moments nearest to `like`."""
    best = None
    g = groups(n)
    coarse = [[complex(z) for z in part] for part in g]
    for flips in itertools.product([False, True], repeat=len(g)):
        roots = [-1.0] * n + [1 / z if f else z for part, f in zip(coarse, flips) for z in part]
        h = np.real(np.poly(roots))
        h *= np.sqrt(2) / h.sum()
        error = np.abs(h - like).max()
        if best is None or error < best[0]:
            best = (error, flips)
    roots = [mp.mpf(-1)] * n + [1 / z if f else z for part, f in zip(g, best[1]) for z in part]
    h = [mp.re(c) for c in polynomial(roots)]
    total = mp.fsum(h)
    h = [c * mp.sqrt(2) / total for c in h]
    assert max(abs(float(c) - l) for c, l in zip(h, like)) < 2e-11, n
    for m in range(n):
        dot = mp.fsum(h[i] * h[i + 2 * m] for i in range(2 * n - 2 * m))
        assert abs(dot - (m == 0)) < mp.mpf(10) ** -30, (n, m)
    return [float(c) for c in h]


def rows():
    for n in range(1, 21):
        yield f"db{n}", scaling_filter(n, np.array(pywt.Wavelet(f"db{n}").dec_lo))
    for n in range(2, 21):
        yield f"sym{n}", scaling_filter(n, np.array(pywt.Wavelet(f"sym{n}").dec_lo))
    for n in range(1, 6):
        yield f"coif{n}", list(pywt.Wavelet(f"coif{n}").dec_lo)


HEAD = '''//! Scaling filters of the orthogonal wavelets; written by `tests/golden/make_wavelet_filters.py`.
//!
//! Each is the low-pass analysis filter. Daubechies wavelets and symlets: Daubechies 1992, Ten Lectures on
//! Wavelets, computed there with 80 digits. Coiflets: Daubechies 1993, doi:10.1137/0524031, the values of
//! PyWavelets 1.8.0.

use std::f64::consts::FRAC_1_SQRT_2;

/// Id and low-pass analysis filter.
#[rustfmt::skip]
pub(super) static FILTERS: &[(&str, &[f64])] = &[
'''


def main():
    text = HEAD
    for name, h in rows():
        text += f'    ("{name}", &[\n'
        numbers = ["FRAC_1_SQRT_2" if v == 0.5**0.5 else repr(v) for v in h]
        for i in range(0, len(numbers), 4):
            text += "        " + ", ".join(numbers[i:i + 4]) + ",\n"
        text += "    ]),\n"
    path = pathlib.Path(__file__).resolve().parents[2] / "src/dsp/wavelet_filters.rs"
    path.write_text(text + "];\n")


main()
