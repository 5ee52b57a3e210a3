//! Each check: fires where it must, not beside it.
#![allow(clippy::cast_possible_truncation, reason = "simulated values are rounded to the range on purpose")]

mod quality_support;

use myotome::measure::{Finding, Severity};
use myotome::quality::{CHECKS, QualityOptions, interpretable, run};
use myotome::recording::{Channel, ChannelKind, Samples, Segment};
use myotome::units::{Hertz, SignalUnit};
use quality_support::*;

fn found(channel: Channel) -> Vec<Finding> {
    let found = run(&recording(vec![channel]), &QualityOptions::default());
    for f in &found {
        assert!(CHECKS.iter().any(|c| c.id == f.check), "{}", f.check);
        assert!((0.0..=1.0).contains(&f.share) && !f.detail.starts_with("EMG: "), "{f:?}");
    }
    found
}

fn of(check: &str, channel: Channel) -> Option<Finding> {
    let mut found = found(channel);
    found.retain(|f| f.check == check);
    assert!(found.len() <= 1, "{found:?}");
    found.pop()
}

fn base(seed: u64, fs: f64, seconds: f64) -> Vec<f64> {
    surface(&mut Random::new(seed), fs, seconds, 90.0, 100.0)
}

fn channel(x: &[f64], fs: f64) -> Channel {
    quantised(x, 0.1, fs, ChannelKind::Surface)
}

fn rms(x: &[f64]) -> f64 {
    (x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64).sqrt()
}

/// `x` plus lines so that they hold `share` of the power of the sum.
fn with_hum(x: &[f64], fs: f64, frequency: f64, share: f64) -> Vec<f64> {
    let wave = |i: usize| {
        let p = std::f64::consts::TAU * frequency * i as f64 / fs + 0.7;
        p.sin() + 0.3 * (3.0 * p).sin() + 0.1 * (2.0 * p).sin()
    };
    let hum: Vec<f64> = (0..x.len()).map(wave).collect();
    let scale = rms(x) / rms(&hum) * (share / (1.0 - share)).sqrt();
    x.iter().zip(&hum).map(|(a, b)| a + scale * b).collect()
}

#[test]
fn hum_is_told_by_its_share_at_the_right_frequency_whatever_the_length() {
    for fs in [1000.0, 2048.0, 10_000.0] {
        for seconds in [1.0, 2.0, 3.3, 10.0] {
            let x = base(3, fs, seconds);
            // One tapered window weighs a contraction's middle: keep off the limits there.
            let (more, slack) = if seconds < 3.0 { (0.12, 0.25) } else { (0.0, 0.12) };
            for (share, severity) in [
                (0.0, None),
                (0.10, None),
                (0.33 + more / 2.0, Some(Severity::Warning)),
                (0.65 + more, Some(Severity::Refuse)),
            ] {
                for line in [50.0, 60.0, 49.9] {
                    let got = of("mains", channel(&with_hum(&x, fs, line, share), fs));
                    let case = format!("{share} at {line} Hz, {seconds} s at {fs} Hz: {got:?}");
                    assert_eq!(got.as_ref().map(|f| f.severity), severity, "{case}");
                    if let Some(f) = got {
                        let name = if line == 60.0 { "60 Hz" } else { "50 Hz" };
                        assert!(f.detail.contains(&format!("of {name}")), "{case}");
                        assert!((f.share - share).abs() < slack, "{case}");
                    }
                }
                let beside = of("mains", channel(&with_hum(&x, fs, 55.0, share), fs));
                assert!(seconds < 3.0 || beside.is_none(), "55 Hz is no mains: {beside:?}");
            }
        }
    }
}

#[test]
fn regular_discharges_and_narrow_bands_are_no_hum() {
    let fs = 10_000.0;
    for rate in [5.0, 10.0, 12.5, 25.0, 50.0 / 3.0, 20.0, 30.0] {
        let x: Vec<f64> = (0..80_000)
            .map(|i| {
                let t = (i as f64 / fs) % (1.0 / rate) - 0.01;
                let u = t / 0.4e-3;
                300.0 * u * (-0.5 * u * u).exp()
            })
            .collect();
        let mut random = Random::new(8);
        let x: Vec<f64> = x.iter().map(|v| v + 2.0 * random.normal()).collect();
        let got = of("mains", quantised(&x, 0.1, fs, ChannelKind::Needle));
        assert!(got.is_none(), "a discharge at {rate} Hz: {got:?}");
    }
    for centre in [48.0, 50.0, 55.0, 60.0] {
        for seed in 0..20 {
            let x = surface(&mut Random::new(seed), 1000.0, 8.0, centre, 80.0);
            assert!(of("mains", channel(&x, 1000.0)).is_none(), "a band about {centre} Hz");
        }
    }
}

#[test]
fn clipping_is_told_at_the_end_of_the_range_and_inside_it() {
    let fs = 2000.0;
    let x = base(5, fs, 5.0);
    assert!(of("clipping", channel(&x, fs)).is_none());
    let peak = x.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
    for level in [0.3, 0.5] {
        let cut: Vec<f64> = x.iter().map(|v| v.clamp(-level * peak, level * peak)).collect();
        let inner = of("clipping", channel(&cut, fs)).expect("an inner rail");
        assert!(inner.severity >= Severity::Warning && inner.detail.contains("an inner limit"), "{inner:?}");
        let at_rail = cut.iter().filter(|v| v.abs() >= level * peak).count() as f64;
        assert!((inner.count as f64 / at_rail - 1.0).abs() < 0.5, "{at_rail} samples cut: {inner:?}");
        let scale = 32768.0 * 0.1 / (level * peak);
        let outer: Vec<f64> = x.iter().map(|v| v * scale).collect();
        let outer = of("clipping", channel(&outer, fs)).expect("the end of the range");
        assert!(outer.detail.contains("the end of the range"), "{outer:?}");
        // Real numbers, and 12 bits in 16.
        let float = Channel::new("EMG", Hertz(fs), SignalUnit::parse("uV"), Samples::F64(cut.clone()));
        assert!(of("clipping", float).is_some());
        let mut twelve =
            channel(&x.iter().map(|v| (v * scale / 16.0).clamp(-204.8, 204.7)).collect::<Vec<_>>(), fs);
        twelve.storage_bits = Some(12);
        assert!(of("clipping", twelve).is_some_and(|f| f.detail.contains("the end of the range")));
    }
    // A slow smooth wave rests on its highest code; a single sample at the end of the range is none.
    let slow: Vec<f64> = (0..20_000).map(|i| 20.0 * (i as f64 * 0.003).sin()).collect();
    assert!(of("clipping", channel(&slow, fs)).is_none());
    let mut one = channel(&x, fs);
    if let Samples::I16(v) = &mut one.samples {
        v[500] = i16::MAX;
    }
    assert!(of("clipping", one).is_none());
    let saturated: Vec<f64> = x.iter().map(|v| 1e4 * v).collect();
    assert_eq!(of("clipping", channel(&saturated, fs)).map(|f| f.severity), Some(Severity::Refuse));
}

#[test]
fn flat_channels_are_refused_and_a_noise_of_one_step_is_a_signal() {
    let fs = 4000.0;
    let flat = found(coded(vec![7; 4000], 0.1, fs, ChannelKind::Needle));
    assert!(flat.iter().any(|f| f.check == "near_silent" && f.severity == Severity::Refuse));
    assert!(interpretable(&flat, "EMG").is_err() && interpretable(&flat, "other").is_ok());
    assert!(interpretable(&found(coded(Vec::new(), 0.1, fs, ChannelKind::Needle)), "EMG").is_err());
    let mut r = Random::new(1);
    let mut noise = |sd: f64| -> Vec<i16> { (0..40_000).map(|_| (sd * r.normal()).round() as i16).collect() };
    let silent = |codes: Vec<i16>| of("near_silent", coded(codes, 1.0, fs, ChannelKind::Needle));
    assert!(silent(noise(1.0)).is_none() && silent(noise(3.0)).is_none());
    assert!(silent(noise(0.2)).is_some());
    let mut held = noise(5.0);
    held[10_000..14_000].fill(3);
    let got = silent(held.clone()).expect("a second on one value");
    assert!(got.count >= 4000 && got.count < 4020 && got.detail.contains("2.5000 s"), "{got:?}");
    held[10_000..14_000].iter_mut().step_by(2).for_each(|v| *v = 4);
    assert!(silent(held).is_none());
    let mut trigger = coded(vec![0; 4000], 1.0, fs, ChannelKind::Other);
    trigger.unit = SignalUnit::unknown();
    assert!(found(trigger).iter().all(|f| f.severity == Severity::Note), "a trigger may be flat");
}

#[test]
fn garbage_at_the_start_and_single_spikes_are_told_and_potentials_are_not() {
    let fs = 23_437.5;
    let mut r = Random::new(4);
    let x = needle(&mut r, fs, 4.0, 4, 300.0, 5.0);
    let clean = quantised(&x, 0.1, fs, ChannelKind::Needle);
    let Samples::I16(codes) = &clean.samples else { panic!("16 bit") };
    for (garbage, count) in [(vec![-24576], 1), (vec![31488, -32768], 2), (vec![-32768, -32768], 2)] {
        let mut bad = codes.clone();
        bad[..garbage.len()].copy_from_slice(&garbage);
        let got = of("first_sample", coded(bad, 0.1, fs, ChannelKind::Needle)).expect("garbage");
        assert_eq!(got.count, count, "{got:?}");
    }
    let mut bad = codes.clone();
    for at in [20_000, 50_000] {
        bad[at] = 30_000;
    }
    let got = of("glitch", coded(bad, 0.1, fs, ChannelKind::Needle)).expect("two spikes");
    assert_eq!(got.count, 2, "{got:?}");
    assert!(of("glitch", clean.clone()).is_none() && of("first_sample", clean).is_none());
}

#[test]
fn gaps_rates_units_offset_and_drift() {
    let fs = 1000.0;
    let x = base(9, fs, 10.0);
    let mut gapped = channel(&x, fs);
    gapped.missing = vec![100..150, 5000..5100];
    let got = of("gap", gapped.clone()).unwrap();
    assert_eq!((got.count, got.severity), (2, Severity::Warning));
    assert!((got.share - 0.015).abs() < 1e-9 && got.detail.contains("0.1000 s, 5.0000 s"), "{got:?}");
    gapped.missing.clear();
    gapped.segments = vec![
        Segment { first: 0, len: 4000, onset_s: 0.0 },
        Segment { first: 4000, len: 3000, onset_s: 4.0 },
        Segment { first: 7000, len: 3000, onset_s: 17.0 },
    ];
    let got = of("gap", gapped).unwrap();
    assert_eq!((got.count, got.severity), (1, Severity::Note));
    assert!((got.share - 0.5).abs() < 1e-9, "{got:?}");

    let rate = |fs: f64, kind| {
        let mut c = channel(&x, fs);
        c.kind = kind;
        of("low_sampling_frequency", c).map(|f| f.severity)
    };
    use ChannelKind::{Emg, Needle, Surface};
    assert_eq!(rate(10_000.0, Needle), None);
    assert_eq!(rate(9_999.0, Needle), Some(Severity::Warning));
    assert_eq!(rate(1_999.0, Needle), Some(Severity::Refuse));
    assert_eq!((rate(1_000.0, Surface), rate(999.0, Surface)), (None, Some(Severity::Warning)));
    assert_eq!(rate(4_000.0, Emg), Some(Severity::Note));

    let mut counts = channel(&x, fs);
    counts.unit = SignalUnit::unknown();
    assert_eq!(of("uncalibrated", counts).map(|f| f.severity), Some(Severity::Warning));
    let scaled = |volts: &str| {
        let mut c = channel(&x, fs);
        c.unit = SignalUnit::parse(volts);
        of("implausible_unit", c)
    };
    assert!(
        scaled("uV").is_none() && scaled("mV").is_none() && scaled("V").is_some() && scaled("nV").is_some()
    );

    let moved: Vec<f64> = x.iter().map(|v| v + 900.0).collect();
    let got = of("dc_offset", channel(&moved, fs)).unwrap();
    assert!(got.severity == Severity::Note && got.share > 0.9);
    let slow: Vec<f64> = x.iter().enumerate().map(|(i, v)| v + 0.3 * i as f64 - 1500.0).collect();
    assert_eq!(of("drift", channel(&slow, fs)).map(|f| f.severity), Some(Severity::Warning));
    assert!(of("drift", channel(&x, fs)).is_none() && of("dc_offset", channel(&x, fs)).is_none());
}

#[test]
fn copies_are_told_exact_scaled_or_inverted_and_neighbours_are_not() {
    let fs = 2000.0;
    let x = base(2, fs, 4.0);
    let mut r = Random::new(77);
    let neighbour: Vec<f64> = x.iter().map(|v| v + 3.0 * r.normal()).collect();
    let scaled: Vec<f64> = x.iter().map(|v| -1.7 * v).collect();
    let channels: Vec<Channel> = [&x, &neighbour, &base(3, fs, 4.0), &x, &scaled]
        .iter()
        .enumerate()
        .map(|(i, x)| Channel { label: format!("c{i}"), ..channel(x, fs) })
        .collect();
    let found = run(&recording(channels), &QualityOptions::default());
    let copies: Vec<(&str, bool)> = found
        .iter()
        .filter(|f| f.check == "duplicate_channel")
        .map(|f| (f.channel.as_deref().unwrap(), f.detail.contains("`c0`")))
        .collect();
    assert_eq!(copies, [("c3", true), ("c4", true)]);
}

#[test]
fn what_a_reader_found_comes_first_and_is_not_said_twice() {
    let mut c = channel(&base(1, 1000.0, 2.0), 1000.0);
    c.unit = SignalUnit::unknown();
    let mut recording = recording(vec![c]);
    recording.findings =
        vec![Finding::file("uncalibrated", Severity::Warning, 1, 1.0, "by the reader").on("EMG")];
    let found = run(&recording, &QualityOptions::default());
    assert_eq!(found[0].detail, "by the reader");
    assert_eq!(found.iter().filter(|f| f.check == "uncalibrated").count(), 1);
}

#[test]
fn odd_channels_are_looked_at_without_a_panic() {
    for fs in [0.5, 1.0, 100.0, 1e6] {
        for values in [
            vec![],
            vec![f64::NAN; 9],
            vec![1.0],
            vec![1.0, 2.0],
            vec![f64::INFINITY, 1.0, f64::MAX, f64::MIN, 0.0],
        ] {
            let many: Vec<f64> =
                values.iter().copied().cycle().take(if values.is_empty() { 0 } else { 3000 }).collect();
            for x in [values, many] {
                for kind in [ChannelKind::Needle, ChannelKind::Other] {
                    let mut c =
                        Channel::new("EMG", Hertz(fs), SignalUnit::parse("V"), Samples::F64(x.clone()));
                    c.kind = kind;
                    found(c);
                    let ints = x.iter().map(|v| *v as i32).collect();
                    let mut c = Channel::new("EMG", Hertz(fs), SignalUnit::unknown(), Samples::I32(ints));
                    c.storage_bits = Some(24);
                    found(c);
                }
            }
        }
    }
}

#[test]
fn a_stretch_that_stands_twice_is_told_and_test_signals_are_not() {
    let fs = 4000.0;
    let mut r = Random::new(11);
    let x = needle(&mut r, fs, 12.0, 4, 300.0, 5.0);
    let clean = quantised(&x, 0.1, fs, ChannelKind::Needle);
    assert!(of("repeated_stretch", clean.clone()).is_none());
    let Samples::I16(codes) = &clean.samples else { panic!("16 bit") };
    for (len, severity) in
        [(40_000, Severity::Warning), (999, Severity::Warning), (420, Severity::Note), (300, Severity::Note)]
    {
        let mut padded = codes.clone();
        padded.extend_from_slice(&codes[..len]);
        let got = of("repeated_stretch", coded(padded, 0.1, fs, ChannelKind::Needle));
        if len < 400 {
            assert!(got.is_none(), "shorter than 0.1 s: {got:?}");
            continue;
        }
        let got = got.expect("padded with its beginning");
        assert_eq!((got.count, got.severity), (len as u64, severity), "{got:?}");
        assert!(
            got.detail.contains("from 0.0000 s on") && got.detail.contains("from 12.0000 s on"),
            "{got:?}"
        );
    }
    for period in [40, 400, 5000, 9000] {
        let p = |i: usize| (i % period) as f64 / period as f64;
        let wave: Vec<f64> = (0..48_000).map(|i| 100.0 * (std::f64::consts::TAU * p(i)).sin()).collect();
        let square: Vec<f64> = wave.iter().map(|v| 50.0 * v.signum()).collect();
        let tiled: Vec<f64> = (0..48_000).map(|i| x[i % period]).collect();
        for (name, x) in [("sine", wave), ("square", square), ("tiled", tiled)] {
            let got = of("repeated_stretch", quantised(&x, 0.1, fs, ChannelKind::Needle));
            assert!(got.is_none(), "{name} of {period} samples: {got:?}");
        }
    }
    if let Some(channel) = emgdb("emg_neuropathy") {
        // numpy: x[:1000] == x[146858:], the last 1000 samples of the record.
        let got = of("repeated_stretch", channel).expect("a known case");
        assert_eq!((got.count, got.severity), (1000, Severity::Note), "{got:?}");
        assert!(got.detail.contains("from 36.7145 s on"), "{got:?}");
    }
}

#[test]
fn a_flat_artefact_where_sweeps_begin_is_a_note_and_two_values_are_named() {
    let fs = 20_000.0;
    let mut x = evoked(&mut Random::new(6), fs, 2.0, 1000.0);
    for sweep in x.chunks_mut(10_000) {
        sweep[..8].fill(2500.0);
    }
    let mut sweeps = quantised(&x, 0.5, fs, ChannelKind::Evoked);
    sweeps.segments =
        (0..4).map(|i| Segment { first: 10_000 * i, len: 10_000, onset_s: 2.0 * i as f64 }).collect();
    let got = of("clipping", sweeps.clone()).expect("a flat top");
    assert_eq!((got.severity, got.count), (Severity::Note, 32), "{got:?}");
    // The same plateau inside a sweep cuts the response.
    x[14_000..14_008].fill(2500.0);
    let Samples::I16(codes) = quantised(&x, 0.5, fs, ChannelKind::Evoked).samples else { panic!("16 bit") };
    sweeps.samples = Samples::I16(codes);
    assert_eq!(of("clipping", sweeps).map(|f| f.severity), Some(Severity::Warning));

    let pulses: Vec<i16> = (0..8000).map(|i| if i % 400 < 20 { 3000 } else { 0 }).collect();
    let got = of("clipping", coded(pulses.clone(), 0.1, 4000.0, ChannelKind::Needle)).expect("two values");
    assert!(got.severity == Severity::Refuse && got.detail.contains("two values"), "{got:?}");
    let trigger = found(coded(pulses, 0.1, 4000.0, ChannelKind::Other));
    assert!(trigger.iter().all(|f| f.check == "quantisation"), "a trigger is no fault: {trigger:?}");
}

#[test]
fn gaps_are_said_once() {
    let x = base(9, 1000.0, 4.0);
    let mut c = channel(&x, 1000.0);
    c.segments =
        vec![Segment { first: 0, len: 2000, onset_s: 0.0 }, Segment { first: 2000, len: 2000, onset_s: 5.0 }];
    let told = |finding: Option<Finding>, channel: &Channel| {
        let mut recording = recording(vec![channel.clone()]);
        recording.findings.extend(finding);
        let mut found = run(&recording, &QualityOptions::default());
        found.retain(|f| f.check == "gap");
        found
    };
    assert_eq!(told(None, &c).len(), 1);
    let of_file = Finding::file("gap", Severity::Note, 1, 0.0, "by the reader");
    assert_eq!(told(Some(of_file.clone()), &c), std::slice::from_ref(&of_file));
    assert_eq!(told(Some(of_file.clone().on("EMG")), &c).len(), 1);
    c.missing = std::iter::once(10..20).collect();
    let both = told(Some(of_file), &c);
    assert_eq!(both.iter().map(|f| f.severity).collect::<Vec<_>>(), [Severity::Note, Severity::Warning]);
}
