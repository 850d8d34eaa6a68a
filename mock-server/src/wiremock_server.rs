//! The default server: wiremock, without the habits that would distort a measurement.
//!
//! Answers for: mounting the routes there, counting, and noticing that it has stopped.
//! Must not know: hyper, or how a server is controlled.
//!
//! Its habits, as of 0.6.5: it keeps every matched request until `reset`, recording or not, at 8 KiB each, for
//! a kept header holds on to the buffer it was read into; it waits for the delay where nothing can be counted, so only
//! arrivals are known; one failed accept ends it without a message.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::Instant;
use wiremock::http::Method;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::content::Content;
use crate::route::{self, Route};
use crate::stats::{Nominal, Stats};
use crate::{Backend, Error, Kind, Options};

/// Generous for loopback: a full backlog answers after the first SYN retry, one second.
const REACH_LIMIT: Duration = Duration::from_secs(3);

pub(crate) struct WiremockServer {
    server: MockServer,
    seen: Arc<Nominal>,
    /// Drives wiremock's async interface only; it serves from a thread and a runtime of its own.
    runtime: Runtime,
    addr: SocketAddr,
    options: Options,
}

impl WiremockServer {
    pub(crate) fn start(
        listener: TcpListener,
        addr: SocketAddr,
        options: Options,
    ) -> Result<WiremockServer, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|source| Error::Start { kind: Kind::Wiremock, source })?;
        let builder = MockServer::builder().listener(listener).disable_request_recording();
        let server = runtime.block_on(builder.start());
        let started = WiremockServer { server, seen: Arc::default(), runtime, addr, options };
        started.reset()?;
        Ok(started)
    }

    /// A thread of wiremock's that died has closed the listener, and a connection is refused.
    fn reach(&self) -> Result<(), Error> {
        match TcpStream::connect_timeout(&self.addr, REACH_LIMIT) {
            Ok(_) => Ok(()),
            Err(source) => Err(Error::Unreachable { kind: Kind::Wiremock, source }),
        }
    }
}

impl Backend for WiremockServer {
    fn stats(&self) -> Stats {
        self.seen.stats()
    }

    fn reset(&self) -> Result<(), Error> {
        self.reach()?;
        self.runtime.block_on(async {
            self.server.reset().await;
            Mock::given(any())
                .respond_with(Responder(self.seen.clone(), self.options))
                .mount(&self.server)
                .await;
        });
        self.seen.reset();
        Ok(())
    }
}

/// All routes in one mount: wiremock sorts and tries its mounts for every request.
struct Responder(Arc<Nominal>, Options);

impl Respond for Responder {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let Self(seen, options) = self;
        let Some(query) = options.admit(request.url.query().unwrap_or_default()) else {
            return ResponseTemplate::new(403);
        };
        let route = route::parse_parts(request.url.path(), query).filter(|_| request.method == Method::GET);
        let route = match route {
            Some(Route::Hold { .. }) => {
                return ResponseTemplate::new(501)
                    .set_body_string("wiremock cannot hold requests; hyper can");
            }
            Some(route) => route,
            None => return ResponseTemplate::new(404),
        };
        let wanted = route.response();
        seen.arrive(Instant::now(), wanted.delay);
        options.slow.compute();
        if options.slow.serial {
            // Wiremock holds its lock meanwhile.
            std::thread::sleep(wanted.delay);
        }
        let response = match Content::of(&route) {
            Ok(Content { body, media_type }) => ResponseTemplate::new(200).set_body_raw(body, media_type),
            Err(cause) => return ResponseTemplate::new(500).set_body_string(cause.to_string()),
        };
        // A delay of zero would still cost a tick of the timer, up to a millisecond.
        if wanted.delay.is_zero() || options.slow.serial {
            response
        } else {
            response.set_delay(wanted.delay)
        }
    }
}
