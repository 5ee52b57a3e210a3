use crate::recording::{ChannelKind, Recording};
pub(super) struct Kind {
    pub(super) kind: ChannelKind,
    pub(super) reasons: Vec<String>,
}
pub(super) fn of(_: &Recording, kind: Option<ChannelKind>) -> Option<Kind> {
    kind.map(|kind| Kind { kind, reasons: Vec::new() })
}
