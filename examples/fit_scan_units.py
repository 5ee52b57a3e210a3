"""Fits the network of data/reference/scan_units.txt on rows of the example `scan_statistics`.

fit_scan_units.py FIT.f32 CHECK.f32 OUT.txt; needs numpy. Two hidden layers of tanh give for each answer the mean and the
logarithm of the standard deviation; the loss is the negative log-likelihood of a normal distribution, weighted by the
standard deviation so that hard scans count too (Seitzer et al. 2022, beta = 0.5). Adam with a falling cosine rate. Prints how
the check rows, of other seeds, are met.
"""

import sys

import numpy as np

STATISTICS, ANSWERS, HIDDEN, EPOCHS, BATCH, RATE, REACH = 79, 5, (64, 48), 60, 512, 2e-3, 4.0


def load(path):
    rows = np.fromfile(path, "<f4").reshape(-1, STATISTICS + ANSWERS)
    return rows[:, :STATISTICS], rows[:, STATISTICS:]


def forward(p, z):
    first = np.tanh(z @ p[0] + p[1])
    second = np.tanh(first @ p[2] + p[3])
    return first, second, second @ p[4] + p[5]


def check(p, z, truth, mean, sd):
    out = forward(p, z)[2]
    spread = np.exp(np.clip(out[:, ANSWERS:], -5, 2)) * sd
    error = out[:, :ANSWERS] * sd + mean - truth
    median = np.median(np.abs(np.exp(error) - 1), 0)
    print("median error", median.round(3), "within 95 %", (np.abs(error) < 1.96 * spread).mean(0).round(3))
    units = np.exp(truth[:, 0])
    for low, high in [(2, 5), (5, 10), (10, 20), (20, 40), (40, 80), (80, 150), (150, 250), (250, 450)]:
        q = (units >= low) & (units < high)
        e, s = error[q, 0], spread[q, 0]
        print(f"{low:4}-{high:<4} median error {np.median(np.abs(np.exp(e) - 1)):.3f} bias {np.median(e):+.3f}"
              f" spread {np.median(s):.3f} within 95 % {(np.abs(e) < 1.96 * s).mean():.3f}")


def main():
    x, y = load(sys.argv[1])
    x_check, y_check = load(sys.argv[2])
    mean, sd = x.mean(0), x.std(0) + 1e-6
    answer_mean, answer_sd = y.mean(0), y.std(0)

    def standard(x):
        return np.clip((x - mean) / sd, -REACH, REACH).astype("f4")

    z, t = standard(x), ((y - answer_mean) / answer_sd).astype("f4")
    rng = np.random.default_rng(1)
    sizes = (STATISTICS, *HIDDEN, 2 * ANSWERS)
    p = []
    for a, b in zip(sizes, sizes[1:]):
        p += [(rng.standard_normal((a, b)) / np.sqrt(a)).astype("f4"), np.zeros(b, "f4")]
    m, v = [q * 0 for q in p], [q * 0 for q in p]
    step = 0
    for epoch in range(EPOCHS):
        rate = RATE * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
        for batch in np.array_split(rng.permutation(len(z)), len(z) // BATCH):
            first, second, out = forward(p, z[batch])
            log_sd = np.clip(out[:, ANSWERS:], -5, 2)
            d = out[:, :ANSWERS] - t[batch]
            inverse, weight = np.exp(-2 * log_sd), np.exp(log_sd)
            slope = np.concatenate([d * inverse * weight, (1 - d * d * inverse) * weight], 1) / len(batch)
            back = slope @ p[4].T * (1 - second**2)
            back_first = back @ p[2].T * (1 - first**2)
            gradient = [z[batch].T @ back_first, back_first.sum(0), first.T @ back, back.sum(0), second.T @ slope, slope.sum(0)]
            step += 1
            for i, g in enumerate(gradient):
                if i % 2 == 0:
                    g = g + 1e-5 * p[i]
                m[i] += 0.1 * (g - m[i])
                v[i] += 0.001 * (g**2 - v[i])
                p[i] -= (rate * m[i] / (1 - 0.9**step) / (np.sqrt(v[i] / (1 - 0.999**step)) + 1e-8)).astype("f4")
        if epoch % 10 == 9:
            print("epoch", epoch + 1, flush=True)
            check(p, standard(x_check), y_check, answer_mean, answer_sd)

    def line(word, values):
        return word + " " + " ".join(f"{value:.5g}" for value in values) + "\n"

    with open(sys.argv[3], "w") as out:
        out.write("# Regression of a CMAP scan's units: made by examples/scan_statistics.rs and fit_scan_units.py.\n")
        out.write(line("mean", mean) + line("sd", sd) + line("answer_mean", answer_mean) + line("answer_sd", answer_sd))
        for weights, bias in zip(p[::2], p[1::2]):
            out.write("layer\n" + "".join(line("weights", row) for row in weights) + line("bias", bias))


main()
