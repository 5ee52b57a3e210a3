//! The simulator of nerve conduction studies: published ranges, truth against samples, files, options.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::format::{self, ReadOptions};
use myotome::simulate::ncs::{self, Degenerate, Limbs, Options, Source, State, Study, Test};
use myotome::study as study_file;
use myotome::truth::ncs::{MotorTruth, ResponseTruth, Truth};
use myotome::units::Hertz;
use std::path::{Path, PathBuf};

fn of(seed: u64, state: State, tests: &[Test]) -> Options {
    Options { seed, state: Some(state), tests: tests.to_vec(), ..Options::default() }
}

fn studies(n: u64, state: State, severity: f64, tests: &[Test]) -> Vec<Truth> {
    let one =
        |k| ncs::study(&Options { severity: Some(severity), ..of(500 + k, state, tests) }).unwrap().truth;
    (0..n).map(one).collect()
}

fn mean(x: &[f64]) -> f64 {
    assert!(!x.is_empty());
    x.iter().sum::<f64>() / x.len() as f64
}

fn sd(x: &[f64]) -> f64 {
    let m = mean(x);
    mean(&x.iter().map(|v| (v - m).powi(2)).collect::<Vec<_>>()).sqrt()
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("myotome-simulate-ncs-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

#[test]
fn a_seed_gives_the_same_study_whatever_the_threads_and_another_seed_another() {
    let options = Options { f_sweeps: 4, sensory_sweeps: 2, source: Source::Mixed, ..Options::default() };
    let study = ncs::study(&options).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(study, one.install(|| ncs::study(&options).unwrap()));
    assert_ne!(study, ncs::study(&Options { seed: 6, ..options.clone() }).unwrap());
    // Asking for less does not change the rest.
    let arm = ncs::study(&Options { limbs: Limbs::Upper, tests: vec![Test::Motor], ..options }).unwrap();
    assert_eq!(arm.truth.motor[..], study.truth.motor[..2]);
}

/// Published means (Buschbacher's and Benatar's series; F waves of 100 subjects; H reflexes), held against the
/// mean of simulated healthy people with 1 SD: the people differ in age and height from those of the series.
#[test]
fn healthy_responses_lie_around_published_means() {
    let all = studies(40, State::Normal, 0.0, &[Test::Motor, Test::Sensory, Test::FWave, Test::HReflex]);
    let mut checked = 0;
    let mut check = |what: &str, got: Vec<f64>, published: f64, spread: f64| {
        assert_eq!(got.len(), all.len(), "{what}: some are absent");
        assert!((mean(&got) - published).abs() < spread, "{what}: {} not {published} ± {spread}", mean(&got));
        let ratio = sd(&got) / spread;
        assert!((0.4..2.0).contains(&ratio), "{what}: SD {} against {spread}", sd(&got));
        checked += 1;
    };
    let motor = |nerve: &str, of: &dyn Fn(&MotorTruth) -> Option<f64>| -> Vec<f64> {
        all.iter().filter_map(|t| of(t.motor.iter().find(|m| m.nerve == nerve).unwrap())).collect()
    };
    for (nerve, latency, amplitude, velocity) in [
        ("median", (3.7, 0.5), (10.2, 3.6), (57.0, 5.0)),
        ("ulnar", (3.0, 0.3), (11.6, 2.1), (60.4, 5.2)),
        ("fibular", (4.8, 0.8), (6.0, 2.5), (46.5, 4.5)),
        ("tibial", (4.5, 0.8), (12.9, 4.5), (47.0, 5.0)),
    ] {
        let first = |m: &MotorTruth| m.stimulation[0].response.clone();
        check(nerve, motor(nerve, &|m| first(m).onset_ms), latency.0, latency.1);
        check(nerve, motor(nerve, &|m| first(m).amplitude_uv.map(|a| a * 1e-3)), amplitude.0, amplitude.1);
        check(nerve, motor(nerve, &|m| m.segments[0].conduction_velocity_m_s), velocity.0, velocity.1);
    }
    let elbow = motor("ulnar", &|m| m.segments[1].conduction_velocity_m_s);
    check("ulnar across the elbow", elbow, 57.1, 5.9);
    let sensory = |nerve: &str, site: &str| -> Vec<(f64, f64)> {
        let rows =
            all.iter().flat_map(|t| &t.sensory).filter(|s| s.nerve == nerve && s.recording_site == site);
        rows.filter_map(|s| Some((s.conduction_velocity_m_s?, s.stimulation[0].response.amplitude_uv?)))
            .collect()
    };
    for (nerve, site, velocity, amplitude) in [
        ("median", "digit_2", (55.8, 4.7), (25.7, 12.5)),
        ("ulnar", "digit_5", (55.8, 4.8), (22.0, 10.0)),
        ("superficial_radial", "snuffbox", (60.2, 5.4), (25.7, 11.9)),
        ("sural", "lateral_malleolus", (50.1, 5.1), (19.0, 9.0)),
    ] {
        let (v, a): (Vec<f64>, Vec<f64>) = sensory(nerve, site).into_iter().unzip();
        check(nerve, v, velocity.0, velocity.1);
        check(nerve, a, amplitude.0, amplitude.1);
    }
    for (nerve, least, spread, range) in [("ulnar", 26.5, 2.1, (3.9, 0.9)), ("tibial", 47.0, 4.1, (5.5, 1.4))]
    {
        let f = || all.iter().flat_map(|t| &t.f_wave).filter(|f| f.nerve == nerve);
        check(nerve, f().filter_map(|f| f.min_latency_ms).collect(), least, spread);
        let range_of = f().filter_map(|f| Some(f.max_latency_ms? - f.min_latency_ms?)).collect();
        check(nerve, range_of, range.0, range.1);
    }
    let h = || all.iter().flat_map(|t| &t.h_reflex).filter(|h| h.side == "right");
    check("H", h().filter_map(|h| h.latency_ms).collect(), 30.0, 2.0);
    assert!(h().all(|h| (10.0..85.0).contains(&h.h_m_ratio_percent.unwrap())));
    assert_eq!(checked, 26);

    // Textbook limits are kept in 19 of 20 at least.
    let mut wrong = 0;
    let mut all_checked = 0;
    for truth in &all {
        for motor in &truth.motor {
            let first = &motor.stimulation[0].response;
            let (latency, amplitude, velocity) = match motor.nerve.as_str() {
                "median" => (4.5, 4100.0, 47.0),
                "ulnar" => (3.7, 6000.0, 49.0),
                "fibular" => (6.5, 1300.0, 38.0),
                _ => (6.1, 4000.0, 37.0),
            };
            let cv = motor.segments[0].conduction_velocity_m_s.unwrap();
            for bad in
                [first.onset_ms.unwrap() > latency, first.amplitude_uv.unwrap() < amplitude, cv < velocity]
            {
                wrong += usize::from(bad);
                all_checked += 1;
            }
            assert!(motor.segments.iter().all(|s| s.area_fall_percent.unwrap() < 15.0), "{motor:?}");
        }
    }
    assert!(wrong * 20 <= all_checked, "{wrong} of {all_checked}");
}

#[test]
fn states_do_what_they_are_named_for() {
    let motor = |state, severity| studies(6, state, severity, &[Test::Motor, Test::Sensory, Test::FWave]);
    let normal = motor(State::Normal, 0.0);
    let latency = |all: &[Truth], i: usize| -> f64 {
        mean(&all.iter().map(|t| t.motor[i].stimulation[0].response.onset_ms.unwrap()).collect::<Vec<_>>())
    };
    let velocity = |all: &[Truth], i: usize, j: usize| -> f64 {
        let of = |t: &Truth| t.motor[i].segments[j].conduction_velocity_m_s.unwrap();
        mean(&all.iter().map(of).collect::<Vec<_>>())
    };
    let snap = |all: &[Truth], i: usize| -> f64 {
        let of = |t: &Truth| t.sensory[i].stimulation[0].response.amplitude_uv.unwrap_or(0.0);
        mean(&all.iter().map(of).collect::<Vec<_>>())
    };
    let tunnel = motor(State::CarpalTunnel, 0.7);
    assert!(latency(&tunnel, 0) > latency(&normal, 0) + 1.0);
    assert!((velocity(&tunnel, 0, 0) - velocity(&normal, 0, 0)).abs() < 3.0, "the forearm is spared");
    assert!((latency(&tunnel, 1) - latency(&normal, 1)).abs() < 0.1, "the ulnar nerve is spared");
    assert!(snap(&tunnel, 0) < 0.6 * snap(&normal, 0) && snap(&tunnel, 1) > 0.9 * snap(&normal, 1));
    let elbow = motor(State::UlnarElbow, 0.7);
    assert!(velocity(&elbow, 1, 1) < velocity(&normal, 1, 1) - 12.0);
    assert!((velocity(&elbow, 1, 0) - velocity(&normal, 1, 0)).abs() < 4.0);
    let head = motor(State::FibularHead, 0.7);
    assert!(velocity(&head, 2, 1) < velocity(&normal, 2, 1) - 8.0);
    let slow = motor(State::Demyelinating, 0.7);
    for i in 0..4 {
        assert!(velocity(&slow, i, 0) < 0.75 * velocity(&normal, i, 0));
        assert!(latency(&slow, i) > 1.3 * latency(&normal, i));
    }
    let loss = motor(State::Axonal, 0.8);
    assert!(snap(&loss, 3) < 0.5 * snap(&normal, 3), "sural");
    assert!((velocity(&loss, 3, 0) / velocity(&normal, 3, 0) - 1.0).abs() < 0.15, "no slowing to speak of");
    assert!(loss.iter().all(|t| t.motor[3].units_lost > t.motor[3].units / 4));
    let block = motor(State::ConductionBlock, 0.8);
    for truth in &block {
        let segments = || truth.motor.iter().flat_map(|m| &m.segments);
        assert!(segments().any(|s| s.block_share_percent > 25.0), "{:?}", truth.motor);
        for s in segments() {
            let fall = s.area_fall_percent.unwrap();
            assert!((fall - s.block_share_percent).abs() < 15.0, "{s:?}");
        }
        assert!(snap(std::slice::from_ref(truth), 3) > 0.0);
    }
}

#[test]
fn a_root_spares_sensory_responses_and_shows_in_late_ones() {
    for seed in 0..12 {
        let tests = [Test::Sensory, Test::FWave, Test::HReflex];
        let with = |state| {
            let options = Options { severity: Some(0.9), ..of(seed, state, &tests) };
            ncs::study(&options).unwrap().truth
        };
        let (root, normal) = (with(State::Radiculopathy), with(State::Normal));
        assert_eq!(root.sensory, normal.sensory);
        let nerve = match root.level.as_deref().unwrap() {
            "C8" => 1,
            "L5" => 2,
            _ => 3,
        };
        let later = root.f_wave[nerve].min_latency_ms.zip(normal.f_wave[nerve].min_latency_ms);
        assert!(later.is_none_or(|(a, b)| a > b - 0.5), "{later:?}");
        assert!(
            root.f_wave[nerve].expected_persistence_percent
                <= normal.f_wave[nerve].expected_persistence_percent.max(60.0),
            "{nerve}"
        );
        let [right, left] = &root.h_reflex[..] else { panic!("two sides") };
        assert!(left.present);
        let difference = right.latency_ms.map(|r| r - left.latency_ms.unwrap());
        match nerve {
            3 => assert!(difference.is_none_or(|d| d > 0.5), "{difference:?}"),
            _ => assert!(difference.unwrap().abs() < 2.0, "{difference:?}"),
        }
    }
}

#[test]
fn junctions_fail_as_published() {
    let of = |state, severity| studies(6, state, severity, &[Test::Repetitive]);
    for truth in of(State::Normal, 0.0) {
        assert!(truth.repetitive_stimulation.iter().all(|r| r.decrement_percent.abs() < 3.0));
    }
    for truth in of(State::Myasthenia, 0.6) {
        let [rest, facilitated, exhausted] = &truth.repetitive_stimulation[..] else {
            panic!("three trains")
        };
        assert!((10.0..75.0).contains(&rest.decrement_percent), "{rest:?}");
        assert!(facilitated.decrement_percent < rest.decrement_percent);
        assert!(exhausted.decrement_percent > rest.decrement_percent);
        // The lowest is the fourth or fifth: a U shape.
        let deepest = rest.decrements_percent.iter().copied().fold(0.0, f64::max);
        assert!(deepest - rest.decrement_percent < 1.0 && rest.decrements_percent[9] < deepest - 1.0);
    }
    for truth in of(State::Lems, 0.6) {
        let [rest, facilitated, _] = &truth.repetitive_stimulation[..] else { panic!("three trains") };
        assert!(facilitated.increment_percent.unwrap() > 60.0, "{facilitated:?}");
        assert!(rest.amplitudes_uv[0] < 6000.0);
    }
}

/// Sweeps of a recording, µV negative up, each with the time of its first sample.
fn sweeps(folder: &Path, file: &str, start_ms: f64, column: Option<&str>) -> Vec<(f64, f64, Vec<f64>)> {
    let recording = format::read(&folder.join(file), &ReadOptions::default()).unwrap();
    let mut out = Vec::new();
    for channel in recording.channels.iter().filter(|c| column.is_none_or(|l| c.label == l)) {
        let x: Vec<f64> = channel.si().iter().map(|v| -v * 1e6).collect();
        for s in &channel.segments {
            out.push((start_ms, channel.sampling_frequency.0, x[s.first..s.first + s.len].to_vec()));
        }
    }
    out
}

fn write(study: &Study, name: &str) -> PathBuf {
    let out = folder(name);
    ncs::write(study, &out).unwrap();
    out
}

/// Largest sample of a sweep between two times, and when.
fn top((start, fs, x): &(f64, f64, Vec<f64>), from_ms: f64) -> (f64, f64) {
    let time = |i: usize| start + i as f64 / fs * 1e3;
    let most = (0..x.len()).filter(|i| time(*i) > from_ms).max_by(|a, b| x[*a].total_cmp(&x[*b])).unwrap();
    (time(most), x[most])
}

#[test]
fn text_holds_active_minus_reference_and_agrees_with_the_truth() {
    let quiet =
        Options { noise: Some(0.2e-6), mains: Some(0.0), pre_stimulus: Some(0.005), ..Options::default() };
    let tests = vec![Test::Motor, Test::Sensory];
    for fs in [10_000.0, 23_437.5, 50_000.0] {
        let options = Options {
            seed: 9,
            state: Some(State::Normal),
            sampling_frequency: Hertz(fs),
            tests: tests.clone(),
            ..quiet.clone()
        };
        let study = ncs::study(&options).unwrap();
        let out = write(&study, &format!("text-{fs}"));
        let header = std::fs::read_to_string(out.join("median_motor.csv")).unwrap();
        assert!(header.starts_with("time_ms,wrist [uV],elbow [uV]\n-"), "{}", &header[..60]);
        for motor in &study.truth.motor {
            for s in &motor.stimulation {
                let [sweep] = &sweeps(&out, &s.file, -5.0, Some(&s.site))[..] else { panic!("one sweep") };
                assert!((sweep.1 - fs).abs() < 1e-3 * fs);
                near(&s.response, top(sweep, 2.0), 0.11);
            }
        }
        for sensory in &study.truth.sensory {
            let s = &sensory.stimulation[0];
            let all = sweeps(&out, &s.file, -5.0, None);
            assert_eq!(all.len(), options.sensory_sweeps);
            let n = all.len() as f64;
            let average = (0..all[0].2.len()).map(|i| all.iter().map(|w| w.2[i]).sum::<f64>() / n).collect();
            let (_, height) = top(&(-5.0, fs, average), 1.2);
            let want = s.response.amplitude_uv.unwrap();
            assert!((height - want).abs() < 0.15 * want + 1.5, "{}: {height} {want}", s.file);
        }
        std::fs::remove_dir_all(out).unwrap();
    }
}

fn near(truth: &ResponseTruth, (time, height): (f64, f64), within_ms: f64) {
    let (peak, amplitude) = (truth.peak_ms.unwrap(), truth.amplitude_uv.unwrap());
    assert!((time - peak).abs() < within_ms, "{time} {peak}");
    assert!((height - amplitude).abs() < 0.02 * amplitude + 3.0, "{height} {amplitude}");
}

#[test]
fn the_other_layouts_hold_the_same_responses_at_their_stimuli() {
    for source in [Source::Records, Source::Annotations, Source::Times] {
        let options = Options {
            source,
            noise: Some(0.2e-6),
            mains: Some(0.0),
            pre_stimulus: Some(0.005),
            ..of(4, State::Normal, &[Test::Motor, Test::Repetitive])
        };
        let study = ncs::study(&options).unwrap();
        let out = write(&study, source.name());
        let toml = std::fs::read_to_string(out.join("study.toml")).unwrap();
        for s in study.truth.motor.iter().flat_map(|m| &m.stimulation) {
            let recording = format::read(&out.join(&s.file), &ReadOptions::default()).unwrap();
            let line = toml.lines().find(|l| l.contains(&format!("\"{}\"", s.file))).unwrap();
            assert!(line.contains("sweep_window_ms = [-5.0, "), "{line}");
            let at = match source {
                Source::Records => 0.005,
                Source::Times => {
                    let list = line.split("stimulus_times_s = [").nth(1).unwrap();
                    list.split(']').next().unwrap().parse().unwrap()
                }
                _ => {
                    let [note] = &recording.annotations[..] else { panic!("{:?}", recording.annotations) };
                    assert!(note.text.contains("Stimulus"), "{}", note.text);
                    note.onset_s
                }
            };
            let channel = &recording.channels[0];
            let x: Vec<f64> = channel.si().iter().map(|v| -v * 1e6).collect();
            near(&s.response, top(&(-at * 1e3, channel.sampling_frequency.0, x), 2.0), 0.11);
        }
        let train = &study.truth.repetitive_stimulation[0];
        let recording = format::read(&out.join(&train.file), &ReadOptions::default()).unwrap();
        let segments = recording.channels[0].segments.len();
        assert_eq!(segments, if source == Source::Records { 10 } else { 1 });
        if source == Source::Annotations {
            let onsets: Vec<f64> = recording.annotations.iter().map(|a| a.onset_s).collect();
            assert_eq!(onsets.len(), 10);
            assert!(onsets.windows(2).all(|w| (w[1] - w[0] - 1.0 / 3.0).abs() < 1e-4), "{onsets:?}");
        }
        std::fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn f_waves_agree_with_the_truth() {
    let options = Options {
        noise: Some(0.5e-6),
        mains: Some(0.0),
        f_sweeps: 40,
        pre_stimulus: Some(0.005),
        ..of(21, State::Normal, &[Test::FWave])
    };
    let study = ncs::study(&options).unwrap();
    let out = write(&study, "f");
    for f in &study.truth.f_wave {
        let all = sweeps(&out, &f.file, -5.0, None);
        assert_eq!((all.len(), f.latencies_ms.len()), (40, 40));
        // What the sweeps have in common is no F wave: the least of each sample is near it.
        let n = all[0].2.len();
        let median: Vec<f64> = (0..n)
            .map(|i| {
                let mut v: Vec<f64> = all.iter().map(|w| w.2[i]).collect();
                v.sort_by(f64::total_cmp);
                v[20]
            })
            .collect();
        let first = f.min_latency_ms.unwrap();
        for (sweep, latency) in all.iter().zip(&f.latencies_ms) {
            let rest = |from: f64, to: f64| {
                let time = |i: usize| -5.0 + i as f64 / sweep.1 * 1e3;
                let inside = (0..n).filter(|i| (from..to).contains(&time(*i)));
                inside.map(|i| (sweep.2[i] - median[i]).abs()).fold(0.0, f64::max)
            };
            // Nothing before the first F wave of all.
            assert!(rest(0.6 * first, first - 0.3) < 12.0, "{}", rest(0.6 * first, first - 0.3));
            if let Some(latency) = latency {
                assert!(*latency >= first);
            }
        }
        let present = f.latencies_ms.iter().flatten().count() as f64;
        assert!((f.persistence_percent - present / 40.0 * 100.0).abs() < 1e-9);
        assert!((f.persistence_percent - f.expected_persistence_percent).abs() < 30.0);
    }
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn a_scan_is_a_mem_file_whose_steps_are_its_units() {
    let study = ncs::study(&of(3, State::Normal, &[Test::Scan])).unwrap();
    let truth = &study.truth.cmap_scan[0];
    assert_eq!((truth.unit_sizes_uv.len(), truth.thresholds_ma.len()), (truth.units, truth.units));
    assert!(truth.s5_ma < truth.s50_ma && truth.s50_ma < truth.s95_ma);
    let out = write(&study, "scan");
    let text = std::fs::read_to_string(out.join(&truth.file)).unwrap();
    let points: Vec<usize> = text
        .lines()
        .find_map(|l| l.strip_prefix("Scanpts: "))
        .unwrap()
        .split(", ")
        .map(|v| v.parse().unwrap())
        .collect();
    let rows: Vec<(f64, f64)> = text
        .lines()
        .filter(|l| l.starts_with("MS."))
        .map(|l| {
            let f: Vec<&str> = l.split('\t').map(str::trim).collect();
            (f[1].parse().unwrap(), f[2].parse().unwrap())
        })
        .collect();
    assert!(points.windows(2).all(|w| w[0] < w[1]) && points[3] <= rows.len(), "{points:?} {}", rows.len());
    assert!(rows.windows(2).all(|w| w[1].0 <= w[0].0), "the current falls");
    assert!((rows[0].1 - truth.maximum_mv).abs() < 0.1 && rows[rows.len() - 1].1 < 0.1);
    let half = rows.iter().find(|r| r.1 < 0.5 * truth.maximum_mv).unwrap();
    assert!((half.0 / truth.s50_ma - 1.0).abs() < 0.05, "{half:?} {}", truth.s50_ma);
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn stronger_contractions_hold_more_units_and_more_signal() {
    let study = ncs::study(&of(3, State::Normal, &[Test::Munix])).unwrap();
    let truth = &study.truth.munix[0];
    assert!(truth.recruited.windows(2).all(|w| w[0] <= w[1]), "{:?}", truth.recruited);
    assert!(truth.recruited[0] > 5 && *truth.recruited.last().unwrap() <= truth.units);
    let out = write(&study, "munix");
    let size = |k: usize| {
        let file = format!("ulnar_munix_{k}.hea");
        let recording = format::read(&out.join(file), &ReadOptions::default()).unwrap();
        let x = recording.channels[0].si();
        assert_eq!(x.len(), 25_000);
        mean(&x.iter().map(|v| v.abs()).collect::<Vec<_>>())
    };
    assert!(size(1) < size(3) && size(3) < size(6), "{} {} {}", size(1), size(3), size(6));
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn what_spoils_a_recording_is_in_it_and_in_the_truth() {
    for (word, kind) in Degenerate::WORDS {
        let tests = [Test::Motor, Test::Sensory, Test::Repetitive];
        let with = |degenerate: Vec<Degenerate>| {
            let options = Options { degenerate, ..of(12, State::Normal, &tests) };
            ncs::study(&options).unwrap()
        };
        let (spoilt, clean) = (with(vec![*kind]), with(Vec::new()));
        assert_eq!(spoilt.truth.degenerate, [*word]);
        let amplitude = |s: &Study| s.truth.motor[0].stimulation[0].response.amplitude_uv;
        let out = write(&spoilt, word);
        let highest = || {
            let sweep = &sweeps(&out, "median_motor.csv", 0.0, Some("wrist"))[0];
            sweep.2.iter().skip(200).copied().fold(f64::MIN, f64::max)
        };
        let usual = amplitude(&clean).unwrap();
        match kind {
            Degenerate::Saturated => assert!(highest() < 0.8 * usual),
            Degenerate::Absent => assert!(amplitude(&spoilt).is_none() && highest() < 0.05 * usual),
            Degenerate::Submaximal => {
                assert!(amplitude(&spoilt).unwrap() < 0.9 * usual);
                assert!(spoilt.truth.motor[0].stimulation[0].recruited_percent < 81.0);
            }
            Degenerate::WrongGain => assert!(highest() > 5.0 * usual || highest() < 0.2 * usual),
            Degenerate::ColdLimb => {
                assert!(spoilt.truth.motor.iter().all(|m| m.skin_temperature_c <= 26.0));
                let latency = |s: &Study| s.truth.motor[0].stimulation[0].response.onset_ms.unwrap();
                // 0.2 ms a °C, published.
                assert!((0.6..2.5).contains(&(latency(&spoilt) - latency(&clean))));
            }
            Degenerate::MissingDistance => assert!(!spoilt.toml.contains("distance_mm")),
            Degenerate::Movement => {
                let train = &spoilt.truth.repetitive_stimulation[0];
                assert_eq!(train.artefact.as_deref(), Some("movement"));
                let step = |w: &[f64]| (w[1] / w[0] - 1.0).abs();
                assert!(train.amplitudes_uv.windows(2).map(step).fold(0.0, f64::max) > 0.05);
                assert!(train.decrement_percent.abs() < 3.0, "the junctions are healthy");
            }
            Degenerate::Artefact => {
                assert_eq!(amplitude(&spoilt), Some(usual), "the response is as it was");
                assert_ne!(spoilt.files, clean.files);
            }
        }
        std::fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn the_ratio_of_signal_to_noise_is_what_was_asked_for() {
    for ratio in [5.0, 20.0, 100.0] {
        let options =
            Options { signal_to_noise: Some(ratio), ..of(8, State::Normal, &[Test::Motor, Test::Sensory]) };
        let truth = ncs::study(&options).unwrap().truth;
        let motor = truth.motor.iter().flat_map(|m| &m.stimulation);
        for s in motor.chain(truth.sensory.iter().flat_map(|m| &m.stimulation)) {
            assert!((s.response.snr / ratio - 1.0).abs() < 0.15, "{} {ratio}", s.response.snr);
        }
    }
}

#[test]
fn a_written_study_is_one_and_is_replaced_only_by_another_simulation() {
    let options = Options { f_sweeps: 3, source: Source::Mixed, ..Options::default() };
    let study = ncs::study(&options).unwrap();
    let out = write(&study, "whole");
    let text = std::fs::read_to_string(out.join("truth.json")).unwrap();
    let back: Truth = serde_json::from_str(&text).unwrap();
    assert_eq!(back, study.truth);
    let read = study_file::read(&out).unwrap();
    assert_eq!((read.motor.len(), read.sensory.len(), read.f_wave.len()), (4, 11, 4));
    assert_eq!((read.h_reflex.len(), read.repetitive_stimulation.len(), read.cmap_scan.len()), (2, 3, 1));
    for recording in read.recordings() {
        assert!(read.path_of(recording).unwrap().exists(), "{}", recording.file);
    }
    ncs::write(&study, &out).unwrap();
    std::fs::remove_file(out.join("truth.json")).unwrap();
    assert!(ncs::write(&study, &out).is_err(), "a study without truth is not ours to replace");
    std::fs::remove_dir_all(out).unwrap();
}

#[test]
fn a_bad_option_is_a_usage_error() {
    let bad = [
        Options { severity: Some(1.5), ..Options::default() },
        Options { severity: Some(f64::NAN), ..Options::default() },
        Options { age_years: Some(-1.0), ..Options::default() },
        Options { height_cm: Some(20.0), ..Options::default() },
        Options { sampling_frequency: Hertz(100.0), ..Options::default() },
        Options { sampling_frequency: Hertz(f64::INFINITY), ..Options::default() },
        Options { sensory_sweeps: 0, ..Options::default() },
        Options { f_sweeps: 100_000, ..Options::default() },
        Options { pre_stimulus: Some(1.0), ..Options::default() },
        Options { noise: Some(-1.0), ..Options::default() },
        Options { signal_to_noise: Some(0.0), ..Options::default() },
        Options { signal_to_noise: Some(10.0), noise: Some(1e-6), ..Options::default() },
        Options { mains: Some(1.0), ..Options::default() },
        Options { distance_error: f64::NAN, ..Options::default() },
        Options { tests: Vec::new(), ..Options::default() },
    ];
    for options in bad {
        let error = options.design().err().unwrap_or_else(|| panic!("{options:?}"));
        assert!(error.is_usage(), "{error}");
    }
    assert!(State::of("state", "normel").unwrap_err().to_string().contains("normal"));
}

/// Whatever is drawn and however strong, nothing breaks and everything is finite.
#[test]
fn extremes_are_simulated() {
    for (_, state) in State::WORDS {
        for (severity, age, height) in [(0.0, 95.0, 140.0), (1.0, 18.0, 205.0)] {
            let options = Options {
                severity: Some(severity),
                age_years: Some(age),
                height_cm: Some(height),
                f_sweeps: 2,
                sensory_sweeps: 1,
                sampling_frequency: Hertz(5000.0),
                ..of(1, *state, &Options::default().tests)
            };
            let study = ncs::study(&options).unwrap();
            let text = serde_json::to_string(&study.truth).unwrap();
            assert!(!text.contains("NaN") && !text.contains("inf"), "{state:?}");
            for s in study.truth.motor.iter().flat_map(|m| &m.stimulation) {
                assert!(s.response.onset_ms.is_none_or(|t| (0.5..200.0).contains(&t)), "{s:?}");
            }
        }
    }
}
