"""Writes small WFDB records into tests/golden/wfdb and what they hold into tests/golden/wfdb/expected.json.

Signal files come from a packer of a few lines for each storage format (signal(5)); every record is then read
with wfdb-python (4.3.1 when the files were made) and must give the same numbers, so the packer and the reader
agree before anything is written down. Annotation files come from wfdb-python itself.

    python make_wfdb.py      (numpy, wfdb)
"""

import json
import struct
from pathlib import Path

import numpy as np
import wfdb

OUT = Path(__file__).parent / "wfdb"
FRAMES = 41
BITS = {8: 32, 16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10}


def pack(fmt, stream):
    """One stream of samples as bytes."""
    s = [int(v) for v in stream]
    if fmt == 16:
        return b"".join(struct.pack("<h", v) for v in s)
    if fmt == 61:
        return b"".join(struct.pack(">h", v) for v in s)
    if fmt == 24:
        return b"".join(struct.pack("<i", v)[:3] for v in s)
    if fmt == 32:
        return b"".join(struct.pack("<i", v) for v in s)
    if fmt == 80:
        return bytes(v + 128 for v in s)
    if fmt == 160:
        return b"".join(struct.pack("<H", v + 32768) for v in s)
    if fmt == 212:
        out = bytearray()
        for i in range(0, len(s), 2):
            a, b = s[i] & 0xFFF, (s[i + 1] if i + 1 < len(s) else 0) & 0xFFF
            out += bytes([a & 255, (a >> 8) | ((b >> 8) << 4), b & 255])
        return bytes(out[: (len(s) * 3 + 1) // 2])
    group = [v & 0x3FF for v in s] + [0, 0]
    out = bytearray()
    for i in range(0, len(s), 3):
        a, b, c = group[i : i + 3]
        if fmt == 310:
            out += struct.pack("<HH", a << 1 | (c & 31) << 11, b << 1 | (c >> 5) << 11)
        else:
            out += struct.pack("<I", a | b << 10 | c << 20)
    return bytes(out[: len(s) // 3 * 4 + [0, 2, 4 if fmt == 310 else 3][len(s) % 3]])


def samples(bits, n, seed):
    """Extremes first, then noise over the whole range; the missing-sample value once."""
    rng = np.random.default_rng(seed)
    top = 2 ** (bits - 1) - 1
    x = rng.integers(-top, top + 1, n)
    x[:4] = [top, -top, 0, -1]
    x[7] = -top - 1
    return x


def interleave(signals, spf):
    frames = [np.asarray(s).reshape(-1, k) for s, k in zip(signals, spf)]
    return np.concatenate(frames, axis=1).reshape(-1)


def checksum(x):
    return (int(np.sum(x, dtype=np.int64)) + 32768) % 65536 - 32768


expected = {}


def write(name, fmt, signals, spf, offset=0, skew=None, rate="1000"):
    skew = skew or [0] * len(signals)
    lines = [f"{name} {len(signals)} {rate} {FRAMES}"]
    stream = interleave(signals, spf)
    if fmt == 8:
        # Differences of each signal by itself; the first is 0.
        signals = [np.asarray(s) for s in signals]
        stream = interleave([np.diff(s, prepend=s[0]) for s in signals], spf)
        data = bytes(int(v) & 255 for v in stream)
    else:
        data = pack(fmt, stream)
    (OUT / f"{name}.dat").write_bytes(b"\xaa" * offset + data)
    for i, (s, k, d) in enumerate(zip(signals, spf, skew)):
        f = str(fmt) + (f"x{k}" if k > 1 else "") + (f":{d}" if d else "") + (f"+{offset}" if offset else "")
        lines.append(f"{name}.dat {f} 12.5({i * 3})/uV 12 0 {int(s[0])} {checksum(s)} 0 channel {i}")
    (OUT / f"{name}.hea").write_text("\n".join(lines) + "\n")
    entry = {"frame_rate_hz": float(rate.split("/")[0]), "channels": []}
    # wfdb-python gives format 61 as physical values only.
    read = wfdb.rdrecord(str(OUT / name), physical=fmt == 61, smooth_frames=False)
    real = wfdb.rdrecord(str(OUT / name), physical=True, smooth_frames=False)
    for i, k in enumerate(spf):
        want = np.asarray(signals[i])[skew[i] * k :]
        if fmt == 61:
            got = np.nan_to_num(np.round(real.e_p_signal[i] * 12.5 + 3 * i), nan=-32768)
        else:
            got = read.e_d_signal[i]
        assert np.array_equal(got[: len(want)], want), (name, i)
        physical = [None if np.isnan(v) else float(v) for v in real.e_p_signal[i]]
        physical[len(want) :] = [None] * (len(physical) - len(want))
        # Frames that a skew moves past the end of the file are missing. (wfdb-python marks as many samples
        # as there are frames, so it is right for one sample a frame only.)
        entry["channels"].append({
            "name": read.sig_name[i], "fs_hz": entry["frame_rate_hz"] * k, "unit": "uV",
            "raw": [int(v) for v in want], "physical": physical,
        })
    expected[name] = entry


def main():
    OUT.mkdir(exist_ok=True)
    for fmt, bits in BITS.items():
        if fmt == 8:
            walk = np.cumsum(np.random.default_rng(8).integers(-128, 128, 2 * FRAMES)) + 40000
            write("f8", 8, [walk[:FRAMES], walk], [1, 2])
            continue
        n = FRAMES
        write(f"f{fmt}", fmt, [samples(bits, n, fmt)], [1])
        write(f"f{fmt}m", fmt, [samples(bits, 3 * n, fmt + 1), samples(bits, n, fmt + 2)], [3, 1])
    write("offset", 212, [samples(12, FRAMES, 70), samples(12, FRAMES, 71)], [1, 1], offset=7, rate="250.5/125(3.5)")
    write("skewed", 16, [samples(16, FRAMES, 80), samples(16, 2 * FRAMES, 81)], [1, 2], skew=[0, 5])

    # Variable layout: a signal that comes and goes, a null segment, and a gain that changes.
    a = [np.arange(20) * 3 - 10, np.arange(20) * -7]
    b = [np.arange(30) * 5]
    for name, sigs, gains in (("va", a, ["100/mV", "50(2)/mV"]), ("vb", b, ["25(4)/mV"])):
        names = ["left", "right"] if name == "va" else ["right"]
        (OUT / f"{name}.dat").write_bytes(pack(16, interleave(sigs, [1] * len(sigs))))
        lines = [f"{name} {len(sigs)} 500 {len(sigs[0])}"]
        for s, g, label in zip(sigs, gains, names):
            lines.append(f"{name}.dat 16 {g} 16 0 {s[0]} {checksum(s)} 0 {label}")
        (OUT / f"{name}.hea").write_text("\n".join(lines) + "\n")
    (OUT / "vlayout.hea").write_text(
        "vlayout 2 500 0\n~ 0 100/mV 16 0 0 0 0 left\n~ 0 50(2)/mV 16 0 0 0 0 right\n")
    (OUT / "variable.hea").write_text(
        "variable/4 2 500 65 10:20:30.5 01/02/2020\nvlayout 0\nva 20\n~ 15\nvb 30\n# <age>: 50\n")
    v = wfdb.rdrecord(str(OUT / "variable"), physical=True)
    # Each segment by its own header: (stored - baseline) / gain.
    left = [float(x / 100) for x in a[0]] + [None] * 45
    right = [float((x - 2) / 50) for x in a[1]] + [None] * 15 + [float((x - 4) / 25) for x in b[0]]
    got = [[None if np.isnan(x) else float(x) for x in c] for c in v.p_signal.T]
    assert got == [left, right], (got[1][35:], right[35:])
    expected["variable"] = {"physical": {"left": left, "right": right}, "start": "2020-02-01T10:20:30.5"}

    # Annotations on record f16.
    wfdb.wrann("f16", "atr", np.array([0, 5, 5, 2000, 70000]), ["N", "V", '"', "+", '"'],
               chan=np.array([0, 0, 0, 0, 0]), aux_note=["", "", "stimulus 0.1 ms", "(AFIB", "odd"], write_dir=str(OUT))
    wfdb.wrann("f61", "qrs", np.array([3, 10, 12345]), ["N", "A", "N"], fs=2500, write_dir=str(OUT))
    wfdb.wrann("f24m", "ann", np.array([4, 9]), ["N", "V"], chan=np.array([0, 1]), write_dir=str(OUT))
    (OUT / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


main()
