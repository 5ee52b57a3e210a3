//! Readers, and the whole path from a file to its feature table; throughput is in samples.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use myotome::format::{self, ReadOptions, Source, WriteOptions};
use myotome::pipeline::features;
use myotome::pipeline::recipe::Recipe;
use myotome::quality::{self, QualityOptions};
use myotome::recording::{Channel, Recording, Samples, Scaling};
use myotome::units::{Hertz, SignalUnit};
use std::hint::black_box;

const CHANNELS: usize = 8;
const SAMPLES: usize = 120_000;

/// Eight channels of a minute at 2 kHz, 0.1 µV a step.
fn recording() -> Recording {
    let mut state = 7u64;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [.., low, high] = state.to_le_bytes();
        i16::from_le_bytes([low, high]) / 8
    };
    let channels = (0..CHANNELS).map(|c| {
        let samples = Samples::I16((0..SAMPLES).map(|_| draw()).collect());
        let mut channel = Channel::new(format!("EMG{c}"), Hertz(2000.0), SignalUnit::parse("uV"), samples);
        channel.scaling = Scaling::Divide { baseline: 0.0, gain: 10.0 };
        channel.storage_bits = Some(16);
        channel
    });
    Recording { channels: channels.collect(), ..Recording::default() }
}

fn path(c: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("myotome-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let recording = recording();
    let read = ReadOptions::default();
    let mut group = c.benchmark_group("path");
    group.throughput(Throughput::Elements((CHANNELS * SAMPLES) as u64));
    for name in ["r.hea", "r.edf", "r.bdf", "r.wav", "r.csv"] {
        let file = folder.join(name);
        format::write(&recording, &file, &WriteOptions::default()).expect("it can be written");
        let source = Source::open(&file, read.max_memory).expect("it is there");
        group.bench_function(format!("read/{}", &name[2..]), |b| {
            b.iter(|| format::read_source(black_box(&source), &read).expect("it can be read"));
        });
    }
    group.bench_function("quality", |b| {
        b.iter(|| quality::run(black_box(&recording), &QualityOptions::default()))
    });
    let recipe = Recipe { bandpass_hz: Some((20.0, 450.0)), notch_hz: Some(50.0), ..Recipe::default() };
    let selected =
        Recipe { exclude: vec!["sampen".into()], ..recipe.clone() }.check().expect("known features");
    group.sample_size(20);
    group.bench_function("features", |b| {
        b.iter(|| {
            let file = folder.join("r.edf");
            features::of_file(&file, &read, &recipe, &selected, &QualityOptions::default())
                .expect("it can be measured")
        });
    });
    group.finish();
    // What the system's temporary folder keeps is no error of a bench.
    let _ = std::fs::remove_dir_all(&folder);
}

criterion_group!(benches, path);
criterion_main!(benches);
