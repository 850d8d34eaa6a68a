//! `db-read`: of ten jobs one writes, as in `db`, and nine read rows that were prepared.
//!
//! The rows are in the page cache, so a reader waits for nothing: it computes, in SQLite, and says so. All that overlap
//! can win is one sync in ten jobs. A read of 200 rows takes about a tenth of that sync, and handing it over takes as
//! long; of 2,000 it takes as long as the sync, so that what decides is the database and not the executor.
//!
//! A connection has a page cache of its own, and each commit makes those of all others void: many connections read the same
//! pages again and again. That is SQLite's own, and part of the answer.

use std::sync::PoisonError;

use mock_server::route;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::session;
use super::write::Db;
use crate::failure::Failure;
use crate::workload::param::Unit;
use crate::workload::{
    Answer, Digest, Family, Job, JobContext, Kind, Outcome, Param, Spec, blocking_section, connection, phase,
};

/// One transaction, of one of two sorts.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(in crate::workload) enum DbRead {
    /// Overwrites a row that no job reads: a reader's answer must not depend on when it came.
    Write(Db),
    /// Reads rows in order of their keys and digests them.
    Read { first: u64, rows: u64, bytes: usize },
}

/// The first of this number of jobs writes: its sync has readers to overlap with, in whatever order jobs are taken.
const ONE_WRITES_OF: usize = 10;
/// Readers begin at different rows, or all had the same answer; few, or ten thousand jobs would need as many rows.
const BEGINNINGS: usize = 64;
/// Where the rows of readers begin, above the keys of writers.
const SHELF: u64 = 1 << 32;
/// A row takes about 0.1 us: a job passes a checkpoint about every 100 us.
const ROWS_BETWEEN: usize = 1_000;

const SELECT: &str = "SELECT content FROM job WHERE key >= ?1 AND key < ?2 ORDER BY key";

impl Job for DbRead {
    const KIND: Kind = Kind {
        id: "db-read",
        family: Family::Mixed,
        waits: true,
        about: "reads rows of one SQLite file, nine jobs of ten; the tenth is a job of `db`, which no reader waits for",
        many: "transactions",
        params: &[
            Param {
                name: "rows",
                unit: Unit::Count,
                default: 2_000,
                range: (1, 10_000),
                about: "how many rows a reader reads",
            },
            Param { about: "how long a row is", range: (0, 4 << 10), ..Param::BODY },
        ],
        ..Db::KIND
    };
    type Client = <Db as Job>::Client;
    type AsyncClient = <Db as Job>::AsyncClient;

    fn new(spec: &Spec, index: usize, jobs: usize) -> Self {
        if index.is_multiple_of(ONE_WRITES_OF) {
            return Self::Write(Db::new(spec, index, jobs));
        }
        let route::ResponseSpec { bytes, .. } = connection::get(spec, index);
        Self::Read { first: SHELF + (index % BEGINNINGS) as u64, rows: spec.value("rows"), bytes }
    }

    fn known(&self, digest: Digest) -> Answer {
        match self {
            Self::Write(write) => write.known(digest),
            Self::Read { first, rows, bytes } => {
                let rows = (*first..first + rows).flat_map(|key| route::body(key, *bytes));
                digest.of(&rows.collect::<Vec<_>>())
            }
        }
    }

    fn prepare(jobs: &[Self], context: &JobContext) -> Result<(), Failure> {
        let written = jobs.iter().filter_map(|job| match job {
            Self::Write(write) => Some((write.row(), Vec::new())),
            Self::Read { .. } => None,
        });
        let ends = jobs.iter().filter_map(|job| match job {
            Self::Write(_) => None,
            Self::Read { first, rows, bytes } => Some((first + rows, *bytes)),
        });
        let (end, bytes) = ends.max().unwrap_or((SHELF, 0));
        let read = (SHELF..end).map(|key| (key.cast_signed(), route::body(key, bytes)));
        session::create(context.scratch()?, written.chain(read))
    }

    fn run(&self, client: &Self::Client) -> Outcome {
        let (first, rows, bytes) = match *self {
            Self::Write(write) => return write.run(client),
            Self::Read { first, rows, bytes } => (first, rows, bytes),
        };
        let session = client.0.lock().unwrap_or_else(PoisonError::into_inner);
        let content = read(&session.connection, first, rows, bytes);
        content
            .map(|content| connection::digest(&content))
            .map_err(|cause| session::failed("read rows", &cause))
    }

    async fn run_async(&self, client: &Self::AsyncClient) -> Outcome {
        let (job, client) = (*self, client.clone());
        blocking_section::run(move || job.run(&client)).await
    }
}

fn read(connection: &Connection, first: u64, rows: u64, bytes: usize) -> rusqlite::Result<Vec<u8>> {
    let mut content = Vec::with_capacity(usize::try_from(rows).unwrap_or_default() * bytes);
    let mut statement = connection.prepare_cached(SELECT)?;
    let mut found = statement.query((first.cast_signed(), (first + rows).cast_signed()))?;
    let mut count = 0_usize;
    while let Some(row) = found.next()? {
        content.extend_from_slice(row.get_ref(0)?.as_blob()?);
        count += 1;
        if count.is_multiple_of(ROWS_BETWEEN) {
            phase::checkpoint();
        }
    }
    phase::checkpoint();
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::scratch;
    use crate::workload::Connect;
    use crate::workload::jobs;

    fn twenty(name: &str) -> (scratch::Folder, JobContext, Vec<DbRead>) {
        let folder = scratch::folder("db").expect("a folder");
        let context = JobContext { server: None, scratch: Some(folder.path().into()), warm: true };
        let jobs = jobs::<DbRead>(&name.parse().expect("a name"), 20);
        DbRead::prepare(&jobs, &context).expect("a database");
        (folder, context, jobs)
    }

    #[test]
    fn one_of_ten_writes_and_the_others_read_different_rows() {
        let (_folder, _, jobs) = twenty("db-read-30-40b");
        let writers = jobs.iter().filter(|job| matches!(job, DbRead::Write(_))).count();
        assert_eq!(writers, 2);
        let mut answers: Vec<_> = jobs.iter().map(|job| job.known(Digest::Xxh3)).collect();
        answers.sort_unstable();
        answers.dedup();
        assert_eq!(answers.len(), 20);
    }

    #[test]
    fn all_at_once_answer_as_they_must() {
        let (_folder, context, jobs) = twenty("db-read-100-40b");
        thread::scope(|scope| {
            for job in &jobs {
                let client = <DbRead as Job>::Client::connect(&context).expect("a connection");
                scope.spawn(move || {
                    (0..3).for_each(|_| assert_eq!(job.run(&client), Ok(job.known(Digest::Xxh3))));
                });
            }
        });
    }

    #[test]
    fn a_reader_waits_for_no_writer() {
        let (_folder, context, jobs) = twenty("db-read-3");
        let [writer, reader] =
            [0; 2].map(|_| <DbRead as Job>::Client::connect(&context).expect("a connection"));
        let mut session = writer.0.lock().expect("free");
        let turn = session.in_turn("write", |connection| {
            connection.execute_batch("BEGIN IMMEDIATE; DELETE FROM job")?;
            Ok(jobs[1].run(&reader))
        });
        assert_eq!(turn, Ok(Ok(jobs[1].known(Digest::Xxh3))), "what was committed is what is read");
    }

    #[test]
    fn a_row_that_is_missing_or_wrong_changes_the_answer() {
        for change in ["DELETE FROM job WHERE key = (1 << 32) + 2", "UPDATE job SET content = x'00'"] {
            let (_folder, context, jobs) = twenty("db-read-3");
            let client = <DbRead as Job>::Client::connect(&context).expect("a connection");
            client.0.lock().expect("free").connection.execute_batch(change).expect("changed");
            assert_ne!(jobs[1].run(&client), Ok(jobs[1].known(Digest::Xxh3)));
        }
    }
}
