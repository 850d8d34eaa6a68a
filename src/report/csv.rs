//! Runs for spreadsheets: a row for each cell, raw numbers, units in the head. What was not measured is empty.

use ::csv::Writer;

use super::column::read::{cost, cost_interval, held, latency};
use crate::failure::{Failure, OrFail};
use crate::record::{CellResult, Run, Status};

/// A column: its head and its text.
type Column = (&'static str, fn(&Run, &CellResult) -> String);

const COLUMNS: [Column; 56] = [
    ("run", |run, cell| run.part_of(cell).map_or(&run.started, |part| &part.started).clone()),
    ("id", |_, cell| cell.id.clone()),
    ("workload", |_, cell| cell.workload.clone()),
    ("family", |_, cell| cell.family.clone()),
    ("executor", |_, cell| cell.executor.clone()),
    ("model", |_, cell| cell.model.clone()),
    ("jobs", |_, cell| cell.jobs.to_string()),
    ("concurrency", |_, cell| cell.concurrency.to_string()),
    ("status", |_, cell| status(cell.status).into()),
    ("reason", |_, cell| cell.reason.clone().unwrap_or_default()),
    ("lanes", |_, cell| cell.lanes.len().to_string()),
    ("median_ns", |_, cell| text(cell.median_ns)),
    ("interval99_low_ns", |_, cell| text(low(cell.interval99_ns))),
    ("interval99_high_ns", |_, cell| text(high(cell.interval99_ns))),
    ("ties_with_fastest", |_, cell| text(cell.ties_with_fastest)),
    ("tied_with", |_, cell| cell.tied_with.join(" ")),
    ("ratio_to_fastest", |_, cell| text(cell.ratio_to_fastest)),
    ("ratio_to_fastest_low", |_, cell| text(low(cell.ratio_to_fastest_interval99))),
    ("ratio_to_fastest_high", |_, cell| text(high(cell.ratio_to_fastest_interval99))),
    ("speedup_vs_sequential", |_, cell| text(cell.speedup_vs_sequential)),
    ("speedup_low", |_, cell| text(low(cell.speedup_interval99))),
    ("speedup_high", |_, cell| text(high(cell.speedup_interval99))),
    ("throughput_per_s", |_, cell| text(cell.throughput_per_s)),
    ("ideal_ns", |_, cell| text(cell.ideal_ns)),
    ("efficiency", |_, cell| text(cell.efficiency)),
    ("overlap_factor", |_, cell| text(cell.overlap_factor)),
    ("cpu_parallelism", |_, cell| text(cell.cpu_parallelism)),
    ("latency_p50_ns", |_, cell| text(latency(cell, |all| all.p50))),
    ("latency_p90_ns", |_, cell| text(latency(cell, |all| all.p90))),
    ("latency_p99_ns", |_, cell| text(latency(cell, |all| all.p99))),
    ("latency_max_ns", |_, cell| text(latency(cell, |all| all.max))),
    ("cpu_ns", |_, cell| text(cost(cell, |all| all.cpu_ns))),
    ("cpu_ns_low", |_, cell| text(low(cost_interval(cell, |all| all.cpu_ns)))),
    ("cpu_ns_high", |_, cell| text(high(cost_interval(cell, |all| all.cpu_ns)))),
    ("cpu_user_ns", |_, cell| text(cost(cell, |all| all.cpu_user_ns))),
    ("cpu_sys_ns", |_, cell| text(cost(cell, |all| all.cpu_sys_ns))),
    ("switches", |_, cell| text(cost(cell, |all| all.switches))),
    ("switches_low", |_, cell| text(low(cost_interval(cell, |all| all.switches)))),
    ("switches_high", |_, cell| text(high(cost_interval(cell, |all| all.switches)))),
    ("switches_forced", |_, cell| text(cost(cell, |all| all.switches_forced))),
    ("faults_minor", |_, cell| text(cost(cell, |all| all.faults_minor))),
    ("faults_major", |_, cell| text(cost(cell, |all| all.faults_major))),
    ("memory_bytes", |_, cell| text(held(cell, |all| all.bytes))),
    ("memory_ready_bytes", |_, cell| text(held(cell, |all| all.ready_bytes))),
    ("pss_bytes", |_, cell| text(held(cell, |all| all.pss_bytes))),
    ("peak_rss_bytes", |_, cell| text(held(cell, |all| all.peak_rss_bytes))),
    ("threads", |_, cell| text(held(cell, |all| all.threads))),
    ("processes", |_, cell| text(held(cell, |all| all.processes))),
    ("probe_slowdown", |_, cell| text(cell.probe_slowdown)),
    ("limited_by", |_, cell| cell.limited_by.clone().unwrap_or_default()),
    ("impossible_speedup", |_, cell| cell.impossible_speedup.to_string()),
    ("judged", |run, cell| text(run.group_of(cell).map(|group| group.judged))),
    ("visible_difference", |run, cell| text(run.group_of(cell).and_then(|group| group.visible_difference))),
    ("language", |_, cell| cell.language.clone().unwrap_or_else(|| "Rust".into())),
    ("runtime", |_, cell| cell.runtime.clone().unwrap_or_default()),
    ("speedup_vs_rust", |_, cell| text(cell.speedup_vs_rust)),
];

/// All cells of those runs.
///
/// # Errors
/// None in practice: it writes into memory.
pub fn cells(runs: &[Run]) -> Result<String, Failure> {
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS.iter().map(|(head, _)| head)).or_fail(|| "write CSV")?;
    for run in runs {
        for cell in &run.cells {
            let row = COLUMNS.iter().map(|(_, value)| harmless(value(run, cell)));
            writer.write_record(row).or_fail(|| "write CSV")?;
        }
    }
    let bytes = writer.into_inner().map_err(|cause| Failure::new(format!("cannot write CSV: {cause}")))?;
    String::from_utf8(bytes).or_fail(|| "write CSV")
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Measured => "measured",
        Status::Failed => "failed",
        Status::NotApplicable => "not-applicable",
    }
}

/// A spreadsheet would run a text that begins like this as a formula. With an apostrophe in front it shows it. Names and reasons
/// may come from another program.
fn harmless(text: String) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && text.parse::<f64>().is_err();
    if is_formula { format!("'{text}") } else { text }
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn low(ends: Option<[f64; 2]>) -> Option<f64> {
    ends.map(|[low, _]| low)
}

fn high(ends: Option<[f64; 2]>) -> Option<f64> {
    ends.map(|[_, high]| high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture::{cell, run, whole};

    #[test]
    fn every_cell_is_a_row_with_the_numbers_of_the_record() {
        let run = whole();
        let text = cells(std::slice::from_ref(&run)).expect("CSV");
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let heads = reader.headers().expect("heads").clone();
        let at = |name: &str| heads.iter().position(|head| head == name).expect("a column");
        let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), run.cells.len());
        for (row, cell) in rows.iter().zip(&run.cells) {
            assert_eq!(row[at("id")], cell.id);
            assert_eq!(row[at("median_ns")].parse::<f64>().ok(), cell.median_ns);
            assert_eq!(row[at("speedup_vs_sequential")].parse::<f64>().ok(), cell.speedup_vs_sequential);
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for text in ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(harmless(text.into()), format!("'{text}"));
        }
        for text in ["-1.5", "+3e9", "http/tasks/32", "a=b", ""] {
            assert_eq!(harmless(text.into()), text);
        }
    }

    #[test]
    fn every_text_of_a_record_is_text_in_its_column() {
        let formula = || "=HYPERLINK(\"http://a\")".to_owned();
        let cell = CellResult {
            id: formula(),
            family: formula(),
            model: formula(),
            tied_with: vec![formula()],
            reason: Some(formula()),
            limited_by: Some(formula()),
            language: Some(formula()),
            runtime: Some(formula()),
            ..cell(&formula(), &formula(), 1, 1.0)
        };
        let text = cells(&[Run { started: formula(), ..run(vec![cell]) }]).expect("CSV");
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let row = reader.records().next().expect("a row").expect("well-formed");
        let texts: Vec<&str> = row.iter().filter(|field| field.contains("HYPERLINK")).collect();
        assert_eq!(texts.len(), 11, "{text}");
        assert!(texts.iter().all(|text| text.starts_with("'=")), "{text}");
    }

    #[test]
    fn quotes_and_line_feeds_stay_within_their_field() {
        let run = run(vec![cell("a,\"b\"\nc", "tasks", 1, 1.0)]);
        let text = cells(&[run]).expect("CSV");
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        assert_eq!(&reader.records().next().expect("a row").expect("well-formed")[2], "a,\"b\"\nc");
    }
}
