//! Where evoked sweeps lie in a file: records, annotations, tables with gaps.

#![expect(clippy::unwrap_used, reason = "a step that fails is a failed test")]

use myotome::format::{self, ReadOptions};
use myotome::ncs::{self, Found};
use myotome::recording::Recording;
use myotome::study::RecordingRef;
use std::path::PathBuf;

const FS: usize = 10_000;

/// A file in a folder of its own, removed at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = std::env::temp_dir().join(format!("myotome-records-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        File(path)
    }
    fn read(&self) -> myotome::Result<Recording> {
        format::read(&self.0, &ReadOptions::default())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

/// A peak of −1000 steps 40 samples behind `place`.
fn record(place: usize, samples: usize) -> Vec<i16> {
    (0..samples).map(|i| if i == place + 40 { -1000 } else { 0 }).collect()
}

/// A record: its samples, its start (s), its annotations (s, text).
type Record<'a> = (Vec<i16>, f64, Vec<(f64, &'a str)>);

/// An EDF+ file of one channel: records with their onsets and annotations, s.
fn edf(word: &str, records: &[Record<'_>]) -> Vec<u8> {
    let (n, notes) = (records[0].0.len(), 60);
    let field = |text: &str, width: usize| format!("{text:<width$}");
    let mut h = field("0", 8) + &field("X X X X", 80) + &field("Startdate 01-JAN-2020 X X X", 80);
    h += &(field("01.01.20", 8) + &field("00.00.00", 8) + &field("768", 8) + &field(word, 44));
    h += &(field(&records.len().to_string(), 8) + &field(&format!("{}", n as f64 / FS as f64), 8));
    h += &(field("2", 4) + &field("APB", 16) + &field("EDF Annotations", 16) + &field("", 160));
    for (a, b) in [("mV", ""), ("-32.768", "-1"), ("32.767", "1"), ("-32768", "-32768"), ("32767", "32767")] {
        h += &(field(a, 8) + &field(b, 8));
    }
    h += &(field("", 160) + &field(&n.to_string(), 8) + &field(&notes.to_string(), 8) + &field("", 64));
    let mut out = h.into_bytes();
    for (samples, onset, stimuli) in records {
        samples.iter().for_each(|s| out.extend(s.to_le_bytes()));
        let mut list = format!("+{onset}\x14\x14\0");
        stimuli.iter().for_each(|(at, text)| list += &format!("+{at:.6}\x14{text}\x14\0"));
        let mut list = list.into_bytes();
        list.resize(2 * notes, 0);
        out.extend(list);
    }
    out
}

fn found(recording: &Recording) -> myotome::Result<Found> {
    ncs::sweeps(recording, &RecordingRef::default(), None)
}

/// Time of the peak of each sweep, ms from the stimulus.
fn peaks(found: &Found) -> Vec<f64> {
    let peak = |s: ncs::Sweep<'_>| {
        let x = s.samples();
        let i = (0..x.len()).max_by(|&a, &b| x[a].total_cmp(&x[b])).unwrap();
        1e3 * s.time(i as f64)
    };
    found.sweeps.iter().map(peak).collect()
}

fn near(got: &[f64], want: f64, by: f64) {
    assert!(got.iter().all(|t| (t - want).abs() < by), "{got:?} is not {want}");
}

#[test]
fn each_record_is_aligned_by_its_own_annotation() {
    let at = |i: usize, place: usize| i as f64 + place as f64 / FS as f64;
    let mut records: Vec<_> =
        (0..10).map(|i| (record(100, 600), i as f64, vec![(at(i, 100), "Stimulus")])).collect();
    records[3] = (record(104, 600), 3.0, vec![(at(3, 104), "Stimulus")]);
    records[9].2.clear();
    let got = found(&File::new("own.edf", &edf("EDF+D", &records)).read().unwrap()).unwrap();
    assert_eq!(got.sweeps.len(), 9);
    near(&peaks(&got), 4.0, 1e-6);
    assert!(got.notes.iter().any(|n| n.contains("1 records without")), "{:?}", got.notes);
}

#[test]
fn records_that_follow_each_other_are_sweeps_too() {
    let n = 600;
    let seconds = |samples: usize| samples as f64 / FS as f64;
    let bare: Vec<_> = (0..8).map(|i| (record(0, n), seconds(i * n), Vec::new())).collect();
    let got = found(&File::new("bare.edf", &edf("EDF+D", &bare)).read().unwrap()).unwrap();
    assert_eq!((got.sweeps.len(), got.sweeps.get(0).samples().len()), (8, n));
    near(&peaks(&got), 4.0, 1e-6);
    // Two of the records without a gap between them.
    let onset = |i: usize| if i < 2 { seconds(i * n) } else { i as f64 };
    let two: Vec<_> = (0..8).map(|i| (record(100, n), onset(i), vec![(onset(i) + 0.01, "stim")])).collect();
    let got = found(&File::new("two.edf", &edf("EDF+D", &two)).read().unwrap()).unwrap();
    assert_eq!(got.sweeps.len(), 8);
    near(&peaks(&got), 4.0, 1e-6);
    // Stimuli that do not keep to the records: cut around each.
    let mut free: Vec<_> = (0..20).map(|i| (vec![0_i16; n], seconds(i * n), Vec::new())).collect();
    for k in 0..7 {
        let at = 300 + k * 1450;
        free[at / n].2.push((seconds(at), "stim"));
        free[(at + 40) / n].0[(at + 40) % n] = -1000;
    }
    let got = found(&File::new("free.edf", &edf("EDF+D", &free)).read().unwrap()).unwrap();
    assert_eq!(got.sweeps.len(), 7);
    near(&peaks(&got), 4.0, 1e-6);
}

#[test]
fn a_continuous_file_that_does_not_say_where_stimuli_are_is_refused() {
    let n = 1000;
    let of = |word: &'static str, every: f64| -> Vec<u8> {
        let onset = |i: usize| i as f64 * 0.1;
        let at = |i: usize| onset(i) + 0.01 + if i == 3 { every } else { 0.0 };
        let all: Vec<_> = (0..8).map(|i| (record(100, n), onset(i), vec![(at(i), word)])).collect();
        edf("EDF+C", &all)
    };
    for (name, word) in [("a.edf", "electrode checked"), ("b.edf", "stim off"), ("c.edf", "S1")] {
        let file = File::new(name, &of(word, 0.03));
        let why = found(&file.read().unwrap()).unwrap_err().to_string();
        assert!(why.contains("does not say where the stimuli are") && why.contains(word), "{why}");
        let told = RecordingRef { stimulus_times_s: vec![0.11, 0.21], ..RecordingRef::default() };
        near(&peaks(&ncs::sweeps(&file.read().unwrap(), &told, None).unwrap()), 4.0, 1e-6);
    }
    // An even train of a stimulator's mark.
    let got = found(&File::new("d.edf", &of("S1", 0.0)).read().unwrap()).unwrap();
    near(&peaks(&got), 4.0, 1e-6);
    assert!(got.notes.iter().any(|n| n.contains("even train")), "{:?}", got.notes);
}

/// A table from −2 to 20 ms, 0.05 ms a row, its peak at 4 ms; rows as `keep` says, fields as `write` says.
fn table(keep: impl Fn(f64) -> bool, empty: impl Fn(f64) -> bool) -> String {
    let mut out = String::from("time_ms,a [mV]\n");
    for k in -40..400 {
        let t = f64::from(k) * 0.05;
        if keep(t) {
            let x = if k == 80 { -5.0 } else { 0.01 * f64::from(k % 3) };
            out += &if empty(t) { format!("{t:.3},\n") } else { format!("{t:.3},{x}\n") };
        }
    }
    out
}

#[test]
fn a_table_with_blanked_rows_is_one_sweep_at_its_own_times() {
    let (all, none) = (|_: f64| true, |_: f64| false);
    for (from, to) in [(0.0, 1.0), (0.0, 2.0), (-0.1, 0.5)] {
        let gap = |t: f64| t > from - 1e-6 && t < to - 1e-6;
        for text in [table(|t| !gap(t), none), table(all, gap)] {
            let got = found(&File::new("gap.csv", text.as_bytes()).read().unwrap()).unwrap();
            assert_eq!((got.sweeps.len(), got.sweeps.get(0).samples().len()), (1, 440));
            near(&peaks(&got), 4.0, 1e-6);
            assert!(got.notes.iter().any(|n| n.contains("blanked")), "{:?}", got.notes);
        }
    }
    let late = table(|t| !(5.0..9.0).contains(&t), none);
    let why = found(&File::new("late.csv", late.as_bytes()).read().unwrap()).unwrap_err().to_string();
    assert!(why.contains("no samples from 5.00 to 9.00 ms"), "{why}");
}

#[test]
fn a_table_s_own_times_go_before_the_study_s_window() {
    let text = table(|_| true, |_| false);
    let file = File::new("own.csv", text.as_bytes());
    let told = RecordingRef { sweep_window_ms: Some([0.0, 0.1]), ..RecordingRef::default() };
    let got = ncs::sweeps(&file.read().unwrap(), &told, None).unwrap();
    near(&peaks(&got), 4.0, 1e-6);
    assert!(got.notes.iter().any(|n| n.contains("the table's count")), "{:?}", got.notes);
}

#[test]
fn times_that_are_none_are_told_as_such() {
    let text = table(|_| true, |_| false);
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let why = |text: &str| File::new("bad.csv", text.as_bytes()).read().unwrap_err().to_string();
    let said = why(&lines.join("\n"));
    assert!(said.contains("go backwards"), "{said}");
    let said = why("time_ms,a [mV]\n0,1\n0,2\n0,1\n0,3\n");
    assert!(said.contains("do not increase"), "{said}");
    let said = why("time_ms,a [mV]\n0,1\n0.05,2\n");
    assert!(said.contains("two rows"), "{said}");
}

#[test]
fn stimuli_given_twice_count_once() {
    let records: Vec<_> = (0..8).map(|i| (record(100, 1000), i as f64 * 0.1, Vec::new())).collect();
    let file = File::new("twice.edf", &edf("EDF+C", &records));
    let told = RecordingRef { stimulus_times_s: vec![0.11, 0.21, 0.11, 0.31], ..RecordingRef::default() };
    let got = ncs::sweeps(&file.read().unwrap(), &told, None).unwrap();
    assert_eq!(got.sweeps.len(), 3);
    assert!(got.notes.iter().any(|n| n.contains("more than once")), "{:?}", got.notes);
}
