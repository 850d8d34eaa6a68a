//! A process as the unit of a model: this program once more, which follows orders from a pipe.
//!
//! It starts no thread and only ever reads its input, so the end of that is its leash. Answers for both sides of the
//! pipe; must not know what the primitives make of them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{ChildStdin, ChildStdout, ExitCode};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::executor::{Answers, Executor};
use crate::failure::{Failure, OrFail};
use crate::process::child::{Child, Stderr};
use crate::process::frame;
use crate::process::program::Program;
use crate::process::role::Role;
use crate::process::stderr;
use crate::process::usage::{Account, Usage};
use crate::workload::Answer;
use crate::workload::primitive::receipt;

/// What a unit is to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Return that many balls: read eight bytes, add one, write them.
    Return { balls: u64 },
    /// Take that many pieces of data of that size, and write the receipt of each.
    Take { pieces: u64, size: usize },
    /// Fill that much memory, say so, and wait.
    Wait { state: usize },
    /// Say what this process has used since it was last asked.
    Account,
}

/// Follows orders until the pipe closes.
pub fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        // The process that gave the order has ended.
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => ExitCode::FAILURE,
        Err(cause) => {
            stderr::print(format_args!("unit: {cause}"));
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let plain = |fd: io::Result<OwnedFd>| fd.map(File::from);
    let mut input = plain(io::stdin().as_fd().try_clone_to_owned())?;
    let mut output = plain(io::stdout().as_fd().try_clone_to_owned())?;
    // Kept, so that the next order finds it filled.
    let mut data = Vec::new();
    let mut account = Account::default();
    while let Some(order) = frame::read::<Order>(&mut input)? {
        match order {
            Order::Return { balls } => return_all(balls, &mut input, &mut output)?,
            Order::Take { pieces, size } => {
                data.resize(size, 1);
                for _ in 0..pieces {
                    input.read_exact(&mut data)?;
                    output.write_all(&receipt(&data).to_le_bytes())?;
                }
            }
            Order::Wait { state } => {
                data.resize(state, 1);
                output.write_all(&[1])?;
            }
            Order::Account => account.report(|used| frame::write(&mut output, used))?,
        }
    }
    Ok(())
}

/// The other side of a game over pipes.
pub(super) fn return_all(balls: u64, input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut ball = [0; 8];
    for _ in 0..balls {
        input.read_exact(&mut ball)?;
        output.write_all(&(u64::from_le_bytes(ball) + 1).to_le_bytes())?;
    }
    Ok(())
}

/// This side of it: how often the ball changed sides.
pub(super) fn serve_all(balls: u64, output: &mut impl Write, input: &mut impl Read) -> io::Result<u64> {
    let mut ball = [0; 8];
    for _ in 0..balls {
        output.write_all(&(u64::from_le_bytes(ball) + 1).to_le_bytes())?;
        input.read_exact(&mut ball)?;
    }
    Ok(u64::from_le_bytes(ball))
}

/// A unit as its employer sees it. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Unit(Child);

impl Unit {
    pub(super) fn start() -> Result<Self, Failure> {
        Child::start(&Program::myself()?, Role::Unit, Stderr::Share).map(Self)
    }

    pub(super) fn send(&mut self, order: &Order) -> Result<(), Failure> {
        self.talk(|output, _| frame::write(output, order))
    }

    pub(super) fn usage(&mut self) -> Result<Usage, Failure> {
        self.send(&Order::Account)?;
        self.read()
    }

    fn read<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        self.talk(|_, input| frame::read(input)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }

    /// Writes and reads what was agreed. A pipe that fails has lost its other side, and how that ended says more.
    pub(super) fn talk<T>(
        &mut self,
        talk: impl FnOnce(&mut ChildStdin, &mut ChildStdout) -> io::Result<T>,
    ) -> Result<T, Failure> {
        let talked = match (&mut self.0.stdin, &mut self.0.stdout) {
            (Some(output), Some(input)) => talk(output, input),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        };
        talked.map_err(|cause| match self.0.wait() {
            Ok(ending) if !ending.success() => {
                Failure::new(format!("cannot use a unit: unit process {} {ending}", self.0.id()))
            }
            _ => Failure::caused(format_args!("talk to unit process {}", self.0.id()), &cause),
        })
    }

    /// Closes its input: it ends by itself.
    pub(super) fn dismiss(&mut self) {
        self.0.stdin = None;
    }

    /// Waits for its end, which must be a good one.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        let ending = self.0.wait().or_fail(|| "wait for a unit")?;
        if ending.success() {
            return Ok(());
        }
        Err(Failure::new(format!("cannot use a unit: unit process {} {ending}", self.0.id())))
    }
}

/// A cell of a primitive that has one unit, and what it does with it in each batch.
pub(super) struct With<F>(pub(super) Unit, pub(super) F);

impl<F: FnMut(&mut Unit) -> Result<Answer, Failure>> Executor for With<F> {
    fn run(&mut self) -> Answers {
        Ok(vec![(self.1)(&mut self.0)?])
    }

    fn usage(&mut self) -> Result<Option<Usage>, Failure> {
        self.0.usage().map(Some)
    }
}
