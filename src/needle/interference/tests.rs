use super::*;

/// An epoch of which only turns and amplitude matter.
pub(super) fn epoch(turns_per_s: f64, mean_amplitude: Option<f64>) -> Pattern {
    const FEW: Reading = Reading::Undefined("fewer than two turns");
    Pattern {
        first: 0,
        len: 1,
        start_s: 0.0,
        end_s: 1.0,
        turns_per_s,
        mean_amplitude: mean_amplitude.map_or(FEW, Reading::Value),
        small_segments_per_s: 0.0,
        activity: 0.0,
        upper_centile_amplitude: FEW,
        short_interval_share: FEW,
        envelope: FEW,
    }
}

#[test]
fn a_sine_of_frequency_f_has_two_turns_a_period_and_twice_its_amplitude() {
    let fs = 10_000.0;
    for (f, a) in [(50.0, 300e-6), (200.0, 150e-6), (80.0, 2e-3)] {
        let x: Vec<f64> =
            (0..30_500).map(|i| a * (std::f64::consts::TAU * f * f64::from(i) / fs).sin()).collect();
        let plan = InterferenceOptions::default().design(Hertz(fs)).unwrap();
        let epochs = plan.apply(Trace::new(&x, Hertz(fs)).unwrap());
        assert_eq!(epochs.len(), 3);
        for e in epochs {
            assert_eq!(e.turns_per_s, 2.0 * f);
            let ma = e.mean_amplitude.value().unwrap();
            assert!((ma / (2.0 * a) - 1.0).abs() < 2e-3, "{ma}");
            assert_eq!(e.end_s - e.start_s, 1.0);
        }
    }
}

#[test]
fn quiet_short_and_bad_input_are_said() {
    let plan = InterferenceOptions::default().design(Hertz(1000.0)).unwrap();
    let quiet = plan.apply(Trace::new(&[0.0; 1500], Hertz(1000.0)).unwrap());
    assert_eq!((quiet.len(), quiet[0].turns_per_s), (1, 0.0));
    assert_eq!(quiet[0].mean_amplitude, Reading::Undefined("fewer than two turns"));
    assert_eq!(plan.apply(Trace::new(&[0.0; 249], Hertz(1000.0)).unwrap()).len(), 0);
    assert_eq!(plan.apply(Trace::new(&[0.0; 400], Hertz(1000.0)).unwrap())[0].end_s, 0.4);
    let bad = |epoch, threshold| {
        InterferenceOptions { epoch: Seconds(epoch), threshold: Volts(threshold) }.design(Hertz(1000.0))
    };
    assert!(bad(0.2, 1e-4).is_err() && bad(1.1, 1e-4).is_err() && bad(f64::NAN, 1e-4).is_err());
    assert!(bad(1.0, 0.0).is_err() && bad(1.0, f64::NAN).is_err());
    assert!(InterferenceOptions::default().design(Hertz(2.0)).is_err());
}

/// Every measure of an epoch from its definition: turns by search over all samples, quantiles by sorting.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ranks inside a list")]
fn naive(x: &[f64], fs: f64, threshold: f64) -> (f64, Option<[f64; 6]>) {
    let n = x.len();
    let seconds = n as f64 / fs;
    let start = (0..n).find_map(|b| (0..b).find(|&a| (x[b] - x[a]).abs() >= threshold).map(|a| (a, b)));
    let Some((a, b)) = start else { return (0.0, None) };
    let (mut sign, mut from) = ((x[b] - x[a]).signum(), b);
    let mut at: Vec<usize> = Vec::new();
    // The extreme since the last turn is one as soon as the trace has come back from it by the threshold.
    while let Some((turn, back)) = (from..n).find_map(|k| {
        let top = (from..=k).max_by(|&i, &j| (x[i] * sign).total_cmp(&(x[j] * sign)).then(j.cmp(&i)))?;
        ((x[top] - x[k]) * sign >= threshold).then_some((top, k))
    }) {
        at.push(turn);
        from = back;
        sign = -sign;
    }
    let steps: Vec<(f64, f64)> =
        at.windows(2).map(|w| ((x[w[1]] - x[w[0]]).abs(), (w[1] - w[0]) as f64 / fs)).collect();
    if steps.is_empty() {
        return (at.len() as f64 / seconds, None);
    }
    let centile = |mut v: Vec<f64>, share: f64| {
        v.sort_by(f64::total_cmp);
        let rank = share * (v.len() - 1) as f64;
        let low = v[rank.floor() as usize];
        low + (v[rank.ceil() as usize] - low) * rank.fract()
    };
    let sum: f64 = steps.iter().map(|s| s.0).sum();
    let values: Vec<f64> = at.iter().map(|&i| x[i]).collect();
    let all = [
        sum / steps.len() as f64,
        steps.iter().filter(|s| s.1 < 3e-3 && s.0 < 2e-3).count() as f64 / seconds,
        steps.iter().filter(|s| s.1 < 3e-3).map(|s| s.1).sum::<f64>() / seconds,
        centile(steps.iter().map(|s| s.0).collect(), 0.99),
        centile(values.clone(), 0.99) - centile(values, 0.01),
        steps.iter().filter(|s| s.1 < 1.5e-3).count() as f64 / steps.len() as f64,
    ];
    (at.len() as f64 / seconds, Some(all))
}

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small positive numbers")]
fn every_measure_equals_its_definition_exactly() {
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
    };
    let mut turns = 0.0;
    for (fs, gain) in [(4000.0, 1e-4), (4000.0, 1e-3), (2000.0, 4e-4), (1000.0, 6e-3)] {
        let mut walk = 0.0;
        let x: Vec<f64> = (0..(fs * 1.1) as usize)
            .map(|_| {
                walk = 0.7 * walk + gain * random();
                walk
            })
            .collect();
        let plan =
            InterferenceOptions { epoch: Seconds(0.5), ..Default::default() }.design(Hertz(fs)).unwrap();
        for p in plan.apply(Trace::new(&x, Hertz(fs)).unwrap()) {
            let (rate, all) = naive(&x[p.first..p.first + p.len], fs, 100e-6);
            assert_eq!(p.turns_per_s, rate);
            let all = all.expect("turns in a lively walk");
            let got = [
                p.mean_amplitude.value().unwrap(),
                p.small_segments_per_s,
                p.activity,
                p.upper_centile_amplitude.value().unwrap(),
                p.envelope.value().unwrap(),
                p.short_interval_share.value().unwrap(),
            ];
            assert_eq!(got, all, "{fs} Hz");
            turns += rate;
        }
    }
    assert!(turns > 500.0, "{turns}");
}
