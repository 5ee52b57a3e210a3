//! Potentials with their marks, one cell each.

use super::colour::{FAINT, INK, SECOND, TRACE};
use super::frame::{extent, padded, plain};
use super::sheet::{Drawn, Panel, Sheet, Side, round_down, sheet};
use crate::Result;
use crate::pipeline::analyze::needle::{NeedleView, Sweep, UnitView};
use crate::result::MotorUnit;

/// Cells a row, and the height of one, px.
const CELLS: usize = 4;
const HEIGHT: f64 = 196.0;
/// Room between cells, px.
const ROOM: f64 = 14.0;
/// Room for the bars of scale, px.
const SCALE: f64 = 54.0;

/// Averaged potentials of the units in thick lines, single sweeps in thin ones, marks at the printed numbers.
/// `units` are the rows of the result file. `None` without any potential.
pub fn gallery(view: &NeedleView, units: &[MotorUnit]) -> Result<Option<String>> {
    let shown: Vec<(&UnitView, &Sweep)> =
        view.units.iter().filter_map(|u| Some((u, u.potential.as_ref()?))).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    // One time scale for all cells; each has its own gain, as its bar says.
    let (from, to) = extent(shown.iter().flat_map(|(_, p)| p.average.iter().map(|v| v.0)));
    let width = (980.0 - ROOM) / CELLS as f64;
    let rows = shown.len().div_ceil(CELLS);
    let svg = sheet(HEIGHT * rows as f64, |page| {
        for (i, (unit, potential)) in shown.iter().enumerate() {
            let corner = (ROOM + width * (i % CELLS) as f64, HEIGHT * (i / CELLS) as f64);
            let place = (corner.0, corner.1 + 40.0, width - ROOM, HEIGHT - 52.0);
            let row = units.iter().find(|r| r.id == unit.id);
            let (title, below) = row.map_or((format!("unit {}", unit.id), String::new()), numbers);
            page.text((corner.0, corner.1 + 9.0), &title, 12.0, Side::Right)?;
            page.text((corner.0, corner.1 + 24.0), &below, 11.0, Side::Right)?;
            draw(page, potential, (from, to), place)?;
        }
        Ok(())
    })?;
    Ok(Some(svg))
}

/// The printed numbers that the marks stand for.
fn numbers(row: &MotorUnit) -> (String, String) {
    let fit = if row.quantifiable { "" } else { " (not quantified)" };
    let duration = row.muap.duration_ms.map_or("no duration".into(), |d| format!("{d:.1} ms"));
    (
        format!("unit {}{fit}, {} sweeps", row.id, row.muap.sweeps),
        format!("{:.0} µV, {duration}", row.muap.amplitude_uv),
    )
}

/// One potential in its cell.
pub(super) fn draw(page: &Sheet<'_>, p: &Sweep, across: (f64, f64), place: (f64, f64, f64, f64)) -> Drawn {
    let (low, high) = extent(p.average.iter().map(|v| -v.1));
    // Bars of scale stand in the room at the right.
    let place = (place.0, place.1, place.2 - SCALE, place.3);
    let cell = Panel { x: across.0..across.1.max(across.0 + 1.0), y: padded(low, high), place };
    let (top, bottom) = (place.1, place.1 + place.3);
    let zero = cell.at(0.0, 0.0).1;
    page.line([(place.0, zero), (place.0 + place.2, zero)], FAINT, 1)?;
    for sweep in &p.superimposed {
        cell.curve(page, sweep, -1.0, FAINT, 1)?;
    }
    cell.curve(page, &p.average, -1.0, TRACE, 4)?;
    for (at, name) in [(p.onset_ms, "on"), (p.end_ms, "end")] {
        let Some(at) = at else { continue };
        let x = cell.at(at, 0.0).0;
        page.line([(x, top + 8.0), (x, bottom - 8.0)], SECOND, 2)?;
        page.text((x, top + 2.0), name, 10.0, Side::Middle)?;
    }
    for at in &p.other_marks_ms {
        let x = cell.at(*at, 0.0).0;
        page.line([(x, zero - 4.0), (x, zero + 4.0)], INK, 2)?;
    }
    for (from, to) in &p.satellites_ms {
        let (a, b) = (cell.at(*from, 0.0).0, cell.at(*to, 0.0).0);
        page.line([(a, zero + 14.0), (b, zero + 14.0)], INK, 3)?;
        page.text((0.5 * (a + b), zero + 22.0), "sat", 10.0, Side::Middle)?;
    }
    for (at, down) in p.peaks.iter().flatten().zip([true, false]) {
        // The negative peak is the upper one: its mark stands on it, the other below.
        let tip = cell.at(at.0, -at.1);
        page.line([(tip.0 - 9.0, tip.1), (tip.0 + 9.0, tip.1)], SECOND, 2)?;
        page.tip(tip, down, SECOND)?;
    }
    let size = round_down((0.35 * (cell.y.end - cell.y.start)).max(f64::MIN_POSITIVE));
    let ms = round_down(0.25 * (cell.x.end - cell.x.start));
    let (across, up) = (format!("{} ms", plain(&ms)), format!("{} µV", plain(&size)));
    cell.scale(page, (ms, &across), (size, &up))
}
