//! What the text writer writes reads back to the same channels.
#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use myotome::format::{self, ReadOptions, WriteOptions};
use myotome::recording::Recording;

use myotome::recording::{Channel, Samples, Scaling, Segment};
use myotome::units::{Hertz, SignalUnit};

fn through_csv(recording: &Recording, name: &str) -> Recording {
    let folder = std::env::temp_dir().join(format!("myotome-text-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    format::write(recording, &path, &WriteOptions::default()).unwrap();
    let back = format::read(&path, &ReadOptions::default()).unwrap();
    std::fs::remove_file(&path).unwrap();
    back
}

fn channel(label: &str, fs: f64, unit: &str, n: usize, seed: u64) -> Channel {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / 2f64.powi(53) - 0.5
    };
    let samples = (0..n).map(|_| next() * 1e-3).collect();
    Channel::new(label, Hertz(fs), SignalUnit::parse(unit), Samples::F64(samples))
}

fn same(a: &Recording, b: &Recording) {
    assert_eq!(a.channels.len(), b.channels.len());
    for (a, b) in a.channels.iter().zip(&b.channels) {
        assert_eq!(a.label, b.label);
        assert_eq!(a.unit, b.unit, "{}", a.label);
        assert_eq!(a.sampling_frequency, b.sampling_frequency, "{}", a.label);
        assert_eq!(a.uncalibrated.is_some(), b.uncalibrated.is_some(), "{}", a.label);
        assert_eq!(a.segments, b.segments, "{}", a.label);
        assert_eq!(a.missing, b.missing, "{}", a.label);
        let bits = |c: &Channel| c.physical().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(bits(a) == bits(b), "{}", a.label);
    }
}

#[test]
fn rates_gaps_missing_samples_and_odd_labels_come_back_bit_for_bit() {
    let mut gap = channel("gap", 1e4 / 3.0, "uV", 500, 3);
    gap.segments = vec![
        Segment { first: 0, len: 100, onset_s: 0.0 },
        Segment { first: 100, len: 300, onset_s: 10.0 },
        Segment { first: 400, len: 100, onset_s: 3600.123456789 },
    ];
    let mut holes = channel("holes", 23437.5, "mV", 3000, 4);
    holes.missing = vec![0..3, 50..51, 2990..3000];
    if let Samples::F64(v) = &mut holes.samples {
        holes.missing.iter().for_each(|r| v[r.clone()].fill(0.0));
    }
    let mut digital = Channel::new(
        "a, \"b\" é",
        Hertz(4000.0),
        SignalUnit::parse("uV"),
        Samples::I16((0..700).map(|i| (i * 97 % 3001) as i16).collect()),
    );
    digital.scaling = Scaling::Divide { baseline: 12.0, gain: 7.3 };
    let mut plain = channel("time", 4000.0, "", 700, 5);
    plain.uncalibrated = Some("no unit".into());
    let mut square = channel("Ch [left]", 4000.0, "", 700, 6);
    square.uncalibrated = Some("no unit".into());
    let recording = Recording {
        channels: vec![
            channel("Sensor 1: EMG", 1259.259, "V", 2519, 1),
            channel("ACC.X", 148.1481, "g", 297, 2),
            gap,
            holes,
            digital,
            plain,
            square,
            channel("gyro", 487.5, "°/s", 10, 7),
        ],
        ..Recording::default()
    };
    for name in ["x.csv", "x.tsv"] {
        let back = through_csv(&recording, name);
        // Groups of one time base stand together; here that is the order of the channels.
        same(&recording, &back);
    }
}

#[test]
fn many_sampling_frequencies_come_back_to_the_last_digit() {
    for fs in
        [0.1, 1.0, 57.0, 128.0, 499.5, 975.0, 999.0, 1000.0 / 3.0, 1e6 / 7.0, 2048.0, 44_100.0, 48_828.125]
    {
        let recording = Recording { channels: vec![channel("x", fs, "mV", 5000, 9)], ..Recording::default() };
        assert_eq!(
            through_csv(&recording, &format!("rate{}.csv", fs.to_bits())).channels[0].sampling_frequency.0,
            fs
        );
    }
}
