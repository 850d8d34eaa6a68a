//! `fairlane lesson --gather`: the sessions that a class has saved, side by side.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::Stop;
use crate::cli::output::{complain, print};
use crate::failure::{Failure, OrFail};
use crate::files;
use crate::lesson::Language;
use crate::lesson::session::Session;
use crate::report::view::class::Class;
use crate::report::{html, lesson};

/// Shows every session of that folder. A file that is not one is named, the others are shown, and the exit code says so.
pub(super) fn run(folder: &Path, language: Language, page: Option<&Path>) -> Result<(), Stop> {
    let (mut sessions, mut failed) = (Vec::new(), false);
    let files = saved(folder).map_err(Stop::Misuse)?;
    for file in &files {
        match Session::read(file) {
            Ok(session) => sessions.push((name(file), session)),
            Err(failure) => {
                complain(&failure);
                failed = true;
            }
        }
    }
    if sessions.is_empty() {
        let failure = Failure::new(format!("the folder `{}` has no session", folder.display()));
        return Err(Stop::Misuse(failure.help("`fairlane lesson ID --save NAME.json` saves one")));
    }
    let class = Class::new(language, &sessions)?;
    print(&lesson::class(&class))?;
    if let Some(page) = page {
        files::write(page, html::class(&class).as_bytes())?;
    }
    Stop::after(failed)
}

/// The files `*.json`, by name.
fn saved(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).or_fail(|| format!("read the folder `{}`", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    Ok(files)
}

/// The name of the file without `.json`: whose session it is.
fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
