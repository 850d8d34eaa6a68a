//! Keeps to itself what criterion says beside its results: while it is handed times that were measured already, "Warming
//! up", "Collecting" and its advice are about nothing.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::thread::{self, JoinHandle};

use nix::unistd::{dup, dup2_stderr, dup2_stdout, pipe};

/// While it lives, a stream of this process goes nowhere.
pub(super) struct Quiet {
    output: Option<OwnedFd>,
    errors: OwnedFd,
}

impl Quiet {
    /// Standard output and standard error.
    pub(super) fn all() -> io::Result<Self> {
        let mut quiet = Self::errors()?;
        io::stdout().flush()?;
        quiet.output = Some(dup(io::stdout())?);
        dup2_stdout(File::options().write(true).open("/dev/null")?)?;
        Ok(quiet)
    }

    /// Standard error, where criterion writes its status and its advice.
    pub(super) fn errors() -> io::Result<Self> {
        let errors = dup(io::stderr())?;
        dup2_stderr(File::options().write(true).open("/dev/null")?)?;
        Ok(Self { output: None, errors })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = dup2_stderr(&self.errors);
        if let Some(output) = &self.output {
            let _ = io::stdout().flush();
            let _ = dup2_stdout(output);
        }
    }
}

/// While it lives, only results and comparisons reach standard output.
pub(super) struct Filter {
    output: OwnedFd,
    reader: Option<JoinHandle<()>>,
}

/// Begins to leave out criterion's remarks on outliers: a lane that is an outlier counts like every other.
pub(super) fn results_only() -> io::Result<Filter> {
    io::stdout().flush()?;
    let (from, to) = pipe()?;
    let output = dup(io::stdout())?;
    let mut out = File::from(output.try_clone()?);
    dup2_stdout(to)?;
    let reader = thread::spawn(move || {
        let mut remark = false;
        for line in BufReader::new(File::from(from)).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&line);
            remark =
                text.contains("outliers among") || (remark && text.starts_with("  ") && text.contains(" ("));
            if !remark {
                let _ = out.write_all(&[&line[..], b"\n"].concat()); // a reader that has gone away is no error
            }
        }
    });
    Ok(Filter { output, reader: Some(reader) })
}

impl Drop for Filter {
    fn drop(&mut self) {
        let _ = io::stdout().flush();
        let _ = dup2_stdout(&self.output);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
