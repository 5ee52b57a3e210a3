//! A laboratory's own limits: a CSV file with the columns of `data/reference/ncs_limits.csv`, in any order;
//! `set`, `study_id`, `param`, `side`, `limit` and `unit` must be there, the others may be left out. `sex` is
//! `M` or `F`, `side` is `upper` or `lower`. The file's version is the beginning of its checksum.

use super::limits::Row;
use crate::error::{At, nearest};
use crate::study::{Sex, Technique};
use crate::{Error, Result};
use sha2::Digest;

/// Columns, in the built-in table's order.
const COLUMNS: [&str; 19] = [
    "set",
    "study_id",
    "param",
    "segment",
    "side",
    "limit",
    "unit",
    "age_min",
    "age_max",
    "sex",
    "height_min_cm",
    "height_max_cm",
    "bmi_min",
    "bmi_max",
    "distance_min_cm",
    "distance_max_cm",
    "technique",
    "sources",
    "status",
];
const NEEDED: [&str; 6] = ["set", "study_id", "param", "side", "limit", "unit"];
/// Units that the parameters are held in.
const UNITS: [&str; 6] = ["ms", "mV", "uV", "m/s", "%", "ratio"];
/// Most bytes of a laboratory's file. Ours: twenty thousand rows.
const MAX_BYTES: usize = 4 << 20;

/// First eight hexadecimal digits of the file's SHA-256.
pub(super) fn version(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().take(4).map(|b| format!("{b:02x}")).collect()
}

pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Row>> {
    if bytes.len() > MAX_BYTES {
        let (asked, allowed) = (bytes.len() as u64, MAX_BYTES as u64);
        return Err(Error::Limit { name: "bytes of a file of limits", asked, allowed });
    }
    let wrong = |line: u64, what: String| Error::malformed("norms", At::Line(line), what);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(bytes);
    let line_of = |e: &csv::Error| e.position().map_or(1, csv::Position::line);
    let header = reader.headers().map_err(|e| wrong(line_of(&e), e.to_string()))?.clone();
    let mut places = [None; COLUMNS.len()];
    for (i, name) in header.iter().enumerate() {
        let name = name.trim_start_matches('\u{feff}');
        let Some(column) = COLUMNS.iter().position(|c| *c == name) else {
            // What the tables of reference carry beside is no limit.
            if ["note", "percentile", "confidence"].contains(&name) {
                continue;
            }
            let hint =
                nearest(name, COLUMNS.iter().copied()).map_or(String::new(), |n| format!("; meant `{n}`?"));
            return Err(wrong(1, format!("unknown column `{name}`{hint}")));
        };
        places[column] = Some(i);
    }
    if let Some(missing) =
        NEEDED.iter().find(|n| COLUMNS.iter().position(|c| c == *n).is_none_or(|c| places[c].is_none()))
    {
        return Err(wrong(1, format!("the column `{missing}` is missing")));
    }
    let mut out = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| wrong(line_of(&e), e.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = places.map(|p| p.and_then(|i| record.get(i)).unwrap_or("").to_owned());
        let mut row = row(&cells).map_err(|what| wrong(line, what))?;
        if row.status.is_empty() {
            row.status = "of the laboratory".into();
        }
        if row.source.is_empty() {
            row.source.clone_from(&row.set);
        }
        out.push(row);
    }
    if out.is_empty() {
        return Err(wrong(1, "no limit stands in the file".into()));
    }
    Ok(out)
}

/// A row from its cells in the order of [`COLUMNS`].
pub(super) fn row(cells: &[String; 19]) -> std::result::Result<Row, String> {
    let number = |i: usize| match cells[i].as_str() {
        "" => Ok(None),
        text => match text.parse::<f64>() {
            Ok(v) if v.is_finite() => Ok(Some(v)),
            _ => Err(format!("{}: `{text}` is no number", COLUMNS[i])),
        },
    };
    let text = |i: usize| match cells[i].as_str() {
        "" => Err(format!("{} is empty", COLUMNS[i])),
        text => Ok(text.to_owned()),
    };
    let pair = |i: usize| Ok::<_, String>([number(i)?, number(i + 1)?]);
    let unit = cells[6].replace('µ', "u");
    if !UNITS.contains(&unit.as_str()) {
        return Err(format!("unit: `{unit}`; {} are possible", UNITS.join(", ")));
    }
    Ok(Row {
        set: text(0)?,
        study: text(1)?,
        parameter: text(2)?,
        segment: cells[3].clone(),
        upper: match cells[4].as_str() {
            "upper" => true,
            "lower" => false,
            other => return Err(format!("side: `{other}`; `upper` or `lower` belongs here")),
        },
        limit: number(5)?.ok_or("limit is empty")?,
        unit,
        age: pair(7)?,
        sex: match cells[9].as_str() {
            "" => None,
            "M" | "male" => Some(Sex::Male),
            "F" | "female" => Some(Sex::Female),
            other => return Err(format!("sex: `{other}`; `M` or `F` belongs here")),
        },
        height: pair(10)?,
        bmi: pair(12)?,
        distance: pair(14)?,
        technique: match cells[16].as_str() {
            "" => None,
            "antidromic" => Some(Technique::Antidromic),
            "orthodromic" => Some(Technique::Orthodromic),
            other => return Err(format!("technique: `{other}`; `antidromic` or `orthodromic` belongs here")),
        },
        source: cells[17].clone(),
        status: cells[18].clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_may_stand_in_any_order_and_mistakes_are_named_with_their_line() {
        let good =
            "unit,limit,side,param,study_id,set,segment\nms,4.2,upper,dml,median_motor_apb,OURS,distal\n";
        let rows = parse(good.as_bytes()).expect("rows");
        assert_eq!((rows[0].set.as_str(), rows[0].limit, rows[0].upper), ("OURS", 4.2, true));
        assert_eq!(rows[0].status, "of the laboratory");
        let says = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
        assert!(says("set,study_id,param,side,limit\n").contains("`unit` is missing"));
        assert!(says("set,study_id,param,side,limit,unit,sexx\n").contains("`sex`"));
        let bad = "set,study_id,param,side,limit,unit\nO,s,dml,upper,4,ms\nO,s,dml,above,4,ms\n";
        assert!(says(bad).contains('3') && says(bad).contains("`above`"), "{}", says(bad));
        assert!(says("set,study_id,param,side,limit,unit\nO,s,dml,upper,nan,ms\n").contains("no number"));
        assert!(says("set,study_id,param,side,limit,unit\nO,s,dml,upper,4,kg\n").contains("kg"));
        assert!(says("").contains("missing"));
    }
}
