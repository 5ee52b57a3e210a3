use super::*;

const FS: Hertz = Hertz(1000.0);

fn options(method: Method) -> AverageOptions {
    AverageOptions { method, ..AverageOptions::default() }
}

/// Noise of ±1 from a fixed generator, plus a response of `size` 20 ms after every stimulus.
fn trace(stimuli: &[usize], n: usize, size: f64) -> Vec<f64> {
    let mut state = 7_u32;
    let mut x: Vec<f64> = (0..n)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 23) - 1.0
        })
        .collect();
    for &s in stimuli {
        for j in 0..30 {
            x[s + 20 + j] += size * (j as f64 / 30.0 * std::f64::consts::TAU).sin();
        }
    }
    x
}

fn seconds(stimuli: &[usize]) -> Vec<Seconds> {
    stimuli.iter().map(|&s| Seconds(s as f64 / FS.0)).collect()
}

#[test]
fn every_method_equals_its_definition() {
    let stimuli: Vec<usize> = (0..9).map(|i| 50 + 120 * i).collect();
    let x = trace(&stimuli, 1200, 3.0);
    let sweep = |i: usize| &x[stimuli[i] - 5..stimuli[i] + 95];
    let column = |j: usize| (0..9).map(|i| sweep(i)[j]).collect::<Vec<f64>>();
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let ranked = |mut v: Vec<f64>| {
        v.sort_by(f64::total_cmp);
        v
    };
    let weights: Vec<f64> = (0..9)
        .map(|i| {
            let before = &sweep(i)[..5];
            5.0 / before.iter().map(|v| (v - mean(before)).powi(2)).sum::<f64>()
        })
        .collect();
    let total: f64 = weights.iter().sum();
    let cases: [(Method, &dyn Fn(usize) -> f64); 5] = [
        (Method::Mean, &|j| mean(&column(j))),
        (Method::Median, &|j| ranked(column(j))[4]),
        (Method::TrimmedMean { fraction: 0.25 }, &|j| mean(&ranked(column(j))[2..7])),
        (Method::MedianOfMeans { groups: 3 }, &|j| {
            let c = column(j);
            ranked(vec![mean(&c[..3]), mean(&c[3..6]), mean(&c[6..])])[1]
        }),
        (Method::InverseVariance, &|j| {
            column(j).iter().zip(&weights).map(|(v, w)| v * w).sum::<f64>() / total
        }),
    ];
    for (method, want) in cases {
        let plan = options(method).design(FS).unwrap();
        let got = plan.apply(&x, &seconds(&stimuli));
        assert_eq!((plan.samples(), got.average.len(), got.used.len()), (100, 100, 9));
        assert_eq!(plan.time(5), 0.0);
        for (j, v) in got.average.iter().enumerate() {
            assert!((v - want(j)).abs() < 1e-14, "{method:?} {j}: {v} {}", want(j));
        }
    }
}

#[test]
fn noise_that_is_left_falls_with_the_number_of_sweeps() {
    let stimuli: Vec<usize> = (0..101).map(|i| 50 + 120 * i).collect();
    let x = trace(&stimuli, 13_000, 5.0);
    let got = options(Method::Mean).design(FS).unwrap().apply(&x, &seconds(&stimuli));
    // Uniform noise of ±1 has an RMS of 1/√3.
    let want = (1.0 / 3.0_f64 / 101.0).sqrt();
    assert!((got.residual_noise.unwrap() / want - 1.0).abs() < 0.2, "{:?} {want}", got.residual_noise);
    let one = options(Method::Mean).design(FS).unwrap().apply(&x, &seconds(&stimuli[..1]));
    assert_eq!((one.residual_noise, one.plus_minus.len(), one.used), (None, 0, vec![0]));
}

#[test]
fn bad_sweeps_are_left_out_with_the_reason() {
    let stimuli: Vec<usize> = (0..20).map(|i| 50 + 120 * i).collect();
    let mut x = trace(&stimuli, 2440, 8.0);
    x[stimuli[3] + 40] = f64::NAN;
    (0..100).for_each(|j| x[stimuli[6] - 5 + j] *= 9.0);
    (0..100).for_each(|j| x[stimuli[15] - 5 + j] *= -1.0);
    let mut times = seconds(&stimuli);
    times.push(Seconds(0.004)); // begins before the first sample
    times.push(Seconds(2.43)); // ends after the last
    times.push(Seconds(f64::NAN));
    let judged = Some((Seconds(0.01), Seconds(0.06)));
    let rejection = Some(Rejection { judged, ..Rejection::default() });
    let plan = AverageOptions { rejection, ..options(Method::Mean) }.design(FS).unwrap();
    let got = plan.apply(&x, &times);
    assert_eq!(got.used.len(), 17);
    let [missing, rms, correlation, overruns @ ..] = &got.rejected[..] else { panic!("{:?}", got.rejected) };
    assert_eq!(*missing, (3, Reason::MissingSample));
    assert!(matches!(rms, (6, Reason::Rms(r)) if *r > 7.0 && *r < 11.0), "{rms:?}");
    assert!(matches!(correlation, (15, Reason::Correlation(r)) if *r < -0.9), "{correlation:?}");
    assert_eq!(overruns, [(20, Reason::Overruns), (21, Reason::Overruns), (22, Reason::Overruns)]);
    assert!(got.average.iter().chain(&got.plus_minus).all(|v| v.is_finite()));
}

#[test]
fn the_ends_of_the_trace_are_exact() {
    let x: Vec<f64> = (0..200).map(f64::from).collect();
    let plan = options(Method::Mean).design(FS).unwrap();
    assert_eq!(plan.sweep(&x, Seconds(0.005)), Some(&x[..100]));
    assert_eq!(plan.sweep(&x, Seconds(0.105)), Some(&x[100..]));
    assert_eq!(plan.sweep(&x, Seconds(0.1055)), None);
    assert_eq!(plan.sweep(&x, Seconds(0.0044)), None);
    assert_eq!(plan.sweep(&x, Seconds(0.0064)), Some(&x[1..101]));
}

#[test]
fn empty_and_flat_input_gives_no_nan() {
    for method in [Method::Mean, Method::Median, Method::InverseVariance] {
        let rejection = Some(Rejection::default());
        let plan = AverageOptions { rejection, ..options(method) }.design(FS).unwrap();
        assert_eq!(plan.apply(&[], &[]), Averaged::default());
        assert_eq!(plan.apply(&[], &[Seconds(0.0)]).rejected, vec![(0, Reason::Overruns)]);
        let flat = vec![0.1; 5000];
        let stimuli: Vec<usize> = (0..30).map(|i| 10 + 100 * i).collect();
        let got = plan.apply(&flat, &seconds(&stimuli));
        assert!(got.used.len() > 10 && got.average.iter().all(|v| (v - 0.1).abs() < 1e-15));
        assert_eq!(got.residual_noise, Some(0.0));
        assert_eq!(plan.apply_to_sweeps(&[&flat[..100], &flat[..99]]).used, vec![0]);
    }
}

#[test]
fn impossible_options_are_refused() {
    let good = options(Method::Mean);
    let limits = Rejection::default();
    for bad in [
        AverageOptions { end: Seconds(-0.005), ..good },
        AverageOptions { end: Seconds(f64::NAN), ..good },
        AverageOptions { start: Seconds(-1e12), ..good },
        options(Method::TrimmedMean { fraction: 0.5 }),
        options(Method::MedianOfMeans { groups: 0 }),
        AverageOptions { start: Seconds(0.0), ..options(Method::InverseVariance) },
        AverageOptions { rejection: Some(Rejection { rms_factor: f64::NAN, ..limits }), ..good },
        AverageOptions { rejection: Some(Rejection { min_correlation: 2.0, ..limits }), ..good },
        AverageOptions {
            rejection: Some(Rejection { judged: Some((Seconds(0.0), Seconds(0.2))), ..limits }),
            ..good
        },
    ] {
        assert!(bad.design(FS).is_err(), "{bad:?}");
    }
}

#[test]
fn the_running_median_is_that_of_all_sweeps_before() {
    // Sweeps of every kind of likeness: the decisions are those of medians made anew each time.
    let n = 400;
    let x = trace(&[], n * 20, 0.0);
    let wave = |j: usize| (j as f64 / 20.0 * std::f64::consts::TAU).sin();
    let sweeps: Vec<Vec<f64>> =
        (0..n).map(|i| (0..20).map(|j| (x[i * 20 + j] * 2.0).round() + wave(j)).collect()).collect();
    let limit = 0.5;
    let rejection =
        Some(Rejection { min_correlation: limit, rms_factor: 100.0, judged: None, correlation_after: 3 });
    let plan = AverageOptions { start: Seconds(0.0), end: Seconds(0.02), method: Method::Mean, rejection };
    let all: Vec<&[f64]> = sweeps.iter().map(Vec::as_slice).collect();
    let got = plan.design(FS).unwrap().apply_to_sweeps(&all);
    let correlation = |a: &[f64], b: &[f64]| {
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let (ma, mb) = (mean(a), mean(b));
        let sum = |f: &dyn Fn(f64, f64) -> f64| a.iter().zip(b).map(|(x, y)| f(x - ma, y - mb)).sum::<f64>();
        sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
    };
    let mut want: Vec<usize> = Vec::new();
    for i in 0..n {
        let median: Vec<f64> = (0..20)
            .map(|j| {
                let mut v: Vec<f64> = want.iter().map(|&k| sweeps[k][j]).collect();
                v.sort_by(f64::total_cmp);
                median_of_sorted(&v)
            })
            .collect();
        if want.len() <= 3 || correlation(&sweeps[i], &median) >= limit {
            want.push(i);
        }
    }
    assert!(want.len() > 50 && want.len() < 350, "{}", want.len());
    assert_eq!(got.used, want);
}

#[test]
fn many_sweeps_take_no_more_than_their_share_of_time() {
    // Sorted insertion into 20,000 sweeps would move some 10^11 bytes.
    let n = 20_000;
    let wave: Vec<f64> = (0..250).map(|j| 3.0 * (f64::from(j) / 50.0).sin()).collect();
    let noise = trace(&[], n + 500, 0.0);
    let sweeps: Vec<Vec<f64>> =
        (0..n).map(|i| wave.iter().zip(&noise[i..]).map(|(w, e)| w + e).collect()).collect();
    let all: Vec<&[f64]> = sweeps.iter().map(Vec::as_slice).collect();
    let rejection = Some(Rejection::default());
    let plan = AverageOptions { start: Seconds(0.0), end: Seconds(0.25), method: Method::Mean, rejection };
    let begun = std::time::Instant::now();
    let got = plan.design(FS).unwrap().apply_to_sweeps(&all);
    assert_eq!(got.used.len(), n);
    assert!(begun.elapsed().as_secs_f64() < 12.0, "{:?}", begun.elapsed());
}
