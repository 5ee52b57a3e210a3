//! Where sweeps come from.

use super::*;
use crate::recording::{Annotation, Samples};
use crate::units::{Hertz, Seconds, SignalUnit};

fn channel(label: &str, samples: Vec<f64>) -> Channel {
    Channel::new(label, Hertz(1000.0), SignalUnit::parse("mV"), Samples::F64(samples))
}

fn ramp(n: u32) -> Vec<f64> {
    (0..n).map(f64::from).collect()
}

fn first_of(found: &Found, i: usize) -> f64 {
    -found.sweeps.get(i).samples()[0] * 1e3
}

#[test]
fn given_times_win_and_windows_that_overrun_are_told() {
    let recording = Recording { channels: vec![channel("a", ramp(1000))], ..Recording::default() };
    let reference = RecordingRef {
        stimulus_times_s: vec![0.001, 0.1, 0.5],
        sweep_window_ms: Some([-5.0, 20.0]),
        ..RecordingRef::default()
    };
    let found = sweeps(&recording, &reference, None).expect("sweeps");
    assert_eq!(found.sweeps.len(), 2);
    assert!((first_of(&found, 0) - 95.0).abs() < 1e-9 && (first_of(&found, 1) - 495.0).abs() < 1e-9);
    assert_eq!(found.sweeps.get(0).samples().len(), 25);
    assert_eq!(found.notes, ["1 stimuli too near to an end for a whole sweep"]);
}

#[test]
fn records_are_sweeps_and_annotations_say_where_the_stimulus_is() {
    let mut c = channel("a", ramp(200));
    c.segments =
        vec![Segment { first: 0, len: 100, onset_s: 0.0 }, Segment { first: 100, len: 100, onset_s: 10.0 }];
    let note = |onset_s, site: &str| Annotation {
        onset_s,
        duration_s: None,
        text: format!("Stimulus right {site}, 8 mA"),
        channel: None,
    };
    let mut recording = Recording { channels: vec![c], ..Recording::default() };
    let found = sweeps(&recording, &RecordingRef::default(), None).expect("sweeps");
    assert_eq!((found.sweeps.len(), found.sweeps.start()), (2, Seconds(0.0)));
    recording.annotations = vec![note(0.005, "wrist"), note(10.005, "below elbow")];
    let found = sweeps(&recording, &RecordingRef::default(), None).expect("sweeps");
    assert!((found.sweeps.start().0 + 0.005).abs() < 1e-9);
    let of = |site| sweeps(&recording, &RecordingRef::default(), Some(site)).expect("sweeps");
    assert_eq!((of("wrist").sweeps.len(), of("below_elbow").sweeps.len()), (1, 1));
    assert!((first_of(&of("below_elbow"), 0) - 100.0).abs() < 1e-9);
    assert_eq!(of("elbow").sweeps.len(), 2, "no annotation names it");
    let told = RecordingRef { sweep_window_ms: Some([-2.0, 50.0]), ..RecordingRef::default() };
    assert_eq!(sweeps(&recording, &told, None).expect("sweeps").sweeps.start(), Seconds(-0.002));
}

#[test]
fn a_long_recording_without_stimuli_is_no_sweep() {
    let recording = Recording { channels: vec![channel("a", ramp(5000))], ..Recording::default() };
    assert!(sweeps(&recording, &RecordingRef::default(), None).is_err());
    let mut force = channel("f", ramp(100));
    force.unit = SignalUnit::parse("N");
    let recording = Recording { channels: vec![force], ..Recording::default() };
    assert!(sweeps(&recording, &RecordingRef::default(), None).is_err());
}
