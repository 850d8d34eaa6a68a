//! The thin server: the same routes straight on hyper, with true counts and with `/hold/k`.
//!
//! Answers for: accepting, answering, and surviving failed accepts.
//! Must not know: wiremock, or how a server is controlled.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{Mutex, oneshot};
use tokio::time::sleep;

use crate::content::Content;
use crate::hold::Hold;
use crate::route::{self, Route};
use crate::stats::{Counters, Stats};
use crate::{Backend, Error, Kind, Options};

/// The pause after a failed accept: out of files it would fail again at once, and spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(5);

pub(crate) struct HyperServer {
    service: Arc<Service>,
    /// Dropped to end the thread: no value is ever sent.
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl HyperServer {
    pub(crate) fn start(listener: TcpListener, options: Options) -> Result<HyperServer, Error> {
        let failed = |source| Error::Start { kind: Kind::Hyper, source };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(failed)?
        };
        let service = Arc::new(Service { options, ..Service::default() });
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(accept(listener, service.clone()));
        let thread = thread::Builder::new()
            .name("hyper-server".to_owned())
            .spawn(move || {
                let _ = runtime.block_on(stopped);
            })
            .map_err(failed)?;
        Ok(HyperServer { service, stop: Some(stop), thread: Some(thread) })
    }
}

impl Backend for HyperServer {
    fn stats(&self) -> Stats {
        self.service.counters.stats()
    }

    fn reset(&self) -> Result<(), Error> {
        if self.thread.as_ref().is_none_or(JoinHandle::is_finished) {
            return Err(Error::Stopped { kind: Kind::Hyper });
        }
        self.service.counters.reset();
        Ok(())
    }
}

impl Drop for HyperServer {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, service: Arc<Service>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let known = Known::default();
                if service.options.token.is_none() {
                    known.count(&service.counters);
                }
                tokio::spawn(converse(stream, service.clone(), known));
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn converse(stream: TcpStream, service: Arc<Service>, known: Known) {
    let answer = service_fn(|request| {
        let (service, known) = (service.clone(), &known);
        async move { Ok::<_, Infallible>(service.answer(request.method(), request.uri(), known).await) }
    });
    // An error is a client that broke off or spoke no HTTP; the client reports either.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

/// Whether a connection was counted: with its first request that was admitted, where there is a token.
#[derive(Default)]
struct Known(AtomicBool);

impl Known {
    fn count(&self, counters: &Counters) {
        if !self.0.swap(true, Ordering::Relaxed) {
            counters.connected();
        }
    }
}

/// What the connections share.
#[derive(Default)]
struct Service {
    counters: Counters,
    hold: Hold,
    options: Options,
    /// Held by the request that is being answered, where only one may be.
    turn: Mutex<()>,
}

impl Service {
    async fn answer(&self, method: &Method, uri: &Uri, known: &Known) -> Response<Full<Bytes>> {
        let Some(query) = self.options.admit(uri.query().unwrap_or_default()) else {
            return plain(StatusCode::FORBIDDEN, Bytes::new());
        };
        known.count(&self.counters);
        let route = route::parse_parts(uri.path(), query).filter(|_| method == Method::GET);
        let Some(route) = route else { return plain(StatusCode::NOT_FOUND, Bytes::new()) };

        let _turn = if self.options.slow.serial { Some(self.turn.lock().await) } else { None };
        let _in_flight = self.counters.enter();
        self.options.slow.compute();
        if let Route::Hold { k, .. } = route
            && let Err(few) = self.hold.wait(k).await
        {
            return plain(StatusCode::SERVICE_UNAVAILABLE, few.to_string().into());
        }
        let delay = route.response().delay;
        if !delay.is_zero() {
            sleep(delay).await;
        }
        match Content::of(&route) {
            Ok(Content { body, media_type }) => {
                let mut response = plain(StatusCode::OK, body.into());
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
                response
            }
            Err(cause) => plain(StatusCode::INTERNAL_SERVER_ERROR, cause.to_string().into()),
        }
    }
}

/// Hyper adds the content-length itself.
fn plain(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Shutdown};

    use http_body_util::BodyExt;
    use socket2::SockRef;

    use super::*;
    use crate::listener::{BACKLOG, listen};

    async fn get(service: Arc<Service>, path: &'static str) -> (StatusCode, Bytes) {
        let response = service.answer(&Method::GET, &Uri::from_static(path), &Known::default()).await;
        (response.status(), response.into_body().collect().await.unwrap().to_bytes())
    }

    // Virtual time: the limit passes at once when nothing else is left to do.
    #[tokio::test(start_paused = true)]
    async fn a_held_generation_gives_up_together_and_says_how_many_it_was() {
        let service = Arc::new(Service::default());
        let held = "/hold/3?key=1&delay_ns=0&bytes=8";
        let others = [0, 1].map(|_| tokio::spawn(get(service.clone(), held)));
        for held in others {
            let (status, body) = held.await.unwrap();
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(body, "only 2 of 3 requests were waiting");
        }
        assert_eq!(service.counters.stats().in_flight, Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_hung_up_does_not_count_as_waiting() {
        let service = Arc::new(Service::default());
        let held = "/hold/2?key=1&delay_ns=0&bytes=8";
        let gone = tokio::spawn(get(service.clone(), held));
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());

        let (status, body) = get(service.clone(), held).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(body, "only 1 of 2 requests were waiting");
    }

    #[tokio::test(start_paused = true)]
    async fn a_generation_that_gave_up_leaves_nothing_to_the_next() {
        let service = Arc::new(Service::default());
        let held = "/hold/2?key=1&delay_ns=0&bytes=8";
        assert_eq!(get(service.clone(), held).await.0, StatusCode::SERVICE_UNAVAILABLE);

        let pair = [0, 1].map(|_| tokio::spawn(get(service.clone(), held)));
        for held in pair {
            assert_eq!(held.await.unwrap(), (StatusCode::OK, route::body(1, 8).into()));
        }
        assert_eq!(service.counters.stats().peak_in_flight, 2);
    }

    // A shut-down listener stands in for a process out of files: every accept fails.
    #[tokio::test(start_paused = true)]
    async fn failed_accepts_do_not_end_the_accepting() {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into(), BACKLOG).unwrap();
        SockRef::from(&listener).shutdown(Shutdown::Both).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let accepting = tokio::spawn(accept(listener, Arc::default()));
        sleep(10 * ACCEPT_PAUSE).await;
        assert!(!accepting.is_finished());
    }
}
