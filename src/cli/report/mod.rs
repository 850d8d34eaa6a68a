//! `fairlane report`: shows recorded runs as tables, or as a page; several side by side.
//!
//! [`comparison`] shows what `fairlane compare` left.

mod comparison;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PathBufValueParser, TypedValueParser};

use super::Stop;
use super::output::{self, print};
use crate::failure::{Failure, OrFail, nearest};
use crate::files;
use crate::record::comparison::Comparison;
use crate::record::document::Document;
use crate::record::{self, store};
use crate::report::column::{self, DEFAULT};
use crate::report::view::{Page, SideBySide};
use crate::report::{csv, html, markdown, splice, terminal, trace};

/// Show recorded runs: as tables in the terminal, or as a page with charts; several side by side
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    fairlane report results/2026-11-24T120000Z --html\n  \
    fairlane report results/2026-11-24T120000Z results/2026-11-25T090000Z --markdown")]
pub(super) struct Report {
    /// Folders with a `run.json`, such files, or pages about them; `-` is standard input; several are shown side by side; or one with a `comparison.json`
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Write a page with charts and print where it is; `-` is standard output [default FILE: `report.html` in the run's folder]
    #[arg(long, alias = "out", short_alias = 'o', value_name = "FILE", num_args = 0..=1, value_parser = PathBufValueParser::new().try_map(page_file))]
    html: Option<Option<PathBuf>>,
    /// Print verdicts and tables [default, if nothing else is asked for]
    #[arg(long, group = "printed")]
    text: bool,
    /// Print Markdown, as for a comment on GitHub
    #[arg(long, group = "printed")]
    markdown: bool,
    /// Print CSV: a row for each cell, raw numbers
    #[arg(long, group = "printed")]
    csv: bool,
    /// Write the timelines of all jobs, for <https://ui.perfetto.dev>
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write the picture of one group, like `http/32`, beside the record: an SVG, light or dark as its reader is
    #[arg(long, value_name = "GROUP")]
    picture: Option<String>,
    /// Replace what stands between `<!-- fairlane:begin http/32 -->` and `<!-- fairlane:end -->` in a Markdown file
    #[arg(long, value_name = "FILE")]
    splice: Option<PathBuf>,
}

impl Report {
    pub(super) fn run(&self) -> Result<(), Stop> {
        let one_only = [(self.splice.is_some(), "--splice"), (self.picture.is_some(), "--picture")];
        if let (2.., Some((_, option))) = (self.runs.len(), one_only.iter().find(|(given, _)| *given)) {
            let failure = Failure::new(format!("cannot use `{option}` with several runs: it takes one"));
            return Err(Stop::Misuse(
                failure.help("`--text`, `--markdown` and `--html FILE` show several side by side"),
            ));
        }
        let out = self.out().map_err(Stop::Misuse)?;
        let files =
            self.runs.iter().map(|run| locate(run)).collect::<Result<Vec<_>, _>>().map_err(Stop::Misuse)?;
        if let (Some(_), [file, ..]) = (&self.picture, files.as_slice()) {
            beside(file.clone()).map_err(Stop::Misuse)?;
        }
        for output in self.outputs(out.as_ref(), &files) {
            files::spare(&output, &files).map_err(Stop::Misuse)?;
        }
        // Once: a pipe cannot be read again.
        let read = files.iter().map(|file| store::open(file)).collect::<Result<Vec<_>, _>>()?;
        let mut all = files.iter().zip(&read);
        if let Some((file, read)) = all.find(|(file, read)| store::holds_comparison(file, read)) {
            return self.comparison(file, read, out.as_deref());
        }
        let runs = read.iter().map(store::run_in).collect::<Result<Vec<_>, _>>()?;

        if let Some(file) = &self.splice {
            splice_into(file, &runs[0])?;
        }
        if let Some(group) = &self.picture {
            picture(group, &runs[0], &files[0])?;
        }
        if let Some(file) = &self.trace {
            let text = serde_json::to_vec(&trace::trace(&runs)).or_fail(|| "write JSON")?;
            files::write(file, &text)?;
            written(file)?;
        }
        self.print(&runs)?;
        match out {
            Some(out) => Self::page(&runs, &read, &out),
            None => Ok(()),
        }
    }

    /// Every file that is to be written.
    fn outputs(&self, page: Option<&PathBuf>, records: &[PathBuf]) -> Vec<PathBuf> {
        let named = [page, self.trace.as_ref(), self.splice.as_ref()].into_iter().flatten().cloned();
        let pictures =
            self.picture.iter().flat_map(|group| records.iter().map(|record| drawn(record, group)));
        named.chain(pictures).collect()
    }

    /// Where the page goes, if there is to be one.
    fn out(&self) -> Result<Option<PathBuf>, Failure> {
        match (&self.html, self.runs.as_slice()) {
            (None, _) => Ok(None),
            (Some(Some(out)), _) => Ok(Some(out.clone())),
            (Some(None), [run]) => locate(run).and_then(beside).map(|file| Some(page_path(&file))),
            (Some(None), _) => {
                let failure = Failure::new("cannot write a page of several runs: `--html` names no file");
                Err(failure.help("`--html FILE` names it"))
            }
        }
    }

    fn page(runs: &[record::Run], read: &[Document], out: &Path) -> Result<(), Stop> {
        match (runs, read) {
            ([run], [read]) => page(run, &read.text, out),
            _ => files::write(out, html::side_by_side(&SideBySide::of(runs)).as_bytes()),
        }
        .map_err(|failure| failure.help("`--html FILE` writes the page elsewhere"))?;
        written(out)
    }

    /// Whether nothing was asked for but the runs.
    fn is_plain(&self) -> bool {
        !(self.html.is_some()
            || self.markdown
            || self.csv
            || self.trace.is_some()
            || self.splice.is_some()
            || self.picture.is_some())
    }

    fn print(&self, runs: &[record::Run]) -> Result<(), Stop> {
        let text = match runs {
            _ if self.csv => csv::cells(runs)?,
            [run] if self.markdown => markdown::page(&Page::of(run)),
            _ if self.markdown => markdown::side_by_side(&SideBySide::of(runs)),
            _ if !(self.text || self.is_plain()) => return Ok(()),
            [run] => terminal::page(&Page::with(run, &column::named(&DEFAULT)), output::width()),
            _ => terminal::side_by_side(&SideBySide::of(runs), output::width()),
        };
        print(&text)
    }
}

/// A page's file. The ending keeps a run that stands behind `--html` from being overwritten.
fn page_file(file: PathBuf) -> Result<PathBuf, String> {
    match file.extension() {
        Some(ending) if ending == "html" => Ok(file),
        _ if files::is_stream(&file) => Ok(file),
        _ => Err("the name of a page ends in `.html`; runs stand before `--html`".into()),
    }
}

/// The record that was meant: the file itself, or the one in a folder.
pub(super) fn locate(given: &Path) -> Result<PathBuf, Failure> {
    const A_RUN: &str = "a run is a folder with a `run.json`, as `cargo bench` leaves in `results/`";
    let name = given.display();
    if !given.is_dir() {
        // A link that leads nowhere is there: its reader says where it leads.
        return match fs::symlink_metadata(given) {
            Err(_) if given == Path::new("-") => Ok(given.to_path_buf()),
            Err(missing) if missing.kind() == ErrorKind::NotFound => {
                let why = "there is no such file or folder";
                Err(Failure::new(format!("cannot read the run `{name}`: {why}")).help(A_RUN))
            }
            Err(cause) => Err(Failure::caused(format!("read the run `{name}`"), &cause).help(A_RUN)),
            Ok(_) => Ok(given.to_path_buf()),
        };
    }
    let mut records = ["run.json", Comparison::FILE].map(|name| given.join(name)).into_iter();
    if let Some(file) = records.find(|file| file.exists()) {
        return Ok(file);
    }
    let inside = fs::read_dir(given).into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = inside.filter(|folder| folder.join("run.json").exists()).max();
    let help =
        newest.map_or_else(|| A_RUN.into(), |run| format!("the newest run in it is `{}`", run.display()));
    Err(Failure::new(format!("cannot read the run `{name}`: the folder has no `run.json`")).help(help))
}

/// Says which file was written, unless standard output is that file.
fn written(file: &Path) -> Result<(), Stop> {
    if files::is_standard_output(file) { Ok(()) } else { print(&format!("{}\n", file.display())) }
}

/// Where the picture of a group lies.
fn drawn(record: &Path, group: &str) -> PathBuf {
    record.with_file_name(format!("{}.svg", group.replace('/', "-")))
}

/// A record beside which something can be written.
fn beside(record: PathBuf) -> Result<PathBuf, Failure> {
    if !files::is_stream(&record) {
        return Ok(record);
    }
    let why = "it is a stream, which has no folder for a page or a picture";
    Err(Failure::new(format!("cannot write beside `{}`: {why}", record.display()))
        .help("`--html FILE` names a page; `--picture` needs the record as a file"))
}

/// Where the page about a record is written by default.
pub(super) fn page_path(record: &Path) -> PathBuf {
    record.with_file_name("report.html")
}

/// Writes the page about the run whose record is that JSON.
pub(super) fn page(run: &record::Run, json: &str, out: &Path) -> Result<(), Failure> {
    let packed = html::packed(json.as_bytes()).or_fail(|| "compress the record")?;
    files::write(out, html::page(&Page::of(run), Some(&packed)).as_bytes())
}

/// Writes the picture of that group next to the record.
fn picture(name: &str, run: &record::Run, record: &Path) -> Result<(), Stop> {
    let page = Page::of(run);
    let Some(group) = page.groups.iter().find(|group| group.name == name) else {
        let names = page.groups.iter().map(|group| group.name.as_str());
        let help = nearest(name, names.clone()).map_or_else(
            || format!("it has {}", names.collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let failure = Failure::new(format!("cannot draw `{name}`: `{}` has no such group", record.display()));
        return Err(Stop::Misuse(failure.help(help)));
    };
    let file = drawn(record, name);
    files::write(&file, html::picture(group).as_bytes())?;
    written(&file)
}

/// Leaves the file as it is if it has no markers, or names a group that the run does not have.
fn splice_into(file: &Path, run: &record::Run) -> Result<(), Stop> {
    let name = file.display();
    let help = "name a text with `<!-- fairlane:begin verdict -->` and `<!-- fairlane:end -->` in it";
    let text = files::as_it_is(file).map_err(|failure| Stop::Misuse(failure.or_help(help)))?;
    let spliced = splice::splice(&text, run).map_err(|failure| {
        Stop::Misuse(Failure { message: format!("cannot splice into `{name}`: {failure}"), ..failure })
    })?;
    if spliced != text {
        files::write(file, spliced.as_bytes())?;
    }
    written(file)
}
