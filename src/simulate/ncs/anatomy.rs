//! The nerves that are simulated: distances and the healthy responses' mean and spread.
//!
//! Means and SDs of latency, amplitude and velocity: Buschbacher (median, ulnar, fibular, tibial; as collected by
//! the AANEM normative data task force), Benatar et al. 2009 for the elbow and for sensory velocities, Preston and
//! Shapiro's limits where no mean is published; F waves: 32-stimulus norms of 100 subjects (ulnar, tibial).
//! Distances along the limb: ours, from usual practice.

/// A stimulation site.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) name: &'static str,
    /// To the active electrode (first site) or to the previous site, mm for a person of 172 cm.
    pub(super) distance_mm: f64,
    /// SD between people apart from height.
    pub(super) spread_mm: f64,
    /// Whether the distance grows with height.
    pub(super) grows: bool,
    /// Velocity of the piece over that of the nerve between its first two sites.
    pub(super) speed: f64,
}

/// A motor nerve with its muscle.
#[derive(Debug)]
pub(super) struct Motor {
    pub(super) nerve: &'static str,
    pub(super) muscle: &'static str,
    pub(super) arm: bool,
    /// Distal first.
    pub(super) sites: &'static [Site],
    /// Distal latency at `sites[0].distance_mm`, ms: mean, SD.
    pub(super) latency: (f64, f64),
    /// Amplitude, mV: median; SD of its logarithm.
    pub(super) amplitude: (f64, f64),
    /// Fall of the amplitude per year above 40, share.
    pub(super) amplitude_age: f64,
    /// Conduction velocity of the first segment, m/s: mean, SD.
    pub(super) velocity: (f64, f64),
    /// Motor units: mean, SD.
    pub(super) units: (f64, f64),
    /// From the first site to the spinal cord, over height.
    pub(super) to_cord: f64,
    /// Velocity of the piece above the last site over that of the first segment.
    pub(super) proximal_speed: f64,
    /// Mean share of stimuli with an F wave, %: mean, SD.
    pub(super) persistence: (f64, f64),
    /// Root whose lesion touches it.
    pub(super) root: &'static str,
}

const fn site(name: &'static str, distance_mm: f64, spread_mm: f64, grows: bool, speed: f64) -> Site {
    Site { name, distance_mm, spread_mm, grows, speed }
}

/// Motor nerves.
pub(super) static MOTOR: &[Motor] = &[
    Motor {
        nerve: "median",
        muscle: "abductor_pollicis_brevis",
        arm: true,
        sites: &[site("wrist", 75.0, 4.0, false, 1.0), site("elbow", 225.0, 12.0, true, 1.0)],
        latency: (3.6, 0.4),
        amplitude: (9.5, 0.31),
        amplitude_age: 0.004,
        velocity: (57.5, 3.7),
        units: (120.0, 25.0),
        to_cord: 0.40,
        proximal_speed: 1.12,
        persistence: (80.0, 15.0),
        root: "C8",
    },
    Motor {
        nerve: "ulnar",
        muscle: "abductor_digiti_minimi",
        arm: true,
        sites: &[
            site("wrist", 70.0, 4.0, false, 1.0),
            site("below_elbow", 205.0, 12.0, true, 1.0),
            site("above_elbow", 100.0, 6.0, false, 0.95),
        ],
        latency: (2.9, 0.3),
        amplitude: (10.8, 0.20),
        amplitude_age: 0.003,
        velocity: (61.0, 3.8),
        units: (125.0, 25.0),
        to_cord: 0.41,
        proximal_speed: 1.10,
        persistence: (83.0, 14.0),
        root: "C8",
    },
    Motor {
        nerve: "fibular",
        muscle: "extensor_digitorum_brevis",
        arm: false,
        sites: &[
            site("ankle", 85.0, 5.0, false, 1.0),
            site("below_fibular_head", 315.0, 15.0, true, 1.0),
            site("above_fibular_head", 95.0, 6.0, false, 1.0),
        ],
        latency: (4.7, 0.65),
        amplitude: (5.9, 0.36),
        amplitude_age: 0.006,
        velocity: (47.5, 3.0),
        units: (110.0, 25.0),
        to_cord: 0.64,
        proximal_speed: 1.25,
        persistence: (75.0, 18.0),
        root: "L5",
    },
    Motor {
        nerve: "tibial",
        muscle: "abductor_hallucis",
        arm: false,
        sites: &[site("ankle", 90.0, 6.0, false, 1.0), site("popliteal_fossa", 390.0, 18.0, true, 1.0)],
        latency: (4.4, 0.6),
        amplitude: (12.4, 0.30),
        amplitude_age: 0.008,
        velocity: (48.0, 3.0),
        units: (135.0, 27.0),
        to_cord: 0.64,
        proximal_speed: 1.28,
        persistence: (96.0, 4.0),
        root: "S1",
    },
];

/// A sensory or mixed nerve study.
#[derive(Debug)]
pub(super) struct Sensory {
    pub(super) nerve: &'static str,
    pub(super) recording_site: &'static str,
    pub(super) site: &'static str,
    pub(super) orthodromic: bool,
    pub(super) arm: bool,
    pub(super) distance_mm: f64,
    /// Velocity by onset, m/s: mean, SD.
    pub(super) velocity: (f64, f64),
    /// Baseline to negative peak, µV: median; SD of its logarithm.
    pub(super) amplitude: (f64, f64),
    /// Fall of the amplitude per year above 30, share.
    pub(super) amplitude_age: f64,
    /// Power of an axon's potential with velocity (Wijesinghe et al. 1991: 1.5 to 2).
    pub(super) power: f64,
    /// Whether the piece crosses the carpal tunnel.
    pub(super) carpal_tunnel: bool,
    /// Compression that lies proximal to it and takes axons from it: `elbow`, `fibular_head` or nothing.
    pub(super) distal_to: &'static str,
    /// Share of the loss that a length-dependent neuropathy brings here.
    pub(super) length_share: f64,
}

#[expect(clippy::too_many_arguments, reason = "a row of the table")]
const fn snap(
    nerve: &'static str,
    recording_site: &'static str,
    site: &'static str,
    arm: bool,
    distance_mm: f64,
    velocity: (f64, f64),
    amplitude: (f64, f64),
    carpal_tunnel: bool,
    distal_to: &'static str,
) -> Sensory {
    Sensory {
        nerve,
        recording_site,
        site,
        orthodromic: false,
        arm,
        distance_mm,
        velocity,
        amplitude,
        amplitude_age: 0.007,
        power: 1.5,
        carpal_tunnel,
        distal_to,
        length_share: if arm { 0.55 } else { 1.0 },
    }
}

const fn palm(nerve: &'static str, amplitude: (f64, f64), carpal_tunnel: bool) -> Sensory {
    Sensory {
        orthodromic: true,
        power: 2.0,
        distal_to: if carpal_tunnel { "" } else { "elbow" },
        ..snap(nerve, "wrist", "palm", true, 80.0, (57.5, 3.5), amplitude, carpal_tunnel, "")
    }
}

/// Sensory and mixed nerves.
pub(super) static SENSORY: &[Sensory] = &[
    snap("median", "digit_2", "wrist", true, 140.0, (56.0, 4.2), (27.0, 0.38), true, ""),
    snap("ulnar", "digit_5", "wrist", true, 140.0, (56.0, 4.3), (22.0, 0.40), false, "elbow"),
    snap("superficial_radial", "snuffbox", "forearm", true, 100.0, (60.0, 4.8), (25.0, 0.38), false, ""),
    snap("sural", "lateral_malleolus", "calf", false, 140.0, (50.0, 4.3), (18.0, 0.42), false, ""),
    snap(
        "superficial_fibular",
        "lateral_ankle",
        "lateral_leg",
        false,
        140.0,
        (50.0, 4.3),
        (15.0, 0.40),
        false,
        "fibular_head",
    ),
    palm("median", (90.0, 0.30), true),
    palm("ulnar", (32.0, 0.35), false),
    snap("median", "digit_4", "wrist", true, 140.0, (56.0, 4.0), (18.0, 0.40), true, ""),
    snap("ulnar", "digit_4", "wrist", true, 140.0, (56.0, 4.0), (17.0, 0.40), false, "elbow"),
    snap("median", "digit_1", "wrist", true, 100.0, (55.0, 4.0), (28.0, 0.38), true, ""),
    snap("superficial_radial", "digit_1", "forearm", true, 100.0, (57.0, 4.3), (11.0, 0.38), false, ""),
];
