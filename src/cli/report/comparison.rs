//! Shows a comparison that was kept. Refuses what is about runs only.

use std::path::Path;

use super::{Report, written};
use crate::cli::Stop;
use crate::cli::output::print;
use crate::failure::{Failure, OrFail};
use crate::files;
use crate::record::document::Document;
use crate::record::store;
use crate::report::view::comparison::Comparison;
use crate::report::{html, markdown, terminal};

impl Report {
    /// Prints the comparison in that file, and writes the page about it to `out`.
    pub(super) fn comparison(&self, file: &Path, read: &Document, out: Option<&Path>) -> Result<(), Stop> {
        self.refuse(file).map_err(Stop::Misuse)?;
        let page = Comparison::of(&store::comparison_in(read)?);
        if self.markdown {
            print(&markdown::comparison(&page))?;
        } else if self.text || out.is_none() {
            print(&terminal::comparison(&page))?;
        }
        let Some(out) = out else { return Ok(()) };
        let packed = html::packed(read.text.as_bytes()).or_fail(|| "compress the record")?;
        files::write(out, html::comparison(&page, Some(&packed)).as_bytes())
            .map_err(|failure| failure.help("`--html FILE` writes the page elsewhere"))?;
        written(out)
    }

    fn refuse(&self, file: &Path) -> Result<(), Failure> {
        let name = file.display();
        if self.runs.len() > 1 {
            let failure = Failure::new(format!(
                "cannot show `{name}` beside other records: it is a comparison, and only runs can stand side by side"
            ));
            return Err(failure.help("show it alone"));
        }
        let of_runs = [
            (self.csv, "--csv"),
            (self.trace.is_some(), "--trace"),
            (self.picture.is_some(), "--picture"),
            (self.splice.is_some(), "--splice"),
        ];
        match of_runs.iter().find(|(given, _)| *given) {
            Some((_, option)) => {
                let failure = Failure::new(format!(
                    "cannot use `{option}` with `{name}`: it needs a run, and this is a comparison"
                ));
                Err(failure
                    .help("`--text`, `--markdown` and `--html` show a comparison; the record itself is JSON"))
            }
            None => Ok(()),
        }
    }
}
