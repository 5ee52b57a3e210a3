#![expect(clippy::cast_possible_truncation, reason = "times of short signals")]

use super::super::electrode::{Electrode, points};
use super::super::fibre::Course;
use super::*;

fn member(x: f64, delay: f64, jitter: f64, block: f64) -> Member {
    let fibre = Fibre {
        x,
        y: 0.0,
        diameter_um: 55.0,
        end_plate: 10.0,
        lengths: [50.0, 50.0],
        delay,
        course: Course::Passes,
    };
    Member { fibre, jitter, block }
}

/// Time of the lowest sample of a stretch, by a parabola, s.
fn lowest(x: &[f64], from: f64, to: f64, fs: f64) -> f64 {
    let (a, b) = ((from * fs) as usize, (to * fs) as usize);
    let i = (a..b).min_by(|&i, &j| x[i].total_cmp(&x[j])).unwrap();
    let (p, q, r) = (x[i - 1], x[i], x[i + 1]);
    (i as f64 + 0.5 * (p - r) / (p - 2.0 * q + r)) / fs
}

#[test]
fn a_discharge_lies_at_its_time_between_the_samples() {
    for fs in [4000.0, 20_000.0, 50_000.0] {
        let mut workshop = Workshop::new(Hertz(fs), Hertz(10.0), Hertz(10_000.0));
        let electrode = points(Electrode::Concentric);
        let source = workshop.source(&[member(0.3, 1e-3, 0.0, 0.0)], &electrode, None, Peak::Negative);
        let mut draw = Draw::new(1, 0);
        for part in 0..5 {
            let at = 0.05 + f64::from(part) * 0.23 / fs;
            let mut x = vec![0.0; (0.1 * fs) as usize];
            source.add(&mut x, at, 0.0, 1.0, &mut draw);
            highpass(&mut x, 10.0, fs);
            let got = lowest(&x, 0.04, 0.06, fs);
            // A parabola through a peak of a few samples is no better than this at 4 kHz.
            assert!((got - at).abs() < 0.2 / fs, "{fs} Hz: {got} {at}");
            let (values, reference) = source.sampled(1e-7, 1e-3);
            let low = (0..values.len()).min_by(|&i, &j| values[i].total_cmp(&values[j])).unwrap();
            assert_eq!(low, reference, "{fs} Hz");
        }
    }
}

/// Two fibres 3 ms apart: the mean difference of consecutive intervals is 1.128 √2 times a junction's SD.
#[test]
fn a_pair_of_fibres_jitters_by_what_was_asked_for_and_blocks_as_often() {
    let (fs, sd, n) = (50_000.0, 60e-6, 800);
    let mut workshop = Workshop::new(Hertz(fs), Hertz(10.0), Hertz(10_000.0));
    let pair = [member(0.2, 1e-3, sd, 0.0), member(-0.2, 4e-3, sd, 0.0)];
    let electrode = points(Electrode::SingleFibre);
    let source = workshop.source(&pair, &electrode, None, Peak::Negative);
    let mut draw = Draw::new(3, 0);
    let between: Vec<f64> = (0..n)
        .map(|_| {
            let mut x = vec![0.0; 5000];
            source.add(&mut x, 0.05, 0.0, 1.0, &mut draw);
            // Whichever of the two is the taller one: the other lies 3 ms before or after.
            let first = lowest(&x, 0.0455, 0.0515, fs);
            let other = lowest(&x, first - 0.004, first - 0.002, fs);
            let after = lowest(&x, first + 0.002, first + 0.004, fs);
            if x[(other * fs) as usize] < x[(after * fs) as usize] { first - other } else { after - first }
        })
        .collect();
    let change = between.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>() / f64::from(n - 1);
    let expected = 1.128 * 2.0_f64.sqrt() * sd;
    assert!((change / expected - 1.0).abs() < 0.1, "{change} {expected}");
    let blocked = [member(0.2, 1e-3, 1e-6, 0.3)];
    let source = workshop.source(&blocked, &electrode, None, Peak::Negative);
    let silent = (0..2000)
        .filter(|_| {
            let mut x = vec![0.0; 500];
            source.add(&mut x, 0.005, 0.0, 1.0, &mut draw);
            x.iter().all(|v| v.abs() < 1e-6)
        })
        .count();
    assert!((500..700).contains(&silent), "{silent}");
}
