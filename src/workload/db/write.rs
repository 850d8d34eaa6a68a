//! `db` and `db-backoff`: a durable transaction on a row of its own.
//!
//! They differ in how a writer waits for the one before. In `db` it queues, as a careful program would have it. In
//! `db-backoff` SQLite's busy handler sleeps 1, 2, 5 ... 100 ms and asks again, as most programs have it.

use std::sync::{Arc, Mutex, PoisonError};

use mock_server::route;
use rusqlite::{Connection, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::session::{self, Session};
use crate::failure::Failure;
use crate::workload::{
    Answer, Connect, Digest, Family, Job, JobContext, Kind, Needs, Outcome, Param, Spec, blocking_section,
    connection, phase,
};

/// Overwrites its own row in a durable transaction and digests what the row then holds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(in crate::workload) struct Write<const QUEUED: bool>(route::ResponseSpec);

pub(in crate::workload) type Db = Write<true>;
pub(in crate::workload) type DbBackoff = Write<false>;

const UPDATE: &str = "UPDATE job SET writes = writes + 1, content = ?2 WHERE key = ?1";
const SELECT: &str = "SELECT content FROM job WHERE key = ?1";

impl<const QUEUED: bool> Job for Write<QUEUED> {
    const KIND: Kind = Kind {
        id: if QUEUED { "db" } else { "db-backoff" },
        family: Family::Io,
        waits: true,
        about: if QUEUED {
            "overwrites and reads back a row of one SQLite file in a durable transaction: writers queue"
        } else {
            "the same where a writer who finds the place taken sleeps and asks again, as SQLite's busy handler does"
        },
        many: "transactions",
        params: &[Param { about: "how long the row is", ..Param::BODY }],
        needs: Needs::Scratch,
        on_disk: true,
        async_note: Some(blocking_section::NOTE),
        ..Kind::PLAIN
    };
    type Client = Client<QUEUED>;
    type AsyncClient = Arc<Self::Client>;

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        Self(connection::get(spec, index))
    }

    fn known(&self, digest: Digest) -> Answer {
        connection::known(&self.0, digest)
    }

    /// Makes the file with every row, empty: what a job answers it must have written.
    fn prepare(jobs: &[Self], context: &JobContext) -> Result<(), Failure> {
        session::create(context.scratch()?, jobs.iter().map(|job| (job.row(), Vec::new())))
    }

    fn run(&self, client: &Self::Client) -> Outcome {
        let mut session = client.0.lock().unwrap_or_else(PoisonError::into_inner);
        let back =
            phase::wait(|| session.in_turn("commit a transaction", |connection| self.transact(connection)))?;
        Ok(connection::digest(&back))
    }

    async fn run_async(&self, client: &Self::AsyncClient) -> Outcome {
        let (job, client) = (*self, Arc::clone(client));
        blocking_section::run(move || job.run(&client)).await
    }
}

/// A slot's connection. A slot serves one job at a time, so no job ever waits for this lock.
pub(in crate::workload) struct Client<const QUEUED: bool>(pub(super) Mutex<Session>);

impl<const QUEUED: bool> Connect for Client<QUEUED> {
    fn connect(context: &JobContext) -> Result<Self, Failure> {
        Session::open(context.scratch()?, QUEUED).map(|session| Self(Mutex::new(session)))
    }
}

impl<const QUEUED: bool> Write<QUEUED> {
    /// SQLite's integers have a sign.
    pub(super) fn row(&self) -> i64 {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;
    use std::{fs, thread};

    use super::*;
    use crate::scratch;

    fn jobs() -> Vec<Db> {
        (0..4).map(|key| Write(route::ResponseSpec { key, delay: Duration::ZERO, bytes: 300 })).collect()
    }

    fn at(folder: &scratch::Folder) -> JobContext {
        JobContext { server: None, scratch: Some(folder.path().into()), warm: true }
    }

    fn database() -> scratch::Folder {
        let folder = scratch::folder("db").expect("a folder");
        Db::prepare(&jobs(), &at(&folder)).expect("a database");
        folder
    }

    #[test]
    fn the_answer_depends_on_neither_order_nor_repetition_nor_connection() {
        let folder = database();
        let clients = [0; 2].map(|_| Client::<true>::connect(&at(&folder)).expect("a connection"));
        for job in jobs().iter().chain(jobs().iter().rev()) {
            for client in &clients {
                assert_eq!(job.run(client), Ok(job.known(Digest::Xxh3)));
            }
        }
    }

    #[test]
    fn writers_at_once_all_commit_whether_they_queue_or_not() {
        fn writes<const QUEUED: bool>() -> i64 {
            let folder = database();
            let client = || Client::<QUEUED>::connect(&at(&folder)).expect("a connection");
            thread::scope(|scope| {
                for Write(job) in jobs() {
                    let (job, client) = (Write::<QUEUED>(job), client());
                    scope.spawn(move || {
                        (0..3).for_each(|_| assert_eq!(job.run(&client), Ok(job.known(Digest::Xxh3))));
                    });
                }
            });
            let session = client().0.into_inner().expect("free");
            let sum = session.connection.query_row("SELECT sum(writes) FROM job", [], |row| row.get(0));
            sum.expect("a sum")
        }
        assert_eq!((writes::<true>(), writes::<false>()), (12, 12));
    }

    #[test]
    fn a_job_without_its_row_fails() {
        let folder = scratch::folder("db").expect("a folder");
        Db::prepare(&jobs()[..1], &at(&folder)).expect("a database");
        let failure =
            jobs()[1].run(&Client::<true>::connect(&at(&folder)).expect("a connection")).expect_err("no row");
        assert!(failure.message.starts_with("cannot commit a transaction in `"), "{failure}");
        assert!(failure.message.ends_with(": Query returned no rows"), "{failure}");
    }

    #[test]
    fn a_locked_database_is_told_as_such() {
        let folder = database();
        let (holder, client) =
            [0; 2].map(|_| Client::<true>::connect(&at(&folder)).expect("a connection")).into();
        holder.0.lock().expect("free").connection.execute_batch("BEGIN IMMEDIATE").expect("the lock");
        client.0.lock().expect("free").connection.busy_timeout(Duration::ZERO).expect("impatient");
        let failure = jobs()[0].run(&client).expect_err("locked");
        assert!(failure.message.contains("database is locked"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("for the lock of the database")));
    }

    #[test]
    fn a_corrupt_database_is_told_as_such() {
        let folder = database();
        let file = folder.path().join("db.sqlite");
        let mut bytes = fs::read(&file).expect("closed: all of it is in the file");
        bytes[4096..].fill(0xff); // the table's page; the first holds the head and the schema
        fs::write(&file, bytes).expect("written");
        let failure = jobs()[0]
            .run(&Client::<true>::connect(&at(&folder)).expect("the head is whole"))
            .expect_err("corrupt");
        assert!(failure.message.contains("malformed"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("TMPDIR")));
    }
}
