//! `db-postgres`: a transaction on a real PostgreSQL server, the counterpart of `db` whose async form deserves the name.
//!
//! Both forms are one library: `postgres` is `tokio-postgres` with a runtime in each client, which runs on the thread
//! that calls. It hides no thread, but a blocking wait is a turn of an event loop. Both make the same five round trips.
//!
//! [`server`] is the connection, [`table`] is where jobs write.

mod server;
mod table;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use mock_server::route;
use serde::{Deserialize, Serialize};
use tokio_postgres::{Error, NoTls, Statement};

use self::server::Server;
use self::table::Table;
use super::{
    Answer, Connect, ConnectAsync, Digest, Family, Job, JobContext, Kind, Needs, Outcome, Param, Spec,
    connection, phase,
};
use crate::failure::Failure;

/// Overwrites its own row in a durable transaction, waits in it, and digests what the row then holds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct DbPostgres(route::ResponseSpec);

/// One connection, kept by a blocking slot. A slot serves one job at a time, so no job ever waits for this lock.
pub(super) struct Client {
    server: Server,
    session: Mutex<(postgres::Client, Prepared)>,
}

/// The same for an async slot.
pub(super) struct AsyncClient {
    server: Server,
    session: tokio::sync::Mutex<(tokio_postgres::Client, Prepared)>,
}

/// The statements of a job, which the server has parsed when the slot is ready.
struct Prepared {
    update: Statement,
    wait: Statement,
    select: Statement,
}

/// The server decides when the wait ends, so it is the same for every client.
const WAIT: &str = "SELECT pg_sleep($1)";

const COMMIT: &str = "commit a transaction";

impl Job for DbPostgres {
    const KIND: Kind = Kind {
        id: "db-postgres",
        family: Family::Io,
        waits: true,
        about: "overwrites a row on a PostgreSQL server, waits and reads it back in a durable transaction",
        many: "transactions",
        params: &[
            Param { about: "how long the transaction waits", ..Param::DELAY },
            Param { about: "how long the row is", ..Param::BODY },
        ],
        needs: Needs::Scratch,
        hidden_threads: 1, // for a moment, where the server's name is looked up
        blocking_note: Some(
            "under blocking executors each client has a tokio runtime, which runs on the thread that waits",
        ),
        missing: server::missing,
        clear,
        ..Kind::PLAIN
    };
    type Client = Client;
    type AsyncClient = AsyncClient;

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        Self(connection::get(spec, index))
    }

    fn known(&self, digest: Digest) -> Answer {
        connection::known(&self.0, digest)
    }

    fn prepare(jobs: &[Self], context: &JobContext) -> Result<(), Failure> {
        let keys: Vec<_> = jobs.iter().map(Self::row).collect();
        Table::of(context.scratch()?).make(&Server::named()?, &keys)
    }

    fn run(&self, client: &Client) -> Outcome {
        let content = route::body(self.0.key, self.0.bytes);
        let mut session = client.session.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, prepared) = &mut *session;
        let back = phase::wait(|| self.transact(session, prepared, &content))
            .map_err(|cause| client.server.failed(COMMIT, &cause))?;
        Ok(connection::digest(&back))
    }

    async fn run_async(&self, client: &AsyncClient) -> Outcome {
        let content = route::body(self.0.key, self.0.bytes);
        let mut session = client.session.lock().await;
        let (session, prepared) = &mut *session;
        let back = self
            .transact_async(session, prepared, &content)
            .await
            .map_err(|cause| client.server.failed(COMMIT, &cause))?;
        Ok(connection::digest(&back))
    }
}

impl Connect for Client {
    fn connect(context: &JobContext) -> Result<Self, Failure> {
        let (server, table) = (Server::named()?, Table::of(context.scratch()?));
        let open = || -> Result<_, Error> {
            let mut client = postgres::Config::from(server.config(&table.application)).connect(NoTls)?;
            let prepared = Prepared {
                update: client.prepare(&table.update())?,
                wait: client.prepare(WAIT)?,
                select: client.prepare(&table.select())?,
            };
            Ok((client, prepared))
        };
        let session = open().map_err(|cause| server.refused(&cause))?;
        Ok(Self { session: Mutex::new(session), server })
    }
}

impl ConnectAsync for AsyncClient {
    async fn connect(context: &JobContext) -> Result<Self, Failure> {
        let (server, table) = (Server::named()?, Table::of(context.scratch()?));
        let open = async || -> Result<_, Error> {
            let client = table::attended(server.config(&table.application).connect(NoTls).await?);
            let prepared = Prepared {
                update: client.prepare(&table.update()).await?,
                wait: client.prepare(WAIT).await?,
                select: client.prepare(&table.select()).await?,
            };
            Ok((client, prepared))
        };
        let session = open().await.map_err(|cause| server.refused(&cause))?;
        Ok(Self { session: tokio::sync::Mutex::new(session), server })
    }
}

impl DbPostgres {
    /// PostgreSQL's integers have a sign.
    fn row(&self) -> i64 {
        self.0.key.cast_signed()
    }

    fn seconds(&self) -> f64 {
        self.0.delay.as_secs_f64()
    }

    fn transact(
        &self,
        client: &mut postgres::Client,
        prepared: &Prepared,
        content: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let mut transaction = client.transaction()?;
        transaction.execute(&prepared.update, &[&self.row(), &content])?;
        transaction.execute(&prepared.wait, &[&self.seconds()])?;
        phase::stand();
        let back = transaction.query_one(&prepared.select, &[&self.row()])?.try_get(0)?;
        transaction.commit()?;
        Ok(back)
    }

    async fn transact_async(
        &self,
        client: &mut tokio_postgres::Client,
        prepared: &Prepared,
        content: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let transaction = client.transaction().await?;
        transaction.execute(&prepared.update, &[&self.row(), &content]).await?;
        phase::wait_async(transaction.execute(&prepared.wait, &[&self.seconds()])).await?;
        let back = transaction.query_one(&prepared.select, &[&self.row()]).await?.try_get(0)?;
        transaction.commit().await?;
        Ok(back)
    }
}

fn clear(folder: &Path) {
    if let Ok(server) = Server::named() {
        Table::of(folder).drop(&server);
    }
}
