//! Sockets and limits wide enough that the apparatus does not become the bottleneck.
//!
//! Answers for: how a listener is opened, and how many files the process may hold.
//! Must not know: what is served on it.

use std::io;
use std::net::{SocketAddr, TcpListener};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use socket2::{Domain, Protocol, Socket, Type};

/// The backlog to ask for. The usual 128 overflows when a few hundred threads connect at once, and each
/// overflow costs its client a SYN retry of 200 ms or more. The kernel caps it at `net.core.somaxconn`,
/// which is 4,096 since Linux 5.4.
pub const BACKLOG: u32 = 4096;

/// Opens a non-blocking listener with its own backlog.
///
/// Nagle's algorithm is off: on Linux accepted sockets inherit that from the listener, which is the only way
/// to have it in wiremock, and so both servers get it alike.
///
/// # Errors
/// What the kernel says, mostly that the address is in use or not ours.
pub fn listen(addr: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}

/// Raises the soft limit on open files to the hard limit and returns the soft limit now in force;
/// 0 when the kernel does not show it.
///
/// For wiremock this is a matter of survival: one accept that fails for want of a file ends it.
pub fn raise_nofile() -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 0 };
    match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    use super::*;

    #[test]
    fn an_accepted_socket_inherits_the_listeners_nodelay() {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into(), BACKLOG).unwrap();
        listener.set_nonblocking(false).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        assert!(accepted.nodelay().unwrap());
    }

    #[test]
    fn after_raising_the_limit_it_is_the_hard_one() {
        let soft = raise_nofile();
        assert_eq!(getrlimit(Resource::RLIMIT_NOFILE).unwrap(), (soft, soft));
    }
}
