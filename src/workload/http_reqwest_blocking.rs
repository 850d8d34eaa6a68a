//! `http-reqwest-blocking`: a control. What becomes of "threads" when their HTTP client is async inside.
//!
//! Each client hides a thread with a runtime, and each call crosses a channel to it and parks the caller.

use std::sync::Arc;

use mock_server::route::Route;
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};

use super::connection::{self, WARM_UP, check_head, digest, failed};
use super::gate::{Gate, GateLayer};
use super::http::url;
use super::{Answer, Connect, Digest, Job, JobContext, Kind, Needs, Outcome, Param, Server, Spec, phase};
use crate::failure::Failure;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct HttpReqwestBlocking(Route);

pub(super) struct Client {
    server: Server,
    client: reqwest::blocking::Client,
}

const NOT_ASYNC: &str = "`reqwest::blocking` panics inside an async runtime; `http` is the async form";

impl Job for HttpReqwestBlocking {
    const KIND: Kind = Kind {
        id: "http-reqwest-blocking",
        waits: true,
        about: "`http` through `reqwest::blocking`, which is async inside: the library decides, not the model",
        many: "requests",
        params: &[Param::DELAY, Param::BODY],
        needs: Needs::Server,
        hidden_threads: 1,
        blocking_only: Some(NOT_ASYNC),
        ..Kind::PLAIN
    };
    type Client = Client;
    type AsyncClient = ();

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        Self(Route::Get(connection::get(spec, index)))
    }

    fn known(&self, digest: Digest) -> Answer {
        connection::known(self.0.response(), digest)
    }

    fn run(&self, client: &Client) -> Outcome {
        client.get(&self.0)
    }

    async fn run_async(&self, (): &()) -> Outcome {
        Err(Failure::new(NOT_ASYNC))
    }
}

impl Connect for Client {
    fn connect(context: &JobContext) -> Result<Self, Failure> {
        let gate = Arc::new(Gate::default());
        let client = reqwest::blocking::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .tcp_nodelay(true)
            .timeout(None)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
            .connector_layer(GateLayer(Arc::clone(&gate)))
            .build()
            .map_err(|cause| Failure::caused("set up an HTTP client", &cause))?;
        let client = Self { server: context.server()?, client };
        if context.warm {
            client.get(&WARM_UP)?;
            gate.close();
        }
        Ok(client)
    }
}

impl Client {
    fn get(&self, route: &Route) -> Outcome {
        let failed = |cause: reqwest::Error| failed(self.server, route, &cause.without_url());
        let body = || {
            let response = self.client.get(url(self.server, route)).send().map_err(failed)?;
            check_head(response.status().as_u16(), response.content_length())
                .map_err(|cause| connection::failed(self.server, route, &cause))?;
            phase::stand();
            response.bytes().map_err(failed)
        };
        phase::wait(body).map(|body| digest(&body))
    }
}
