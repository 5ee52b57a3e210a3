"""Writes tests/golden/spectral.json: spectra, windows, envelopes and wavelets by numpy, scipy and PyWavelets.

Made with numpy 2.4.6, scipy 1.17.1, PyWavelets 1.8.0.  python tests/golden/make_spectral.py
The input is whole numbers from a linear congruential generator, which the Rust test repeats, so that no
input is stored. Long outputs are stored at every so-and-so-many values (`step`), with their length and sum.
"""
import json
import pathlib

import numpy as np
import pywt
from scipy import signal
from scipy.signal import windows

ROWS = []


def lcg(n, seed):
    state, out = seed, []
    for _ in range(n):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append((state >> 16) - 32768)
    return np.array(out, dtype=float)


def tone(n, seed):
    """A slow triangle under the noise, still whole numbers: a spectrum with a slope and an offset."""
    i = np.arange(n)
    return np.floor(lcg(n, seed) / 64) + 40 * np.abs(i % 50 - 25) + 300


def row(kind, name, values, **arguments):
    values = np.atleast_1d(np.asarray(values, dtype=float)).ravel()
    step = max(1, len(values) // 8)
    ROWS.append(dict(kind=kind, name=name, **arguments, length=len(values), step=step,
                     sum=float(np.sum(values)), values=[float(v) for v in values[::step]]))


WINDOWS = {
    "rectangular": "boxcar", "hann": "hann", "hamming": "hamming", "blackman": "blackman",
    "blackman_harris": "blackmanharris", "nuttall": "nuttall", "flat_top": "flattop", "bartlett": "bartlett",
    "kaiser_0": ("kaiser", 0.0), "kaiser_8.6": ("kaiser", 8.6), "kaiser_40": ("kaiser", 40.0),
    "tukey_0": ("tukey", 0.0), "tukey_0.25": ("tukey", 0.25), "tukey_0.8": ("tukey", 0.8), "tukey_1": ("tukey", 1.0),
    "gaussian_7": ("gaussian", 7.0), "gaussian_0.5": ("gaussian", 0.5), "dpss_0.4": ("dpss", 0.4),
}


def make_windows():
    for name, spec in WINDOWS.items():
        for n in [1, 2, 3, 5, 16, 33, 500]:
            for periodic in [False, True]:
                row("window", name, signal.get_window(spec, n, fftbins=periodic), n=n, periodic=periodic)
    for n in [16, 65, 500]:
        for periodic in [False, True]:
            row("window", "dpss_2.5", signal.get_window(("dpss", 2.5), n, fftbins=periodic), n=n, periodic=periodic)


def make_spectra():
    x, fs = tone(1503, 1), 2000.0
    for n in [1, 2, 7, 100, 499, 500, 1503]:
        for scaling in ["density", "spectrum"]:
            f, p = signal.periodogram(x[:n], fs, scaling=scaling)
            row("periodogram", scaling, p, n=n)
    for name, spec in [("hann", "hann"), ("rectangular", "boxcar"), ("kaiser_8.6", ("kaiser", 8.6))]:
        for nperseg, noverlap in [(500, 250), (501, 250), (64, 60), (256, 0)]:
            for detrend in ["constant", False]:
                f, p = signal.welch(x, fs, spec, nperseg, noverlap, detrend=detrend)
                row("welch", name, p, segment=nperseg, overlap=noverlap, detrend=bool(detrend))
    for nperseg, noverlap, name, spec in [(256, 32, "tukey_0.25", ("tukey", .25)), (125, 100, "hann", "hann")]:
        f, t, s = signal.spectrogram(x, fs, spec, nperseg, noverlap)
        row("spectrogram", name, s.T, segment=nperseg, overlap=noverlap, times=[float(v) for v in t])
        f, t, s = signal.spectrogram(x, fs, spec, nperseg, noverlap, mode="complex", scaling="spectrum",
                                     detrend=False)
        row("stft", name, np.stack([s.T.real, s.T.imag], axis=-1), segment=nperseg, overlap=noverlap)


def multitaper(x, fs, nw, k, weighting):
    """Thomson 1982, written out; the adaptive weights iterated until they stand still."""
    n = len(x)
    tapers, lam = windows.dpss(n, nw, k, return_ratios=True)
    centred = x - x.mean()
    s = np.abs(np.fft.rfft(tapers * centred, axis=1)) ** 2 / fs
    if weighting == "uniform":
        p = s.mean(axis=0)
    elif weighting == "eigenvalue":
        p = lam @ s / lam.sum()
    else:
        white = np.var(x) / fs
        p = s[:2].mean(axis=0)
        for _ in range(20000):
            d2 = lam[:, None] * (p / (lam[:, None] * p + (1 - lam[:, None]) * white)) ** 2
            new = (d2 * s).sum(axis=0) / d2.sum(axis=0)
            if np.all(np.abs(new - p) <= 1e-15 * new):
                break
            p = new
    p = p.copy()
    p[1:len(p) - (n % 2 == 0)] *= 2
    return p


def make_multitaper():
    for n, nw, k in [(16, 2.5, 4), (33, 3, 5), (256, 4, 7), (500, 2, 4), (501, 3.5, 6), (2000, 4, 8)]:
        v, ratios = windows.dpss(n, nw, k, return_ratios=True)
        row("dpss", "sequences", v, n=n, nw=nw, k=k, ratios=[float(r) for r in ratios])
        if n <= 501:
            x = tone(n, 2)
            for weighting in ["uniform", "eigenvalue", "adaptive"]:
                row("multitaper", weighting, multitaper(x, 1000.0, nw, k, weighting), n=n, nw=nw, k=k)


def make_hilbert_and_envelopes():
    for n in [1, 2, 3, 8, 97, 500, 1009]:
        x = lcg(n, 3)
        z = signal.hilbert(x)
        row("hilbert", "imaginary", z.imag, n=n)
        row("hilbert", "envelope", np.abs(z), n=n)
        if n >= 8:
            phase = np.unwrap(np.angle(z))
            row("hilbert", "phase", phase, n=n)
            row("hilbert", "frequency", np.diff(phase) / (2 * np.pi) * 1000.0, n=n)
    x = lcg(300, 4)
    for width in [1, 5, 51, 299]:
        box = np.ones(width) / width
        row("envelope", "rms", np.sqrt(np.convolve(x * x, box, "valid")), width=width)
        row("envelope", "rectified", np.convolve(np.abs(x), box, "valid"), width=width)
    row("envelope", "teager_kaiser", x[1:-1] ** 2 - x[:-2] * x[2:], width=3)


MODES = {"symmetric": "symmetric", "reflect": "reflect", "periodic": "periodic", "zero": "zero",
         "periodization": "periodization"}


def make_wavelets():
    x = lcg(1000, 5)
    for name in ["db1", "db2", "db4", "db10", "db20", "sym2", "sym3", "sym5", "sym8", "sym10", "coif3"]:
        for mode in MODES.values():
            for n in [1, 2, 5, 64, 77, 1000]:
                if mode == "reflect" and n < 5:
                    continue  # one value left: refused by PyWavelets
                for levels in [1, 4]:
                    if n < 64 and name not in ["db2", "sym8"]:
                        continue
                    c = pywt.wavedec(x[:n], name, mode, levels)
                    row("wavedec", name, np.concatenate(c), mode=mode, n=n, levels=levels,
                        lengths=[len(v) for v in c])
        row("max_level", name, [pywt.dwt_max_level(n, pywt.Wavelet(name).dec_len) for n in range(200)])


def main():
    import warnings
    warnings.simplefilter("ignore")
    make_windows()
    make_spectra()
    make_multitaper()
    make_hilbert_and_envelopes()
    make_wavelets()
    path = pathlib.Path(__file__).with_name("spectral.json")
    path.write_text("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in ROWS) + "\n]\n")
    print(len(ROWS), "rows,", path.stat().st_size, "bytes")


main()
