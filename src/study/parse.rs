//! From TOML, or entries of another origin, to [`Study`].

use super::entries::{Entries, Newlines};
use super::keys::*;
use super::table::{Table, wrong};
use super::values::keys_of;
use super::*;
use toml::de::DeTable;

/// Bounds of our own that only catch slips of the pen.
const TEMPERATURE_C: std::ops::RangeInclusive<f64> = 0.0..=50.0;
const DISTANCE_MM: std::ops::RangeInclusive<f64> = 0.1..=3000.0;

pub(super) fn study(text: &str) -> Result<Study> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let newlines = Newlines::of(text);
    let document = DeTable::parse(text).map_err(|e| {
        let line = e.span().map_or(1, |s| newlines.line(s.start));
        wrong(line, e.message().trim().replace('\n', "; "))
    })?;
    // Another schema has other keys: say so before complaining about one of them.
    if let Some(value) = document.get_ref().get("schema") {
        let line = newlines.line(value.span().start);
        match value.get_ref().as_str() {
            Some(SCHEMA) => {}
            Some(other) => {
                let other: String = other.chars().take(60).collect();
                return Err(wrong(line, format!("schema `{other}` is not read; `{SCHEMA}` is")));
            }
            None => return Err(wrong(line, format!("schema: `{SCHEMA}` in quotes belongs here"))),
        }
    } else {
        return Err(wrong(1, format!("no schema; add the line: schema = \"{SCHEMA}\"")));
    }
    of_entries(&Entries::of_toml(&newlines, document.get_ref()))
}

/// The study of its entries, whatever they were read from; the schema is known by now.
pub(super) fn of_entries(entries: &Entries<'_>) -> Result<Study> {
    let root = Table::open("the study", entries, None, ROOT)?;
    Ok(Study {
        id: root.text("id")?,
        subject: root
            .table("subject", "[subject]", SUBJECT)?
            .map_or(Ok(Subject::default()), |t| subject(&t))?,
        scores: root.table("scores", "[scores]", SCORES)?.map_or(Ok(Scores::default()), |t| scores(&t))?,
        motor: each(&root, "motor", "[[motor]]", MOTOR, motor)?,
        sensory: each(&root, "sensory", "[[sensory]]", SENSORY, sensory)?,
        f_wave: each(&root, "f_wave", "[[f_wave]]", F_WAVE, f_wave)?,
        h_reflex: each(&root, "h_reflex", "[[h_reflex]]", H_REFLEX, h_reflex)?,
        repetitive_stimulation: each(
            &root,
            "repetitive_stimulation",
            "[[repetitive_stimulation]]",
            REPETITIVE,
            repetitive,
        )?,
        cmap_scan: each(&root, "cmap_scan", "[[cmap_scan]]", CMAP_SCAN, cmap_scan)?,
        munix: each(&root, "munix", "[[munix]]", MUNIX, munix)?,
        needle: each(&root, "needle", "[[needle]]", NEEDLE, needle)?,
        folder: PathBuf::new(),
    })
}

fn each<'a, T>(
    table: &Table<'a>,
    key: &str,
    name: &'a str,
    known: &[&'static str],
    read: impl Fn(&Table<'a>) -> Result<T>,
) -> Result<Vec<T>> {
    table.tables(key, name, known)?.iter().map(read).collect()
}

fn subject(t: &Table<'_>) -> Result<Subject> {
    Ok(Subject {
        age_years: t.number("age_years", 0.0..=130.0)?,
        sex: t.word("sex", Sex::WORDS)?,
        height_cm: t.number("height_cm", 20.0..=280.0)?,
        complaint_side: t.word("complaint_side", SubjectSide::WORDS)?,
        complaint_region: t.word("complaint_region", Region::WORDS)?,
        days_since_onset: t.number("days_since_onset", 0.0..=50_000.0)?,
        weight_kg: t.number("weight_kg", 0.3..=500.0)?,
        symptoms: t.word("symptoms", Symptoms::WORDS)?,
        previous_back_surgery: t.word("previous_back_surgery", BackSurgery::WORDS)?,
        diabetes: t.flag("diabetes")?,
        upper_motor_neuron_signs: t.flag("upper_motor_neuron_signs")?,
    })
}

fn scores(t: &Table<'_>) -> Result<Scores> {
    // Ranges of the questionnaires; a test holds them against `data/reference/clinical_tools.csv`.
    Ok(Scores {
        start_back_total: t.number("start_back_total", 0.0..=9.0)?,
        start_back_psychosocial: t.number("start_back_psychosocial", 0.0..=5.0)?,
        dn4: t.number("dn4", 0.0..=10.0)?,
        s_dn4: t.number("s_dn4", 0.0..=7.0)?,
        lanss: t.number("lanss", 0.0..=24.0)?,
        s_lanss: t.number("s_lanss", 0.0..=24.0)?,
        pain_detect: t.number("pain_detect", -1.0..=38.0)?,
        id_pain: t.number("id_pain", -1.0..=5.0)?,
    })
}

fn lines(t: &Table<'_>) -> Lines {
    Lines { table: t.line, nerve: t.line_of("nerve"), muscle: t.line_of("muscle") }
}

fn motor(t: &Table<'_>) -> Result<Motor> {
    let sites = each(t, "stimulation", "[[motor.stimulation]]", STIMULATION, |s| stimulation(s, "motor"))?;
    Ok(Motor {
        nerve: t.text("nerve")?,
        side: t.word("side", Side::WORDS)?,
        muscle: t.text("muscle")?,
        skin_temperature_c: t.number("skin_temperature_c", TEMPERATURE_C)?,
        response: none_beside(t, &sites)?,
        stimulation: sites,
        lines: lines(t),
    })
}

fn sensory(t: &Table<'_>) -> Result<Sensory> {
    let sites =
        each(t, "stimulation", "[[sensory.stimulation]]", STIMULATION, |s| stimulation(s, "sensory"))?;
    Ok(Sensory {
        nerve: t.text("nerve")?,
        side: t.word("side", Side::WORDS)?,
        recording_site: t.text("recording_site")?,
        technique: t.word("technique", Technique::WORDS)?,
        skin_temperature_c: t.number("skin_temperature_c", TEMPERATURE_C)?,
        response: none_beside(t, &sites)?,
        stimulation: sites,
        lines: lines(t),
    })
}

/// A test whose response is absent has no site with values.
fn none_beside(t: &Table<'_>, stimulation: &[Stimulation]) -> Result<Option<Response>> {
    let response = t.word("response", Response::WORDS)?;
    if response.is_some() && stimulation.iter().any(|s| !s.values.0.is_empty()) {
        return Err(
            t.wrong("response", "is `absent` while a stimulation has `values`; one of the two belongs here")
        );
    }
    Ok(response)
}

fn stimulation(t: &Table<'_>, kind: &str) -> Result<Stimulation> {
    let (values, response) = outcome(t, kind)?;
    Ok(Stimulation {
        site: t.text("site")?,
        distance_mm: t.number("distance_mm", DISTANCE_MM)?,
        recording: recording_under(t, "recording")?,
        values,
        response,
        line: t.line,
    })
}

fn f_wave(t: &Table<'_>) -> Result<FWave> {
    let (values, response) = outcome(t, "f_wave")?;
    Ok(FWave {
        nerve: t.text("nerve")?,
        side: t.word("side", Side::WORDS)?,
        muscle: t.text("muscle")?,
        site: t.text("site")?,
        distance_mm: t.number("distance_mm", DISTANCE_MM)?,
        skin_temperature_c: t.number("skin_temperature_c", TEMPERATURE_C)?,
        recording: recording_under(t, "recording")?,
        values,
        response,
        lines: lines(t),
    })
}

fn h_reflex(t: &Table<'_>) -> Result<HReflex> {
    let (values, response) = outcome(t, "h_reflex")?;
    // The currents may stand beside the recording or inside it.
    let known: Vec<_> = RECORDING.iter().copied().chain(["stimulus_ma"]).collect();
    let inside = t.table("recording", "recording", &known)?;
    let mut stimulus_ma = t.numbers("stimulus_ma", 0.0..=1000.0)?;
    if let Some(r) = inside.as_ref().filter(|r| r.has("stimulus_ma")) {
        if t.has("stimulus_ma") {
            return Err(t.wrong("stimulus_ma", "stands twice; once belongs here"));
        }
        stimulus_ma = r.numbers("stimulus_ma", 0.0..=1000.0)?;
    }
    Ok(HReflex {
        nerve: t.text("nerve")?,
        side: t.word("side", Side::WORDS)?,
        muscle: t.text("muscle")?,
        site: t.text("site")?,
        skin_temperature_c: t.number("skin_temperature_c", TEMPERATURE_C)?,
        recording: inside.map(|r| recording(&r)).transpose()?,
        stimulus_ma,
        values,
        response,
        lines: lines(t),
    })
}

fn repetitive(t: &Table<'_>) -> Result<RepetitiveStimulation> {
    let (values, response) = outcome(t, "repetitive_stimulation")?;
    let entered = t.table("values", "values", &value_keys("repetitive_stimulation"))?;
    let amplitudes_mv = entered.map_or(Ok(Vec::new()), |v| v.numbers("amplitudes_mv", 0.0..=100.0))?;
    Ok(RepetitiveStimulation {
        nerve: t.text("nerve")?,
        side: t.word("side", Side::WORDS)?,
        muscle: t.text("muscle")?,
        site: t.text("site")?,
        frequency_hz: t.number("frequency_hz", 0.01..=1000.0)?,
        exercise_s: t.number("exercise_s", 0.0..=600.0)?,
        seconds_after_exercise: t.number("seconds_after_exercise", 0.0..=3600.0)?,
        skin_temperature_c: t.number("skin_temperature_c", TEMPERATURE_C)?,
        recording: recording_under(t, "recording")?,
        values,
        amplitudes_mv,
        response,
        lines: lines(t),
    })
}

fn cmap_scan(t: &Table<'_>) -> Result<CmapScan> {
    let mut recording = recording_under(t, "recording")?;
    if let Some(file) = file(t)? {
        if recording.is_some() {
            return Err(t.wrong("file", "stands beside `recording`; one of the two belongs here"));
        }
        recording = Some(RecordingRef { file, line: t.line_of("file"), ..RecordingRef::default() });
    }
    Ok(CmapScan {
        nerve: t.text("nerve")?,
        side: t.word("side", Side::WORDS)?,
        muscle: t.text("muscle")?,
        site: t.text("site")?,
        skin_temperature_c: t.number("skin_temperature_c", TEMPERATURE_C)?,
        recording,
        response: t.word("response", Response::WORDS)?,
        lines: lines(t),
    })
}

fn contraction(t: &Table<'_>) -> Result<Contraction> {
    Ok(Contraction { recording: recording(t)?, level: t.word("level", Level::WORDS)? })
}

fn munix(t: &Table<'_>) -> Result<Munix> {
    Ok(Munix {
        nerve: t.text("nerve")?,
        side: t.word("side", Side::WORDS)?,
        muscle: t.text("muscle")?,
        site: t.text("site")?,
        skin_temperature_c: t.number("skin_temperature_c", TEMPERATURE_C)?,
        recording: recording_under(t, "recording")?,
        contraction: each(t, "contraction", "munix contraction", CONTRACTION, contraction)?,
        response: t.word("response", Response::WORDS)?,
        lines: lines(t),
    })
}

fn needle(t: &Table<'_>) -> Result<Needle> {
    Ok(Needle {
        muscle: t.text("muscle")?,
        side: t.word("side", Side::WORDS)?,
        rest: each(t, "rest", "needle rest", RECORDING, recording)?,
        contraction: each(t, "contraction", "needle contraction", CONTRACTION, contraction)?,
        findings: t.table("findings", "needle findings", FINDINGS)?.map(|f| findings(&f)).transpose()?,
        lines: lines(t),
    })
}

fn findings(t: &Table<'_>) -> Result<Findings> {
    let grade = |key| t.whole(key, 0..=4).map(|g| g.and_then(|g| u8::try_from(g).ok()));
    Ok(Findings {
        insertional: t.word("insertional", Change::WORDS)?,
        muap_amplitude: t.word("muap_amplitude", Change::WORDS)?,
        muap_duration: t.word("muap_duration", Change::WORDS)?,
        polyphasia: t.word("polyphasia", Polyphasia::WORDS)?,
        recruitment: t.word("recruitment", Recruitment::WORDS)?,
        fibrillation: grade("fibrillation")?,
        positive_sharp_wave: grade("positive_sharp_wave")?,
        fasciculation: grade("fasciculation")?,
        complex_repetitive_discharge: t.flag("complex_repetitive_discharge")?,
        myotonic_discharge: t.flag("myotonic_discharge")?,
        myokymic_discharge: t.flag("myokymic_discharge")?,
        neuromyotonic_discharge: t.flag("neuromyotonic_discharge")?,
        cramp: t.flag("cramp")?,
    })
}

/// `values` and `response`, which exclude each other.
fn outcome(t: &Table<'_>, kind: &str) -> Result<(Values, Option<Response>)> {
    let response = t.word("response", Response::WORDS)?;
    let Some(entered) = t.table("values", "values", &value_keys(kind))? else {
        return Ok((Values::default(), response));
    };
    if response.is_some() {
        return Err(t.wrong("response", "is `absent` beside `values`; one of the two belongs here"));
    }
    let mut values = Vec::new();
    for row in keys_of(kind) {
        if let Some(value) = entered.number(row.key, row.min..=row.max)? {
            values.push((row, value));
        }
    }
    Ok((Values(values), None))
}

fn value_keys(kind: &str) -> Vec<&'static str> {
    let list = (kind == "repetitive_stimulation").then_some("amplitudes_mv");
    keys_of(kind).map(|k| k.key).chain(list).collect()
}

fn recording_under(t: &Table<'_>, key: &str) -> Result<Option<RecordingRef>> {
    t.table(key, "recording", RECORDING)?.map(|r| recording(&r)).transpose()
}

fn recording(t: &Table<'_>) -> Result<RecordingRef> {
    let Some(file) = file(t)? else { return Err(wrong(t.line, "a recording needs the key `file`")) };
    let channel = if t.is_text("channel") || !t.has("channel") {
        t.text("channel")?.map(ChannelChoice::Label)
    } else {
        let index = t.whole("channel", 0..=1_000_000)?;
        index.and_then(|i| usize::try_from(i).ok()).map(ChannelChoice::Index)
    };
    let window = match *t.numbers("sweep_window_ms", -60_000.0..=60_000.0)?.as_slice() {
        [] if !t.has("sweep_window_ms") => None,
        [from, to] if from < to => Some([from, to]),
        _ => return Err(t.wrong("sweep_window_ms", "start and end belong here, start before end")),
    };
    let mut markers = BTreeMap::new();
    if let Some(set) = t.table("markers", "markers", MARKERS)? {
        for &key in MARKERS {
            if let Some(at) = set.number(key, -60_000.0..=60_000.0)? {
                markers.insert(key.to_owned(), at);
            }
        }
    }
    Ok(RecordingRef {
        file,
        channel,
        unit: t.text("unit")?,
        gain_per_unit: t.number("gain_per_unit", 1e-12..=1e12)?,
        sampling_frequency_hz: t.number("sampling_frequency_hz", 1e-3..=1e9)?,
        stimulus_times_s: t.numbers("stimulus_times_s", -1e9..=1e9)?,
        sweep_window_ms: window,
        markers,
        line: t.line,
    })
}

/// The key `file`: a plain path inside the study's folder.
fn file(t: &Table<'_>) -> Result<Option<String>> {
    let file = t.text("file")?;
    if let Some(why) = file.as_deref().and_then(not_plain) {
        return Err(t.wrong("file", why));
    }
    Ok(file)
}

/// Why a path is not a plain relative one, whatever the system; `None` when it is.
pub(super) fn not_plain(path: &str) -> Option<&'static str> {
    if path.contains('\\') {
        return Some("parts of a path are separated by `/`");
    }
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return Some("only files inside the study's folder are read; give the path from there");
    }
    if path.chars().any(char::is_control) {
        return Some("holds a control character");
    }
    if path.split('/').any(|part| part.is_empty() || part == "..") {
        return Some("only files inside the study's folder are read; no `..` or empty part is possible");
    }
    None
}
