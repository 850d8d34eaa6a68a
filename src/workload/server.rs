//! The mock server as clients know it: its address, and the token that it may demand. Must not know what is asked of it.

use std::fmt;
use std::net::SocketAddr;

use mock_server::Token;
use mock_server::route::{self, Route};
use serde::{Deserialize, Serialize};

/// Where clients send their requests. It is shown without the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Its address.
    pub addr: SocketAddr,
    /// What it demands with every request, if other machines can reach it.
    pub token: Option<Token>,
}

impl Server {
    /// What a request for this route asks for: for the server alone, because it has the token.
    pub(super) fn path(&self, route: &Route) -> String {
        let token = self.token.map(Token::field).unwrap_or_default();
        route::path(route) + &token
    }
}

impl From<SocketAddr> for Server {
    fn from(addr: SocketAddr) -> Self {
        Self { addr, token: None }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.addr.fmt(out)
    }
}
