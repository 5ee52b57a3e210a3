//! Hum shares against numpy; `tests/golden/make_quality.py` made the values.
#![allow(clippy::cast_possible_truncation, reason = "simulated values are rounded to the range on purpose")]

mod quality_support;

use myotome::measure::Severity;
use myotome::quality::{QualityOptions, run};
use myotome::recording::{ChannelKind, Samples};
use quality_support::*;

#[test]
fn hum_shares_of_real_records_agree_with_a_periodogram_of_the_whole_record() {
    let mut tested = 0;
    for row in include_str!("golden/quality_mains.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let number = |i: usize| cells[i].parse::<f64>().unwrap();
        let (line, amplitude, share) = (number(1), number(2), number(3));
        let Some(channel) = emgdb(cells[0]) else { return };
        let Samples::I16(codes) = &channel.samples else { panic!("16 bit") };
        let hum = |(i, v): (usize, &i16)| {
            let p = std::f64::consts::TAU * line * i as f64 / 4000.0;
            (f64::from(*v) + amplitude * (p.sin() + 0.3 * (3.0 * p).sin())).round().clamp(-32768.0, 32767.0)
                as i16
        };
        let codes = codes.iter().enumerate().map(hum).collect();
        let found =
            run(&recording(vec![coded(codes, 0.1, 4000.0, ChannelKind::Needle)]), &QualityOptions::default());
        if [0.2, 0.5].iter().any(|limit: &f64| (limit - share).abs() < 0.005) {
            continue; // Too close to a limit for two estimates to agree on its side.
        }
        let mains = found.iter().find(|f| f.check == "mains");
        let expected = match share {
            s if s > 0.5 => Some(Severity::Refuse),
            s if s > 0.2 => Some(Severity::Warning),
            _ => None,
        };
        assert_eq!(mains.map(|f| f.severity), expected, "{row}: {mains:?}");
        if let Some(f) = mains {
            // A periodogram of the whole leaks a line that is no whole number of cycles: up to 1 % here.
            assert!((f.share - share).abs() < 0.015, "{row}: {}", f.share);
            tested += 1;
        }
    }
    assert!(tested > 6);
}
