//! What late responses share: the tail of the M response taken away, what else a sweep rests on (offset, trend,
//! mains), noise levels, and the onset of a small deflection of either polarity.

mod baseline;
mod hinge;
mod level;
mod solve;
mod tail;

pub(in crate::ncs) use baseline::{Baseline, Mains, quiet_sd};
pub(in crate::ncs) use hinge::{Hinge, Onset};
pub(in crate::ncs) use level::{clipped, median, quantile, robust_sd, smooth, smooth_width};
pub(in crate::ncs) use solve::least_squares;
pub(in crate::ncs) use tail::{Tail, last_extremum};
