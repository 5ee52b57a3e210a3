"""Golden values of onset detection, fatigue trends and wavelet energies, from numpy, scipy and PyWavelets.

Writes onset.json beside itself. The signals are whole numbers, so that both sides start from the same samples.
"""
import json
import math
import pathlib

import numpy as np
import pywt
from scipy import ndimage, signal, stats

rng = np.random.default_rng(20260101)


def smooth(t, width):
    """Centred mean; at the ends, of the part that lies on the trace."""
    width = int(round(width)) | 1
    ones = np.ones(width)
    total = np.convolve(t, ones)[width // 2:][: len(t)]
    count = np.convolve(np.ones(len(t)), ones)[width // 2:][: len(t)]
    return total / count


def runs(mask):
    labels, n = ndimage.label(mask)
    return [[s[0].start, s[0].stop] for s in ndimage.find_objects(labels)]


def tidy(episodes, least, gap):
    episodes = [e for e in episodes if e[1] - e[0] >= least]
    return join(episodes, gap)


def join(episodes, gap):
    out = []
    for s, e in episodes:
        if out and s - out[-1][1] < gap:
            out[-1][1] = max(e, out[-1][1])
        else:
            out.append([s, e])
    return out


def rest(s, rate, power, baseline):
    """Mean, population SD and floor of rest."""
    if baseline is not None:
        part = s[round(baseline[0] * rate):round(baseline[1] * rate)]
        return part.mean(), part.std(), 0.0
    block = round(0.2 * rate) // 4
    blocks = s[: len(s) // block * block].reshape(-1, block)
    means = blocks.mean(axis=1)
    keep = 2.0 ** (power / 2)
    level = min(means[i:i + 4].mean() for i in range(len(means) - 3))
    for _ in range(2):
        level = means[means <= level * keep].mean()
    quiet = means <= level * keep
    inner = ndimage.binary_erosion(quiet, np.ones(3), border_value=1)
    chosen = blocks[inner if inner.any() else quiet]
    return chosen.mean(), chosen.std(), keep * chosen.mean()


def level(s, rate, power, baseline, h):
    mean, sd, floor = rest(s, rate, power, baseline)
    return max(mean + h * sd, floor)


def threshold(x, fs, baseline, least, gap):
    s = smooth(np.abs(x - x.mean()), 0.05 * fs)
    return tidy(runs(s > level(s, fs, 1, baseline, 3)), least, gap)


def hodges_bui(x, fs, baseline, least, gap):
    sos = signal.butter(2, 50, fs=fs, output="sos")
    t = signal.sosfiltfilt(sos, np.abs(x - x.mean()))
    limit = level(t, fs, 1, baseline, 3)
    width = int(round(0.025 * fs)) | 1
    starts = np.lib.stride_tricks.sliding_window_view(t, width).mean(axis=1) > limit
    mask = np.zeros(len(x), bool)
    for k in np.flatnonzero(starts):
        mask[k:k + width] = True
    return join([e for e in runs(mask) if e[1] - e[0] - width + 1 >= least], gap)


def bonato(x, fs, baseline, least, gap):
    x = x - x.mean()
    stride = max(1, round(fs * 1e-3))
    pairs = len(x) // (2 * stride)
    at = np.arange(pairs) * 2 * stride + stride // 2
    z = x[at] ** 2 + x[at + stride] ** 2
    variance = rest(z, fs / (2 * stride), 2, baseline)[0] / 2
    limit = variance * stats.chi2(2).isf(1 - 0.95 ** 0.2)
    active = ndimage.binary_dilation(z > limit, np.ones(5))
    ends = lambda e: len(x) if e == pairs else e * 2 * stride
    return tidy([[s * 2 * stride, ends(e)] for s, e in runs(active)], least, gap)


def split(y, side, falls):
    best, where = -math.inf, None
    for tau in range(side, len(y) - side + 1):
        a, b = y[:tau].mean(), y[tau:].mean()
        if (b < a) != falls:
            continue
        # Laplace densities with the most likely scales
        value = stats.laplace(scale=a).logpdf(y[:tau]).sum() + stats.laplace(scale=b).logpdf(y[tau:]).sum()
        if value > best + 1e-9:
            best, where = value, tau
    return where


def tkeo_likelihood(x, fs, baseline, least, gap):
    lag = max(1, round(fs * 1e-3))
    y = np.abs(x[lag:-lag] ** 2 - x[:-2 * lag] * x[2 * lag:])
    y = np.concatenate([np.full(lag, y[0]), y, np.full(lag, y[-1])])
    s = smooth(y, 0.05 * fs)
    coarse = tidy(runs(s > level(s, fs, 2, baseline, 3)), least, gap)
    before, after, side = round(0.15 * fs), round(0.1 * fs), round(0.005 * fs)
    out = []
    for i, (a, b) in enumerate(coarse):
        middle = (a + b) // 2
        first = (coarse[i - 1][1] + a) // 2 if i else 0
        last = (b + coarse[i + 1][0]) // 2 if i + 1 < len(coarse) else len(x)
        start, end = a, b
        if a > 0:
            lo, hi = max(first, a - before), min(middle, a + after)
            tau = split(y[lo:hi], side, False)
            start = a if tau is None else lo + tau
        if b < len(x):
            lo, hi = max(middle, b - after), min(last, b + before)
            tau = split(y[lo:hi], side, True)
            end = b if tau is None else lo + tau
        out.append([start, end])
    return out


METHODS = [tkeo_likelihood, threshold, hodges_bui, bonato]


def bursts(fs, seconds, spans):
    n = int(fs * seconds)
    gain = np.ones(n)
    for a, b, db in spans:
        gain[int(a * fs):int(b * fs)] = 10 ** (db / 20)
    sos = signal.butter(2, [20, min(450, 0.45 * fs)], "bandpass", fs=fs, output="sos")
    x = signal.sosfiltfilt(sos, rng.standard_normal(n)) * gain
    return np.round(x / x.std() * 300).astype(int)


def onset():
    out = []
    for fs, seconds, spans in [
        (1000, 4.0, [(0.8, 1.5, 14), (2.2, 2.9, 9)]),
        (2000, 2.0, [(0.9, 1.4, 18)]),
        (4000, 1.0, [(0.6, 1.0, 20)]),
    ]:
        x = bursts(fs, seconds, spans)
        for baseline in [None, [0.1, 0.5]]:
            least, gap = round(0.05 * fs), round(0.1 * fs)
            found = {m.__name__: m(x.astype(float), fs, baseline, least, gap) for m in METHODS}
            out.append({"fs": fs, "baseline": baseline, "x": x.tolist() if baseline is None else None,
                        "episodes": found})
    return out


def trends():
    out = []
    for n in [12, 13, 40, 161]:
        t = np.round(np.arange(n) * 1.25 + 0.125, 6)
        y = np.round(95 - 0.7 * t + rng.standard_normal(n) * 4, 1 if n == 40 else 6)  # rounded: ties
        slope, _, low, high = stats.theilslopes(y, t, 0.95)
        line = stats.linregress(t, y)
        half = stats.t.ppf(0.975, n - 2) * line.stderr
        start = np.median(y) + slope * (t[0] - np.median(t))
        out.append({"t": t.tolist(), "y": y.tolist(), "theil_sen": [slope, low, high, start],
                    "least_squares": [line.slope, line.slope - half, line.slope + half,
                                      line.intercept + line.slope * t[0]]})
    return out


def wavelet():
    out = []
    for n in [240, 251, 500]:
        x = np.round(rng.standard_normal(n) * 50 + 10).astype(int)
        a, *d = pywt.wavedec(x * 1e-6, "sym8", mode="symmetric", level=4)
        e = [float((c ** 2).sum()) for c in d[::-1]] + [float((a ** 2).sum())]
        out.append({"x_uv": x.tolist(), "energy": e, "share": [v / sum(e) for v in e]})
    return out


here = pathlib.Path(__file__).parent
text = json.dumps({"onset": onset(), "trends": trends(), "wavelet": wavelet()}, separators=(",", ":"))
(here / "onset.json").write_text(text + "\n")
