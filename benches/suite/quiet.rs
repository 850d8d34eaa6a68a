//! Leaves out what criterion prints besides its results: while it is handed times that were measured already, "Warming
//! up", "Collecting" and its advice are about nothing.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::thread::{self, JoinHandle};

use nix::unistd::{dup, dup2_stderr, dup2_stdout, pipe};

/// While it lives, standard error, where criterion writes its status and its advice, goes nowhere.
pub(super) struct Quiet(OwnedFd);

impl Quiet {
    /// Begins.
    pub(super) fn errors() -> io::Result<Self> {
        let errors = dup(io::stderr())?;
        dup2_stderr(File::options().write(true).open("/dev/null")?)?;
        Ok(Self(errors))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = dup2_stderr(&self.0);
    }
}

/// While it lives, only results and comparisons reach standard output.
pub(super) struct Filter {
    output: OwnedFd,
    reader: JoinHandle<io::Result<()>>,
}

impl Filter {
    /// Begins to leave out criterion's remarks on outliers: a lane that is an outlier counts like every other.
    pub(super) fn results_only() -> io::Result<Self> {
        io::stdout().flush()?;
        let (from, to) = pipe()?;
        let output = dup(io::stdout())?;
        let mut out = File::from(output.try_clone()?);
        dup2_stdout(to)?;
        let reader = thread::spawn(move || {
            let (mut remark, mut written) = (false, Ok(()));
            for line in BufReader::new(File::from(from)).split(b'\n').map_while(Result::ok) {
                let text = String::from_utf8_lossy(&line);
                remark = text.contains("outliers among")
                    || (remark && text.starts_with("  ") && text.contains(" ("));
                // What comes after a failure is read all the same, or criterion would wait for ever.
                if !remark && written.is_ok() {
                    written = out.write_all(&[&line[..], b"\n"].concat());
                }
            }
            match written {
                Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(()), // as with `| head`
                written => written,
            }
        });
        Ok(Self { output, reader })
    }

    /// Ends it, and says whether all could be written.
    pub(super) fn end(self) -> io::Result<()> {
        io::stdout().flush()?;
        dup2_stdout(&self.output)?;
        self.reader.join().unwrap_or_else(|_| Err(io::Error::other("the thread that writes it panicked")))
    }
}
