//! A standstill: the jobs of a batch stop where they are, in all processes, until the driver has looked.
//!
//! The caller listens on a socket without a file (Linux's abstract namespace: nothing to remove, no path to be too
//! long). Every process that has jobs connects once; a job that stands writes one byte and waits for the end of the
//! stream, which comes when the caller closes it. So no thread is added and, where jobs are tasks, no socket
//! for each of them: either would be in the memory that is measured. Knows neither jobs nor what is measured.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::sync::OnceLock;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::interrupt;
use crate::clock;

/// The caller's side. Dropping it lets all jobs go on.
#[derive(Debug)]
pub struct Standstill {
    name: String,
    listener: UnixListener,
    processes: Vec<UnixStream>,
}

impl Standstill {
    /// How often to check for an interrupt.
    const INTERRUPT_POLL: Duration = Duration::from_millis(50);

    /// Listens under a new name, [`Self::name`].
    ///
    /// # Errors
    /// If the machine refuses a socket.
    pub fn call() -> io::Result<Self> {
        // Of the kernel's own randomness: containers can share the namespace and count their processes alike.
        let random = fs::read_to_string("/proc/sys/kernel/random/uuid")?;
        // The longest name that there is: libuv of Node 20 fills every name up to that.
        let name = format!("{:-<107}", format!("fairlane-standstill-{}", random.trim()));
        let listener = UnixListener::bind_addr(&address(&name)?)?;
        listener.set_nonblocking(true)?;
        Ok(Self { name, listener, processes: Vec::new() })
    }

    /// What processes need to know to join.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits until `jobs` of them stand, all processes that had joined have left, or the time is over. Gives how many
    /// jobs stand.
    ///
    /// # Errors
    /// If the kernel refuses to wait on that many processes.
    pub fn gather(&mut self, jobs: usize, timeout: Duration) -> io::Result<usize> {
        let end = clock::now().after(timeout);
        let (mut standing, mut joined) = (0, false);
        while standing < jobs
            && clock::now() < end
            && !interrupt::came()
            && !(joined && self.processes.is_empty())
        {
            let sources = self.processes.iter().map(AsFd::as_fd).chain([self.listener.as_fd()]);
            wait_for(sources, PollFlags::POLLIN, end.since(clock::now()).min(Self::INTERRUPT_POLL))?;
            while let Ok((process, _)) = self.listener.accept() {
                process.set_nonblocking(true)?;
                self.processes.push(process);
                joined = true;
            }
            self.processes.retain(|process| match newly_standing(process) {
                Some(count) => {
                    standing += count;
                    true
                }
                None => false,
            });
        }
        Ok(standing)
    }
}

/// How many bytes came by now; `None` if the other side closed the stream and had written nothing more.
fn newly_standing(mut process: &UnixStream) -> Option<usize> {
    let mut bytes = [0; 256];
    let mut standing = 0;
    loop {
        match process.read(&mut bytes) {
            Ok(0) => return (standing > 0).then_some(standing),
            Ok(count) => standing += count,
            Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
            Err(cause) => return (cause.kind() == ErrorKind::WouldBlock || standing > 0).then_some(standing),
        }
    }
}

/// A process that has joined. Dropping it leaves.
#[derive(Debug)]
pub struct Joined {
    stream: UnixStream,
    /// The same on the runtime of the tasks that stand; a process has one runtime.
    asynchronous: OnceLock<tokio::net::UnixStream>,
}

impl Joined {
    /// Joins the standstill of that name.
    ///
    /// # Errors
    /// If there is no standstill of that name, or no longer.
    pub fn join(name: &str) -> io::Result<Self> {
        let stream = UnixStream::connect_addr(&address(name)?)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, asynchronous: OnceLock::new() })
    }

    /// Stops the calling thread here until all may go on.
    pub fn stand(&self) {
        self.stand_for(1);
    }

    /// Stops the calling thread here until all may go on, and counts as that many jobs that stand.
    pub fn stand_for(&self, jobs: usize) {
        // The job must go on if this fails: the caller will see fewer jobs stand.
        let _ = self.try_stand(jobs);
    }

    fn try_stand(&self, mut jobs: usize) -> io::Result<()> {
        while jobs > 0 {
            match (&self.stream).write(&[1; 256][..jobs.min(256)]) {
                Ok(written) => jobs -= written,
                Err(refused) => match refused.kind() {
                    ErrorKind::WouldBlock => {
                        wait_for([self.stream.as_fd()], PollFlags::POLLOUT, Duration::MAX)?;
                    }
                    ErrorKind::Interrupted => {}
                    _ => return Ok(()), // all may go on already
                },
            }
        }
        wait_for([self.stream.as_fd()], PollFlags::POLLIN, Duration::MAX)
    }

    /// Stops the calling task here until all may go on.
    pub async fn stand_async(&self) {
        let _ = self.try_stand_async().await;
    }

    async fn try_stand_async(&self) -> io::Result<()> {
        let stream = match self.asynchronous.get() {
            Some(stream) => stream,
            None => {
                let stream = tokio::net::UnixStream::from_std(self.stream.try_clone()?)?;
                self.asynchronous.get_or_init(|| stream)
            }
        };
        while let Err(refused) = stream.try_write(&[1]) {
            match refused.kind() {
                ErrorKind::WouldBlock => stream.writable().await?,
                _ => return Ok(()),
            }
        }
        stream.readable().await
    }
}

fn address(name: &str) -> io::Result<SocketAddr> {
    SocketAddr::from_abstract_name(name)
}

/// Waits until one of them is ready or has ended; [`Duration::MAX`] waits without end.
fn wait_for<'a>(
    sources: impl IntoIterator<Item = BorrowedFd<'a>>,
    what: PollFlags,
    timeout: Duration,
) -> io::Result<()> {
    let mut polled: Vec<_> = sources.into_iter().map(|source| PollFd::new(source, what)).collect();
    let timeout = match timeout {
        Duration::MAX => PollTimeout::NONE,
        timeout => PollTimeout::try_from(timeout).unwrap_or(PollTimeout::MAX),
    };
    while let Err(refused) = poll(&mut polled, timeout) {
        if refused != Errno::EINTR {
            return Err(refused.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn threads_stand_until_the_caller_hangs_up() {
        let mut standstill = Standstill::call().expect("a socket");
        let process = Joined::join(standstill.name()).expect("called");
        let gone_on = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..600 {
                scope.spawn(|| {
                    process.stand();
                    gone_on.fetch_add(1, Ordering::SeqCst);
                });
            }
            assert_eq!(standstill.gather(600, LONG).expect("a count"), 600);
            assert_eq!(gone_on.load(Ordering::SeqCst), 0);
            drop(standstill);
        });
        assert_eq!(gone_on.into_inner(), 600);
        process.stand(); // the standstill is over: it goes on at once
    }

    #[test]
    fn one_can_stand_for_many() {
        let mut standstill = Standstill::call().expect("a socket");
        let process = Joined::join(standstill.name()).expect("called");
        thread::scope(|scope| {
            scope.spawn(|| process.stand_for(70_000));
            assert_eq!(standstill.gather(70_000, LONG).expect("a count"), 70_000);
            drop(standstill);
        });
    }

    #[test]
    fn tasks_stand_on_one_thread() {
        let mut standstill = Standstill::call().expect("a socket");
        let process = Arc::new(Joined::join(standstill.name()).expect("called"));
        let watcher = thread::spawn(move || standstill.gather(600, LONG).expect("a count"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let stand = |_| {
                let process = process.clone();
                tokio::spawn(async move { process.stand_async().await })
            };
            for task in (0..600).map(stand).collect::<Vec<_>>() {
                task.await.expect("no panic");
            }
        });
        assert_eq!(
            watcher.join().expect("no panic"),
            600,
            "the drop at the end of the watcher let them go on"
        );
    }

    #[test]
    fn it_ends_when_all_processes_have_left_or_the_time_is_over() {
        let mut standstill = Standstill::call().expect("a socket");
        let moment = Duration::from_millis(20);
        assert_eq!(standstill.gather(1, moment).expect("a count"), 0, "no process joined");
        drop(Joined::join(standstill.name()).expect("called"));
        assert_eq!(standstill.gather(1, LONG).expect("a count"), 0, "all left");
        assert!(Joined::join("fairlane-standstill-that-is-not").is_err());
    }
}
