//! `tcp`: network without a client library. The bytes of `http` over std and tokio sockets.

use std::net::TcpStream;

use mock_server::route::Route;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::connection::{self, Exchange, WARM_UP};
use super::{
    Answer, Connect, ConnectAsync, Digest, Family, Job, JobContext, Kind, Needs, Outcome, Param, Server, Spec,
};
use crate::failure::Failure;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Tcp(Route);

pub(super) struct Client {
    server: Server,
    socket: TcpStream,
}

pub(super) struct AsyncClient {
    server: Server,
    /// A slot serves one job at a time, so no job ever waits for this lock.
    socket: Mutex<tokio::net::TcpStream>,
}

impl Job for Tcp {
    const KIND: Kind = Kind {
        id: "tcp",
        family: Family::Io,
        waits: true,
        about: "sends the same few bytes as `http` over a plain socket: the model without the HTTP library",
        many: "requests",
        params: &[Param::DELAY, Param::BODY],
        needs: Needs::Server,
        ..Kind::PLAIN
    };
    type Client = Client;
    type AsyncClient = AsyncClient;

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        Self(Route::Get(connection::get(spec, index)))
    }

    fn known(&self, digest: Digest) -> Answer {
        connection::known(self.0.response(), digest)
    }

    fn run(&self, client: &Client) -> Outcome {
        client.get(&self.0)
    }

    async fn run_async(&self, client: &AsyncClient) -> Outcome {
        client.get(&self.0).await
    }
}

impl Connect for Client {
    fn connect(context: &JobContext) -> Result<Self, Failure> {
        let server = context.server()?;
        let client = Self { server, socket: connection::connect(server)? };
        if context.warm {
            client.get(&WARM_UP)?;
        }
        Ok(client)
    }
}

impl Client {
    pub(super) fn get(&self, route: &Route) -> Outcome {
        Exchange::new(self.server, route).blocking(&self.socket)
    }
}

impl ConnectAsync for AsyncClient {
    async fn connect(context: &JobContext) -> Result<Self, Failure> {
        let server = context.server()?;
        let client = Self { server, socket: Mutex::new(connection::connect_async(server).await?) };
        if context.warm {
            client.get(&WARM_UP).await?;
        }
        Ok(client)
    }
}

impl AsyncClient {
    pub(super) async fn get(&self, route: &Route) -> Outcome {
        Exchange::new(self.server, route).asynchronous(&mut *self.socket.lock().await).await
    }
}
