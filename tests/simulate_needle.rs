//! The simulator of needle recordings: published ranges, truth against samples, files, options.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]
#![expect(clippy::cast_possible_truncation, reason = "times and sample numbers of short recordings")]

use myotome::format::{self, ReadOptions};
use myotome::norms;
use myotome::simulate::needle::{self, Activity, Artefact, Electrode, Format, Options, State, Study};
use myotome::study::{self, Level};
use myotome::truth::{SpontaneousTruth, Truth};
use myotome::units::{Hertz, SignalUnit};
use std::path::PathBuf;

/// Slight contractions of a normal muscle, 1 s.
fn short(seed: u64) -> Options {
    Options {
        seed,
        state: Some(State::Normal),
        levels: vec![Level::Slight],
        rest: 0,
        sites: 1,
        seconds: 1.0,
        ..Options::default()
    }
}

fn at_rest(seed: u64, activity: Activity) -> Options {
    Options { rest: 1, levels: Vec::new(), spontaneous: vec![activity], seconds: 10.0, ..short(seed) }
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// Coefficient of variation.
fn cv(x: &[f64]) -> f64 {
    (mean(&x.iter().map(|v| (v - mean(x)).powi(2)).collect::<Vec<_>>())).sqrt() / mean(x)
}

fn gaps(times: &[f64]) -> Vec<f64> {
    times.windows(2).map(|w| w[1] - w[0]).collect()
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("myotome-simulate-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

#[test]
fn a_seed_gives_the_same_study_whatever_the_threads_and_another_seed_another() {
    let options = Options { sites: 2, rest: 1, seconds: 0.7, state: None, ..short(5) };
    let study = needle::study(&options).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(study, one.install(|| needle::study(&options).unwrap()));
    assert_ne!(study, needle::study(&Options { seed: 6, ..options.clone() }).unwrap());
    // One more recording does not change the others.
    let more = needle::study(&Options { sites: 3, ..options }).unwrap();
    assert_eq!(study.recordings[..], more.recordings[..3]);
    let mut seeds: Vec<u64> = (1..=1000).map(|k| needle::series_seed(1, k)).collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 1000);
    assert!(seeds.iter().all(|s| *s < 1 << 53));
}

/// Amplitude (µV) and duration (ms) of the units that an examiner would measure.
fn quantifiable(study: &Study) -> Vec<(f64, f64)> {
    let units = study.truth.recordings.iter().flat_map(|r| &r.motor_units).map(|u| &u.muap);
    // Rise below 0.5 ms (reference text 1.2), above 50 µV.
    let crisp = units.filter(|m| m.rise_time_ms < 0.5 && m.amplitude_uv > 50.0);
    crisp.map(|m| (m.amplitude_uv, m.duration_ms)).collect()
}

/// Published muscle means ± 2 SD, held against the mean of simulated units; its own standard error is added.
#[test]
fn normal_muscles_lie_inside_published_norms() {
    use myotome::needle::limits::{Bound, Parameter};
    for muscle in needle::muscles() {
        let options = Options { muscle: muscle.into(), sites: 20, seconds: 0.5, ..short(77) };
        let units = quantifiable(&needle::study(&options).unwrap());
        assert!(units.len() >= 10, "{muscle}: {} units", units.len());
        let (amplitudes, durations): (Vec<f64>, Vec<f64>) = units.into_iter().unzip();
        let error = |x: &[f64]| cv(x) * mean(x) / (x.len() as f64).sqrt();
        let mut checked = 0;
        for limit in norms::mup_limits(muscle) {
            let Bound::Mean { mean: published, sd, .. } = limit.bound else { continue };
            let (own, si) = match limit.parameter {
                Parameter::Amplitude => (&amplitudes, 1e-6),
                Parameter::Duration => (&durations, 1e-3),
                _ => continue,
            };
            let (got, sd) = (mean(own) * si, sd.hypot(error(own) * si));
            checked += 1;
            assert!(
                (got - published).abs() <= 2.0 * sd,
                "{muscle} {:?}: {got} not {published} ± 2·{sd}",
                limit.parameter
            );
        }
        assert!(checked >= 2, "{muscle}");
    }
}

#[test]
fn disease_moves_units_as_published() {
    let of = |state, severity| {
        // One muscle differs from another: six of each.
        let muscle = |seed| {
            let base = Options { state: Some(state), severity: Some(severity), ..short(seed) };
            needle::study(&Options { sites: 4, seconds: 2.5, ..base }).unwrap()
        };
        let muscles: Vec<Study> = (31..37).map(muscle).collect();
        let units: Vec<(f64, f64)> = muscles.iter().flat_map(quantifiable).collect();
        let all = || muscles.iter().flat_map(|m| &m.truth.recordings).flat_map(|r| &r.motor_units);
        let rates: Vec<f64> = all()
            .filter(|u| u.discharge_times_s.len() > 10)
            .map(|u| 1.0 / mean(&gaps(&u.discharge_times_s)))
            .collect();
        let fastest = rates.iter().copied().fold(0.0, f64::max);
        let count = all().count();
        let jitter = mean(&all().map(|u| u.muap.junction_sd_us).collect::<Vec<_>>());
        (
            mean(&units.iter().map(|u| u.0).collect::<Vec<_>>()),
            mean(&units.iter().map(|u| u.1).collect::<Vec<_>>()),
            fastest,
            count,
            jitter,
        )
    };
    let normal = of(State::Normal, 0.0);
    let chronic = of(State::Chronic, 0.6);
    let myopathic = of(State::Myopathic, 0.6);
    let junction = of(State::NeuromuscularJunction, 0.6);
    assert!(chronic.0 > 1.2 * normal.0 && chronic.1 > normal.1 + 1.5, "{chronic:?} {normal:?}");
    assert!(
        chronic.2 > 1.2 * normal.2 && chronic.3 < normal.3,
        "fewer units, faster: {chronic:?} {normal:?}"
    );
    assert!(myopathic.0 < 0.85 * normal.0 && myopathic.1 < normal.1 - 0.8, "{myopathic:?} {normal:?}");
    assert!(myopathic.3 > normal.3, "early recruitment: {myopathic:?} {normal:?}");
    // A pair's MCD is 1.6 times a junction's SD (text 7.3): 19 to 29 µs, and 60 to 200.
    assert!((19.0..29.5).contains(&(1.6 * normal.4)), "{}", normal.4);
    assert!((60.0..200.0).contains(&(1.6 * junction.4)), "{}", junction.4);
}

/// Everything that is not locked to a unit averages out: what is left is the potential of the truth.
#[test]
fn the_recording_holds_the_units_of_the_truth_at_their_times() {
    let options = Options { seconds: 10.0, noise: Some(2e-6), drift_mm: Some(0.0), ..short(12) };
    let study = needle::study(&options).unwrap();
    let x: Vec<f64> = study.recordings[0].samples().iter().map(|v| v * 1e6).collect();
    let mut seen = 0;
    for unit in &study.truth.recordings[0].motor_units {
        let (p, at) = (&unit.potential_uv, unit.potential_reference);
        let lowest = (0..p.len()).min_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap();
        assert!(lowest.abs_diff(at) <= 1, "{}: {lowest} {at}", unit.id);
        assert!(unit.discharge_times_s.windows(2).all(|w| w[1] > w[0]));
        if unit.muap.amplitude_uv < 300.0 || unit.discharge_times_s.len() < 40 {
            continue;
        }
        let starts: Vec<usize> = unit
            .discharge_times_s
            .iter()
            .map(|t| (t * 20_000.0).round() as usize)
            .filter(|s| *s >= at && s - at + p.len() <= x.len())
            .map(|s| s - at)
            .collect();
        let average: Vec<f64> = (0..p.len())
            .map(|k| starts.iter().map(|s| x[s + k]).sum::<f64>() / starts.len() as f64)
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let alike = dot(&average, p) / (dot(&average, &average) * dot(p, p)).sqrt();
        assert!(alike > 0.95, "{}: {alike}", unit.id);
        seen += 1;
    }
    assert!(seen >= 2, "{seen}");
}

fn trains(seed: u64, activity: Activity) -> Vec<SpontaneousTruth> {
    let study = needle::study(&at_rest(seed, activity)).unwrap();
    let rows = study.truth.recordings[0].spontaneous.clone();
    assert!(!rows.is_empty(), "{activity:?}");
    assert!(rows.iter().all(|r| r.kind == activity.id()));
    assert!(
        rows.iter().all(|r| r.discharge_times_s.windows(2).all(|w| w[1] > w[0])),
        "{activity:?}: times rise"
    );
    assert!(rows.iter().flat_map(|r| &r.discharge_times_s).all(|t| (0.0..10.0).contains(t)));
    rows
}

/// Rates, regularity, amplitude and duration by the project's table of spontaneous activity.
#[test]
fn spontaneous_activity_keeps_to_its_table() {
    for seed in 1..4 {
        for kind in [Activity::Fibrillation, Activity::PositiveSharpWave] {
            for t in trains(seed, kind) {
                let gaps = gaps(&t.discharge_times_s);
                let rate = 1.0 / mean(&gaps);
                assert!((0.5..15.0).contains(&rate), "{kind:?} {rate}");
                // Interval to interval: slowing is no irregularity.
                let cv2 = mean(
                    &gaps.windows(2).map(|w| 2.0 * (w[1] - w[0]).abs() / (w[1] + w[0])).collect::<Vec<_>>(),
                );
                assert!(cv2 < 0.1, "{kind:?} {cv2}");
                assert!((20.0..1000.0).contains(&t.amplitude_uv), "{kind:?} {}", t.amplitude_uv);
                let long = if kind == Activity::Fibrillation { 1.0..6.0 } else { 3.0..35.0 };
                assert!(long.contains(&t.duration_ms), "{kind:?} {} ms", t.duration_ms);
            }
        }
        for t in trains(seed, Activity::ComplexRepetitive) {
            let gaps = gaps(&t.discharge_times_s);
            let change = mean(&gaps.windows(2).map(|w| (w[1] - w[0]).abs()).collect::<Vec<_>>());
            assert!(
                gaps.len() >= 20 && change / mean(&gaps) < 0.01,
                "{} {}",
                gaps.len(),
                change / mean(&gaps)
            );
        }
        for t in trains(seed, Activity::Myotonic) {
            let gaps = gaps(&t.discharge_times_s);
            let (fast, slow) = gaps.iter().fold((f64::MAX, 0.0_f64), |(a, b), g| (a.min(*g), b.max(*g)));
            assert!(slow / fast > 1.5 && 1.0 / fast < 150.0, "{fast} {slow}");
        }
        for t in trains(seed, Activity::Neuromyotonic) {
            let mut gaps = gaps(&t.discharge_times_s);
            gaps.sort_by(f64::total_cmp);
            assert!((130.0..310.0).contains(&(1.0 / gaps[gaps.len() / 2])));
        }
        for t in trains(seed, Activity::EndPlateSpike) {
            let gaps = gaps(&t.discharge_times_s);
            assert!((0.3..1.1).contains(&cv(&gaps)), "{}", cv(&gaps));
        }
        for t in trains(seed, Activity::EndPlateNoise) {
            assert!((10.0..50.0).contains(&t.amplitude_uv));
            assert!(1.0 / mean(&gaps(&t.discharge_times_s)) > 100.0);
        }
        for t in trains(seed, Activity::Cramp) {
            let mut gaps = gaps(&t.discharge_times_s);
            gaps.sort_by(f64::total_cmp);
            assert!((30.0..85.0).contains(&(1.0 / gaps[gaps.len() / 2])));
        }
        for t in trains(seed, Activity::Fasciculation) {
            assert!((100.0..5000.0).contains(&t.amplitude_uv));
            assert!(t.discharge_times_s.len() as f64 / 10.0 < 10.0);
        }
        for t in trains(seed, Activity::ContinuousUnit) {
            assert!(cv(&gaps(&t.discharge_times_s)) < 0.06);
        }
        let rows = trains(seed, Activity::Myokymic);
        let gaps: Vec<f64> = rows.iter().flat_map(|t| gaps(&t.discharge_times_s)).collect();
        assert!(cv(&gaps) > 0.7, "groups and pauses: {}", cv(&gaps));
    }
}

/// Mean of the samples around the times of a train, µV.
fn average(study: &Study, times: &[f64], before: usize, after: usize) -> Vec<f64> {
    let x = study.recordings[0].samples();
    let at: Vec<usize> = times.iter().map(|t| (t * 20_000.0).round() as usize).collect();
    let inside: Vec<usize> = at.into_iter().filter(|i| *i >= before && i + after <= x.len()).collect();
    (0..before + after)
        .map(|k| inside.iter().map(|i| x[i - before + k]).sum::<f64>() / inside.len() as f64 * 1e6)
        .collect()
}

#[test]
fn first_phases_are_those_of_the_kinds() {
    for (kind, first, main) in [
        (Activity::Fibrillation, 1.0, -1.0),
        (Activity::PositiveSharpWave, 1.0, 1.0),
        (Activity::EndPlateSpike, -1.0, -1.0),
    ] {
        for seed in 1..4 {
            let study = needle::study(&at_rest(seed, kind)).unwrap();
            for t in &study.truth.recordings[0].spontaneous {
                let x = average(&study, &t.discharge_times_s, 60, 100);
                let least = 0.1 * t.amplitude_uv;
                let begin = x.iter().find(|v| v.abs() > least).unwrap();
                assert!(begin * first > 0.0, "{kind:?} {seed}: begins with {begin} uV");
                assert!(x[60] * main > 0.0, "{kind:?} {seed}: {} uV at its time", x[60]);
            }
        }
    }
}

#[test]
fn a_study_is_read_back_as_it_was_made_in_every_format() {
    for (format, electrode) in [
        (Format::Wfdb, Electrode::Concentric),
        (Format::Edf, Electrode::Monopolar),
        (Format::Wav, Electrode::SingleFibre),
    ] {
        let options = Options { format, electrode, rest: 1, seconds: 1.0, age_years: Some(61.0), ..short(8) };
        let made = needle::study(&options).unwrap();
        let out = folder(format.extension());
        needle::write(&made, &out).unwrap();
        let read = study::read(&out).unwrap();
        assert_eq!(read.subject.age_years, Some(61.0));
        assert_eq!(read.needle[0].muscle.as_deref(), Some("tibialis_anterior"));
        assert_eq!(read.needle[0].contraction[0].level, Some(Level::Slight));
        for (reference, made) in read.recordings().into_iter().zip(&made.recordings) {
            let options = ReadOptions {
                unit: reference.unit.as_deref().map(SignalUnit::parse),
                gain: reference.gain_per_unit,
                ..ReadOptions::default()
            };
            let recording = format::read(&read.path_of(reference).unwrap(), &options).unwrap();
            assert!(recording.channels[0].is_calibrated_voltage(), "{}", reference.file);
            let (got, want) = (recording.channels[0].si(), made.samples());
            assert_eq!(got.len(), want.len());
            assert!(got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-12), "{}", reference.file);
        }
        let text = std::fs::read_to_string(out.join("truth.json")).unwrap();
        let truth: Truth = serde_json::from_str(&text).unwrap();
        assert_eq!(truth, made.truth);
        needle::write(&made, &out).unwrap();
        std::fs::remove_file(out.join("truth.json")).unwrap();
        assert!(needle::write(&made, &out).is_err(), "a study without truth is not ours to replace");
        std::fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn artefacts_are_in_the_samples_and_in_the_truth() {
    for (word, artefact) in Artefact::WORDS {
        let options = Options { artefacts: vec![*artefact], seconds: 2.0, ..short(4) };
        let study = needle::study(&options).unwrap();
        let (made, truth) = (&study.recordings[0], &study.truth.recordings[0]);
        assert!(truth.artefacts.iter().all(|a| a.kind == *word) && !truth.artefacts.is_empty(), "{word}");
        let most = made.steps.iter().map(|s| i32::from(*s).abs()).max().unwrap();
        let largest_jump =
            made.steps.windows(2).map(|w| (i32::from(w[1]) - i32::from(w[0])).abs()).max().unwrap();
        match artefact {
            Artefact::Flat => assert!(made.steps.iter().all(|s| *s == made.steps[0])),
            Artefact::Clipping => {
                let at_end = made.steps.iter().filter(|s| i32::from(**s).abs() == most).count();
                assert!(at_end >= 3, "{at_end}");
            }
            Artefact::Wrap => assert!(largest_jump > 40_000, "{largest_jump}"),
            Artefact::FarFromFibre => {
                assert!(
                    truth.motor_units.iter().all(|u| u.muap.amplitude_uv < 80.0),
                    "{:?}",
                    truth.motor_units
                );
            }
            Artefact::HumOnly => assert!(truth.motor_units.is_empty() && truth.rms_uv > 10.0),
            _ => assert!(!truth.motor_units.is_empty()),
        }
    }
}

#[test]
fn odd_sampling_frequencies_are_simulated() {
    for fs in [2000.0, 4000.0, 23_437.5, 50_000.0] {
        let options = Options { sampling_frequency: Hertz(fs), seconds: 0.5, rest: 1, ..short(2) };
        let study = needle::study(&options).unwrap();
        assert_eq!(study.recordings[0].steps.len(), (0.5 * fs).round() as usize);
        assert!(study.truth.recordings.iter().all(|r| r.rms_uv > 0.5 && r.rms_uv < 1000.0));
    }
}

#[test]
fn a_bad_option_is_a_usage_error() {
    let bad = [
        Options { seconds: f64::NAN, ..short(1) },
        Options { seconds: 0.0, ..short(1) },
        Options { seconds: 1e9, ..short(1) },
        Options { seconds: 120.0, sampling_frequency: Hertz(200_000.0), ..short(1) },
        Options { sampling_frequency: Hertz(f64::INFINITY), ..short(1) },
        Options { sampling_frequency: Hertz(-4.0), ..short(1) },
        Options { sampling_frequency: Hertz(23_437.5), format: Format::Wav, ..short(1) },
        Options { severity: Some(1.5), ..short(1) },
        Options { severity: Some(f64::NAN), ..short(1) },
        Options { age_years: Some(-1.0), ..short(1) },
        Options { drift_mm: Some(9.0), ..short(1) },
        Options { noise: Some(-1e-6), ..short(1) },
        Options { highpass: Hertz(0.0), ..short(1) },
        Options { lowpass: Hertz(1e9), ..short(1) },
        Options { sites: 1000, ..short(1) },
        Options { rest: 1000, ..short(1) },
        Options { levels: vec![Level::Maximal; 1000], ..short(1) },
        Options { levels: Vec::new(), ..short(1) },
        Options { muscle: "heart".into(), ..short(1) },
        Options { muscle: "soleus".into(), ..short(1) },
    ];
    for options in bad {
        let error = options.design().err().unwrap_or_else(|| panic!("{options:?}"));
        assert!(error.is_usage(), "{error}");
    }
    assert!(needle::word("state", "normel", State::WORDS).unwrap_err().to_string().contains("normal"));
}
