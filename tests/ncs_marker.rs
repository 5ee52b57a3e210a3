//! Markers of evoked responses: against simulated truth made by another program, against plain definitions, and on input
//! that cannot be measured.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "numbers of a test are in range"
)]

mod shared;

use myotome::ncs::average::{Reason, Supramaximal, SweepAverageOptions, supramaximal};
use myotome::ncs::marker::{
    Doubt, Manual, MarkerName, MarkerOptions, Presence, Response, ResponseKind, Scratch,
};
use myotome::ncs::{Measured, Sweep, Sweeps};
use myotome::units::{Hertz, Seconds};

const FS: f64 = 20_000.0;

/// Uniform noise of standard deviation 1, the same on every machine.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        // The sum of four is near enough to a normal deviate.
        (0..4)
            .map(|_| {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (self.0 >> 11) as f64 / (1u64 << 53) as f64 - 0.5
            })
            .sum::<f64>()
            * 3f64.sqrt()
    }
}

/// A muscle response that begins at `onset` with a corner, V; zero net area. Its negative phase ends 2 `tau` later.
fn muscle(t: f64, onset: f64, tau: f64, peak: f64) -> f64 {
    let u = (t - onset) / tau;
    // u(2 − u)e^(−u) has its maximum at 2 − √2.
    let top = 2f64.sqrt() * (2.0 - 2f64.sqrt()) * (-(2.0 - 2f64.sqrt())).exp();
    if u > 0.0 { peak / top * u * (2.0 - u) * (-u).exp() } else { 0.0 }
}

fn sweep(start: f64, seconds: f64, f: impl FnMut(f64) -> f64) -> Vec<f64> {
    (0..(seconds * FS) as usize).map(|i| start + i as f64 / FS).map(f).collect()
}

fn mark(options: &MarkerOptions, x: &[f64], start: f64) -> Response {
    let sweep = Sweep::new(x, Seconds(start), Hertz(FS)).unwrap();
    options.design(Hertz(FS)).unwrap().apply(&sweep, &mut Scratch::default()).unwrap()
}

fn cmap() -> MarkerOptions {
    MarkerOptions::of(ResponseKind::Cmap)
}

/// `tests/golden/make_ncs.py` made the sweeps and their truth.
#[test]
fn simulated_responses_are_found_where_they_are() {
    let bytes = include_bytes!("golden/ncs_sweeps.f32");
    let all: Vec<f64> = bytes.as_chunks::<4>().0.iter().map(|b| f64::from(f32::from_le_bytes(*b))).collect();
    let (mut present, mut absent, mut judged, mut covered) = (0, 0, 0, 0);
    let mut scratch = Scratch::default();
    for (i, line) in include_str!("golden/ncs_sweeps.jsonl").lines().enumerate() {
        let meta: serde_json::Value = serde_json::from_str(line).unwrap();
        let number = |v: &serde_json::Value, k: &str| v[k].as_f64().unwrap();
        let (at, n) = (number(&meta, "at") as usize, number(&meta, "n") as usize);
        let fs = Hertz(number(&meta, "fs"));
        let kind = if meta["kind"] == "cmap" { ResponseKind::Cmap } else { ResponseKind::Snap };
        let marker = MarkerOptions::of(kind).design(fs).unwrap();
        let sweep = Sweep::new(&all[at..at + n], Seconds(number(&meta, "start")), fs).unwrap();
        let found = marker.apply(&sweep, &mut scratch).unwrap();
        let truth = &meta["truth"];
        if truth.is_null() {
            absent += 1;
            assert_eq!(found.presence, Presence::Absent, "sweep {i}");
            continue;
        }
        // Mains of a quarter of the peak over less than three of its periods: nobody could tell.
        if number(&meta, "mains") * 4.0 > number(&meta, "snr") {
            continue;
        }
        present += 1;
        assert_eq!(found.presence, Presence::Present, "sweep {i}");
        // Mains and drift of more than a twentieth of the peak, in short sweeps: their numbers are not judged here.
        if (number(&meta, "mains") + number(&meta, "drift").abs()) * 20.0 > number(&meta, "snr") {
            continue;
        }
        judged += 1;
        // Half as much again as the interval that 95 of 100 are to lie in, and what a sample or two are worth.
        let near = |got: &Measured, key: &str, more: f64| {
            let off = (got.value().unwrap() - number(truth, key)).abs();
            assert!(off < 1.5 * got.uncertainty.unwrap() + more, "sweep {i}: {key} off by {off}: {got:?}");
            off
        };
        near(&found.amplitude, "amplitude", 0.01 * number(truth, "amplitude"));
        near(&found.peak, "peak", 1e-4);
        if found.onset.value().is_some() {
            let off = near(&found.onset, "onset", 1e-4);
            covered += usize::from(off <= found.onset.uncertainty.unwrap());
            if number(&meta, "snr") >= 100.0 {
                assert!(off < 2e-4, "sweep {i}: onset off by {off}");
            }
        }
    }
    assert!(present >= 12 && absent >= 2, "{present} responses, {absent} sweeps without: too few to tell");
    assert!(judged >= 9 && covered * 10 >= judged * 8, "{covered} of {judged} onsets inside their intervals");
}

#[test]
fn a_clean_response_has_the_markers_of_its_formula() {
    let (onset, tau, peak) = (0.003, 0.0025, 6e-3);
    let mut noise = Noise(1);
    let x = sweep(-0.005, 0.065, |t| muscle(t, onset, tau, peak) + 1e-6 * noise.next());
    let found = mark(&cmap(), &x, -0.005);
    assert_eq!(found.presence, Presence::Present);
    assert!(found.doubts.is_empty(), "{:?}", found.doubts);
    let near = |got: Option<f64>, want: f64, by: f64| {
        assert!((got.unwrap() - want).abs() < by, "{got:?}, not {want}")
    };
    // The formula rises through 0.5 % of its peak a few microseconds behind the corner.
    near(found.onset.value(), onset + 6e-6, 3e-5);
    near(found.peak.value(), onset + tau * (2.0 - 2f64.sqrt()), 2e-5);
    near(found.negative_end.value(), onset + 2.0 * tau, 2e-5);
    near(found.amplitude.value(), peak, 0.003 * peak);
    // The positive phase's lowest point lies at 2 + √2.
    let value = |u: f64| u * (2.0 - u) * (-u).exp();
    let ratio = value(2.0 + 2f64.sqrt()) / value(2.0 - 2f64.sqrt());
    near(found.amplitude_peak_to_peak.value(), peak * (1.0 - ratio), 0.01 * peak);
    // ∫ u(2 − u)e^(−u) du from 0 to 2 is 4e^(−2).
    let area = peak / value(2.0 - 2f64.sqrt()) * 4.0 * (-2f64).exp() * tau;
    near(found.negative_area.value(), area, 0.005 * area);
    near(found.negative_duration.value(), 2.0 * tau, 5e-5);
    assert!(found.total_end.value().unwrap() > found.negative_end.value().unwrap() + 2.0 * tau);
}

/// The definition, nothing clever: the last sample below 0.5 % of the peak, on a sweep without noise.
#[test]
fn without_noise_the_onset_is_that_of_the_definition() {
    for (rise, power) in [(0.002, 1.0), (0.0015, 1.6), (0.003, 2.4), (0.001, 3.0)] {
        let shape = |t: f64| {
            let u = (t - 0.004) / rise;
            if u > 0.0 { 5e-3 * (u * (1.0 - u).exp()).powf(power) * (1.0 - 0.2 * u) } else { 0.0 }
        };
        let mut noise = Noise(2);
        let x = sweep(-0.005, 0.055, |t| shape(t) + 1e-7 * noise.next());
        let top = x.iter().copied().fold(0.0, f64::max);
        let peak = x.iter().position(|v| v.total_cmp(&top).is_eq()).unwrap();
        let below = x[..peak].iter().rposition(|v| *v < 0.005 * top).unwrap();
        let share = (0.005 * top - x[below]) / (x[below + 1] - x[below]);
        let naive = -0.005 + (below as f64 + share) / FS;
        let found = mark(&cmap(), &x, -0.005).onset.value().unwrap();
        assert!((found - naive).abs() < 4e-5, "power {power}: {found} is not {naive}");
    }
}

#[test]
fn sweeps_without_a_response_stay_absent() {
    let mut said = 0;
    for seed in 0..60u64 {
        let mut noise = Noise(seed);
        let big = 10f64.powf((seed % 7) as f64 / 2.0) * 5e-6;
        let hum = (seed % 5) as f64 * 5e-6;
        let start = [0.0, -0.005, -0.02][(seed % 3) as usize];
        let x = sweep(start, 0.08, |t| {
            let artefact =
                if t >= 0.0 { big * (-t / 2.5e-4).exp() - 0.2 * big * (-t / 1.5e-3).exp() } else { 0.0 };
            artefact + hum * (314.159 * t + seed as f64).sin() + 2e-4 * t + 6e-6 * noise.next()
        });
        let found = mark(&cmap(), &x, start);
        assert!(
            found.onset.value().is_none() || found.presence == Presence::Present,
            "no number without a response"
        );
        said += usize::from(found.presence == Presence::Absent);
    }
    assert!(said >= 59, "{said} of 60 are absent");
}

#[test]
fn real_sweeps_without_a_response_have_no_latency() {
    let Some(root) = shared::data() else { return };
    let bytes = std::fs::read(root.join("mep_dimep/examples.npy")).unwrap();
    let numbers: Vec<f64> = bytes[bytes.len() - 5 * 2000 * 8..]
        .as_chunks::<8>()
        .0
        .iter()
        .map(|b| 1e-6 * f64::from_le_bytes(*b))
        .collect();
    let options = MarkerOptions { earliest: Seconds(0.005), latest: Seconds(0.1), ..cmap() };
    let marker = options.design(Hertz(1000.0)).unwrap();
    let mut scratch = Scratch::default();
    for turn in [1.0, -1.0] {
        for (i, recorded) in numbers.chunks(2000).enumerate() {
            let x: Vec<f64> = recorded.iter().map(|v| turn * v).collect();
            // Before the stimulus there is muscle activity and no response, wherever a sweep is cut.
            for cut in [300, 500, 700] {
                let sweep = Sweep::new(&x[..1000], Seconds(-(cut as f64) / 1000.0), Hertz(1000.0)).unwrap();
                let found = marker.apply(&sweep, &mut scratch).unwrap();
                assert_ne!(found.presence, Presence::Present, "sweep {i}, stimulus at {cut}");
            }
            // The first sweep shows none behind it either.
            if i == 0 {
                let sweep = Sweep::new(&x, Seconds(-1.0), Hertz(1000.0)).unwrap();
                assert_ne!(marker.apply(&sweep, &mut scratch).unwrap().presence, Presence::Present);
            }
        }
    }
}

#[test]
fn what_makes_a_number_doubtful_is_told() {
    let told = |x: &[f64], start: f64, f: fn(&Doubt) -> bool| mark(&cmap(), x, start).doubts.iter().any(f);
    let mut noise = Noise(3);
    let mut n = |sd: f64| sd * noise.next();
    let normal = |t: f64| muscle(t, 0.004, 0.0025, 6e-3);
    let x = sweep(-0.005, 0.055, |t| (normal(t) + n(3e-6)).clamp(-4e-3, 4e-3));
    assert!(told(&x, -0.005, |d| *d == Doubt::Saturation), "cut at 4 mV");
    let x =
        sweep(-0.005, 0.055, |t| normal(t) - 1.2e-3 * (-0.5 * ((t - 0.0036) / 4e-4).powi(2)).exp() + n(3e-6));
    assert!(told(&x, -0.005, |d| matches!(d, Doubt::InitialPositivity(s) if *s > 0.05)), "positive first");
    let x = sweep(-0.005, 0.055, |t| normal(t) + n(6e-4));
    assert!(told(&x, -0.005, |d| matches!(d, Doubt::LowSignalToNoise(_))), "noisy");
    let x = sweep(-0.005, 0.0115, |t| normal(t) + n(3e-6));
    assert!(told(&x, -0.005, |d| *d == Doubt::EndsBeforeNegativePhase), "short");
    let x = sweep(-0.005, 0.055, |t| 1000.0 * (normal(t) + n(3e-6)));
    assert!(
        told(&x, -0.005, |d| matches!(d, Doubt::Implausible(v) if (5.0..7.0).contains(v))),
        "mV taken for V"
    );
    let x = sweep(-0.005, 0.055, |t| {
        muscle(t, 0.002, 0.0025, 6e-3) + if t >= 0.0 { 8e-3 * (-t / 1.2e-3).exp() } else { 0.0 } + n(3e-6)
    });
    let found = mark(&cmap(), &x, -0.005);
    let overlaps = |d: &Doubt| matches!(d, Doubt::ArtefactOverlapsOnset(_) | Doubt::AtWindowEdge);
    assert!(found.onset.value().is_none() || found.doubts.iter().any(overlaps), "{:?}", found.doubts);
    let x = sweep(-0.03, 0.1, |t| normal(t) + 5e-5 * (314.159 * t + 1.0).sin() + n(3e-6));
    assert!(told(&x, -0.03, |d| matches!(d, Doubt::Mains(v) if (4e-5..6e-5).contains(v))), "mains");
}

#[test]
fn what_cannot_be_measured_gives_a_reason_and_no_number() {
    let options = cmap();
    for (x, start) in [
        (vec![0.0; 1000], -0.005),
        (vec![3.3e-3; 1000], -0.005),
        (vec![1e-3; 20], 0.0),
        (vec![1e-3, -1e-3], 0.0),
        (sweep(0.02, 0.02, |t| t), 0.02),
        (sweep(-0.05, 0.04, |t| t.sin()), -0.05),
        ([f64::MAX, f64::MIN, f64::MAX].repeat(300), -0.005),
        (sweep(-0.005, 0.05, |t| if t > 0.01 { 1.0 } else { 0.0 }), -0.005),
        (sweep(-0.005, 0.05, |t| if (t - 0.01).abs() < 2e-5 { 1.0 } else { 0.0 }), -0.005),
    ] {
        let found = mark(&options, &x, start);
        let numbers = [
            found.onset,
            found.peak,
            found.negative_end,
            found.total_end,
            found.amplitude,
            found.amplitude_peak_to_peak,
            found.negative_duration,
            found.negative_area,
            found.total_duration,
        ];
        assert!(numbers.iter().all(|m| m.value().is_none_or(f64::is_finite)), "{found:?}");
        assert!(found.noise.is_finite() && found.snr.is_finite() && found.baseline.is_finite());
        if found.presence != Presence::Present {
            assert!(numbers.iter().all(|m| m.value().is_none()));
        }
    }
    assert!(matches!(mark(&options, &[1e-3; 20], 0.0).presence, Presence::Undefined(_)));
    let sweep = Sweep::new(&[0.0; 100], Seconds(0.0), Hertz(1000.0)).unwrap();
    assert!(
        options.design(Hertz(FS)).unwrap().apply(&sweep, &mut Scratch::default()).is_err(),
        "another rate"
    );
    for bad in [
        MarkerOptions { earliest: Seconds(-0.001), ..options },
        MarkerOptions { latest: Seconds(0.0005), ..options },
        MarkerOptions { blank: Seconds(0.01), ..options },
        MarkerOptions { latest: Seconds(f64::NAN), ..options },
        MarkerOptions {
            manual: Manual { onset: Some(Seconds(0.01)), end: Some(Seconds(0.005)), ..Manual::default() },
            ..options
        },
        MarkerOptions { manual: Manual { peak: Some(Seconds(f64::NAN)), ..Manual::default() }, ..options },
    ] {
        assert!(bad.design(Hertz(FS)).is_err(), "{bad:?}");
    }
}

#[test]
fn markers_set_by_hand_are_kept_and_measured_at() {
    let mut noise = Noise(5);
    let x = sweep(-0.005, 0.055, |t| muscle(t, 0.004, 0.0025, 6e-3) + 2e-6 * noise.next());
    let manual = Manual {
        onset: Some(Seconds(0.0043)),
        negative_peak: Some(Seconds(0.005)),
        positive_peak: Some(Seconds(0.012)),
        end: Some(Seconds(0.0085)),
        peak: None,
    };
    let found = mark(&MarkerOptions { manual, ..cmap() }, &x, -0.005);
    assert_eq!(
        (found.onset.value(), found.peak.value(), found.negative_end.value()),
        (Some(0.0043), Some(0.005), Some(0.0085))
    );
    assert!(
        [MarkerName::Onset, MarkerName::NegativePeak, MarkerName::PositivePeak, MarkerName::End]
            .iter()
            .all(|m| found.is_manual(*m))
    );
    assert!(!found.is_manual(MarkerName::Peak) && found.onset.method == "set by hand");
    let at = |t: f64| muscle(t, 0.004, 0.0025, 6e-3);
    assert!((found.amplitude.value().unwrap() - at(0.005)).abs() < 3e-5);
    assert!((found.amplitude_peak_to_peak.value().unwrap() - (at(0.005) - at(0.012))).abs() < 4e-5);
    assert!((found.negative_duration.value().unwrap() - 0.0042).abs() < 1e-9);
    // A hand's marker says that there is a response, however small.
    let x = sweep(-0.005, 0.055, |t| muscle(t, 0.004, 0.0025, 1e-5) + 5e-6 * noise.next());
    let manual = Manual { peak: Some(Seconds(0.0055)), ..Manual::default() };
    let found = mark(&MarkerOptions { manual, ..cmap() }, &x, -0.005);
    assert_eq!((found.presence, found.peak.value()), (Presence::Present, Some(0.0055)));
}

#[test]
fn gain_and_time_act_as_they_should() {
    let mut noise = Noise(8);
    let x = sweep(-0.005, 0.055, |t| muscle(t, 0.004, 0.0025, 6e-3) + 1e-5 * noise.next());
    let one = mark(&cmap(), &x, -0.005);
    let half: Vec<f64> = x.iter().map(|v| 0.5 * v + 1e-3).collect();
    let other = mark(&cmap(), &half, -0.005);
    let near = |a: Option<f64>, b: Option<f64>, by: f64| {
        assert!((a.unwrap() - b.unwrap()).abs() <= by, "{a:?} {b:?}")
    };
    near(other.onset.value(), one.onset.value(), 1e-8);
    near(other.amplitude.value(), one.amplitude.value().map(|v| 0.5 * v), 1e-9);
    near(other.negative_area.value(), one.negative_area.value().map(|v| 0.5 * v), 1e-11);
    // The same with buffers that held another sweep.
    let marker = cmap().design(Hertz(FS)).unwrap();
    let mut scratch = Scratch::default();
    for y in [&half, &x] {
        let _ = marker.apply(&Sweep::new(y, Seconds(-0.005), Hertz(FS)).unwrap(), &mut scratch).unwrap();
    }
    let again = marker.apply(&Sweep::new(&x, Seconds(-0.005), Hertz(FS)).unwrap(), &mut scratch).unwrap();
    assert_eq!(again, one);
}

#[test]
fn an_average_leaves_out_what_is_not_like_the_others() {
    let mut noise = Noise(11);
    let nerve = |t: f64| {
        let u = (t - 0.003) / 3e-4;
        15e-6 * (1.0 - u * u) * (-0.5 * u * u).exp()
    };
    let mut recorded: Vec<Vec<f64>> =
        (0..24).map(|_| sweep(-0.005, 0.02, |t| -(nerve(t) + 5e-6 * noise.next()))).collect();
    recorded[5].iter_mut().for_each(|v| *v = 4e-5 * noise.next());
    recorded[20].iter_mut().for_each(|v| *v *= -1.2);
    let sweeps = Sweeps::from_recorded(recorded, Seconds(-0.005), Hertz(FS)).unwrap();
    let average = SweepAverageOptions::default().apply(&sweeps).unwrap();
    assert_eq!(average.used.len(), 22, "{:?}", average.rejected);
    assert!(
        matches!(average.rejected[..], [(5, Reason::Rms(_)), (20, Reason::Correlation(_))]),
        "{:?}",
        average.rejected
    );
    let want = 5e-6 / 22f64.sqrt();
    assert!((average.noise.unwrap() / want - 1.0).abs() < 0.2, "{:?}, about {want}", average.noise);
    let marker = MarkerOptions::of(ResponseKind::Snap).design(Hertz(FS)).unwrap();
    let found = marker.apply(&average.sweep.get(0), &mut Scratch::default()).unwrap();
    assert!(
        (found.peak.value().unwrap() - 0.003).abs() < 5e-5,
        "the average is negative up as its sweeps were"
    );
    assert!((found.amplitude.value().unwrap() - 15e-6).abs() < 2e-6);
    // A nerve that does not answer: nothing correlates, and nothing is left out for it.
    let silent: Vec<Vec<f64>> = (0..24).map(|_| sweep(-0.005, 0.02, |_| 5e-6 * noise.next())).collect();
    let silent = Sweeps::from_recorded(silent, Seconds(-0.005), Hertz(FS)).unwrap();
    assert_eq!(SweepAverageOptions::default().apply(&silent).unwrap().used.len(), 24);
    assert!(
        SweepAverageOptions { rms_factor: 0.5, ..SweepAverageOptions::default() }.apply(&silent).is_err()
    );
}

#[test]
fn a_response_that_still_rises_is_told() {
    let marker = cmap().design(Hertz(FS)).unwrap();
    let mut noise = Noise(13);
    let mut judge = |heights: &[f64]| {
        let recorded = heights
            .iter()
            .map(|h| sweep(-0.005, 0.055, |t| -(muscle(t, 0.004, 0.0025, *h) + 5e-6 * noise.next())))
            .collect();
        let sweeps = Sweeps::from_recorded(recorded, Seconds(-0.005), Hertz(FS)).unwrap();
        supramaximal(&sweeps, &marker, &mut Scratch::default()).unwrap()
    };
    assert!(matches!(judge(&[2e-3, 5e-3, 6e-3, 6.05e-3]), Supramaximal::Yes { rise } if rise.abs() < 0.02));
    assert!(
        matches!(judge(&[2e-3, 5e-3, 6e-3]), Supramaximal::StillRising { rise } if (rise - 0.2).abs() < 0.02)
    );
    assert!(matches!(judge(&[0.0, 3e-3]), Supramaximal::StillRising { .. }));
    assert!(matches!(judge(&[3e-3]), Supramaximal::Undefined(_)));
    assert!(matches!(judge(&[0.0, 0.0]), Supramaximal::Undefined(_)));
}
