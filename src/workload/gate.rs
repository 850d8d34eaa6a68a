//! The gate of a slot: it has one connection, made before the clock, and never another one. Must not know what is sent.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tower::{BoxError, Layer, Service};

/// Lets connections through until a slot is ready, and none after: reuse is the same for every executor, and a
/// sample that would open a connection fails instead of being slow.
#[derive(Debug, Default)]
pub(super) struct Gate(AtomicBool);

const CLOSED: &str = "a warm sample tried to open a connection: the slot's own was lost";

impl Gate {
    pub(super) fn close(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn pass(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(io::Error::other(CLOSED)) } else { Ok(()) }
    }
}

/// The gate in front of reqwest's connector. Its pool gets a connection back a moment after the answer: a request that
/// waits here for that moment gets the slot's own connection instead of a new one.
#[derive(Clone)]
pub(super) struct GateLayer(pub(super) Arc<Gate>);

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, connector: S) -> Gated<S> {
        Gated { gate: Arc::clone(&self.0), connector }
    }
}

#[derive(Clone)]
pub(super) struct Gated<S> {
    gate: Arc<Gate>,
    connector: S,
}

impl<S, R> Service<R> for Gated<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        if self.gate.pass().is_ok() {
            return Box::pin(self.connector.call(request));
        }
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Err(CLOSED.into())
        })
    }
}
