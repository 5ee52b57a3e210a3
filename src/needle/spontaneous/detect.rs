//! Events: local extrema of the spike band that stand out of the noise.

/// A local extremum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Event {
    /// Sample.
    pub(super) at: usize,
    /// Value there, V.
    pub(super) value: f64,
}

/// Local extrema of at least `threshold` (not strict) in size, the greatest of any that lie within `apart`
/// samples of each other; rising in time. O(n).
pub(super) fn events(x: &[f64], threshold: f64, apart: usize) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::new();
    for i in 1..x.len().saturating_sub(1) {
        let v = x[i];
        if v.abs() < threshold {
            continue;
        }
        let extreme = if v > 0.0 { v > x[i - 1] && v >= x[i + 1] } else { v < x[i - 1] && v <= x[i + 1] };
        if !extreme {
            continue;
        }
        match out.last_mut() {
            Some(last) if i - last.at <= apart => {
                if v.abs() > last.value.abs() {
                    *last = Event { at: i, value: v };
                }
            }
            _ => out.push(Event { at: i, value: v }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_of_neighbours_stays() {
        let mut x = vec![0.0; 50];
        (x[5], x[8], x[30]) = (3.0, -4.0, 2.0);
        let found = events(&x, 1.0, 5);
        assert_eq!(found, [Event { at: 8, value: -4.0 }, Event { at: 30, value: 2.0 }]);
        assert!(events(&x, 5.0, 5).is_empty());
        assert!(events(&[], 1.0, 5).is_empty() && events(&[1.0], 0.5, 5).is_empty());
    }
}
