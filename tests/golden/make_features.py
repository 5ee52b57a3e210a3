"""Writes features_signals.json and features_values.json: signals, V, and the value of every feature, SI, by plain
numpy 2.4 and scipy 1.17, from the definitions. Usage: make_features.py <folder with emgdb/emg_healthy.dat>
A value of null means undefined. Nothing here comes from the Rust code."""
import json, math, os, sys
import numpy as np
from scipy import signal, stats

HERE = os.path.dirname(os.path.abspath(__file__))


def reference_signal(n):
    """Features reference, section 2: coloured noise, 0.1 mV SD, with a little white noise."""
    g = np.random.Generator(np.random.PCG64(42))
    sos = signal.butter(2, [40, 150], "bandpass", fs=2000, output="sos")
    x = signal.sosfilt(sos, g.standard_normal(4000 + n))[4000:]
    x = x / x.std() * 0.1
    return (x + 0.005 * g.standard_normal(n)) * 1e-3


def signals(data):
    emg = np.fromfile(os.path.join(data, "emgdb", "emg_healthy.dat"), "<i2") * 1e-7  # 0.1 uV a step
    white = np.random.default_rng(7).standard_normal(501) * 120e-6
    return {
        "a": (2000.0, reference_signal(2000)), "a500": (2000.0, reference_signal(500)),
        "white": (2000.0, white[:500]), "odd": (1000.0, white), "odd_short": (1259.259, white[:37]),
        "emg_1s": (4000.0, emg[16000:20000]), "emg_250ms": (4000.0, emg[30000:31000]),
        "constant": (2000.0, np.full(500, 3e-4)), "zero": (2000.0, np.zeros(500)), "one": (2000.0, np.array([2e-4])),
        "saturated": (2000.0, np.clip(white[:500], -1e-4, 1e-4)),
        "offset": (2000.0, 5e-3 + white[:500]),
    }


def burg(x, order):
    f, b, a = x[1:].copy(), x[:-1].copy(), np.array([1.0])
    for _ in range(order):
        k = -2 * np.dot(f, b) / (np.dot(f, f) + np.dot(b, b))
        a = np.append(a, 0) + k * np.append(a, 0)[::-1]
        f, b = (f + k * b)[1:], (b + k * f)[:-1]
    return a[1:]


def zero_crossings(x, thr):
    x = x[x != 0]
    return int(np.sum((np.sign(x[1:]) != np.sign(x[:-1])) & (np.abs(np.diff(x)) >= thr)))


def turns(x, thr):
    """Extremes of the zig-zag, the first leg's start and the unfinished last leg left out."""
    ends, lo, hi, up = [], x[0], x[0], None
    for v in x:
        if up is None:
            lo, hi = min(lo, v), max(hi, v)
            if v - lo >= thr: up, top = True, v
            elif hi - v >= thr: up, top = False, v
        elif up:
            if v > top: top = v
            elif top - v >= thr: ends.append(top); up, top = False, v
        else:
            if v < top: top = v
            elif v - top >= thr: ends.append(top); up, top = True, v
    return np.array(ends)


def templates(x, m, count): return np.lib.stride_tricks.sliding_window_view(x, m)[:count]


def alike(t, r):
    """Number of templates within r of each, itself among them."""
    return np.array([np.count_nonzero(np.abs(t - u).max(axis=1) <= r) for u in t])


def sampen(x, r, m=2):
    n = len(x) - m
    B, A = [alike(templates(x, k, n), r).sum() - n for k in (m, m + 1)]
    return -math.log(A / B) if A > 0 and B > 0 else None


def apen(x, r, m=2):
    phi = [np.log(alike(templates(x, k, len(x) - k + 1), r) / (len(x) - k + 1)).mean() for k in (m, m + 1)]
    return phi[0] - phi[1]


def fuzzyen(x, r, m=2):
    total = []
    for k in (m, m + 1):
        t = templates(x, k, len(x) - m); t = t - t.mean(axis=1, keepdims=True)
        total.append(sum(np.exp(-(np.abs(t[i + 1:] - t[i]).max(axis=1) / r) ** 2).sum() for i in range(len(t) - 1)))
    return math.log(total[0] / total[1])


def dfa(x):
    y = np.cumsum(x - x.mean()); sizes = []; j = 0
    while (n := math.floor(4 * 2 ** (j / 4) + 1e-9)) <= len(x) // 4:
        if n not in sizes: sizes.append(n)
        j += 1
    F = []
    for n in sizes:
        b = y[:len(y) // n * n].reshape(-1, n); t = np.arange(n)
        F.append(np.sqrt(np.mean([(row - np.polyval(np.polyfit(t, row, 1), t)) ** 2 for row in b])))
    return np.polyfit(np.log(sizes), np.log(F), 1)[0]


def higuchi(x, kmax=10):
    N, L = len(x), []
    for k in range(1, kmax + 1):
        per_start = []
        for m in range(k):
            s = x[m::k]
            per_start.append(np.abs(np.diff(s)).sum() * (N - 1) / ((len(s) - 1) * k) / k)
        L.append(np.mean(per_start))
    return np.polyfit(np.log(1 / np.arange(1, kmax + 1)), np.log(L), 1)[0]


def hurst(x):
    n, points = 8, []
    while n <= len(x) // 2:
        b = x[:len(x) // n * n].reshape(-1, n); b = b[np.ptp(b, axis=1) > 0]
        if len(b):
            d = b - b.mean(axis=1, keepdims=True); w = np.cumsum(d, axis=1)
            R = np.maximum(w.max(axis=1), 0) - np.minimum(w.min(axis=1), 0)
            points.append((math.log(n), math.log(np.mean(R / b.std(axis=1)))))
        n *= 2
    return np.polyfit(*zip(*points), 1)[0]


def lempel_ziv(x):
    s = "".join("1" if v > np.median(x) else "0" for v in x); c = i = 0
    while i < len(s):
        k = 1
        while i + k <= len(s) and s[i:i + k] in s[:i + k - 1]: k += 1
        c += 1; i += k
    return c * math.log2(len(s)) / len(s)


def first_burst(x, fs):
    L = max(round(0.032 * fs), 1); h = np.hamming(L)
    if len(x) < L + 2: return None
    e = np.convolve(np.abs(x), h, "valid") / h.sum()
    p = [i for i in range(1, len(e) - 1) if e[i] > e[i - 1] and e[i] >= e[i + 1] and e[i] >= 0.5 * e.max()]
    return e[p[0]] if p else None


def density(x, fs):
    if len(x) / fs < 0.5:
        return signal.periodogram(x, fs, window="boxcar", detrend="constant")
    n = min(len(x), round(0.5 * fs))
    return signal.welch(x, fs, window="hann", nperseg=n, noverlap=n // 2, detrend="constant")


def features(x, fs, thr=10e-6, turn=100e-6):
    # A difference of exactly the threshold, common in converted samples, must not hang on rounding.
    least, above = thr * (1 - 1e-9), thr * (1 + 1e-9)
    N, dt, o = len(x), 1 / fs, {}
    i = np.arange(1, N + 1); a = np.abs(x); mv = a * 1e3
    mid = (4 * i >= N) & (4 * i <= 3 * N); fifth = (5 * i >= N) & (5 * i <= 4 * N)
    o["mav"] = a.mean(); o["mmav1"] = (np.where(mid, 1, .5) * a).mean()
    o["mmav2"] = (np.where(mid, 1, np.where(4 * i < N, 4 * i / N, 4 * (N - i) / N)) * a).mean()
    o["emav"] = (mv ** np.where(fifth, .75, .5)).mean(); o["asm"] = (mv ** np.where(mid, .5, .75)).mean()
    o["iemg_sum_abs"] = a.sum(); o["iemg_integral"] = a.sum() * dt
    o["ssi_sum_sq"] = (x * x).sum(); o["ssi_energy"] = (x * x).sum() * dt; o["rms"] = math.sqrt((x * x).mean())
    o["vorder"] = (a ** 3).mean() ** (1 / 3)
    for k in (3, 4, 5): o[f"tm{k}"] = abs((x ** k).mean())
    o["log"] = math.exp(np.log(a).mean()) if a.min() > 0 else None
    o["msr"] = np.sqrt(a).mean(); o["ass"] = np.sqrt(a).sum()
    o["myop"] = (a > above).mean(); o["zc"] = zero_crossings(x, least)
    q = np.quantile(x, [.25, .75]); o["iqr"] = q[1] - q[0]; o["mad"] = np.median(np.abs(x - np.median(x)))
    o["hjorth_activity"] = 0.0 if np.ptp(x) == 0 else x.var(); o["card"] = len(np.unique(x))
    flat = np.ptp(x) == 0
    if N > 1:
        d = np.diff(x)
        o["ewl"] = ((np.abs(d) * 1e3) ** np.where(fifth[1:], .75, .5)).sum()
        o["var"] = 0.0 if flat else x.var(ddof=1); o["sd"] = math.sqrt(o["var"])
        o["wl"] = np.abs(d).sum(); o["aac"] = np.abs(d).mean(); o["dasdv"] = math.sqrt((d * d).mean())
        moving = o["wl"] > 0
        o["mfl"] = math.log10(math.sqrt((d * d).sum())) if moving else None
        o["ldamv"] = math.log(o["aac"]) if moving else None; o["ldasdv"] = math.log(o["dasdv"]) if moving else None
        o["wamp"] = int((np.abs(d) > above).sum()); o["fzc"] = zero_crossings(d, least)
        o["coefficient_of_variation"] = o["sd"] / x.mean() if x.mean() != 0 else None
        cov = o["coefficient_of_variation"]; o["lcov"] = math.log(cov) if cov and cov > 0 else None
        o["skewness"] = None if flat else stats.skew(x); o["kurtosis_excess"] = None if flat else stats.kurtosis(x)
        o["hjorth_mobility"] = None if flat else math.sqrt(d.var() / x.var())
        s = x.std()
        h = np.histogram(x, 10, (-3 * s, 3 * s))[0] if not flat else [None] * 10
        for k in range(10): o[f"hist{k + 1}"] = h[k] if flat else int(h[k])
    if N > 2:
        n3 = N // 3; m = a[:3 * n3].reshape(3, n3).mean(axis=1); o["mavslp1"], o["mavslp2"] = np.diff(m)
        dd = np.diff(d); o["dvarv"] = (d * d).sum() / (N - 2)
        tk = (x[1:-1] ** 2 - x[:-2] * x[2:]).sum(); o["ltkeo"] = math.log(tk) if tk > 0 and not flat else None
        o["ssc"] = int(((d[:-1] * d[1:] < 0) & (np.maximum(np.abs(d[:-1]), np.abs(d[1:])) >= least)).sum())
        o["hjorth_complexity"] = None if flat else math.sqrt(dd.var() / d.var()) / o["hjorth_mobility"]
        t = turns(x, turn); o["turns"] = len(t) / (N * dt)
        o["turns_amplitude"] = np.abs(np.diff(t)).mean() if len(t) > 1 else None
        M = [math.sqrt((v * v).sum()) ** .1 / .1 for v in (x, d, dd)]
        o["tdpsd_m0"], o["tdpsd_m2"], o["tdpsd_m4"] = M
        two = M[0] * M[2] > 0
        o["tdpsd_sparsi"] = M[0] / math.sqrt(abs(M[0] - M[1]) * abs(M[0] - M[2])) if M[0] > 0 else None
        o["tdpsd_irf"] = M[1] / math.sqrt(M[0] * M[2]) if two else None
        o["tdpsd_wlf"] = np.abs(d).sum() / np.abs(dd).sum() if np.abs(dd).sum() > 0 else None
        o["afb"] = first_burst(x, fs)
        o["petrosian"] = math.log10(N) / (math.log10(N) + math.log10(N / (N + .4 * (d[:-1] * d[1:] < 0).sum())))
        o["katz"] = None if flat else math.log10(N - 1) / (math.log10(N - 1) + math.log10(np.abs(x - x[0]).max() / o["wl"]))
        order = np.argsort(np.lib.stride_tricks.sliding_window_view(x, 3), axis=1, kind="stable")
        p = np.unique(order, axis=0, return_counts=True)[1] / (N - 2)
        o["permutation_entropy"] = -(p * np.log(p)).sum() / math.log(6)
        P_rows(o, x, fs, flat)
    if N > 1: o["lempel_ziv"] = lempel_ziv(x)
    for k in ("zc", "ssc", "wamp", "fzc"):
        if k in o: o[k + "_rate"] = o[k] / (N * dt)
    if N > 12:
        c = [None] * 4 if flat else burg(x, 4); cc = [None] * 4
        if not flat:
            for p in range(1, 5): cc[p - 1] = -c[p - 1] - sum((1 - l / p) * c[l - 1] * cc[p - l - 1] for l in range(1, p))
        for k in range(4): o[f"ar{k + 1}"] = c[k]; o[f"cc{k + 1}"] = cc[k]
    r = .2 * x.std()
    if N >= 4: o["sampen"] = None if flat else sampen(x, r); o["apen"] = None if flat else apen(x, r)
    if N >= 4: o["fuzzyen"] = None if flat else fuzzyen(x, r)
    if N >= 20:
        o["higuchi"] = None if flat else higuchi(x)
        for s in (2, 3, 4, 5): o[f"mse{s}"] = None if flat else sampen(x[:N // s * s].reshape(-1, s).mean(axis=1), r)
    if N >= 64: o["dfa"] = None if flat else dfa(x)
    if N >= 32: o["hurst"] = None if flat else hurst(x)
    return {k: None if v is None else v if isinstance(v, int) else float(v) for k, v in o.items()}


def P_rows(o, x, fs, flat):
    f, P = density(x, fs); df = f[1]
    keep = (f >= 5 * (1 - 1e-12)) & (f <= .45 * fs * (1 + 1e-12)) & (f > 0); f, P = f[keep], P[keep]
    if flat: P = P * 0
    S = P.sum(); o["total_power"] = S * df; o["mnp"] = P.mean()
    for k in (1, 2, 3): o[f"sm{k}"] = (f ** k * P).sum()
    for lo, hi in ((20, 60), (60, 120), (120, 250), (250, 450)):
        o[f"band_power_{lo}_{hi}"] = P[(f >= lo) & (f < hi)].sum() * df if hi <= .45 * fs * (1 + 1e-12) else None
    if flat: return
    mnf = o["mnf"] = (f * P).sum() / S
    cum = np.concatenate([[0], np.cumsum((P[1:] + P[:-1]) / 2)]); o["mdf"] = np.interp(cum[-1] / 2, cum, f)
    o["pkf"] = f[P.argmax()]; c = np.cumsum(P); k = P.argmax()
    o["rolloff_95"] = f[np.argmax(c >= .95 * S)]; o["rolloff_85"] = f[np.argmax(c >= .85 * S)]
    o["fr"] = P[(f >= 30) & (f < 250)].sum() / P[f >= 250].sum(); o["psr"] = P[max(k - 20, 0):k + 21].sum() / S
    o["vcf"] = ((f - mnf) ** 2 * P).sum() / S; o["spread"] = math.sqrt(o["vcf"])
    p = P / S; o["spectral_entropy"] = -(p * np.log(p)).sum()
    o["spectral_entropy_normalised"] = o["spectral_entropy"] / math.log(len(P))
    o["flatness"] = math.exp(np.log(P).mean()) / P.mean(); o["fi_nsm5"] = (P / f).sum() / (f ** 5 * P).sum()
    o["twitch_ratio"] = P[f >= 60].sum() / P[f < 60].sum()


def stored(name, x):
    """Recordings as the integers that they were, the rest in full."""
    if name.startswith("emg"): return {"step": 1e-7, "x": np.rint(x * 1e7).astype(int).tolist()}
    return {"step": 1.0, "x": x.tolist()}


if __name__ == "__main__":
    found = signals(sys.argv[1])
    with open(os.path.join(HERE, "features_signals.json"), "w") as out:
        json.dump({k: {"fs": fs} | stored(k, x) for k, (fs, x) in found.items()}, out, separators=(",", ":"))
    with open(os.path.join(HERE, "features_values.json"), "w") as out:
        json.dump({k: features(x, fs) for k, (fs, x) in found.items()}, out, separators=(",", ":"))
