//! What a person is like apart from any lesion: some have small sensory responses, some slow nerves, everywhere. Their
//! results beyond a limit come together, on both sides and in several nerves, and are not independent signs of disease.
//!
//! Shares and rates are ours: about one person in ten of each kind, who has one result in four beyond a limit.

use super::element::Element;
use super::key::Key;

/// A kind of person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constitution {
    Usual,
    SmallResponses,
    SlowNerves,
}

/// Every kind with its share.
pub(super) const KINDS: [(Constitution, f64); 3] =
    [(Constitution::Usual, 0.82), (Constitution::SmallResponses, 0.09), (Constitution::SlowNerves, 0.09)];
/// Of such a person's spared responses, the share beyond a limit.
const BEYOND: f64 = 0.25;

impl Constitution {
    fn concerns(self, key: Key) -> bool {
        match self {
            Constitution::Usual => false,
            Constitution::SmallResponses => matches!(key, Key::Snap(..)),
            Constitution::SlowNerves => matches!(
                key,
                Key::Speed(..) | Key::Dml(..) | Key::Velocity(..) | Key::FWave(..) | Key::HReflex(_)
            ),
        }
    }

    /// P(what was found | spared, this person) / P(the same | spared, usual person).
    pub(super) fn ratio(self, e: &Element) -> f64 {
        if !self.concerns(e.key) {
            return 1.0;
        }
        let usual = e.healthy_beyond;
        let own = usual.max(BEYOND);
        if e.abnormal { own / usual } else { (1.0 - own) / (1.0 - usual) }
    }
}
