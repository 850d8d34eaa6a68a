//! Waits until one of many pipes can be read, at a cost that does not grow with their number.

use std::io;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

/// The pipes to wait for. One that is closed leaves by itself.
#[derive(Debug)]
pub struct Ready {
    epoll: Epoll,
    events: [EpollEvent; AT_ONCE],
}

/// The most names of one call; the others come with the next.
const AT_ONCE: usize = 64;

impl Ready {
    /// Waits for no pipe yet.
    ///
    /// # Errors
    /// If the kernel refuses one more descriptor.
    pub fn new() -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        Ok(Self { epoll, events: [EpollEvent::empty(); AT_ONCE] })
    }

    /// Adds a pipe under the name `name`.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn watch(&self, pipe: impl AsFd, name: usize) -> io::Result<()> {
        Ok(self.epoll.add(pipe, EpollEvent::new(EpollFlags::EPOLLIN, name as u64))?)
    }

    /// The names of the pipes that can be read or have ended. Waits until there is one, if `may_wait`.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn wait(&mut self, may_wait: bool) -> io::Result<impl Iterator<Item = usize> + use<>> {
        let count = loop {
            let timeout = if may_wait { EpollTimeout::NONE } else { EpollTimeout::ZERO };
            match self.epoll.wait(&mut self.events, timeout) {
                Err(Errno::EINTR) => {}
                count => break count?,
            }
        };
        let events = self.events;
        Ok(events.into_iter().take(count).map(|event| event.data() as usize))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn pipes_that_can_be_read_or_have_ended_are_named() {
        let mut ready = Ready::new().expect("a descriptor");
        let pipes: Vec<_> = (0..3).map(|_| io::pipe().expect("a pipe")).collect();
        for (name, (reader, _)) in pipes.iter().enumerate() {
            ready.watch(reader, name).expect("watched");
        }
        (&pipes[1].1).write_all(b"x").expect("written");
        assert_eq!(ready.wait(true).expect("names").collect::<Vec<_>>(), [1]);
        (&pipes[1].0).read_exact(&mut [0]).expect("read");
        assert_eq!(ready.wait(false).expect("names").count(), 0);

        let mut pipes = pipes;
        let (_reader, writer) = pipes.pop().expect("the last");
        drop((pipes, writer));
        assert_eq!(ready.wait(true).expect("names").collect::<Vec<_>>(), [2], "closed ones have left");
    }
}
