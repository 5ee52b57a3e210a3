"""Hum shares by a whole-record periodogram, for tests/quality_golden.rs.

    python tests/golden/make_quality.py <folder of emgdb> > tests/golden/quality_mains.csv

Each record gets 50- or 60-Hz hum (with a third harmonic of 30 %) of the given amplitude in codes, rounded to
16 bit; share = power within 0.8 Hz of the harmonics, of the power above 5 Hz.
"""
import sys
import numpy as np

FS = 4000
print("record,frequency_hz,amplitude_codes,share")
for record in ("emg_healthy", "emg_myopathy", "emg_neuropathy"):
    x = np.fromfile(f"{sys.argv[1]}/{record}.dat", "<i2").astype(float)
    t = np.arange(len(x)) / FS
    for line in (50, 60):
        for amplitude in (0, 600, 1500, 5000):
            p = 2 * np.pi * line * t
            y = np.round(np.clip(x + amplitude * (np.sin(p) + 0.3 * np.sin(3 * p)), -32768, 32767))
            f = np.fft.rfftfreq(len(y), 1 / FS)
            power = np.abs(np.fft.rfft(y - y.mean())) ** 2
            k = np.round(f / line)
            lines = (k >= 1) & (np.abs(f - k * line) <= 0.8)
            print(f"{record},{line},{amplitude},{power[lines].sum() / power[f > 5].sum():.6f}")
