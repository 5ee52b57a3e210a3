//! A laboratory's own limits: a CSV file with the columns of `data/reference/ncs_limits.csv`, in any order;
//! `set`, `study_id`, `param`, `side`, `limit` and `unit` must be there, the others may be left out. `sex` is
//! `M` or `F`, `side` is `upper` or `lower`; a unit of the parameter's dimension is converted. The file's version is
//! the beginning of its checksum.

use super::limits::Row;
use super::lines::Lines;
use super::parameters::parameter;
use crate::error::{At, nearest};
use crate::study::{Sex, Technique};
use crate::{Error, Result};
use sha2::Digest;
use std::collections::HashMap;

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
/// Ranges that conditions must lie in, by their first column. Ours: wider than any person.
const RANGES: [(usize, [f64; 2]); 4] =
    [(7, [0.0, 130.0]), (10, [20.0, 280.0]), (12, [5.0, 150.0]), (14, [0.0, 200.0])];
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
    let mut lines = Lines::new(bytes);
    let line_of = |e: &csv::Error| e.position().map_or(1, |p| Lines::new(bytes).of(p));
    let header = reader.headers().map_err(|e| wrong(line_of(&e), e.to_string()))?.clone();
    let header_line = lines.of(&csv::Position::new());
    let wrong_header = |what: String| wrong(header_line, what);
    if let (1, Some(only)) = (header.len(), header.get(0))
        && let Some(mark) = [';', '\t'].into_iter().find(|m| only.contains(*m))
    {
        return Err(wrong_header(format!("the columns are separated by {mark:?}; commas belong here")));
    }
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
            return Err(wrong_header(format!("unknown column `{name}`{hint}")));
        };
        if places[column].replace(i).is_some() {
            return Err(wrong_header(format!("the column `{name}` stands twice")));
        }
    }
    if let Some(missing) =
        NEEDED.iter().find(|n| COLUMNS.iter().position(|c| c == *n).is_none_or(|c| places[c].is_none()))
    {
        return Err(wrong_header(format!("the column `{missing}` is missing")));
    }
    let mut out = Vec::new();
    let mut strata: HashMap<String, [Option<(u64, f64)>; 2]> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| wrong(line_of(&e), said(&e)))?;
        let line = record.position().map_or(header_line, |p| lines.of(p));
        let cells = places.map(|p| p.and_then(|i| record.get(i)).unwrap_or("").to_owned());
        let mut row = row(&cells).map_err(|what| wrong(line, what))?;
        against(strata.entry(stratum(&row)).or_default(), &row, line).map_err(|what| wrong(line, what))?;
        if row.status.is_empty() {
            row.status = "of the laboratory".into();
        }
        if row.source.is_empty() {
            row.source.clone_from(&row.set);
        }
        out.push(row);
    }
    if out.is_empty() {
        return Err(wrong_header("no limit stands in the file".into()));
    }
    Ok(out)
}

/// What the reader complains of, without its own count of lines.
fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells, but the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the text is not UTF-8".to_owned(),
        _ => error.to_string(),
    }
}

/// What tells one stratum from another, both sides of the range together.
fn stratum(r: &Row) -> String {
    let Row { set, study, parameter, segment, unit, age, sex, height, bmi, distance, technique, .. } = r;
    format!("{:?}", (set, study, parameter, segment, unit, age, sex, height, bmi, (distance, technique)))
}

/// Notes the limit of a stratum (lower, upper), or says what it contradicts.
fn against(seen: &mut [Option<(u64, f64)>; 2], row: &Row, line: u64) -> std::result::Result<(), String> {
    let side = usize::from(row.upper);
    if let Some((before, limit)) = seen[side]
        && limit.total_cmp(&row.limit).is_ne()
    {
        return Err(format!(
            "limit: {} {}, but line {before} says {limit} for the same stratum",
            row.limit, row.unit
        ));
    }
    seen[side] = seen[side].or(Some((line, row.limit)));
    if let [Some((_, low)), Some((_, high))] = *seen
        && low > high
    {
        let before = seen[1 - side].map_or(line, |s| s.0);
        return Err(format!(
            "limit: the lower limit {low} is above the upper limit {high} {} of the same stratum (line {before})",
            row.unit
        ));
    }
    Ok(())
}

/// The direction that a description of the technique names. Words on electrodes and filters are passed over.
fn direction(text: &str) -> std::result::Result<Option<Technique>, String> {
    let lower = text.to_lowercase();
    let mut found = None;
    for word in lower.split(|c: char| !c.is_alphabetic()) {
        let one = match word {
            "antidromic" => Technique::Antidromic,
            "orthodromic" => Technique::Orthodromic,
            w if w.starts_with("anti") || w.starts_with("ortho") => {
                return Err(format!("technique: `{text}`; `antidromic` or `orthodromic` belongs here"));
            }
            _ => continue,
        };
        if found.is_some_and(|f| f != one) {
            return Err(format!("technique: `{text}` names both directions; give each a row"));
        }
        found = Some(one);
    }
    Ok(found)
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
    let pair = |i: usize| {
        let pair = [number(i)?, number(i + 1)?];
        let [least, most] = RANGES.iter().find(|r| r.0 == i).map_or([f64::MIN, f64::MAX], |r| r.1);
        for (k, v) in pair.iter().enumerate() {
            if let Some(v) = v.filter(|v| !(least..=most).contains(v)) {
                return Err(format!("{}: {v} is not from {least} to {most}", COLUMNS[i + k]));
            }
        }
        // Heights and body masses end before their last value: one value alone would hold for nobody.
        let open = i == 10 || i == 12;
        match pair {
            [Some(a), Some(b)] if a > b || (open && a >= b) => {
                let relation = if a > b { "is above" } else { "equals" };
                Err(format!("{} ({a}) {relation} {} ({b})", COLUMNS[i], COLUMNS[i + 1]))
            }
            pair => Ok(pair),
        }
    };
    let upper = match cells[4].as_str() {
        "upper" => true,
        "lower" => false,
        other => return Err(format!("side: `{other}`; `upper` or `lower` belongs here")),
    };
    let parameter_id = text(2)?;
    let parameter = parameter(&parameter_id)?;
    let study = parameter.study(&text(1)?)?;
    // Micro sign and Greek mu.
    let unit = text(6)?.replace(['µ', 'μ'], "u");
    let (limit, unit) = parameter.limit(upper, number(5)?.ok_or("limit is empty")?, &unit)?;
    Ok(Row {
        set: text(0)?,
        study: study.id.to_owned(),
        parameter: parameter_id,
        segment: parameter.segment(study, &cells[3])?,
        upper,
        limit,
        unit: unit.to_owned(),
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
        technique: direction(&cells[16])?,
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
        let bad = "set,study_id,param,side,limit,unit\nO,median_motor_apb,dml,upper,4,ms\nO,median_motor_apb,dml,above,4,ms\n";
        assert!(says(bad).contains('3') && says(bad).contains("`above`"), "{}", says(bad));
        assert!(
            says("set,study_id,param,side,limit,unit\nO,median_motor_apb,dml,upper,nan,ms\n")
                .contains("no number")
        );
        assert!(
            says("set,study_id,param,side,limit,unit\nO,median_motor_apb,dml,upper,4,kg\n").contains("kg")
        );
        assert!(says("").contains("missing"));
    }

    #[test]
    fn rows_that_contradict_themselves_or_each_other_are_refused() {
        let head = "set,study_id,param,segment,side,limit,unit,age_min,age_max,technique\n";
        let says = |rows: &str| match parse((head.to_owned() + rows).as_bytes()) {
            Ok(rows) => format!("{} rows", rows.len()),
            Err(e) => e.to_string(),
        };
        let one = "L,median_motor_apb,dml,distal,upper,4,ms,20,40,\n";
        assert_eq!(says(one), "1 rows");
        assert_eq!(says(&one.repeat(2)), "2 rows");
        let other = "L,median_motor_apb,dml,distal,upper,5,ms,20,40,\n";
        assert!(
            says(&(one.to_owned() + other)).contains("line 2 says 4"),
            "{}",
            says(&(one.to_owned() + other))
        );
        assert_eq!(says(&(one.to_owned() + &other.replace("20,40", "41,60"))), "2 rows");
        let above = "L,median_motor_apb,dml,distal,lower,9,ms,20,40,\n";
        assert!(says(&(one.to_owned() + above)).contains("above the upper"));
        for (from, to, word) in [
            ("upper,4", "upper,-4", "-4 ms"),
            ("upper,4", "upper,1e308", "more than any"),
            ("20,40", "80,20", "age_min (80) is above age_max (20)"),
            ("20,40", "20,400", "age_max: 400"),
            ("median_motor_apb", "foo", "`foo` is not known"),
            ("dml", "dmll", "nearest known one is `dml`"),
            ("distal", "distaal", "nearest known one is `distal`"),
            ("4,ms", "4,m/s", "`m/s` is none of `dml`"),
            ("40,", "40,antidromc", "antidromc"),
        ] {
            let text = says(&one.replacen(from, to, 1));
            assert!(text.contains(word), "{to}: {text}");
        }
        let converted = parse(
            (head.to_owned() + "L,median_motor_apb,amp_bp,distal,lower,6000,µV,,,surface; 2 Hz\n").as_bytes(),
        )
        .expect("rows");
        assert!((converted[0].limit - 6.0).abs() < 1e-12 && converted[0].unit == "mV");
    }

    #[test]
    fn lines_are_counted_with_every_line_end_and_comment() {
        // A comment ends at a line feed alone.
        let old = "set,study_id,param,side,limit,unit\r\rL,median_motor_apb,dml,above,4,ms\r";
        assert!(parse(old.as_bytes()).unwrap_err().to_string().contains("line 3"));
        for end in ["\n", "\r\n"] {
            let text = [
                "# ours",
                "set,study_id,param,side,limit,unit",
                "L,median_motor_apb,dml,upper,4,ms",
                "",
                "# more",
                "L,median_motor_apb,dml,above,4,ms",
                "",
            ]
            .join(end);
            let said = parse(text.as_bytes()).unwrap_err().to_string();
            assert!(said.contains("line 6"), "{end:?}: {said}");
            let short = text.replace(",above,4,ms", "");
            let said = parse(short.as_bytes()).unwrap_err().to_string();
            assert!(said.contains("line 6: 3 cells, but the header has 6"), "{end:?}: {said}");
        }
    }
}
