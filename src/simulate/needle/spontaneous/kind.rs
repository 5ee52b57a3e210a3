//! What can be put into a resting muscle.

/// A kind of activity at rest: the rows of the project's table of spontaneous activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Fibrillation potentials.
    Fibrillation,
    /// Positive sharp waves.
    PositiveSharpWave,
    /// End-plate noise.
    EndPlateNoise,
    /// End-plate spikes.
    EndPlateSpike,
    /// Fasciculation potentials.
    Fasciculation,
    /// Complex repetitive discharges.
    ComplexRepetitive,
    /// Myotonic discharges.
    Myotonic,
    /// Myokymic discharges.
    Myokymic,
    /// Neuromyotonic discharges.
    Neuromyotonic,
    /// Cramp.
    Cramp,
    /// Insertional activity: what the movement of the needle evokes.
    Insertional,
    /// A motor unit that goes on firing by itself, very regularly.
    ContinuousUnit,
    /// The muscle is badly relaxed: a unit or two fire under the will for a while.
    Voluntary,
    /// Nothing: silence whatever the state of the muscle.
    Nothing,
}

impl Activity {
    /// Every kind with its words: that of the table and, where it differs, that of the result file.
    pub const WORDS: &'static [(&'static str, Activity)] = &[
        ("fibrillation", Activity::Fibrillation),
        ("positive_sharp_wave", Activity::PositiveSharpWave),
        ("endplate_noise", Activity::EndPlateNoise),
        ("endplate_spike", Activity::EndPlateSpike),
        ("fasciculation", Activity::Fasciculation),
        ("complex_repetitive_discharge", Activity::ComplexRepetitive),
        ("myotonic_discharge", Activity::Myotonic),
        ("myokymic_discharge", Activity::Myokymic),
        ("neuromyotonic_discharge", Activity::Neuromyotonic),
        ("cramp_potential", Activity::Cramp),
        ("insertional_activity", Activity::Insertional),
        ("continuous_motor_unit_single_discharge", Activity::ContinuousUnit),
        ("voluntary", Activity::Voluntary),
        ("none", Activity::Nothing),
        ("fibrillation_potential", Activity::Fibrillation),
        ("end_plate_noise", Activity::EndPlateNoise),
        ("end_plate_spike", Activity::EndPlateSpike),
        ("fasciculation_potential", Activity::Fasciculation),
        ("cramp", Activity::Cramp),
    ];

    /// The word of `spontaneous.kind` in truth and result.
    pub fn id(self) -> &'static str {
        match self {
            Activity::Fibrillation => "fibrillation_potential",
            Activity::PositiveSharpWave => "positive_sharp_wave",
            Activity::EndPlateNoise => "end_plate_noise",
            Activity::EndPlateSpike => "end_plate_spike",
            Activity::Fasciculation => "fasciculation_potential",
            Activity::ComplexRepetitive => "complex_repetitive_discharge",
            Activity::Myotonic => "myotonic_discharge",
            Activity::Myokymic => "myokymic_discharge",
            Activity::Neuromyotonic => "neuromyotonic_discharge",
            Activity::Cramp => "cramp_potential",
            Activity::Insertional => "insertional_activity",
            Activity::ContinuousUnit => "continuous_motor_unit_single_discharge",
            Activity::Voluntary => "voluntary",
            Activity::Nothing => "none",
        }
    }
}
