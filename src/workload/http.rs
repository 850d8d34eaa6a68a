//! `http`: network as programs use it. A truly blocking client for blocking executors, `reqwest` for async ones.
//!
//! `reqwest::blocking` would not do: it is async inside, with a hidden thread and a runtime, and decides the
//! verdict by itself. It is kept as the control `http-reqwest-blocking`.

use std::sync::Arc;

use bytes::Bytes;
use mock_server::route::Route;
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{ConnectionDetails, Connector, TcpConnector, Transport};

use super::connection::{self, WARM_UP, check_head, digest, failed};
use super::gate::{Gate, GateLayer};
use super::{
    Answer, Connect, ConnectAsync, Digest, Family, Job, JobContext, Kind, Needs, Outcome, Param, Server,
    Spec, phase,
};
use crate::failure::Failure;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Http(Route);

impl Job for Http {
    const KIND: Kind = Kind {
        id: "http",
        family: Family::Io,
        waits: true,
        about: "GETs from the mock server: ureq under blocking executors, reqwest under async ones",
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
        client.fetch(&self.0).map(|body| digest(&body))
    }

    async fn run_async(&self, client: &AsyncClient) -> Outcome {
        client.fetch(&self.0).await.map(|body| digest(&body))
    }
}

/// A blocking client with one connection. An agent for every slot: a shared one contends on its pool's lock.
pub(super) struct Client {
    server: Server,
    agent: ureq::Agent,
}

impl Connect for Client {
    fn connect(context: &JobContext) -> Result<Self, Failure> {
        let server = context.server()?;
        let gate = Arc::new(Gate::default());
        let config = ureq::config::Config::builder()
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false) // every client judges the head alike
            .max_idle_connections_per_host(1)
            .max_idle_age(std::time::Duration::MAX) // lanes that take turns wait longer than its 15 s
            .build();
        let connector = Gated { gate: Arc::clone(&gate), inner: TcpConnector::default() };
        let agent = ureq::Agent::with_parts(config, connector, DefaultResolver::default());
        let client = Self { server, agent };
        if context.warm {
            client.fetch(&WARM_UP)?;
            gate.close();
        }
        Ok(client)
    }
}

impl Client {
    /// All of it counts as waiting: parsing and reading in the client cannot be distinguished from outside.
    pub(super) fn fetch(&self, route: &Route) -> Result<Vec<u8>, Failure> {
        let failed = |cause: ureq::Error| failed(self.server, route, &cause);
        let body = || -> Result<Vec<u8>, Failure> {
            let mut response = self.agent.get(url(self.server, route)).call().map_err(failed)?;
            // Not from the body: ureq knows no length of an empty one.
            let length = response.headers().get("content-length");
            let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
            check_head(response.status().as_u16(), length)
                .map_err(|cause| connection::failed(self.server, route, &cause))?;
            phase::stand();
            response.body_mut().with_config().limit(u64::MAX).read_to_vec().map_err(failed)
        };
        phase::wait(body)
    }
}

/// ureq's TCP connector behind a gate.
#[derive(Debug)]
struct Gated {
    gate: Arc<Gate>,
    inner: TcpConnector,
}

impl Connector for Gated {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        self.gate.pass()?;
        Ok(self.inner.connect(details, chained)?.map(|transport| Box::new(transport) as Self::Out))
    }
}

/// An async client with one connection, so that a slot means the same as for blocking executors.
pub(super) struct AsyncClient {
    server: Server,
    client: reqwest::Client,
}

impl ConnectAsync for AsyncClient {
    async fn connect(context: &JobContext) -> Result<Self, Failure> {
        let server = context.server()?;
        let gate = Arc::new(Gate::default());
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .tcp_nodelay(true)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None) // lanes that take turns wait longer than its 90 s
            .connector_layer(GateLayer(Arc::clone(&gate)))
            .build()
            .map_err(|cause| Failure::caused("set up an HTTP client", &cause))?;
        let client = Self { server, client };
        if context.warm {
            client.fetch(&WARM_UP).await?;
            gate.close();
        }
        Ok(client)
    }
}

impl AsyncClient {
    pub(super) async fn fetch(&self, route: &Route) -> Result<Bytes, Failure> {
        let failed = |cause: reqwest::Error| failed(self.server, route, &cause.without_url());
        let response = phase::wait_async(self.client.get(url(self.server, route)).send()).await;
        let response = response.map_err(failed)?;
        check_head(response.status().as_u16(), response.content_length())
            .map_err(|cause| connection::failed(self.server, route, &cause))?;
        phase::wait_async(response.bytes()).await.map_err(failed)
    }
}

pub(super) fn url(server: Server, route: &Route) -> String {
    format!("http://{server}{}", server.path(route))
}
