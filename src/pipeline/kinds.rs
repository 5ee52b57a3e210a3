//! What each channel of a recording is held to be, before it is checked and measured.

use crate::classify::{self, Opinion};
use crate::recording::{ChannelKind, Recording};

/// Writes into every channel what it is held to be, and gives the reasons. `stated` goes before the file and
/// the signal, except for channels that are no EMG.
pub fn settle(recording: &mut Recording, stated: Option<ChannelKind>) -> Vec<Opinion> {
    let opinions: Vec<Opinion> = recording.channels.iter().map(|c| opinion(recording, c, stated)).collect();
    for (channel, opinion) in recording.channels.iter_mut().zip(&opinions) {
        channel.kind = opinion.kind;
    }
    opinions
}

fn opinion(
    recording: &Recording,
    channel: &crate::recording::Channel,
    stated: Option<ChannelKind>,
) -> Opinion {
    let found = classify::kind_of(recording, channel);
    match stated {
        Some(kind) if found.kind != ChannelKind::Other => Opinion {
            kind,
            sureness: classify::Sureness::Stated,
            reasons: vec!["the user or the study says so".into()],
        },
        _ => found,
    }
}
