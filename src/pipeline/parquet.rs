//! Feature tables as Parquet: one row group a recording, doubles with nulls for undefined values.

use super::features::Table;
use super::table::header;
use crate::feature::Feature;
use crate::{Error, Result};
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};
use std::io::Write;
use std::sync::Arc;

fn wrong(e: parquet::errors::ParquetError) -> Error {
    Error::Signal(format!("writing Parquet: {e}"))
}

/// Writes tables one after the other.
pub struct Writer<W: Write + Send> {
    inner: SerializedFileWriter<W>,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file with the columns of `features`.
    pub fn new(out: W, features: &[&'static Feature]) -> Result<Self> {
        let mut properties =
            WriterProperties::builder().set_created_by(format!("myotome {}", env!("CARGO_PKG_VERSION")));
        let names = header(features);
        let mut fields = Vec::with_capacity(names.len());
        for name in names {
            let text = is_text(&name);
            // Measured numbers hardly repeat: a dictionary of them, or compression, costs time and saves nothing.
            let path = || ColumnPath::from(name.as_str());
            let compression = if text { Compression::SNAPPY } else { Compression::UNCOMPRESSED };
            properties = properties
                .set_column_dictionary_enabled(path(), text)
                .set_column_compression(path(), compression)
                .set_column_encoding(path(), Encoding::PLAIN);
            if !text {
                properties = properties.set_column_statistics_enabled(path(), EnabledStatistics::Chunk);
            }
            let repetition = if text || name == "start_s" || name == "end_s" {
                Repetition::REQUIRED
            } else {
                Repetition::OPTIONAL
            };
            let physical = if text { Physical::BYTE_ARRAY } else { Physical::DOUBLE };
            let field = Type::primitive_type_builder(&name, physical)
                .with_repetition(repetition)
                .with_logical_type(text.then_some(LogicalType::String));
            fields.push(Arc::new(field.build().map_err(wrong)?));
        }
        let schema = Type::group_type_builder("features").with_fields(fields).build().map_err(wrong)?;
        let inner =
            SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build())).map_err(wrong)?;
        Ok(Writer { inner })
    }

    /// Appends one recording's rows as a row group.
    pub fn append(&mut self, table: &Table) -> Result<()> {
        if table.rows() == 0 {
            return Ok(());
        }
        let mut group = self.inner.next_row_group().map_err(wrong)?;
        let per_row = |text: fn(&super::features::ChannelRows) -> &str| -> Vec<ByteArray> {
            let rows = table.channels.iter().map(|c| (ByteArray::from(text(c)), c.times.len()));
            rows.flat_map(|(text, n)| std::iter::repeat_n(text, n)).collect()
        };
        let file = vec![ByteArray::from(table.file.as_str()); table.rows()];
        let times = |end: bool| -> Vec<f64> {
            table.channels.iter().flat_map(|c| &c.times).map(|t| if end { t.1 } else { t.0 }).collect()
        };
        let mut index = 0;
        let mut columns: [Column; TOGETHER] = Default::default();
        while let Some(mut column) = group.next_column().map_err(wrong)? {
            let last = index == table.width + 4;
            match index {
                0 => column.typed::<ByteArrayType>().write_batch(&file, None, None),
                1 => column.typed::<ByteArrayType>().write_batch(&per_row(|c| &c.label), None, None),
                _ if last => {
                    column.typed::<ByteArrayType>().write_batch(&per_row(|c| &c.quality), None, None)
                }
                2 | 3 => column.typed::<DoubleType>().write_batch(&times(index == 3), None, None),
                _ => {
                    let first = index - 4;
                    if first % TOGETHER == 0 {
                        gather(table, first, &mut columns);
                    }
                    let Column { values, levels } = &columns[first % TOGETHER];
                    column.typed::<DoubleType>().write_batch(values, Some(levels), None)
                }
            }
            .map_err(wrong)?;
            column.close().map_err(wrong)?;
            index += 1;
        }
        group.close().map_err(wrong)?;
        Ok(())
    }

    /// Writes the footer.
    pub fn finish(self) -> Result<()> {
        self.inner.close().map_err(wrong)?;
        Ok(())
    }
}

/// Columns gathered at a time: as many numbers as a cache line holds.
const TOGETHER: usize = 8;

/// One column of a row group: its defined values, and for each row whether there is one.
#[derive(Default)]
struct Column {
    values: Vec<f64>,
    levels: Vec<i16>,
}

/// Fills `columns` from column `first` of the table on.
fn gather(table: &Table, first: usize, columns: &mut [Column; TOGETHER]) {
    for column in &mut *columns {
        column.values.clear();
        column.levels.clear();
    }
    let range = first..(first + TOGETHER).min(table.width);
    for row in table.channels.iter().flat_map(|c| table.cells(c, range.clone())) {
        for (column, &v) in columns.iter_mut().zip(row) {
            let defined = !v.is_nan();
            if defined {
                column.values.push(v);
            }
            column.levels.push(i16::from(defined));
        }
    }
}

fn is_text(name: &str) -> bool {
    matches!(name, "file" | "channel" | "quality")
}

/// Bytes of a footer at most. Ours: that of a table of thousands of recordings is smaller.
const MOST_FOOTER: u64 = 64 << 20;

fn open(path: &std::path::Path) -> Result<parquet::file::reader::SerializedFileReader<std::fs::File>> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = std::fs::File::open(path).map_err(|e| Error::io(path, e))?;
    let size = file.metadata().map_err(|e| Error::io(path, e))?.len();
    let broken = |what: String| Error::malformed("parquet", crate::error::At::File, what);
    // The footer's length is checked here before anything is allocated by it.
    let mut tail = [0; 8];
    let read = size >= 12 && file.seek(SeekFrom::End(-8)).is_ok() && file.read_exact(&mut tail).is_ok();
    let footer = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if !read || tail[4..] != *b"PAR1" || footer + 12 > size || footer > MOST_FOOTER {
        return Err(broken("no Parquet file, or cut".into()));
    }
    parquet::file::reader::SerializedFileReader::new(file).map_err(|e| broken(e.to_string()))
}

/// The reader's library gives up on some damaged pages instead of saying so; here that is the error that it is.
fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    // Nothing that the closure touches is used again after it gave up.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(Error::malformed("parquet", crate::error::At::File, "a damaged page of values"))
    })
}

/// Names of the columns. Nested ones are refused.
pub(super) fn column_names(path: &std::path::Path) -> Result<Vec<String>> {
    use parquet::file::reader::FileReader;
    let reader = guarded(|| open(path)).map_err(|e| e.in_file(&path.display().to_string()))?;
    let schema = reader.metadata().file_metadata().schema();
    if let Some(nested) = schema.get_fields().iter().find(|f| !f.is_primitive()) {
        let what = format!("column `{}` is nested; plain columns are read", nested.name());
        return Err(Error::Unsupported { format: "parquet", what });
    }
    Ok(schema.get_fields().iter().map(|f| f.name().to_owned()).collect())
}

/// Hands every row's cells of `columns` to `take`, row by row.
pub(super) fn rows(path: &std::path::Path, columns: &[usize], take: super::columns::Take<'_>) -> Result<()> {
    use super::columns::Cell;
    use parquet::file::reader::FileReader;
    use parquet::record::Field;
    let broken =
        |e: parquet::errors::ParquetError| Error::malformed("parquet", crate::error::At::File, e.to_string());
    let reader = guarded(|| open(path))?;
    let mut iterator = guarded(|| reader.get_row_iter(None).map_err(broken))?;
    for number in 2_u64.. {
        let Some(row) = guarded(|| iterator.next().transpose().map_err(broken))? else { break };
        let fields: Vec<&Field> = row.get_column_iter().map(|(_, f)| f).collect();
        let cell = |c: &usize| match fields.get(*c) {
            None | Some(Field::Null) => Cell::Missing,
            Some(Field::Double(v)) => Cell::Number(*v),
            Some(Field::Float(v)) => Cell::Number(f64::from(*v)),
            Some(Field::Int(v)) => Cell::Number(f64::from(*v)),
            #[expect(clippy::cast_precision_loss, reason = "a label or a count")]
            Some(Field::Long(v)) => Cell::Number(*v as f64),
            Some(Field::Str(v)) => Cell::Text(v.as_str().into()),
            Some(other) => Cell::Text(other.to_string().into()),
        };
        let cells: Vec<Cell<'_>> = columns.iter().map(cell).collect();
        take(number, &cells)?;
    }
    Ok(())
}
