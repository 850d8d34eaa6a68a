//! The mock server alone, for requests by hand or by another load generator.
//!
//! Answers for: flags, exit codes, and when to stop. Must not know: how anything is served.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use mock_server::{BACKLOG, Kind, Server, listen, raise_nofile};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Answers GET requests after the delay they ask for, until Ctrl-C.
///
/// `/get?key=17&delay_ns=10000000&bytes=256` answers with 256 bytes after 10 ms. Under `--kind hyper`,
/// `/hold/32?key=17&delay_ns=0&bytes=256` answers as soon as 32 such requests wait.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Args {
    /// Which server answers: `wiremock` or `hyper`
    #[arg(long, default_value_t = Kind::Wiremock)]
    kind: Kind,

    /// Address and port to listen on; port 0 lets the kernel choose
    #[arg(long, default_value = "127.0.0.1:0")]
    addr: SocketAddr,

    /// Allow an address that other machines can reach
    #[arg(long)]
    expose: bool,
}

const EXAMPLES: &str = "\
Examples:
  mock-server
  mock-server --kind hyper --addr 127.0.0.1:8080";

fn main() -> ExitCode {
    let args = Args::parse();
    if !args.expose && !args.addr.ip().is_loopback() {
        let addr = args.addr;
        print(format_args!("error: cannot listen on `{addr}`: other machines can reach this address"));
        print("help: add `--expose` if they may");
        return ExitCode::from(2);
    }
    match serve(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(format_args!("error: cannot {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn serve(args: &Args) -> anyhow::Result<()> {
    raise_nofile();
    let listener = listen(args.addr, BACKLOG).with_context(|| format!("listen on `{}`", args.addr))?;
    let server = Server::start(args.kind, listener)?;
    // Before the URL is printed: its reader may already want to stop this server.
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    let mut stop = Signals::new(wanted).context("watch for `SIGINT` and `SIGTERM`")?;

    writeln!(io::stdout(), "{}", server.url()).context("print the address to `stdout`")?;
    print("stop with Ctrl-C");
    stop.forever().next();
    Ok(())
}

/// Writes a line to standard error. `eprintln!` would panic, and end the server, where that takes nothing.
fn print(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Whether the parent wanted that signal to be ignored, as `nohup` does: then it stays ignored.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.map_or(Ok(0), |mask| u64::from_str_radix(mask.trim(), 16));
    mask.is_ok_and(|mask: u64| mask & (1 << (signal - 1)) != 0)
}
