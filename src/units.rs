//! Units: newtypes for what is computed with, and the units that numbers are shown in.

/// Frequency, Hz.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Hertz(pub f64);
/// Time, s.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Seconds(pub f64);
/// Electric potential, V.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Volts(pub f64);
/// Length, m.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Metres(pub f64);

impl Hertz {
    /// A sampling frequency: finite and above zero.
    pub fn sampling_frequency(value: f64) -> crate::Result<Self> {
        if value.is_finite() && value > 0.0 && value <= 1e9 {
            Ok(Hertz(value))
        } else {
            Err(crate::Error::option(
                "sampling frequency",
                format!("{value} Hz; above 0 and at most 1e9 is possible"),
            ))
        }
    }
    /// Time between two samples.
    pub fn period(self) -> Seconds {
        Seconds(1.0 / self.0)
    }
}

/// A unit that numbers are shown in. Values are held in SI; `value × per_si` is what is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// As printed in JSON and on pages in ASCII: `uV`, `ms`, `1`. Empty for none.
    pub symbol: &'static str,
    /// As appended to a column's name after an underscore: `uv`, `ms`. Empty for none.
    pub suffix: &'static str,
    /// Shown units per SI unit.
    pub per_si: f64,
}

#[expect(missing_docs, reason = "the constants say their unit")]
impl Unit {
    pub const ONE: Unit = Unit { symbol: "1", suffix: "", per_si: 1.0 };
    pub const COUNT: Unit = Unit { symbol: "1", suffix: "", per_si: 1.0 };
    pub const PERCENT: Unit = Unit { symbol: "%", suffix: "percent", per_si: 100.0 };
    pub const HERTZ: Unit = Unit { symbol: "Hz", suffix: "hz", per_si: 1.0 };
    pub const HERTZ_SQUARED: Unit = Unit { symbol: "Hz^2", suffix: "hz2", per_si: 1.0 };
    pub const PER_SECOND: Unit = Unit { symbol: "1/s", suffix: "per_s", per_si: 1.0 };
    pub const SECOND: Unit = Unit { symbol: "s", suffix: "s", per_si: 1.0 };
    pub const MILLISECOND: Unit = Unit { symbol: "ms", suffix: "ms", per_si: 1e3 };
    pub const VOLT: Unit = Unit { symbol: "V", suffix: "v", per_si: 1.0 };
    pub const MILLIVOLT: Unit = Unit { symbol: "mV", suffix: "mv", per_si: 1e3 };
    pub const MICROVOLT: Unit = Unit { symbol: "uV", suffix: "uv", per_si: 1e6 };
    pub const MICROVOLT_SQUARED: Unit = Unit { symbol: "uV^2", suffix: "uv2", per_si: 1e12 };
    pub const MICROVOLT_SECOND: Unit = Unit { symbol: "uV*s", suffix: "uv_s", per_si: 1e6 };
    pub const MICROVOLT_SQUARED_SECOND: Unit = Unit { symbol: "uV^2*s", suffix: "uv2_s", per_si: 1e12 };
    pub const MICROVOLT_SQUARED_PER_HERTZ: Unit =
        Unit { symbol: "uV^2/Hz", suffix: "uv2_per_hz", per_si: 1e12 };
    pub const MICROVOLT_CUBED: Unit = Unit { symbol: "uV^3", suffix: "uv3", per_si: 1e18 };
    pub const MICROVOLT_TO_THE_FOURTH: Unit = Unit { symbol: "uV^4", suffix: "uv4", per_si: 1e24 };
    pub const MICROVOLT_TO_THE_FIFTH: Unit = Unit { symbol: "uV^5", suffix: "uv5", per_si: 1e30 };
    pub const ROOT_MICROVOLT: Unit = Unit { symbol: "sqrt(uV)", suffix: "sqrt_uv", per_si: 1e3 };
    /// Sum of different powers of mV.
    pub const MIXED_MILLIVOLT: Unit = Unit { symbol: "mV^p", suffix: "mv_mixed", per_si: 1.0 };
    pub const LOG10_VOLT: Unit = Unit { symbol: "log10(V)", suffix: "log10_v", per_si: 1.0 };
    pub const LN_VOLT: Unit = Unit { symbol: "ln(V)", suffix: "ln_v", per_si: 1.0 };
    pub const LN_VOLT_SQUARED: Unit = Unit { symbol: "ln(V^2)", suffix: "ln_v2", per_si: 1.0 };
    pub const HERTZ_MICROVOLT_SQUARED: Unit = Unit { symbol: "Hz*uV^2", suffix: "hz_uv2", per_si: 1e12 };
    pub const HERTZ_SQUARED_MICROVOLT_SQUARED: Unit =
        Unit { symbol: "Hz^2*uV^2", suffix: "hz2_uv2", per_si: 1e12 };
    pub const PER_HERTZ_TO_THE_SIXTH: Unit = Unit { symbol: "Hz^-6", suffix: "per_hz6", per_si: 1.0 };
    pub const METRE_PER_SECOND: Unit = Unit { symbol: "m/s", suffix: "m_s", per_si: 1.0 };
    pub const MILLIVOLT_MILLISECOND: Unit = Unit { symbol: "mV*ms", suffix: "mvms", per_si: 1e6 };
    pub const MICROVOLT_MILLISECOND: Unit = Unit { symbol: "uV*ms", suffix: "uvms", per_si: 1e9 };
    pub const MILLIAMPERE: Unit = Unit { symbol: "mA", suffix: "ma", per_si: 1e3 };
    pub const NAT: Unit = Unit { symbol: "nat", suffix: "nats", per_si: 1.0 };
}

/// The unit of a channel: the file's own word for it, and what it means in volts where it is a voltage.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SignalUnit {
    /// As the file writes it (`µ` becomes `u`); empty where the file says nothing.
    pub text: String,
    /// Volts per unit; `None` where it is no voltage or unknown.
    pub volts_per_unit: Option<f64>,
}

impl SignalUnit {
    /// Understands `V mV uV µV nV` and their words, whatever the case; keeps any other text as it is.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().replace(['µ', 'μ'], "u");
        let volts_per_unit = match text.to_lowercase().as_str() {
            "v" | "volt" | "volts" => Some(1.0),
            "mv" | "millivolt" | "millivolts" => Some(1e-3),
            "uv" | "microvolt" | "microvolts" => Some(1e-6),
            "nv" | "nanovolt" | "nanovolts" => Some(1e-9),
            _ => None,
        };
        SignalUnit { text, volts_per_unit }
    }
    /// No unit stated.
    pub fn unknown() -> Self {
        SignalUnit::default()
    }
    /// Whether this is a voltage.
    pub fn is_voltage(&self) -> bool {
        self.volts_per_unit.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voltages_are_known_by_any_spelling_and_other_units_are_kept() {
        for (text, volts) in
            [("mV", 1e-3), ("mv", 1e-3), ("µV", 1e-6), ("μV", 1e-6), ("uV", 1e-6), (" V ", 1.0), ("nV", 1e-9)]
        {
            assert_eq!(SignalUnit::parse(text).volts_per_unit, Some(volts), "{text}");
        }
        let force = SignalUnit::parse("N");
        assert_eq!((force.text.as_str(), force.volts_per_unit), ("N", None));
        assert_eq!(SignalUnit::parse("µV").text, "uV");
    }

    #[test]
    fn a_sampling_frequency_must_be_a_positive_number() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e10] {
            assert!(Hertz::sampling_frequency(bad).is_err(), "{bad}");
        }
        assert_eq!(Hertz::sampling_frequency(23437.5).unwrap().0, 23437.5);
    }
}
