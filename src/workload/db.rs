//! `db`: a transaction on a real database, embedded SQLite in a file of its own.
//!
//! All slots of a cell share the file, in worker processes, too. SQLite lets one writer in at a time; the others ask
//! again after a sleep that grows to 100 ms. That is its own busy handler, as programs use it, so concurrency cannot
//! win much here and can lose much: benches/README.md says how.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mock_server::route;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Family, Job, Kind, Needs, Outcome, Param, Place, Spec, blocking_section, connection, phase,
};
use crate::failure::Failure;
use crate::scratch;

/// Overwrites its own row in a durable transaction and digests what the row then holds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Db(route::Answer);

/// One connection, kept by a slot. A slot serves one job at a time, so nobody ever waits for this lock.
pub(super) struct Client(Mutex<Connection>);

/// How long a writer waits for the others: below the 30 s after which a silent lane counts as hung.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a commit means: on the disk before it returns.
const DURABLE: &str = "PRAGMA synchronous = FULL";
const CREATE: &str = "PRAGMA journal_mode = WAL;
    CREATE TABLE job (key INTEGER PRIMARY KEY, writes INTEGER NOT NULL, content BLOB NOT NULL)";
const INSERT: &str = "INSERT INTO job (key, writes, content) VALUES (?1, 0, x'')";
const UPDATE: &str = "UPDATE job SET writes = writes + 1, content = ?2 WHERE key = ?1";
const SELECT: &str = "SELECT content FROM job WHERE key = ?1";

impl Job for Db {
    const KIND: Kind = Kind {
        id: "db",
        family: Family::Io,
        waits: true,
        about: "overwrites and reads back a row of one SQLite file in a durable transaction: one writer at a time",
        many: "transactions",
        params: &[Param { about: "how long the row is", ..Param::BODY }],
        needs: Needs::Scratch,
        on_disk: true,
        async_note: Some(blocking_section::NOTE),
        caveat: scratch::caveat,
        ..Kind::PLAIN
    };
    type Client = Client;
    type AsyncClient = Arc<Client>;

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        Self(connection::get(spec, index))
    }

    fn known(&self) -> Answer {
        connection::digest_of(&self.0)
    }

    /// Makes the file with every row, empty: what a job answers it must have written.
    fn prepare(jobs: &[Self], place: &Place) -> Result<(), Failure> {
        let create = |mut connection: Connection| {
            connection.execute_batch(CREATE)?;
            let transaction = connection.transaction()?;
            for job in jobs {
                transaction.prepare_cached(INSERT)?.execute([job.row()])?;
            }
            transaction.commit()
        };
        open(place.scratch()?).and_then(create).map_err(|cause| failed("create the database", &cause))
    }

    fn connect(place: &Place) -> Result<Client, Failure> {
        let connection = open(place.scratch()?).map_err(|cause| failed("open the database", &cause))?;
        Ok(Client(Mutex::new(connection)))
    }

    async fn connect_async(place: &Place) -> Result<Arc<Client>, Failure> {
        Self::connect(place).map(Arc::new)
    }

    fn run(&self, client: &Client) -> Outcome {
        let mut connection = client.0.lock().unwrap_or_else(PoisonError::into_inner);
        let back = phase::wait(|| self.transact(&mut connection))
            .map_err(|cause| failed("commit a transaction", &cause))?;
        Ok(connection::digest(&back))
    }

    async fn run_async(&self, client: &Arc<Client>) -> Outcome {
        let (job, client) = (*self, Arc::clone(client));
        blocking_section::run(move || job.run(&client)).await
    }
}

impl Db {
    /// SQLite's integers have a sign.
    fn row(&self) -> i64 {
        self.0.key.cast_signed()
    }

    fn transact(&self, connection: &mut Connection) -> rusqlite::Result<Vec<u8>> {
        // A writer from its first statement on: one that only becomes a writer later would fail, not wait.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let content = route::body(self.0.key, self.0.bytes);
        transaction.prepare_cached(UPDATE)?.execute((self.row(), content))?;
        let back = transaction.prepare_cached(SELECT)?.query_row([self.row()], |row| row.get(0))?;
        transaction.commit()?;
        Ok(back)
    }
}

fn open(folder: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(folder.join("db.sqlite"))?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(DURABLE)?;
    Ok(connection)
}

fn failed(operation: &str, cause: &rusqlite::Error) -> Failure {
    let failure = Failure::caused(scratch::within(operation), cause);
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => failure.help(format!(
            "another connection holds the database's lock, for up to {PATIENCE:?} in vain: lower --concurrency"
        )),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => failure.help(format!(
            "every cell has a file of its own, so something else wrote to this one or the disk fails: {}",
            scratch::ADVICE
        )),
        Some(
            ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::SystemIoFailure,
        ) => failure.help(scratch::ADVICE),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn jobs() -> Vec<Db> {
        (0..4).map(|key| Db(route::Answer { key, delay: Duration::ZERO, bytes: 300 })).collect()
    }

    fn at(folder: &TempDir) -> Place {
        Place { server: None, scratch: Some(folder.path().into()), warm: true }
    }

    #[test]
    fn the_answer_depends_on_neither_order_nor_repetition_nor_connection() {
        let folder = scratch::folder().expect("a folder");
        Db::prepare(&jobs(), &at(&folder)).expect("a database");
        let clients = [0; 2].map(|_| Db::connect(&at(&folder)).expect("a connection"));
        for job in jobs().iter().chain(jobs().iter().rev()) {
            for client in &clients {
                assert_eq!(job.run(client), Ok(job.known()));
            }
        }
    }

    #[test]
    fn a_commit_is_durable_and_the_log_is_written_ahead() {
        let folder = scratch::folder().expect("a folder");
        Db::prepare(&jobs(), &at(&folder)).expect("a database");
        let connection = open(folder.path()).expect("a connection");
        let pragma = |name: &str| {
            let value =
                connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
            value.expect("a value")
        };
        assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
        assert_eq!(pragma("synchronous"), 2.into());
    }

    #[test]
    fn a_job_without_its_row_fails() {
        let folder = scratch::folder().expect("a folder");
        Db::prepare(&jobs()[..1], &at(&folder)).expect("a database");
        let failure = jobs()[1].run(&Db::connect(&at(&folder)).expect("a connection")).expect_err("no row");
        assert!(failure.message.starts_with("commit a transaction in `"), "{failure}");
        assert!(failure.message.ends_with(": Query returned no rows"), "{failure}");
    }

    #[test]
    fn a_locked_database_is_told_as_such() {
        let folder = scratch::folder().expect("a folder");
        Db::prepare(&jobs(), &at(&folder)).expect("a database");
        let (holder, client) = (open(folder.path()).expect("one"), Db::connect(&at(&folder)).expect("two"));
        holder.execute_batch("BEGIN IMMEDIATE").expect("the lock");
        client.0.lock().expect("free").busy_timeout(Duration::ZERO).expect("impatient");
        let failure = jobs()[0].run(&client).expect_err("locked");
        assert!(failure.message.contains("database is locked"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("holds the database's lock")));
    }

    #[test]
    fn a_file_that_is_no_database_is_told_as_such() {
        let folder = scratch::folder().expect("a folder");
        fs::write(folder.path().join("db.sqlite"), [b'x'; 4096]).expect("written");
        let failure = Db::prepare(&jobs(), &at(&folder)).expect_err("no database");
        assert!(failure.message.contains("file is not a database"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("TMPDIR")));
    }

    #[test]
    fn a_corrupt_database_is_told_as_such() {
        let folder = scratch::folder().expect("a folder");
        Db::prepare(&jobs(), &at(&folder)).expect("a database");
        let file = folder.path().join("db.sqlite");
        let mut bytes = fs::read(&file).expect("closed: all of it is in the file");
        bytes[4096..].fill(0xff); // the table's page; the first holds the head and the schema
        fs::write(&file, bytes).expect("written");
        let failure =
            jobs()[0].run(&Db::connect(&at(&folder)).expect("the head is whole")).expect_err("corrupt");
        assert!(failure.message.contains("malformed"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("TMPDIR")));
    }

    #[test]
    fn a_folder_that_is_gone_is_told_as_such() {
        let place = Place { server: None, scratch: Some("/no/such/folder".into()), warm: true };
        let failure = Db::connect(&place).err().expect("no folder");
        assert!(failure.message.contains("/no/such/folder"), "{failure}");
        assert_eq!(failure.help.as_deref(), Some(scratch::ADVICE));
    }
}
