"""Makes scans.json: CMAP scans of simulated units and their STEPIX, AMPIX and D50 by numpy alone.

make_scan.py OUT.json; needs numpy. The readouts follow the description of the open implementation (signal analysis notes,
CMAP scan): nothing is shared with the crate. Scans are simulated here too, apart from the crate's own simulations.
"""

import json
import sys

import numpy as np

NOISE = 0.02


def scan(rng, kind):
    n = {"normal": rng.integers(40, 160), "neurogenic": rng.integers(6, 25), "giant": rng.integers(15, 40)}[kind]
    sizes = 0.06 * np.exp(rng.uniform(0.3, 0.9) * rng.standard_normal(n))
    if kind == "neurogenic":
        sizes *= 4
    if kind == "giant":
        sizes[: rng.integers(1, 4)] *= 10
    if rng.random() < 0.5:
        places = np.clip(rng.standard_normal(n), -2.5, 2.5) * rng.uniform(0.1, 0.25)
    else:
        places = np.where(rng.random(n) < 0.4, -0.25, 0.2) + 0.07 * rng.standard_normal(n)
    thresholds = rng.uniform(5, 14) * np.exp(places)
    spread, noise = rng.uniform(0.01, 0.03), rng.uniform(0.003, 0.02)
    count = int(rng.integers(300, 900))
    low, high = thresholds.min() * (1 - 4 * spread), thresholds.max() * (1 + 4 * spread)
    stimuli = np.geomspace(high, low, count)
    if rng.random() < 0.3:
        stimuli = stimuli[::-1]
    before = int(rng.integers(8, 30))
    strongest = high if stimuli[0] == high else low * 0.97
    stimuli = np.round(np.concatenate([np.full(before, strongest), stimuli]), 3)
    trial = thresholds * (1 + spread * rng.standard_normal((len(stimuli), n)))
    amplitudes = (stimuli[:, None] > trial) @ sizes + noise * rng.standard_normal(len(stimuli))
    return stimuli, np.round(amplitudes, 3), before, n


def readouts(amplitudes):
    a = np.sort(amplitudes)[::-1]
    d = np.sort(a[:-1] - a[1:])[::-1]
    r = np.cumsum(d)
    d50 = int(np.argmax(r > r[-1] / 2)) + 1
    clear = d[d > 2.5 * NOISE]
    if len(clear) < 2:
        return d50, None, None
    slope, cut = np.polyfit(np.log(np.arange(1, len(clear) + 1)), clear, 1)
    if slope >= 0:
        return d50, None, None
    p = int(np.round(np.exp(-cut / slope)))
    share = 100 * r[p - 1] / r[-1] / p if p < len(d) else 100 / p
    q = min(int(np.round(80 / share)), len(d) - 1)
    while q > 0 and d[q - 1] < NOISE:
        q -= 1
    return d50, q, 1000 * amplitudes.max() / q


def main():
    rng = np.random.default_rng(20260)
    out = []
    for kind in ["normal", "neurogenic", "giant"] * 4:
        stimuli, amplitudes, before, n = scan(rng, kind)
        d50, stepix, ampix = readouts(amplitudes[before:])
        out.append({"kind": kind, "units": n, "from": before, "stimulus_ma": stimuli.tolist(), "amplitude_mv": amplitudes.tolist(),
                    "d50": d50, "stepix": stepix, "ampix_uv": ampix})
    with open(sys.argv[1], "w") as file:
        json.dump(out, file, default=int, separators=(",", ":"))
        file.write("\n")


main()
