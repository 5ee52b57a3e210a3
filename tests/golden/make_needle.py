"""Simulated concentric-needle EMG by another implementation than `myotome simulate`: a cross-check for measuring.

Needs numpy only, and is needed neither to build nor to test. `python make_needle.py FOLDER` writes recordings of a
chronic neurogenic and of a normal muscle and their `truth.json` into FOLDER. No person was recorded. The same seed
gives the same files (made with numpy 2.4 on x86-64; another FFT may move a sample by one step).

Model (sources at each place below)
- Single fibre: line source in an anisotropic volume conductor, two waves from the end-plate to the tendons.
- Electrode: mean over a 0.15 x 0.58 mm ellipse minus mean over the cannula.
- Motor unit: fibres scattered over a round territory; each fibre has its diameter, end-plate and delay, and
  jitters at every discharge.
- Pool: recruitment thresholds and firing rates after Fuglevand et al. 1993.
- Amplifier: white and pink noise, a trace of 50 Hz, one-pole high-pass at 10 Hz.
True polarity: active minus reference, so that a negative peak is a negative number.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

SEED = 20260105
FS = 20_000  # Hz
HERE = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

# --- one muscle fibre ---------------------------------------------------------------------------------------
# Plonsey and Barr; Nandedkar and Stalberg 1983: line source; Rosenfalck 1969: action potential.
SIGMA_I, SIGMA_R, SIGMA_Z = 1.01, 0.063, 0.33  # S/m: inside, across and along the fibres
ANISOTROPY = SIGMA_Z / SIGMA_R
DZ = 0.05  # mm
HALF_LENGTH = 60.0  # mm from end-plate to tendon
Z = (np.arange(int(HALF_LENGTH / DZ)) + 0.5) * DZ
WIDE = 4096  # points of the spatial convolution: source (30 mm) and fibre (60 mm)
S = np.arange(int(30.0 / DZ)) * DZ
SLOPE = 768.0 * (3 * S**2 - 2 * S**3) * np.exp(-2 * S)  # dV/ds of 768 s^3 exp(-2 s) - 90, mV/mm
# Where a wave dies at the needle the membrane recovers slowly; this gives the long tail of a positive sharp wave.
# Our choice: the same upstroke, then a recovery over 7 mm.
_recovery = np.where(S > 1.5, np.exp(-(S - 1.5) / 7.0) * (1 - np.exp(-(S - 1.5) / 1.0)), 0.0)
SLOW = np.where(S <= 1.5, SLOPE, 0.0)
SLOW -= _recovery * SLOW.sum() / _recovery.sum()
SLOPE_F, SLOW_F = np.fft.rfft(SLOPE, WIDE), np.fft.rfft(SLOW, WIDE)
WINDOW = 1024  # samples of one potential at FS: 51 ms
FINE = 2  # oversampling while a potential is computed
NEAREST = 0.1  # mm: the needle pushes the fibres aside, none comes nearer to the electrode's surface

# The electrode: shaft along y, tip at the origin, bevel turned to +x; fibres run along z.
_a = np.linspace(0, 2 * np.pi, 12, endpoint=False)
CORE = np.array([(0.0, 0.29 * q * np.cos(a), 0.075 * q * np.sin(a)) for a in _a for q in (0.5, 0.87)])
CANNULA = np.array([(0.225 * np.cos(2.4 * i), 0.3 + 0.7 * i, 0.225 * np.sin(2.4 * i)) for i in range(18)])


def velocity(d):
    """Conduction velocity (mm/ms) of a fibre of diameter d (um)."""
    return 0.05 * d + 0.95


def fibre(x, y, d_um, z0, delay_ms, stop_at_needle=False):
    """Spectrum (WINDOW samples at FS, uV) of one fibre at (x, y) mm whose end-plate lies z0 mm before the needle.

    `stop_at_needle` ends the fibre under the electrode: the form of a positive sharp wave."""
    weights = []
    for sign in (1, -1):
        z = sign * Z
        w = np.zeros_like(Z)
        for points, share in ((CORE, 1 / len(CORE)), (CANNULA, -1 / len(CANNULA))):
            r2 = np.maximum((points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2, NEAREST**2)[:, None]
            dz = z[None, :] - (z0 + points[:, 2])[:, None]
            w += share * (-dz * (ANISOTROPY * r2 + dz * dz) ** -1.5).sum(0)
        if stop_at_needle:
            w[Z > z0] = 0.0
        weights.append(sign * w)
    wave = np.fft.irfft((SLOW_F if stop_at_needle else SLOPE_F) * np.fft.rfft(weights[0] + weights[1], WIDE), WIDE) * DZ
    d = d_um * 1e-3
    t = np.arange(WINDOW * FINE) / (FS * FINE) * 1e3 - delay_ms  # ms
    phi = np.interp(velocity(d_um) * t, np.arange(WIDE) * DZ, wave, left=0.0, right=0.0)
    phi *= 1e3 * SIGMA_I * np.pi * d * d / 4 / (4 * np.pi * SIGMA_R)  # mV to uV
    return np.fft.rfft(phi)[: WINDOW // 2 + 1] / FINE


OMEGA = 2 * np.pi * np.fft.rfftfreq(WINDOW, 1 / FS) * 1e-3  # rad/ms
EDGE = np.clip((10_000 - np.fft.rfftfreq(WINDOW, 1 / FS)) / 1500, 0, 1)  # anti-alias


class Unit:
    """A motor unit: its nearest fibres one by one (they jitter), the others as one sum."""

    NEAR = 10

    def __init__(self, fibres, jitter_ms, rng):
        spectra = np.array([fibre(*f) for f in fibres]) * EDGE
        size = np.ptp(np.fft.irfft(spectra, WINDOW), axis=1)
        order = np.argsort(-size)
        self.near, self.far = spectra[order[: self.NEAR]], spectra[order[self.NEAR :]].sum(0)
        self.jitter_ms, self.rng, self.fibres = jitter_ms, rng, len(fibres)
        self.template = np.fft.irfft(self.near.sum(0) + self.far, WINDOW)
        self.amplitude_uv = float(np.ptp(self.template))
        self.peak = int(np.argmin(self.template))

    def add(self, signal, at_s):
        """Adds one discharge whose negative peak lies at `at_s`."""
        first = at_s * FS - self.peak
        whole = int(np.floor(first))
        tau = self.rng.normal(0, self.jitter_ms, len(self.near)) + (first - whole) / FS * 1e3
        far = self.far * np.exp(-1j * OMEGA * (first - whole) / FS * 1e3)
        x = np.fft.irfft((self.near * np.exp(-1j * np.outer(tau, OMEGA))).sum(0) + far, WINDOW)
        lo, hi = max(whole, 0), min(whole + WINDOW, len(signal))
        if lo < hi:
            signal[lo:hi] += x[lo - whole : hi - whole]


# --- a muscle -----------------------------------------------------------------------------------------------
POOL = 60  # units whose territories may reach the needle
REGION = 5.0  # mm: their centres lie so far around the needle's track
RANGE, MIN_RATE, PEAK_FIRST, PEAK_DROP = 30.0, 8.0, 35.0, 10.0  # Fuglevand 1993: RR, MFR, PFR_1, PFRD


def threshold(i):
    return np.exp(np.log(RANGE) * i / POOL)


def layout(rng, chronic):
    """Fibres (x, y) of each unit of the pool, recruitment order, and the survivors of a root lesion."""
    units = []
    for i in range(POOL):
        part = i / POOL
        radius = rng.uniform(2.4, 3.2) + 0.8 * part
        count = rng.poisson((3.0 + 2.0 * part) * np.pi * radius**2)
        r, a = radius * np.sqrt(rng.random(count)), rng.uniform(0, 2 * np.pi, count)
        centre_r, centre_a = REGION * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
        xy = np.stack([centre_r * np.cos(centre_a) + r * np.cos(a), centre_r * np.sin(centre_a) + r * np.sin(a)], 1)
        units.append(xy)
    if not chronic:
        return {i: u for i, u in enumerate(units)}
    # 80 % of the units are lost; each survivor adopts three fibres beside each of its own (grouping).
    kept = sorted(rng.choice(POOL, POOL // 5, replace=False))
    out = {}
    for i in kept:
        own = units[i]
        adopted = [own + rng.normal(0, 0.16, own.shape) for _ in range(3)]
        out[int(i)] = np.concatenate([own, *adopted])
    return out


def place_needle(units, rng, wanted):
    """The electromyographer's small movements: of 60 places the one where most of the first units are crisp."""
    best, best_score = None, -1.0
    for _ in range(60):
        at = rng.uniform(-1.5, 1.5, 2)
        near = [np.hypot(*(units[i] - at).T).min() for i in wanted]
        score = sum(1.0 for n in near if 0.12 < n < 0.38) - 0.5 * sum(1.0 for n in near if n <= 0.12)
        if score > best_score:
            best, best_score = at, score
    return best


def build(rng, chronic, active, wanted):
    """The units that fire at a new needle site, as `Unit`s by recruitment number."""
    units = layout(rng, chronic)
    numbers = list(units)
    at = place_needle(units, rng, numbers[:wanted])
    out = {}
    for i in numbers[:active]:
        z0 = rng.uniform(16, 22) if chronic else rng.uniform(9, 15)
        fibres = []
        for x, y in units[i] - at:
            if np.hypot(x, y) > 5.0:  # adds less than 1 uV
                continue
            adopted = chronic and rng.random() < 0.75
            d = np.clip(rng.normal(46 + 18 * i / POOL, 13 if chronic else 9), 20, 90)
            plate = z0 + rng.normal(0, 3.0 if chronic else 1.1)
            # Axon branches of a few mm at 2 to 5 m/s; collateral sprouts are longer and slower.
            delay = 2.0 + abs(rng.normal(0, 0.2)) + (rng.exponential(0.7) if adopted else 0.0)
            fibres.append((x, y, d, plate, delay))
        if fibres:
            # A pair of fibres shows 1.6 times this: 27 us, and 43 us in the chronic units.
            out[i] = Unit(fibres, 0.027 if chronic else 0.017, rng)
    return out


def firing(rng, i, drive, gain=1.0):
    """Discharge times (s) of unit i under `drive` (one value a ms)."""
    times, t = [], rng.uniform(0, 0.15)
    peak = PEAK_FIRST - PEAK_DROP * threshold(i) / RANGE
    variation, own = rng.uniform(0.10, 0.16), rng.normal(1, 0.07)
    while t < len(drive) / 1000 - 0.03:
        excess = drive[int(t * 1000)] - threshold(i)
        if excess < 0:
            t += 0.004
            continue
        rate = own * min(MIN_RATE + gain * excess, peak)
        times.append(t)
        t += max(rng.normal(1, variation), 0.5) / rate
        t = max(t, times[-1] + 0.020)
    return times


def effort(rng, seconds, level):
    """Common drive: quiet for 1.2 s, up within 0.4 s, then held with 4 % of 1.5 Hz wandering."""
    n = int(seconds * 1000)
    t = np.arange(n) / 1000
    rough = np.fft.irfft(np.fft.rfft(rng.normal(size=n)) * (np.fft.rfftfreq(n, 1e-3) < 1.5), n)
    drive = level * np.clip((t - 1.2) / 0.4, 0, 1) * (1 + 0.04 * rough / rough.std())
    drive[t < 1.2] = -1.0
    return drive


# --- a recording --------------------------------------------------------------------------------------------
def amplifier(rng, signal):
    """Adds the noise of tissue and amplifier, then the high-pass of the amplifier."""
    n = len(signal)
    f = np.fft.rfftfreq(n, 1 / FS)
    pink = np.fft.irfft(np.fft.rfft(rng.normal(size=n)) / np.sqrt(np.maximum(f, 5.0)), n)
    t = np.arange(n) / FS
    x = signal + rng.normal(0, 2.2, n) + 1.5 * pink / pink.std() + 0.8 * np.sin(2 * np.pi * 50 * t + 1.0)
    return np.fft.irfft(np.fft.rfft(x) * (1j * f / 10.0 / (1 + 1j * f / 10.0)), n)


def contraction(rng, seconds, level, chronic, active, wanted, gain=1.0):
    signal = np.zeros(int(seconds * FS))
    drive = effort(rng, seconds, level)
    rows = []
    for i, unit in build(rng, chronic, active, wanted).items():
        times = firing(rng, i, drive, gain)
        for t in times:
            unit.add(signal, t)
        # Discharges of what is lost in the noise are no truth that a measurement can be held against.
        if times and unit.amplitude_uv >= 25:
            rows.append({"unit": i, "fibres": unit.fibres, "amplitude_peak_to_peak_uv": round(unit.amplitude_uv, 1),
                         "negative_peak_samples": [round(t * FS) for t in times]})
    return amplifier(rng, signal), {"motor_units": rows}


def rest(rng, seconds, trains):
    """Quiet muscle with trains of denervated fibres: (kind, first s, last s, rate Hz, distance mm)."""
    signal = np.zeros(int(seconds * FS))
    rows = []
    for kind, start, stop, rate, distance in trains:
        a = rng.uniform(-0.6, 0.6)
        sharp = kind == "positive_sharp_wave"
        spec = fibre(distance * np.cos(a), distance * np.sin(a), rng.uniform(28, 34) if sharp else rng.uniform(32, 42), 12.0, 1.0, sharp) * EDGE
        wave = np.fft.irfft(spec, WINDOW)
        peak = int(np.argmax(wave) if sharp else np.argmin(wave))
        t, times = start, []
        while t < stop:
            first = int(round(t * FS)) - peak
            lo, hi = max(first, 0), min(first + WINDOW, len(signal))
            signal[lo:hi] += wave[lo - first : hi - first]
            times.append(int(round(t * FS)))
            # Very regular, slowing by a few per cent a second.
            t += (1 + 0.03 * (t - start)) * rng.normal(1, 0.025) / rate
        rows.append({"kind": kind, "amplitude_peak_to_peak_uv": round(float(np.ptp(wave)), 1),
                     "main_peak_samples": times})
    return amplifier(rng, signal), {"spontaneous": rows}


# --- files --------------------------------------------------------------------------------------------------
def steps(x, per_uv):
    q = np.round(x * per_uv)
    assert np.abs(q).max() < 32_000, "clips"
    return q.astype("<i2")


def write_wav(name, x, what):
    """16-bit PCM. WAV knows no volts: `study.toml` says 10 steps a microvolt."""
    data = steps(x, 10).tobytes()
    head = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, FS, 2 * FS, 2, 16)
    (HERE / f"{name}.wav").write_bytes(head + b"data" + struct.pack("<I", len(data)) + data)


def write_wfdb(name, x, what):
    """Header and signal file of format 16, 2 steps a microvolt."""
    q = steps(x, 2)
    checksum = int(q.astype(np.int64).sum()) & 0xFFFF
    checksum -= 0x10000 if checksum >= 0x8000 else 0
    (HERE / f"{name}.dat").write_bytes(q.tobytes())
    (HERE / f"{name}.hea").write_text(
        f"{name} 1 {FS} {len(q)}\n{name}.dat 16 2(0)/uV 16 0 {q[0]} {checksum} 0 EMG {what}\n"
        "# Simulated concentric needle EMG; no person was recorded\n")


def write_edf(name, x, what):
    """EDF+C in records of 1 s, 2 steps a microvolt, with two notes."""
    q = steps(x, 2)
    records = len(q) // FS
    notes_len = 60
    signals = [(f"EMG {what}", "concentric needle (simulated)", "uV", "-16384", "16383.5", "-32768", "32767",
                "HP:10Hz", FS),
               ("EDF Annotations", "", "", "-1", "1", "-32768", "32767", "", notes_len // 2)]
    widths = (16, 80, 8, 8, 8, 8, 8, 80)
    head = "0".ljust(8) + "X X X X".ljust(80) + "Startdate X X X simulated".ljust(80) + "01.01.8500.00.00"
    head += str(256 * 3).ljust(8) + "EDF+C".ljust(44) + str(records).ljust(8) + "1".ljust(8) + "2".ljust(4)
    for k, width in enumerate(widths):
        head += "".join(str(s[k]).ljust(width) for s in signals)
    head += "".join(str(s[8]).ljust(8) for s in signals) + " " * 64
    body = b""
    for r in range(records):
        tal = f"+{r}\x14\x14\0"
        if r == 0:
            tal += "+0\x14rest\x14\0"
        if r == 1:
            tal += "+1.2\x14contraction\x14\0"
        body += q[r * FS : (r + 1) * FS].tobytes() + tal.encode().ljust(notes_len, b"\0")
    (HERE / f"{name}.edf").write_bytes(head.encode("ascii") + body)


FIB, PSW = "fibrillation_potential", "positive_sharp_wave"
# name, writer, label, how it is made. `level` is the drive in units of the lowest threshold (the highest is 30).
RECORDINGS = [
    ("ta_rest_1", write_wav, "R_TibAnt", rest, dict(seconds=6, trains=[
        (FIB, 0.4, 6.0, 6.1, 0.34), (FIB, 2.1, 4.7, 11.0, 0.52), (PSW, 0.9, 6.0, 3.7, 0.16)])),
    ("ta_rest_2", write_wav, "R_TibAnt", rest, dict(seconds=6, trains=[
        (FIB, 0.2, 6.0, 2.6, 0.42), (PSW, 0.1, 3.9, 8.2, 0.20), (PSW, 4.3, 6.0, 5.0, 0.12), (FIB, 3.0, 6.0, 7.9, 0.6)])),
    ("ta_slight_1", write_wfdb, "R_TibAnt", contraction, dict(seconds=8, level=4.0, chronic=True, active=12, wanted=4, gain=3.0)),
    ("ta_slight_2", write_wfdb, "R_TibAnt", contraction, dict(seconds=8, level=4.0, chronic=True, active=12, wanted=4, gain=3.0)),
    ("ta_moderate", write_edf, "R_TibAnt", contraction, dict(seconds=5, level=9.0, chronic=True, active=12, wanted=4, gain=2.0)),
    ("ta_maximal", write_edf, "R_TibAnt", contraction, dict(seconds=5, level=50.0, chronic=True, active=12, wanted=4)),
    ("vl_rest", write_wav, "R_VastLat", rest, dict(seconds=6, trains=[])),
    ("vl_slight_1", write_wfdb, "R_VastLat", contraction, dict(seconds=8, level=1.6, chronic=False, active=10, wanted=6)),
    ("vl_slight_2", write_wfdb, "R_VastLat", contraction, dict(seconds=8, level=1.6, chronic=False, active=10, wanted=6)),
    ("vl_moderate", write_edf, "R_VastLat", contraction, dict(seconds=5, level=3.0, chronic=False, active=24, wanted=6)),
    ("vl_maximal", write_edf, "R_VastLat", contraction, dict(seconds=5, level=50.0, chronic=False, active=60, wanted=6)),
]


def main():
    truth = {}
    for k, (name, write, what, make, options) in enumerate(RECORDINGS):
        x, truth[name] = make(np.random.default_rng([SEED, k]), **options)
        write(name, x, what)
        print(name, f"{np.sqrt(np.mean(x**2)):.1f} uV RMS, {np.abs(x).max():.0f} uV at most",
              [(u.get("unit", u.get("kind")), u["amplitude_peak_to_peak_uv"],
                len(u.get("negative_peak_samples", u.get("main_peak_samples")))) for v in truth[name].values() for u in v][:12])
    rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in truth.items())
    (HERE / "truth.json").write_text(
        '{"schema": "myotome.demo-truth/1", "note": "simulated; no person was recorded", '
        f'"seed": {SEED}, "sampling_frequency_hz": {FS}, "recordings": {{\n{rows}\n}}}}\n')


if __name__ == "__main__":
    main()
