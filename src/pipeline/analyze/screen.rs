use super::view::ChannelView;
use super::{Context, Gathered};
use crate::Result;
use crate::recording::Channel;
use crate::result::{Grades, NeedleRow};
pub(super) fn needle(
    _c: &Channel,
    context: &Context,
    view: &ChannelView,
    _refused: Option<&str>,
    _g: &mut Gathered,
) -> Result<NeedleRow> {
    Ok(NeedleRow {
        muscle: context.muscle.clone().unwrap_or_default(),
        side: String::new(),
        file: context.name.clone(),
        channel: view.label.clone(),
        motor_units: vec![],
        spontaneous: vec![],
        interference: vec![],
        grades: Grades {
            fibrillation: None,
            positive_sharp_wave: None,
            fasciculation: None,
            recruitment: "not_assessable".into(),
        },
        impression: "indeterminate",
        probabilities: None,
        evidence: vec![],
        caveats: vec![],
    })
}
