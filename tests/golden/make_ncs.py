"""Evoked responses with known markers, for the tests and for measuring accuracy. Needs numpy and scipy.

    make_ncs.py golden                      writes ncs_sweeps.f32 and ncs_sweeps.jsonl beside this script
    make_ncs.py set DIR --seed N --count K  a larger set of the same kind

Independent of the crate: nothing of it is called here. `ncs_sweeps.f32` holds all sweeps end to end, little-endian
f32, volts, negative up; a line of the JSON file tells of one sweep where it lies and what is true of it.

Truth is read from the noise-free response as recorded (behind the amplifier's filters, without artefact, mains and
drift), on a grid four times as fine as the samples:
onset    the rise through 0.5 % of the negative peak that leads to its first 10 %
peak     its time; amplitude above zero; p2p from the lowest point of [onset - 3 ms, end of the response] to it
end      first fall through zero behind the peak; duration = end - onset; area = integral from onset to end
trough   time of the lowest point of the 3 ms before the onset when it is below -3 % of the peak

Responses: sums of units as in Fuglevand-like pools (unit g(u) = u(2-u)exp(-u)), the same with gamma-shaped units,
smooth closed forms, and sums of second derivatives of Gaussians for sensory nerves; conduction slowed, dispersed,
blocked, cooled; few and many units.
"""
import argparse, json, os
import numpy as np
from scipy.signal import butter, sosfilt, sosfilt_zi

FINE = 4


def lognormal(rng, median, sigma, n):
    return median * np.exp(rng.normal(0, sigma, n))


def pool(rng, t, gamma_units=False):
    """Compound muscle action potential of a pool of units; t in ms from the stimulus. Volts, negative up."""
    n = int(rng.choice([3, 10, 40, 100, 150, 250])) if rng.random() < 0.5 else int(rng.integers(60, 260))
    mean, sd = rng.uniform(38, 60), rng.uniform(1.5, 5.5)
    v = np.clip(rng.normal(mean, sd, n), 20, mean + 2.6 * sd)
    distance = rng.choice([50, 60, 70, 80, 100]) if rng.random() < 0.6 else rng.uniform(180, 450)
    a = lognormal(rng, 0.11, rng.uniform(0.3, 0.9), n)
    d = np.maximum(rng.normal(rng.uniform(1.5, 2.4), rng.uniform(0.2, 0.5), n), 0.5)
    tau = rng.uniform(1.6, 3.6) * np.exp(rng.normal(0, 0.12, n))
    cold = rng.uniform(-8, 1) if rng.random() < 0.3 else 0.0
    v, tau = v * np.exp(0.045 * cold), tau / np.exp(0.7 * 0.045 * cold)
    delay = np.zeros(n)
    if rng.random() < 0.25:                                    # demyelination over 30 to 100 mm
        q, length, spread = rng.uniform(0.4, 0.9), rng.uniform(30, 100), rng.uniform(0.5, 3)
        k = rng.uniform(0.7, 3)
        delay = length / v * (1 / q - 1) + rng.gamma(k, spread / np.sqrt(k), n)
        a = a * (rng.random(n) > rng.uniform(0, 0.6))
        if not a.any():
            a[0] = 0.1
    y = np.zeros_like(t)
    m = rng.uniform(1.0, 2.4) if gamma_units else 1.0
    for k in range(n):
        if a[k] == 0:
            continue
        u = (t - distance / v[k] - d[k] - delay[k]) / tau[k]
        u = np.where(u > 0, u, 0)
        y += a[k] * (u ** m * (1 + m - u) * np.exp(-u) if gamma_units else u * (2 - u) * np.exp(-u))
    return y * 1e-3


def standard(rng, t):
    """The plain pool: one normal muscle at a usual site, its size and temperature varied."""
    n = 150
    distance = rng.choice([70, 70, 80, 290, 430])
    v = np.clip(rng.normal(rng.uniform(44, 56), rng.uniform(2.5, 4.5), n), 30, 66)
    a = lognormal(rng, 0.11, 0.6, n) * rng.uniform(0.1, 1.6)
    d = np.maximum(rng.normal(1.9, 0.35, n), 0.3)
    tau = rng.uniform(2.0, 2.8) * np.exp(rng.normal(0, 0.12, n))
    y = np.zeros_like(t)
    for k in range(n):
        u = np.maximum((t - distance / v[k] - d[k]) / tau[k], 0)
        y += a[k] * u * (2 - u) * np.exp(-u)
    return y * 1e-3


def closed(rng, t):
    """Shapes that no pool made."""
    onset, rise = rng.uniform(1.8, 14), rng.uniform(0.8, 2.8)
    k = (t - onset) / rise
    kind = rng.integers(3)
    if kind == 0:                                              # a corner at the onset
        y = np.where(k > 0, k * np.exp(1 - k) * np.cos(np.clip(k, 0, 8) * rng.uniform(0.5, 0.9)), 0)
    elif kind == 1:                                            # rising with a power
        p = rng.uniform(1.2, 3)
        k = np.maximum(k, 0)
        y = (k * np.exp(1 - k)) ** p - rng.uniform(0, 0.4) * (np.maximum(k - 2, 0) / 2 * np.exp(1 - np.maximum(k - 2, 0) / 2)) ** 2
    else:                                                      # a bell and a slower one behind it
        y = np.exp(-0.5 * ((k - 1.5) / 0.5) ** 2) - rng.uniform(0.1, 0.5) * np.exp(-0.5 * ((k - 4) / 1.2) ** 2)
    return y * rng.uniform(0.3, 14) * 1e-3


def sensory(rng, t):
    """Sensory nerve action potential: second derivatives of Gaussians, initially positive; volts, negative up."""
    n = int(rng.choice([150, 500, 1500]))
    mean, sd = rng.uniform(40, 60), rng.uniform(2, 5.5)
    v = np.clip(rng.normal(mean, sd, n), 22, 72)
    distance = rng.choice([100, 120, 140, 140, 160, 230, 380])
    w = rng.uniform(0.3, 0.6) * (v / 50) ** -0.5
    a = 0.033 * 1500 / n * (v / 50) ** rng.uniform(1, 2)
    asymmetric = rng.uniform(0.2, 1.0)                         # share of the leading positive phase
    y = np.zeros_like(t)
    for k in range(n):
        u = (t - 0.1 - distance / v[k]) / w[k]
        p = (1 - u * u) * np.exp(-u * u / 2)
        y += a[k] * np.where((u < -1), asymmetric * p, p)
    return y * 1e-6


def truth_of(tf, yf, kind):
    p = int(np.argmax(yf)); peak = yf[p]
    above = yf[:p + 1] >= 0.005 * peak
    if above[0]:
        return None
    # The first rise that leads to a tenth of the peak: ripples of the filters before it are no response.
    tenth = int(np.argmax(yf >= 0.1 * peak))
    i = np.flatnonzero(~above[:tenth + 1])[-1]
    onset = tf[i] + (0.005 * peak - yf[i]) / (yf[i + 1] - yf[i]) * (tf[1] - tf[0])
    down = np.flatnonzero(yf[p:] <= 0)
    if len(down) == 0:
        return None
    j = p + down[0]
    end = tf[j - 1] + yf[j - 1] / (yf[j - 1] - yf[j]) * (tf[1] - tf[0])
    step = (tf[1] - tf[0]) * 1e-3
    a = np.flatnonzero(tf < onset - 3); a = a[-1] if len(a) else 0
    trough = int(a + np.argmin(yf[a:i + 1]))
    return dict(onset=onset * 1e-3, peak=tf[p] * 1e-3, amplitude=peak, end=end * 1e-3,
                p2p=peak - min(yf[a:].min(), 0.0), area=float(yf[i + 1:j].sum() * step), duration=(end - onset) * 1e-3,
                trough=tf[trough] * 1e-3 if yf[trough] < -0.03 * peak else None, positivity=float(-min(yf[trough], 0.0) / peak))


def sweep(rng, kind, absent, snr, small=False):
    fs = float(rng.choice([10e3, 20e3, 20e3, 24e3, 25e3, 40e3, 48e3, 50e3]))
    start = float(rng.choice([0.0, 0.0, -5.0, -20.0]))
    length = float(rng.choice([40.0, 50.0, 80.0, 100.0])) if kind == "cmap" else float(rng.choice([15.0, 20.0, 30.0]))
    if small:                                                  # a fixture of a few tens of kB
        fs, start, length = min(fs, 20e3), max(start, -5.0), min(length, 40.0)
    n = int(round((length - start) * fs * 1e-3))
    lead = 30 * FINE                                           # for the filters to settle in
    tf = start + (np.arange(n * FINE + lead) - lead) / (fs * FINE) * 1e3
    for _ in range(20):
        family = "sensory"
        if kind == "cmap":
            family = str(rng.choice(["standard", "standard", "pool", "pool", "gamma", "closed"]))
            y = {"standard": lambda: standard(rng, tf), "pool": lambda: pool(rng, tf), "gamma": lambda: pool(rng, tf, True), "closed": lambda: closed(rng, tf)}[family]()
            if rng.random() < 0.15:                            # off the end plate: positive first
                p = int(np.argmax(y)); rise = rng.uniform(0.6, 1.5)
                at = tf[np.flatnonzero(y[:p + 1] > 0.02 * y[p])[0]] - rng.uniform(0.0, 0.6) * rise
                y = y - y[p] * rng.uniform(0.05, 0.35) * np.exp(-0.5 * ((tf - at) / (rise / 2)) ** 2)
        else:
            y = sensory(rng, tf)
            y = y * rng.uniform(5, 60) * 1e-6 / y.max()
        low, high = rng.uniform(2e3, 10e3), rng.uniform(1, 20)
        sos = butter(2, min(low, 0.45 * fs), "lowpass", fs=fs * FINE, output="sos")
        y = sosfilt(sos, y)
        if rng.random() < 0.7:
            y = sosfilt(butter(1, high, "highpass", fs=fs * FINE, output="sos"), y)
        truth = truth_of(tf, y, kind)
        ok = truth and truth["onset"] > 0.0012 and truth["end"] * 1e3 < length - 4
        if ok:
            break
    else:
        return sweep(rng, kind, absent, snr, small)
    clean = y[lead::FINE][:n].copy()
    t = start + np.arange(n) / fs * 1e3
    peak = truth["amplitude"]
    sigma = peak / snr
    if absent:                                                 # what such a recording holds without a response
        sigma = rng.uniform(2e-6, 15e-6) if kind == "cmap" else rng.uniform(0.2e-6, 2e-6)
        clean[:] = 0
    noise = rng.standard_normal(n + 500)
    coloured = rng.random() < 0.3
    if coloured:                                               # coloured: the amplifier's, and movement
        noise = sosfilt(butter(1, min(3e3, 0.45 * fs), "lowpass", fs=fs, output="sos"), noise)
        noise += 0.4 * np.cumsum(rng.standard_normal(n + 500)) * 0.02
        noise = sosfilt(butter(1, 5, "highpass", fs=fs, output="sos"), noise)
    noise = noise[500:] / noise[500:].std() * sigma
    x = clean + noise
    scale = peak if not absent else sigma * rng.uniform(5, 200)
    art = np.zeros(n); share = 0.0
    if rng.random() < 0.6:
        big = scale * np.exp(rng.uniform(np.log(0.05), np.log(3)))
        a, b = big * rng.choice([-1, 1]), big * rng.uniform(-0.3, 0.3)
        after = t >= 0.05
        u = np.where(after, t, 0)
        art = np.where(after, a * np.exp(-u / rng.uniform(0.1, 0.4)) + b * np.exp(-u / rng.uniform(0.6, 3.0)), 0)
        if not absent:
            share = abs(float(np.interp(truth["onset"] * 1e3, t, art))) / peak
    x += art
    hum = 0.0
    if rng.random() < 0.4:
        hum = sigma * rng.uniform(0.3, 4)
        f = rng.choice([50, 60]) * rng.uniform(0.998, 1.002)
        x += hum * np.sin(2e-3 * np.pi * f * t + rng.uniform(0, 6.3)) + 0.3 * hum * np.sin(6e-3 * np.pi * f * t + rng.uniform(0, 6.3))
    drift = 0.0
    if rng.random() < 0.3:
        drift = sigma * rng.uniform(-3, 3)
        x += drift * np.sin((t - start) / (length - start) * rng.uniform(0.5, 3) + rng.uniform(0, 6))
    if rng.random() < 0.5:
        x += sigma * rng.uniform(-20, 20)                      # offset
    return dict(kind=kind, family=family if not absent else "absent", fs=fs, start=start * 1e-3, n=n, snr=snr, noise=sigma,
                artefact_share=share, mains=hum / sigma, drift=drift / sigma, coloured=bool(coloured), truth=None if absent else truth), x.astype("<f4")


def write(path, seed, count, absent_share=0.15, small=False):
    rng = np.random.default_rng(seed)
    bands = [10, 20, 30, 60, 100, 300, 1000]
    at = 0
    with open(path + ".f32", "wb") as data, open(path + ".jsonl", "w") as index:
        for i in range(count):
            kind = "snap" if i % 4 == 3 else "cmap"
            absent = rng.random() < absent_share
            meta, x = sweep(rng, kind, absent, float(rng.choice(bands[:5] if kind == "snap" else bands)), small)
            meta["at"] = at; at += len(x)
            data.write(x.tobytes())
            index.write(json.dumps(meta, default=float) + "\n")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("what", choices=["golden", "set"]); ap.add_argument("dir", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    ap.add_argument("--seed", type=int, default=1); ap.add_argument("--count", type=int, default=20)
    a = ap.parse_args()
    write(os.path.join(a.dir, "ncs_sweeps" if a.what == "golden" else f"set{a.seed}"), 20261 if a.what == "golden" else a.seed, a.count, small=a.what == "golden")
