//! No check cries on clean signals, and what it says of real records is sane.
#![allow(clippy::cast_possible_truncation, reason = "simulated values are rounded to the range on purpose")]

mod quality_support;

use myotome::measure::{Finding, Severity};
use myotome::quality::{QualityOptions, repair, run};
use myotome::recording::{Channel, ChannelKind};
use quality_support::*;
use std::collections::BTreeMap;

fn found(channel: Channel) -> Vec<Finding> {
    run(&recording(vec![channel]), &QualityOptions::default())
}

/// Rate findings are right on a 4-kHz needle recording; everything else is a false alarm.
fn alarms(channel: Channel) -> Vec<Finding> {
    let mut found = found(channel);
    found.retain(|f| f.severity >= Severity::Warning && f.check != "low_sampling_frequency");
    found
}

#[test]
fn clean_signals_of_all_kinds_rates_and_gains_raise_no_alarm() {
    let mut cases = 0;
    let mut cried: BTreeMap<&str, (usize, String)> = BTreeMap::new();
    let mut hear = |name: String, found: Vec<Finding>| {
        for f in found {
            let entry = cried.entry(f.check).or_insert((0, String::new()));
            entry.0 += 1;
            if entry.0 <= 4 {
                entry.1 += &format!("\n  {name}: {}", f.detail);
            }
        }
        cases += 1;
    };
    for seed in 0..120 {
        let mut r = Random::new(seed);
        let seconds = r.between(0.3, 9.0);
        let gains = [0.1, 0.5, 1.0, 3.0];
        let gain = gains[r.below(4)];
        for fs in [4000.0, 10_000.0, 23_437.5] {
            let seconds = if fs > 5000.0 { seconds.min(4.0) } else { seconds };
            let units = r.below(9);
            let peak = r.between(100.0, 2000.0);
            let noise = r.between(2.0, 15.0);
            let x = needle(&mut r, fs, seconds, units, peak, noise);
            let peak = x.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
            let gain = if peak / gain > 32_000.0 { peak / 32_000.0 } else { gain };
            hear(
                format!("needle {seed} at {fs}, {units} units, {gain} uV, {seconds:.2} s"),
                alarms(quantised(&x, gain, fs, ChannelKind::Needle)),
            );
            // 12 bits rescaled to 16: only every 16th code, and a step that is no whole number.
            for step in [16.0, 50.0 / 3.0] {
                let full = (peak / 30_000.0).max(0.05);
                let codes = x.iter().map(|v| (((v / full / step).round()) * step).round() as i16).collect();
                let channel = coded(codes, full, fs, ChannelKind::Needle);
                assert!(repair(&channel).is_none());
                hear(format!("needle {seed} at {fs}, {units} units, coarse {step:.1}"), alarms(channel));
            }
        }
        for fs in [1000.0, 2048.0] {
            let centre = r.between(20.0, 110.0);
            let rms = r.between(5.0, 600.0);
            let x = surface(&mut r, fs, seconds, centre, rms);
            hear(
                format!("surface {seed} at {fs}, centre {centre:.0} Hz, {gain} uV, {seconds:.2} s"),
                alarms(quantised(&x, gain, fs, ChannelKind::Surface)),
            );
        }
        // Rest: noise of one or two steps, alone or with a fibrillation potential as regular as a clock.
        let (rate, gain) = (r.between(1.0, 30.0), [1.0, 2.0, 3.0][r.below(3)]);
        let beats = r.below(2) as f64;
        let rest: Vec<f64> = (0..40_000)
            .map(|i| {
                let u = ((i as f64 / 10_000.0) % (1.0 / rate) - 0.01) / 0.3e-3;
                60.0 * beats * u * (-0.5 * u * u).exp() + gain * r.between(0.8, 2.0) * r.normal()
            })
            .collect();
        hear(
            format!("rest {seed}, {rate:.2}/s x {beats}, step {gain}"),
            alarms(quantised(&rest, gain, 10_000.0, ChannelKind::Needle)),
        );
        let gain = [0.5, 1.0, 3.0][r.below(3)];
        let peak = r.between(20.0, 10_000.0);
        let x = evoked(&mut r, 20_000.0, seconds.min(3.0), peak);
        hear(
            format!("evoked {seed} peak {peak:.0}"),
            alarms(quantised(&x, gain, 20_000.0, ChannelKind::Evoked)),
        );
    }
    println!("{cases} clean channels");
    for (check, (n, text)) in &cried {
        println!("{check} {n}: {text}");
    }
    assert!(cases > 1000);
    assert!(cried.is_empty(), "{} checks cried", cried.len());
}

#[test]
fn real_needle_records_get_the_findings_that_numpy_confirms() {
    for name in ["emg_healthy", "emg_myopathy", "emg_neuropathy"] {
        let Some(channel) = emgdb(name) else { return };
        let found = found(channel);
        for f in &found {
            println!("{name}: {:?} {} {} {:.4} {}", f.severity, f.check, f.count, f.share, f.detail);
        }
        let warned: Vec<&str> =
            found.iter().filter(|f| f.severity >= Severity::Warning).map(|f| f.check).collect();
        if name == "emg_neuropathy" {
            assert_eq!(warned, ["integer_wrap", "low_sampling_frequency"]);
        } else {
            assert_eq!(warned, ["low_sampling_frequency"]);
        }
        // 1.67 µV: the step that the codes show, against 0.1 µV of the header.
        assert!(found.iter().any(|f| f.check == "quantisation" && f.detail.contains("1.6667 uV")));
    }
}
