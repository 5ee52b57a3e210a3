"""Late responses and repetitive stimulation with known truth, by a model of its own in numpy.

Usage: make_late.py fixture                      writes late.json beside this file
       make_late.py KIND FIRST LAST FOLDER       writes KIND_SEED.bin (f64, sweep after sweep) and KIND_SEED.json
KIND: f (F waves), h (H reflex), r (repetitive stimulation).

Files hold active minus reference, so everything computed negative up is turned before it is written.
The forms are those of the evoked responses in the method notes of this project (a pool of motor units whose
potentials add up; units that backfire with a small probability; junctions that fail), with their parameters varied
well beyond the usual values, and other wave forms, coloured noise, mains, drift and artefacts besides.
"""
import json
import sys
from pathlib import Path

import numpy as np


def unit_wave(u, form):
    """A unit's potential over scaled time, negative up; 0 before its onset."""
    up = np.clip(u, 0, None)
    if form == 0:  # sharp onset, zero area
        return up * (2 - up) * np.exp(-up)
    if form == 1:  # soft onset
        return up**2 * (3 - up) * np.exp(-1.6 * up) * 1.6
    # polyphasic, at times positive first
    s = np.sin(2.6 * up) * np.exp(-0.7 * up) * np.minimum(up / 0.25, 1)
    return -0.8 * s if form == 3 else 0.8 * s


def noise(rng, shape, fs, rms):
    """White, or white with a coloured part, or limited to a band."""
    kind = rng.integers(3)
    x = rng.standard_normal(shape)
    if kind:
        f = np.fft.rfftfreq(shape[-1], 1 / fs)
        h = 1 / np.sqrt(1 + (f / 3000) ** 4) if kind == 1 else np.sqrt(0.5 + 0.5 * 200 / np.maximum(f, 20))
        x = np.fft.irfft(np.fft.rfft(x) * h, shape[-1])
    return rms * x / x.std()


def mains(rng, n, t, amplitude):
    f = rng.choice([50.0, 60.0])
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    third = rng.uniform(0, 0.4)
    return amplitude * (np.sin(2 * np.pi * f * t + phase) + third * np.sin(6 * np.pi * f * t + 3 * phase + 1))


def drift(rng, n, t, amplitude):
    return amplitude * (rng.standard_normal((n, 1)) + rng.standard_normal((n, 1)) * t / 0.05)


def artefact(rng, t, a, b):
    ta = np.where(t >= 0, t, np.inf)
    return a * np.exp(-ta / 0.25e-3) + b * np.exp(-ta / 1.5e-3)


def pool(rng, n, velocity, spread, form):
    return dict(
        a=rng.lognormal(np.log(1.1e-4), rng.uniform(0.4, 0.8), n),
        v=np.clip(rng.normal(velocity, spread, n), velocity - 3 * spread, velocity + 3 * spread),
        d=np.clip(rng.normal(1.9e-3, 0.35e-3, n), 0.8e-3, None),
        tau=rng.uniform(1.3e-3, 2.6e-3) * np.exp(rng.normal(0, 0.12, n)),
        form=form,
    )


def onset_of(x, t, share=0.005):
    """First time where |x| passes a share of its largest value."""
    level = share * np.abs(x).max()
    i = int(np.argmax(np.abs(x) > level))
    if i == 0:
        return float(t[0])
    a, b = abs(x[i - 1]), abs(x[i])
    return float(t[i] - (t[1] - t[0]) * (b - level) / max(b - a, 1e-30))


def f_study(seed, fixed=None):
    fixed = fixed or {}
    rng = np.random.default_rng([7, seed])
    arm = bool(rng.random() < 0.5)
    fs = float(rng.choice([10000, 20000, 20000, 48000]))
    n = int(rng.choice([10, 20, 20, 32, 50, 100]))
    height = float(rng.uniform(1.5, 2.0))
    pre = float(rng.choice([0.0, 0.0, 0.005, 0.01]))
    arm, fs, n, pre = (fixed.get(k, v) for k, v in dict(arm=arm, fs=fs, n=n, pre=pre).items())
    length = float(rng.choice([0.05, 0.06] if arm else [0.08, 0.1]))
    count = int(rng.integers(25, 200))
    velocity = rng.uniform(48, 64) if arm else rng.uniform(42, 52)
    form = int(rng.choice([0, 0, 0, 1, 2, 3]))
    p = pool(rng, count, velocity, rng.uniform(2, 4), 0)
    t = np.arange(int((length + pre) * fs)) / fs - pre
    distal = rng.uniform(0.06, 0.09)
    proximal = height * (rng.uniform(0.36, 0.42) if arm else rng.uniform(0.60, 0.66))
    m_lat = distal / p["v"] + p["d"]
    f_lat = m_lat + 2 * proximal / p["v"] + 1e-3
    mw = np.zeros_like(t)
    for k in range(count):
        mw += p["a"][k] * unit_wave((t - m_lat[k]) / p["tau"][k], 0)
    kind = rng.choice(["normal", "normal", "low", "none", "high", "repeaters", "root"])
    kind = fixed.get("kind", kind)
    mean_p = dict(normal=rng.uniform(0.008, 0.03), low=rng.uniform(0.001, 0.006), none=0.0, high=rng.uniform(0.03, 0.06),
                  repeaters=0.004, root=rng.uniform(0.002, 0.01))[kind]
    prob = np.clip(rng.gamma(1.0, 1.0, count) * mean_p, 0, 0.5)
    repeating = []
    if kind == "repeaters":
        repeating = [int(k) for k in rng.choice(count, rng.integers(1, 4), replace=False)]
        prob[repeating] = rng.uniform(0.1, 0.25, len(repeating))
    if kind == "root":
        f_lat = f_lat + rng.gamma(2.0, 1.5e-3, count)
    late = f_lat > length - 0.010
    prob[late] = 0
    waves, fired = np.zeros((n, len(t))), []
    for i in range(n):
        ks = np.flatnonzero(rng.random(count) < prob)
        fired.append([int(k) for k in ks])
        for k in ks:
            # a unit's F wave may look unlike its part of the M response
            waves[i] += p["a"][k] * unit_wave((t - f_lat[k] - rng.normal(0, 0.03e-3)) / p["tau"][k], form)
    a_waves, a_signal = [], np.zeros((n, len(t)))
    expected_min = float(np.min(f_lat))
    for _ in range(fixed.get("a_waves", int(rng.choice([0, 0, 0, 1, 1, 2])))):
        lo = np.min(m_lat) + 0.009
        lat = float(rng.uniform(lo, min(expected_min + 0.012, length - 0.012)))
        share = float(rng.choice([1.0, 1.0, 0.8, 0.6]))
        amp, tau, fm = rng.uniform(60e-6, 400e-6), rng.uniform(0.5e-3, 1.5e-3), int(rng.choice([0, 1, 2]))
        present = rng.random(n) < share
        jitter = rng.uniform(0.02e-3, 0.12e-3)
        base = unit_wave((t - 5e-3) / tau, fm)
        amp /= np.ptp(base)
        for i in np.flatnonzero(present):
            a_signal[i] += amp * unit_wave((t - lat - rng.normal(0, jitter)) / tau, fm)
        a_waves.append(dict(latency=lat, count=int(present.sum()), present=[bool(b) for b in present]))
    rms = rng.uniform(3e-6, 15e-6)
    x = mw * (1 + rng.normal(0, rng.choice([0, 0.003, 0.01]), (n, 1))) + waves + a_signal
    x = x + artefact(rng, t, rng.uniform(-3e-3, 3e-3), rng.uniform(-3e-4, 3e-4))
    x = x + noise(rng, x.shape, fs, rms)
    hum = 0.0
    if rng.random() < 0.35:
        hum = float(rng.uniform(2e-6, 20e-6))
        x = x + mains(rng, n, t, hum)
    x = x + drift(rng, n, t, rng.choice([0, 5e-6, 20e-6]))
    noisy = []
    if rng.random() < 0.15:  # contraction in a few sweeps
        noisy = [int(i) for i in rng.choice(n, max(1, n // 10), replace=False)]
        for i in noisy:
            for at in rng.uniform(t[0], t[-1], 12):
                x[i] += rng.uniform(50e-6, 200e-6) * unit_wave((t - at) / 1e-3, 2)
    saturated = fixed.get("saturated", bool(rng.random() < 0.3))
    if saturated:
        x = np.clip(x, -2e-3, 2e-3)
    present, latency, amplitude = [], [], []
    for i in range(n):
        w = waves[i]
        on = bool(np.ptp(w) >= 20e-6)
        present.append(on)
        latency.append(onset_of(w, t) if on else None)
        amplitude.append(float(np.ptp(w)))
    mpp = float(np.ptp(mw))
    truth = dict(kind=str(kind), arm=arm, height=height, present=present, latency=latency, amplitude=amplitude, fired=fired,
                 repeating=repeating, a_waves=a_waves, noisy=noisy, saturated=saturated, m_peak_to_peak=mpp, noise=float(rms), form=form, mains=hum)
    return x, -pre, fs, truth


def h_study(seed):
    rng = np.random.default_rng([8, seed])
    fs = float(rng.choice([5000, 10000, 20000, 20000]))
    n = int(rng.integers(8, 40))
    pre = float(rng.choice([0.0, 0.005, 0.01]))
    t = np.arange(int((0.06 + pre) * fs)) / fs - pre
    count = 120
    p = pool(rng, count, 48, 3, 0)
    m_lat = 0.12 / p["v"] + p["d"] + 0.5e-3
    kind = str(rng.choice(["present", "present", "present", "absent", "f_only", "low_only"]))
    h_mean = rng.uniform(26.5e-3, 35e-3)
    h_lat = h_mean + np.abs(rng.normal(0, 0.9e-3, count))
    order = rng.permutation(count)  # recruited by the stimulus, M
    m_threshold = 1 + rng.normal(0.55, 0.15, count)[order]
    h_threshold = 1 + rng.normal(0.25, 0.08, count)
    reach = rng.uniform(0.1, 0.8)  # share of the pool that the reflex can reach
    reflex = rng.random(count) < reach
    gain = rng.uniform(1, 3)
    top = 1.4 if kind == "low_only" else 2.2
    stimulus = np.linspace(0.95, top, n)
    if rng.random() < 0.3:
        stimulus = rng.permutation(stimulus)
    x, h_truth, m_truth = np.zeros((n, len(t))), [], []
    base = [p["a"][k] * gain * unit_wave((t - m_lat[k]) / p["tau"][k], 0) for k in range(count)]
    hbase = [p["a"][k] * gain * unit_wave((t - h_lat[k]) / p["tau"][k], 0) for k in range(count)]
    for i, s in enumerate(stimulus):
        m_on = m_threshold <= s
        if not m_on.any() and not len(h_truth):
            pass
        m = sum((base[k] for k in np.flatnonzero(m_on)), np.zeros_like(t))
        h = np.zeros_like(t)
        if kind in ("present", "low_only"):
            # antidromic impulses of the units that the stimulus reached collide with the reflex
            on = reflex & (h_threshold <= s) & ~m_on
            h = sum((hbase[k] for k in np.flatnonzero(on)), h)
        elif kind == "f_only":
            on = m_on & (rng.random(count) < 0.03)
            for k in np.flatnonzero(on):
                h = h + p["a"][k] * gain * unit_wave((t - h_lat[k] - rng.uniform(0, 3e-3)) / p["tau"][k], 0)
        h_truth.append(float(max(h.max(), 0)))
        m_truth.append(float(max(m.max(), 0)))
        x[i] = m + h
    k = int(np.argmax(h_truth))
    latency = None
    if kind in ("present", "low_only"):
        on = reflex & (h_threshold <= stimulus[k]) & ~(m_threshold <= stimulus[k])
        if on.any():
            w = sum(hbase[j] for j in np.flatnonzero(on))
            latency = onset_of(w, t)
    x = x + artefact(rng, t, rng.uniform(-3e-3, 3e-3), rng.uniform(-3e-4, 3e-4))
    x = x + noise(rng, x.shape, fs, rng.uniform(3e-6, 15e-6))
    if rng.random() < 0.3:
        x = x + mains(rng, n, t, rng.uniform(2e-6, 20e-6))
    x = x + drift(rng, n, t, rng.choice([0, 5e-6, 20e-6]))
    truth = dict(kind=kind, h=h_truth, m=m_truth, latency=latency, stimulus=[float(s) for s in 10 * stimulus],
                 know_stimulus=bool(rng.random() < 0.6))
    return x, -pre, fs, truth


def r_study(seed):
    rng = np.random.default_rng([9, seed])
    fs = float(rng.choice([5000, 10000, 20000, 20000]))
    n = int(rng.choice([5, 8, 10, 10, 10]))
    pre = float(rng.choice([0.0, 0.002, 0.005, 0.01]))
    t = np.arange(int((rng.choice([0.03, 0.05]) + pre) * fs)) / fs - pre
    count = int(rng.integers(60, 200))
    p = pool(rng, count, 52, 3, 0)
    lat = rng.uniform(0.05, 0.09) / p["v"] + p["d"]
    target = rng.uniform(2e-3, 12e-3)
    kind = str(rng.choice(["normal", "normal", "decrement", "decrement", "increment",
                           "step", "slip", "submaximal", "movement"]))
    k = np.arange(n)
    depletion = np.array([1, 0.85, 0.75, 0.72, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77])[:n]
    safe = np.ones((n, count))
    if kind == "decrement":
        # share of a unit's junctions that still transmit: quanta released against what is needed
        margin = rng.lognormal(np.log(rng.uniform(1.1, 1.8)), 0.35, (count, 1))
        from math import erf
        z = (margin * depletion - 0.72) / 0.25
        safe = 0.5 * (1 + np.vectorize(erf)(z / np.sqrt(2))).T
    elif kind == "increment":
        safe = np.clip(0.25 * np.exp(rng.uniform(0.05, 0.2) * k)[:, None] * np.ones(count), 0, 1)
    whole = sum(p["a"][j] * unit_wave((t - lat[j]) / p["tau"][j], 0) for j in range(count))
    scale = target / whole.max()
    x = np.zeros((n, len(t)))
    m = np.array([sum(safe[i, j] * p["a"][j] * unit_wave((t - lat[j]) / p["tau"][j], 0) for j in range(count)) for i in range(n)]) * scale
    clean = m.copy()
    artefact_train = kind in ("step", "slip", "submaximal", "movement")
    if kind == "step":  # the electrode moves once: amplitude and shape change
        at = int(rng.integers(2, n - 1))
        for i in range(at, n):
            other = np.interp(t - rng.uniform(0.1e-3, 0.1001e-3), t, m[i])
            wide = np.interp((t - lat.min()) / rng.uniform(1.1, 1.1001) + lat.min(), t, m[i])
            m[i] = rng.uniform(0.82, 0.821) * (0.5 * other + 0.5 * wide)
    elif kind == "slip":
        for i in range(n):
            s = i / (n - 1)
            wide = np.interp((t - lat.min()) / (1 + 0.25 * s) + lat.min(), t, m[i])
            m[i] = (1 - 0.3 * s) * wide
    elif kind == "submaximal":
        for i in range(n):
            on = rng.random(count) < (1.0 if rng.random() < 0.5 else rng.uniform(0.7, 0.9))
            m[i] = sum(on[j] * p["a"][j] * unit_wave((t - lat[j]) / p["tau"][j], 0) for j in range(count)) * scale
    elif kind == "movement":
        for i in range(1, n):
            m[i] = m[i] * (1 + rng.normal(0, 0.07)) + 0.1 * target * rng.normal() * np.sin(2 * np.pi * rng.uniform(15, 40) * t + rng.uniform(0, 6))
    area = []
    for w in (clean if not artefact_train else m):
        peak = int(np.argmax(w))
        end = peak + int(np.argmax(w[peak:] <= 0)) if (w[peak:] <= 0).any() else len(w)
        area.append(float(np.clip(w[:end], 0, None).sum() / fs))
    amplitude = [float(w.max()) for w in (clean if not artefact_train else m)]
    x = m + artefact(rng, t, rng.uniform(-3e-3, 3e-3), rng.uniform(-3e-4, 3e-4))
    x = x + noise(rng, x.shape, fs, rng.uniform(3e-6, 15e-6))
    if rng.random() < 0.3:
        x = x + mains(rng, n, t, rng.uniform(2e-6, 20e-6))
    x = x + drift(rng, n, t, rng.choice([0, 10e-6, 50e-6]))
    truth = dict(kind=kind, artefact=artefact_train, amplitude=amplitude, area=area)
    return x, -pre, fs, truth


STUDIES = dict(f=f_study, h=h_study, r=r_study)


# Seeds of the fixture: none of those that the method was developed on. F-wave sets are made small.
SMALL = dict(fs=10000.0, n=20, pre=0.0)
FIXTURE = [
    ("f", 5101, dict(SMALL, arm=True, kind="normal", a_waves=0, saturated=False)),
    ("f", 5102, dict(SMALL, arm=False, kind="normal", a_waves=0, saturated=True, n=10)),
    ("f", 5103, dict(SMALL, arm=True, kind="low", a_waves=1, saturated=False)),
    ("f", 5104, dict(SMALL, arm=True, kind="none", a_waves=0, saturated=False)),
    ("h", 5005, None),
    ("h", 5010, None),
    ("h", 5001, None),
    ("r", 5007, None),
    ("r", 5002, None),
    ("r", 5009, None),
    ("r", 5049, None),
]


def fixture():
    out = []
    for kind, seed, fixed in FIXTURE:
        x, start, fs, truth = STUDIES[kind](seed, fixed) if fixed else STUDIES[kind](seed)
        # Whole tenths of a microvolt: small, and far below the noise.
        sweeps = [[int(round(float(-v) * 1e7)) for v in row] for row in x]
        out.append(dict(test=kind, seed=seed, start_s=start, sampling_frequency_hz=fs, truth=truth, recorded_tenths_of_uv=sweeps))
    Path(__file__).with_name("late.json").write_text(json.dumps(out, separators=(",", ":")))


def main():
    if sys.argv[1] == "fixture":
        return fixture()
    kind, first, last, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first, last):
        x, start, fs, truth = STUDIES[kind](seed)
        (folder / f"{kind}_{seed}.bin").write_bytes((-x).astype("<f8").tobytes())
        meta = dict(seed=seed, start=start, fs=fs, n=x.shape[0], truth=truth)
        (folder / f"{kind}_{seed}.json").write_text(json.dumps(meta))


if __name__ == "__main__":
    main()
