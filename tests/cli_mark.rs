//! `myotome mark` as a whole.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "numbers of a test are in range"
)]

mod shared;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn myotome(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myotome")).args(arguments).output().expect("it starts")
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

const SAMPLES: usize = 2000;
const ROWS: usize = 300;

/// Sweeps of 100 ms at 20 kHz, the stimulus at 10 ms, µV, negative up; every tenth without a response.
fn sweeps() -> Vec<Vec<i16>> {
    let mut state = 1u64;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..ROWS)
        .map(|r| {
            let onset = 13.0 + (r % 17) as f64 * 0.5;
            let peak = if r % 10 == 9 { 0.0 } else { 800.0 + 37.0 * r as f64 };
            (0..SAMPLES)
                .map(|i| {
                    let u = ((i as f64 / 20.0 - onset) / 1.5).max(0.0);
                    (peak * u * (1.0 - u).exp() * (0.75 * u.min(8.0)).cos() + 12.0 * noise() + 40.0).round()
                        as i16
                })
                .collect()
        })
        .collect()
}

fn npy(path: &Path, descr: &str, bytes: &[u8]) {
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({ROWS}, {SAMPLES}), }}");
    text += &" ".repeat(128 - 10 - 1 - text.len());
    text += "\n";
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend_from_slice(&(text.len() as u16).to_le_bytes());
    file.extend_from_slice(text.as_bytes());
    file.extend_from_slice(bytes);
    std::fs::write(path, file).unwrap();
}

fn written(folder: &Path, turn: i16) -> PathBuf {
    let path = folder.join(format!("i16_{turn}.npy"));
    let bytes: Vec<u8> = sweeps().iter().flatten().flat_map(|v| (turn * v).to_le_bytes()).collect();
    npy(&path, "<i2", &bytes);
    path
}

const SAID: [&str; 6] = ["--sampling-frequency", "20000", "--unit", "uV", "--stimulus-ms", "10"];

fn run<'a>(path: &'a str, more: &[&'a str]) -> Output {
    let mut all = vec!["mark", path];
    all.extend(SAID);
    all.extend(more);
    myotome(&all)
}

fn table(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect()
}

/// The definition with doubles, one step after the other.
fn naive(row: &[i16]) -> Option<[f64; 6]> {
    let (fs, n0, a, b) = (20_000.0, 180, 220, 1200);
    let base = row[..n0].iter().map(|v| f64::from(*v)).sum::<f64>() / n0 as f64;
    let sd = (row[..n0].iter().map(|v| (f64::from(*v) - base).powi(2)).sum::<f64>() / n0 as f64).sqrt();
    let s: Vec<f64> = row[a..b].iter().map(|v| f64::from(*v) - base).collect();
    let high = s.iter().copied().fold(f64::MIN, f64::max);
    let p = s.iter().position(|v| *v >= high).unwrap();
    let level = (5.0 * sd).max(0.02 * high);
    if high <= level {
        return None;
    }
    let on = (0..=p).rev().find(|i| s[*i] <= level).map_or(0, |i| i + 1);
    let end = (p..s.len()).find(|i| s[*i] <= 0.0).unwrap_or(s.len() - 1);
    let low = s.iter().copied().fold(f64::MAX, f64::min);
    let ms = |i: usize| (a + i) as f64 / 20.0 - 10.0;
    let area = s[on..end].iter().sum::<f64>() / fs * 1e3;
    Some([ms(on), ms(p), high, high - low, area, (end - on) as f64 / 20.0])
}

#[test]
fn the_threshold_gives_the_numbers_of_the_definition() {
    let folder = shared::temporary("mark-threshold");
    let (up, down) = (written(&folder, 1), written(&folder, -1));
    let doubles = folder.join("f64.npy");
    npy(
        &doubles,
        "<f8",
        &sweeps().iter().flatten().flat_map(|v| f64::from(*v).to_le_bytes()).collect::<Vec<_>>(),
    );
    let threshold = ["--onset", "threshold", "--search", "1-50", "--baseline", "-10:-1"];
    let with = |path: &Path, more: &[&str]| {
        let all: Vec<&str> = threshold.iter().chain(more).copied().collect();
        out(&run(path.to_str().unwrap(), &all))
    };
    let text = with(&up, &["--negative-up"]);
    let rows = table(&text);
    assert_eq!(rows.len(), ROWS);
    let mut absent = 0;
    for (i, (row, samples)) in rows.iter().zip(sweeps()).enumerate() {
        assert_eq!(row[1], i.to_string());
        let Some(want) = naive(&samples) else {
            absent += 1;
            assert_eq!((row[2].as_str(), row[3].as_str()), ("absent", ""));
            continue;
        };
        assert_eq!(row[2], "present");
        for (k, want) in [3, 5, 6, 7, 8, 9].into_iter().zip(want) {
            let got: f64 = row[k].parse().unwrap();
            // Three decimals are printed.
            assert!((got - want).abs() <= 5.1e-4, "sweep {i}, column {k}: {got}, not {want}");
        }
    }
    assert_eq!(absent, ROWS / 10);
    // Stored the other way round, as doubles, and with other numbers of threads: the same bytes but for the name.
    let rest = |text: &str, name: &Path| text.replace(name.to_str().unwrap(), "");
    assert_eq!(rest(&text, &up), rest(&with(&down, &[]), &down));
    assert_eq!(rest(&text, &up), rest(&with(&doubles, &["--negative-up"]), &doubles));
    for jobs in ["1", "3"] {
        assert_eq!(text, with(&up, &["--negative-up", "--jobs", jobs]));
    }
}

#[test]
fn the_hinge_finds_the_corner_and_says_how_sure_it_is() {
    let folder = shared::temporary("mark-hinge");
    let path = written(&folder, -1);
    let target = folder.join("markers.csv");
    let output = run(path.to_str().unwrap(), &["--out", target.to_str().unwrap(), "--quiet"]);
    assert!(output.status.success() && output.stdout.is_empty());
    let text = std::fs::read_to_string(&target).unwrap();
    let (mut off, mut inside, mut absent) = (Vec::new(), 0, 0);
    for (r, row) in table(&text).iter().enumerate() {
        if r % 10 == 9 {
            absent += usize::from(row[2] == "absent");
            continue;
        }
        assert_eq!(row[2], "present", "sweep {r}");
        let error = row[3].parse::<f64>().unwrap() - (3.0 + (r % 17) as f64 * 0.5);
        inside += usize::from(error.abs() <= row[4].parse().unwrap());
        off.push(error);
    }
    assert_eq!((off.len(), absent), (ROWS - ROWS / 10, ROWS / 10));
    let mean = off.iter().sum::<f64>() / off.len() as f64;
    let sd = (off.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / off.len() as f64).sqrt();
    assert!(mean.abs() < 0.02 && sd < 0.04, "bias {mean}, standard deviation {sd} ms");
    assert!(inside * 100 >= off.len() * 90, "{inside} of {} inside", off.len());
    assert_eq!(text, out(&run(path.to_str().unwrap(), &["--jobs", "1"])));
}

#[test]
fn a_text_table_tells_its_own_times() {
    let folder = shared::temporary("mark-text");
    let path = folder.join("median.csv");
    let mut text = "time_ms,wrist [uV],elbow [uV]\n".to_owned();
    for i in 0..1000 {
        let t = f64::from(i) * 0.05 - 5.0;
        let response = |onset: f64| {
            let u = ((t - onset) / 2.0).max(0.0);
            -6000.0 * u * (2.0 - u) * (-u).exp() + f64::from(i * 7919 % 13 - 6)
        };
        text += &format!("{t:.2},{:.1},{:.1}\n", response(3.5), response(7.5));
    }
    std::fs::write(&path, text).unwrap();
    let rows = table(&out(&myotome(&["mark", path.to_str().unwrap()])));
    let onsets: Vec<f64> = rows.iter().map(|r| r[3].parse().unwrap()).collect();
    assert!((onsets[0] - 3.5).abs() < 0.05 && (onsets[1] - 7.5).abs() < 0.05, "{onsets:?}");
}

#[test]
fn what_is_wrong_is_told() {
    let folder = shared::temporary("mark-wrong");
    let path = written(&folder, 1);
    let file = path.to_str().unwrap();
    let code = |arguments: &[&str]| myotome(arguments).status.code();
    assert_eq!(code(&["mark", file]), Some(4), "neither rate nor unit");
    assert_eq!(code(&["mark", file, "--sampling-frequency", "20000"]), Some(4), "no unit");
    assert_eq!(run(file, &["--baseline", "-5:-1"]).status.code(), Some(2), "the threshold's option");
    assert_eq!(run(file, &["--search", "50-1"]).status.code(), Some(2), "backwards");
    assert_eq!(
        run(file, &["--onset", "threshold", "--search", "1-500"]).status.code(),
        Some(4),
        "beyond the sweep"
    );
    let short = folder.join("short.npy");
    std::fs::write(&short, &std::fs::read(&path).unwrap()[..5000]).unwrap();
    assert_eq!(run(short.to_str().unwrap(), &[]).status.code(), Some(4), "cut off");
    let other = folder.join("kept.csv");
    std::fs::write(&other, "mine\n").unwrap();
    assert_eq!(
        run(file, &["--out", other.to_str().unwrap()]).status.code(),
        Some(2),
        "a file that is no table"
    );
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "mine\n");
}
