//! `fairlane list`: all workloads, executors and primitives, or all columns.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use clap::Args;
use serde::Serialize;

use super::Stop;
use super::output::{print, print_json};
use crate::executor;
use crate::lane::foreign;
use crate::primitive::TABLE;
use crate::report::column::{COLUMNS, DEFAULT};
use crate::workload::{KINDS, Kind, Needs, primitive};

/// List workloads, executors and how cells are named, or the columns of tables
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  fairlane list --json\n  fairlane list --columns")]
pub(super) struct List {
    /// List the columns that `fairlane run --columns` takes
    #[arg(long)]
    columns: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listing {
    workloads: Vec<Workload>,
    executors: Vec<Executor>,
    primitives: Vec<Primitive>,
}

#[derive(Serialize)]
struct Workload {
    id: &'static str,
    family: &'static str,
    about: &'static str,
    variations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    async_note: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocking_note: Option<&'static str>,
    /// Why it is not applicable here.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
}

#[derive(Serialize)]
struct Primitive {
    id: &'static str,
    about: &'static str,
    variations: Vec<String>,
    /// What it is under each executor that has it.
    under: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct Executor {
    id: &'static str,
    model: &'static str,
    about: &'static str,
    in_the_clock: &'static str,
    made_ahead: Option<&'static str>,
    keeps_connections: bool,
    control: bool,
    /// The language of its lane, if that is another program.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    /// Why it is not applicable here.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
}

#[derive(Serialize)]
struct Column {
    id: &'static str,
    head: &'static str,
    about: &'static str,
    /// Whether tables have it unless columns are named.
    usual: bool,
}

impl Column {
    fn of(column: &crate::report::column::Column) -> Self {
        Self { id: column.id, head: column.head, about: column.title, usual: DEFAULT.contains(&column.id) }
    }
}

fn text(columns: &[Column]) -> String {
    let mut text = String::from("Columns (`*`: in tables unless others are named)\n");
    for column in columns {
        let mark = if column.usual { "*" } else { " " };
        let _ = writeln!(text, "{mark} {:<22} {}", column.id, column.about);
    }
    text
}

impl List {
    pub(super) fn run(&self) -> Result<(), Stop> {
        if self.columns {
            let columns: Vec<Column> = COLUMNS.iter().map(Column::of).collect();
            return if self.json { print_json(&columns) } else { print(&text(&columns)) };
        }
        let listing = Listing::new();
        if self.json {
            return print_json(&listing);
        }
        print(&listing.text())
    }
}

impl Listing {
    fn new() -> Self {
        let workload = |kind: &&'static crate::workload::Kind| Workload {
            id: kind.id,
            family: kind.family.name(),
            about: kind.about,
            variations: (kind.params.iter().map(ToString::to_string))
                .chain(
                    (kind.needs == Needs::Server)
                        .then(|| "`-hyper`: the thin server instead of wiremock".into()),
                )
                .collect(),
            async_note: kind.async_note,
            blocking_note: kind.blocking_note,
            missing: (kind.missing)(),
        };
        let executor = |found: &'static executor::ExecutorSpec| Executor {
            id: found.id,
            model: found.model.name(),
            about: found.about,
            in_the_clock: found.in_the_clock,
            made_ahead: found.made_ahead,
            keeps_connections: found.keeps_connections,
            control: !found.by_hand_for.is_empty(),
            language: found.foreign.as_ref().map(|foreign| foreign.language),
            missing: foreign::of(found)
                .and_then(|lane| lane.found().err())
                .map(|failure| failure.with_help()),
        };
        let unit_cost = |kind: &&'static Kind| Primitive {
            id: kind.id,
            about: kind.about,
            variations: kind.params.iter().map(ToString::to_string).collect(),
            under: (TABLE.iter().filter(|line| line.kind == kind.id))
                .map(|line| (line.executor, line.how))
                .collect(),
        };
        Self {
            primitives: primitive::KINDS.iter().map(unit_cost).collect(),
            workloads: KINDS.iter().map(workload).collect(),
            executors: executor::all().map(executor).collect(),
        }
    }

    fn text(&self) -> String {
        let more = |text: &mut String, line: fmt::Arguments<'_>| {
            let _ = writeln!(text, "  {:<22}   {line}", "");
        };
        let mut text = String::from("Workloads (variations in brackets, with their default)\n");
        for workload in &self.workloads {
            let _ = writeln!(text, "  {:<22} {}", workload.id, workload.about);
            workload.variations.iter().for_each(|variation| more(&mut text, format_args!("[{variation}]")));
            let notes = [workload.async_note, workload.blocking_note, workload.missing.as_deref()];
            notes.into_iter().flatten().for_each(|note| more(&mut text, format_args!("{note}")));
        }
        text +=
            "\nExecutors (`-wN`: at most N jobs at once; `-cold`: what is made ahead is made in the clock)\n";
        for executor in &self.executors {
            let _ = writeln!(text, "  {:<22} {}", executor.id, executor.about);
            if !executor.control {
                more(&mut text, format_args!("[in the clock: {}]", executor.in_the_clock));
            }
            executor.missing.iter().for_each(|missing| more(&mut text, format_args!("{missing}")));
        }
        text += "\nPrimitives, the unit costs of the models themselves (they run only when named; benches/primitives.toml)\n";
        for primitive in &self.primitives {
            let _ = writeln!(text, "  {:<22} {}", primitive.id, primitive.about);
            primitive.variations.iter().for_each(|variation| more(&mut text, format_args!("[{variation}]")));
            primitive.under.iter().for_each(|(name, how)| more(&mut text, format_args!("{name}: {how}")));
        }
        text += "\nA cell is `workload/executor/jobs`, like `http-20ms/tasks/32`.\n";
        text
    }
}
