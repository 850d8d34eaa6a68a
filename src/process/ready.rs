//! Waits until one of many pipes has something to say, at a cost that does not grow with their number.

use std::io;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// The pipes that are waited for. One that is closed leaves by itself.
#[derive(Debug)]
pub struct Ready {
    epoll: Epoll,
    events: [EpollEvent; AT_ONCE],
}

/// How many are told of at once; the others come next.
const AT_ONCE: usize = 64;

impl Ready {
    /// No pipe yet.
    ///
    /// # Errors
    /// If the kernel refuses one more descriptor.
    pub fn new() -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        Ok(Self { epoll, events: [EpollEvent::empty(); AT_ONCE] })
    }

    /// Waits for that pipe, too, and calls it `name`.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn watch(&self, pipe: impl AsFd, name: usize) -> io::Result<()> {
        Ok(self.epoll.add(pipe, EpollEvent::new(EpollFlags::EPOLLIN, name as u64))?)
    }

    /// Tells which have something to say (or have ended); waits until at least one has, if it may.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn wait(&mut self, may_wait: bool) -> io::Result<impl Iterator<Item = usize> + use<>> {
        let told = loop {
            let limit = if may_wait { EpollTimeout::NONE } else { EpollTimeout::ZERO };
            match self.epoll.wait(&mut self.events, limit) {
                Err(Errno::EINTR) => {}
                told => break told?,
            }
        };
        let events = self.events;
        Ok(events.into_iter().take(told).map(|event| event.data() as usize))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn who_has_something_to_say_or_has_ended_is_told() {
        let mut ready = Ready::new().expect("a descriptor");
        let pipes: Vec<_> = (0..3).map(|_| io::pipe().expect("a pipe")).collect();
        for (name, (reader, _)) in pipes.iter().enumerate() {
            ready.watch(reader, name).expect("watched");
        }
        (&pipes[1].1).write_all(b"x").expect("written");
        assert_eq!(ready.wait(true).expect("told").collect::<Vec<_>>(), [1]);
        (&pipes[1].0).read_exact(&mut [0]).expect("read");
        assert_eq!(ready.wait(false).expect("told").count(), 0);

        let mut pipes = pipes;
        let (_reader, writer) = pipes.pop().expect("the last");
        drop((pipes, writer));
        assert_eq!(ready.wait(true).expect("told").collect::<Vec<_>>(), [2], "closed ones have left");
    }
}
