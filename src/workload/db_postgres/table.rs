//! The table of a cell: made before its slots, dropped after its lane, or swept later if the driver was killed.
//!
//! It has the name of the cell's folder, which no other cell has. Knows the rows, and must not know jobs.

use std::path::Path;
use std::time::Duration;

use tokio::runtime;
use tokio::time::{sleep, timeout};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, NoTls};

use super::server::Server;
use crate::failure::{Failure, OrFail};

/// Longer than it ever takes, and below the 30 s after which a silent lane counts as hung.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a commit needs to be on the disk when it returns.
const NOT_DURABLE: &str =
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off'";

/// Tables of killed drivers whose folders are on another machine, or were removed without this server. No run takes a day.
const LEFT_OVER: &str = r"SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relname ~ '^fairlane-[[:alnum:]]+$' AND pg_has_role(relowner, 'USAGE')
    AND to_timestamp(substring(obj_description(oid, 'pg_class') FROM '^made by fairlane at (\d+)$')::float8)
        < now() - interval '1 day'";

/// Ends the connections of a lane that was killed, which the server would notice only when a statement ends.
const END_SLOTS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = $1 AND usename = current_user";

/// One cell's table.
#[derive(Debug)]
pub(super) struct Table {
    /// What the cell's connections call themselves.
    pub(super) application: String,
    /// The same as SQL's quoted identifier.
    quoted: String,
}

impl Table {
    /// The table of the cell whose folder this is.
    pub(super) fn of(folder: &Path) -> Self {
        let application = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { quoted: format!("\"{}\"", application.replace('"', "\"\"")), application }
    }

    /// Overwrites the content of row `$1` with `$2`.
    pub(super) fn update(&self) -> String {
        format!("UPDATE {} SET writes = writes + 1, content = $2 WHERE key = $1", self.quoted)
    }

    /// The content of row `$1`.
    pub(super) fn select(&self) -> String {
        format!("SELECT content FROM {} WHERE key = $1", self.quoted)
    }

    /// Makes it with those rows, empty: what a job answers it must have written.
    ///
    /// # Errors
    /// What the server refused, or that its commits are not durable.
    pub(super) fn make(&self, server: &Server, keys: &[i64]) -> Result<(), Failure> {
        let operation = "make a table";
        let make = async {
            let mut client = connect(server).await?;
            let off = not_durable(&client).await.map_err(|cause| server.failed(operation, &cause))?;
            if !off.is_empty() {
                return Err(server.not_durable(&off.join(" and ")));
            }
            let _ = sweep(&client).await; // a table that cannot be dropped must not fail this run
            self.fill(&mut client, keys).await.map_err(|cause| server.failed(operation, &cause))
        };
        briefly(make)?.unwrap_or_else(|| Err(server.silent(operation, PATIENCE)))
    }

    async fn fill(&self, client: &mut Client, keys: &[i64]) -> Result<(), Error> {
        let table = &self.quoted;
        let transaction = client.transaction().await?;
        let now: i64 =
            transaction.query_one("SELECT extract(epoch FROM now())::bigint", &[]).await?.try_get(0)?;
        let create = format!(
            "CREATE TABLE {table} (key bigint PRIMARY KEY, writes bigint NOT NULL, content bytea NOT NULL);
            COMMENT ON TABLE {table} IS 'made by fairlane at {now}'"
        );
        transaction.batch_execute(&create).await?;
        let insert = format!("INSERT INTO {table} SELECT key, 0, '' FROM unnest($1::bigint[]) AS key");
        transaction.execute(&insert, &[&keys]).await?;
        transaction.commit().await
    }

    /// Drops it, and ends the connections that still use it. Errors are ignored, because the cell has ended: a server that
    /// cannot be reached keeps the table, until a later cell sweeps it.
    pub(super) fn drop(&self, server: &Server) {
        let _ = briefly(async {
            let Ok(client) = connect(server).await else { return };
            // Until none is left: the next lane needs their places.
            while let Ok(1..) = client.execute(END_SLOTS, &[&self.application]).await {
                sleep(Duration::from_millis(5)).await;
            }
            let _ = drop_table(&client, &self.quoted).await;
        });
    }
}

/// The settings that are off and let a commit return before it is on the disk.
async fn not_durable(client: &Client) -> Result<Vec<String>, Error> {
    client.query(NOT_DURABLE, &[]).await?.iter().map(|row| row.try_get(0)).collect()
}

async fn sweep(client: &Client) -> Result<(), Error> {
    for row in client.query(LEFT_OVER, &[]).await? {
        drop_table(client, row.try_get(0)?).await?;
    }
    Ok(())
}

async fn drop_table(client: &Client, quoted: &str) -> Result<(), Error> {
    client.batch_execute(&format!("SET lock_timeout = '5s'; DROP TABLE IF EXISTS {quoted}")).await
}

/// Connects for a moment.
async fn connect(server: &Server) -> Result<Client, Failure> {
    let patience = server.patience();
    match timeout(patience, connect_in_turn(server)).await {
        Ok(connected) => connected.map_err(|cause| server.refused(&cause)),
        Err(_) => Err(server.silent("connect to PostgreSQL", patience)),
    }
}

/// A lane that has just been killed may hold its connections for a moment longer.
async fn connect_in_turn(server: &Server) -> Result<Client, Error> {
    let config = server.config("fairlane");
    for _ in 0..20 {
        match config.connect(NoTls).await {
            Err(cause) if cause.code() == Some(&SqlState::TOO_MANY_CONNECTIONS) => {
                sleep(Duration::from_millis(100)).await;
            }
            connected => return connected.map(attended),
        }
    }
    config.connect(NoTls).await.map(attended)
}

/// A client whose connection is served by a task of this runtime.
pub(super) fn attended<S, T>((client, connection): (Client, tokio_postgres::Connection<S, T>)) -> Client
where
    tokio_postgres::Connection<S, T>: Future + Send + 'static,
    <tokio_postgres::Connection<S, T> as Future>::Output: Send,
{
    tokio::spawn(connection);
    client
}

/// Does it on a runtime of its own; nothing if it takes too long.
fn briefly<T>(work: impl Future<Output = T>) -> Result<Option<T>, Failure> {
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().or_fail(|| "start a runtime")?;
    Ok(runtime.block_on(async { timeout(PATIENCE, work).await.ok() }))
}
