"""Golden values for recursive filters, notches and resampling: tests/golden/iir_*.json.

Run with numpy 2.4.6 and scipy 1.17.1: python tests/golden/make_iir.py
"""

import json
import pathlib

import numpy as np
from scipy import signal

HERE = pathlib.Path(__file__).parent
EVERY = 37


def trace(n, seed):
    """The same numbers as `trace` in tests/dsp_iir.rs: integer arithmetic, exact in binary64."""
    s, x = seed, np.empty(n)
    for i in range(n):
        s = (s * 6364136223846793005 + 1442695040888963407) % 2**64
        step = 3.0 if n // 3 <= i < n // 2 else 0.25
        x[i] = ((s >> 33) - 2**30) / 2**30 + step
    return x


def design(c):
    kind = {"lowpass": "low", "highpass": "high", "bandpass": "band", "bandstop": "bandstop"}[c["response"]]
    ftype = {"butterworth": "butter", "chebyshev1": "cheby1", "chebyshev2": "cheby2", "elliptic": "ellip",
             "bessel": "bessel"}[c["family"]]
    if ftype == "bessel":
        ftype = "bessel_" + c["norm"]
    corners = c["corners"] if len(c["corners"]) == 2 else c["corners"][0]
    return signal.iirfilter(c["order"], corners, c.get("ripple"), c.get("attenuation"), btype=kind,
                            ftype=ftype, output="sos", fs=c["fs"])


FAMILIES = [
    {"family": "butterworth"},
    {"family": "chebyshev1", "ripple": 0.5},
    {"family": "chebyshev2", "attenuation": 40.0},
    {"family": "elliptic", "ripple": 0.5, "attenuation": 40.0},
    {"family": "bessel", "norm": "phase"},
    {"family": "bessel", "norm": "mag"},
    {"family": "bessel", "norm": "delay"},
]
RESPONSES = [("lowpass", 1), ("highpass", 1), ("bandpass", 2), ("bandstop", 2)]


def cases():
    out = []

    def add(family, order, response, corners, fs, filt=False):
        out.append({**family, "order": order, "response": response, "corners": corners, "fs": fs, "filt": filt})

    for i, family in enumerate(FAMILIES):
        for response, count in RESPONSES:
            for order in (1, 2, 3, 4, 5, 8):
                if order in (2, 8) and i > 4:
                    continue
                corners = [20.0, 450.0] if count == 2 else [[20.0], [450.0]][response == "lowpass"]
                add(family, order, response, corners, 2048.0, order in (1, 4) and i < 5)
    butter = FAMILIES[0]
    for order, response, corners, fs, filt in [
        (4, "bandpass", [0.5, 450.0], 10000.0, True),
        (2, "bandpass", [2.0, 10000.0], 48000.0, True),
        (4, "bandpass", [20.0, 500.0], 1000.5, True),
        (4, "highpass", [0.5], 10000.0, True),
        (2, "highpass", [0.05], 10000.0, False),
        (2, "bandstop", [49.0, 51.0], 10000.0, True),
        (4, "bandstop", [49.0, 51.0], 1000.0, True),
        (3, "lowpass", [2.0], 10000.0, True),
        (4, "lowpass", [6.0], 2000.0, True),
        (10, "bandpass", [20.0, 450.0], 1926.0, True),
        (20, "lowpass", [400.0], 2000.0, True),
        (20, "highpass", [300.0], 2000.0, False),
        (15, "bandpass", [100.0, 300.0], 1000.0, False),
        (4, "bandpass", [200.0, 300.0], 1000.0, False),
        (2, "lowpass", [250.0], 1000.0, False),
        (3, "bandpass", [499.0, 499.5], 1000.0, False),
        (6, "highpass", [499.0], 1000.0, False),
        (1, "lowpass", [0.01], 30000.0, False),
    ]:
        add(butter, order, response, corners, fs, filt)
    for family in (
        {"family": "chebyshev1", "ripple": 0.001},
        {"family": "chebyshev1", "ripple": 12.0},
        {"family": "chebyshev2", "attenuation": 120.0},
        {"family": "chebyshev2", "attenuation": 3.0},
        {"family": "elliptic", "ripple": 0.01, "attenuation": 100.0},
        {"family": "elliptic", "ripple": 3.0, "attenuation": 20.0},
    ):
        add(family, 6, "lowpass", [100.0], 1000.0)
        add(family, 7, "bandpass", [60.0, 200.0], 1000.0)
    for family in FAMILIES[1:5]:
        add(family, 12, "lowpass", [100.0], 1000.0)
        add(family, 4, "bandpass", [0.5, 450.0], 10000.0)
    add(FAMILIES[4], 20, "highpass", [100.0], 1000.0)
    add(FAMILIES[5], 15, "lowpass", [100.0], 1000.0)
    add(FAMILIES[5], 24, "lowpass", [100.0], 1000.0)
    return out


def sampled(y):
    return {"every": [float(v) for v in y[::EVERY]], "last": float(y[-1]), "sum": float(np.sum(y))}


def main():
    rows = []
    for i, c in enumerate(cases()):
        sos = design(c)
        row = {k: v for k, v in c.items() if k != "filt"}
        row["sos"] = [[float(v) for v in (*s[:3], *s[4:])] for s in sos]
        if c["filt"]:
            n = 300 + 100 * (i % 9)
            x = trace(n, i)
            row["n"], row["seed"] = n, i
            row["zero_phase"] = sampled(signal.sosfiltfilt(sos, x))
            zi = signal.sosfilt_zi(sos) * x[0]
            row["causal"] = sampled(signal.sosfilt(sos, x, zi=zi)[0])
        rows.append(row)
    write("iir_designs.json", rows)

    rows = []
    for f, q, fs in [(50, 30, 2048), (60, 30, 10000), (50, 35, 1000), (60, 5, 500.5), (150, 100, 44100)]:
        b, a = signal.iirnotch(f, q, fs)
        y = signal.sosfiltfilt(signal.tf2sos(b, a), trace(700, f))
        rows.append({"frequency": float(f), "quality": float(q), "fs": float(fs),
                     "sos": [float(v) for v in (*b, *a[1:])], "n": 700, "seed": f, "zero_phase": sampled(y)})
    write("iir_notch.json", rows)

    rows = []
    for i, (up, down, n) in enumerate([(1, 2, 500), (2, 1, 300), (3, 2, 401), (2, 3, 401), (147, 160, 600),
                                       (160, 147, 333), (1, 5, 1003), (5, 1, 100), (4, 6, 200), (7, 3, 1),
                                       (1, 10, 7), (1000, 1024, 2000)]):
        y = signal.resample_poly(trace(n, i), up, down)
        rows.append({"up": up, "down": down, "n": n, "seed": i, "len": len(y), "y": sampled(y)})
    taps = signal.firwin(61, 1 / 3, window=("kaiser", 5.0))
    write("iir_resample.json", {"cases": rows, "firwin_61_third": [float(v) for v in taps]})


def write(name, value):
    text = json.dumps(value, separators=(",", ":")).replace("},{", "},\n{")
    (HERE / name).write_text(text + "\n")


main()
