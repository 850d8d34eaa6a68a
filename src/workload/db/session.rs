//! A connection to the cell's database, and how a writer waits for its turn. Knows no job.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use crate::failure::Failure;
use crate::scratch;

/// What a slot keeps.
pub(in crate::workload) struct Session {
    pub(super) connection: Connection,
    /// The file that writers lock in turn; none where SQLite's busy handler is all there is.
    queue: Option<File>,
}

/// How long a connection waits for another: below the 30 s after which a silent lane counts as hung.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// What a commit means: on the disk before it returns.
const DURABLE: &str = "PRAGMA synchronous = FULL";
const CREATE: &str = "PRAGMA journal_mode = WAL;
    CREATE TABLE job (key INTEGER PRIMARY KEY, writes INTEGER NOT NULL, content BLOB NOT NULL)";
const INSERT: &str = "INSERT INTO job (key, writes, content) VALUES (?1, 0, ?2)";

/// Makes the cell's database with these rows.
pub(super) fn create(folder: &Path, rows: impl Iterator<Item = (i64, Vec<u8>)>) -> Result<(), Failure> {
    let create = |mut connection: Connection| {
        connection.execute_batch(CREATE)?;
        let transaction = connection.transaction()?;
        for row in rows {
            transaction.prepare_cached(INSERT)?.execute(row)?;
        }
        transaction.commit()
    };
    connect(folder).and_then(create).map_err(|cause| failed("create the database", &cause))
}

fn connect(folder: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(folder.join("db.sqlite"))?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(DURABLE)?;
    Ok(connection)
}

impl Session {
    /// With an open file of its own where writers queue: a lock belongs to the open file, so threads exclude each other
    /// as processes do.
    pub(super) fn open(folder: &Path, queued: bool) -> Result<Self, Failure> {
        let connection = connect(folder).map_err(|cause| failed("open the database", &cause))?;
        let open = || File::options().create(true).truncate(false).write(true).open(folder.join("db.queue"));
        let queue =
            queued.then(open).transpose().map_err(|cause| scratch::failed("open the queue", &cause))?;
        Ok(Self { connection, queue })
    }

    /// Does it when it is this writer's turn: the kernel keeps the queue and wakes the next one, and no writer sleeps for
    /// a time that was guessed. A process that dies gives up its place.
    pub(super) fn in_turn<T>(
        &mut self,
        operation: &str,
        write: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Failure> {
        if let Some(queue) = &self.queue {
            lock(queue).map_err(|cause| scratch::failed("queue for the database", &cause))?;
        }
        let written = write(&mut self.connection);
        if let Some(queue) = &self.queue {
            let _ = queue.unlock(); // what was locked can be unlocked
        }
        written.map_err(|cause| failed(operation, &cause))
    }
}

fn lock(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

pub(super) fn failed(operation: &str, cause: &rusqlite::Error) -> Failure {
    let failure = Failure::caused(scratch::within(operation), cause);
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => failure.help(format!(
            "a job waited {PATIENCE:?} for the lock of the database, which another connection held: lower --concurrency"
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
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::{fs, thread};

    use super::*;

    fn database() -> scratch::Folder {
        let folder = scratch::folder("db").expect("a folder");
        create(folder.path(), [].into_iter()).expect("a database");
        folder
    }

    #[test]
    fn a_commit_is_durable_and_the_log_is_written_ahead() {
        let folder = database();
        let Session { connection, .. } = Session::open(folder.path(), true).expect("a connection");
        let pragma = |name: &str| {
            let value =
                connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
            value.expect("a value")
        };
        assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
        assert_eq!(pragma("synchronous"), 2.into());
    }

    #[test]
    fn only_one_writer_has_its_turn_and_all_get_one() {
        let folder = database();
        let (inside, turns) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let write = || {
            let mut session = Session::open(folder.path(), true).expect("a connection");
            for _ in 0..100 {
                let turn = session.in_turn("write", |_| {
                    assert_eq!(inside.fetch_add(1, SeqCst), 0, "alone");
                    thread::yield_now();
                    inside.fetch_sub(1, SeqCst);
                    Ok(turns.fetch_add(1, SeqCst))
                });
                turn.expect("a turn");
            }
        };
        thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(write))));
        assert_eq!(turns.into_inner(), 400);
    }

    #[test]
    fn who_fails_gives_up_the_turn() {
        let folder = database();
        let [mut one, mut two] = [0; 2].map(|_| Session::open(folder.path(), true).expect("a connection"));
        one.in_turn("write", |_| Err::<(), _>(rusqlite::Error::InvalidQuery)).expect_err("no");
        two.in_turn("write", |_| Ok(())).expect("no writer is before it");
    }

    #[test]
    fn a_file_that_is_no_database_is_told_as_such() {
        let folder = scratch::folder("db").expect("a folder");
        fs::write(folder.path().join("db.sqlite"), [b'x'; 4096]).expect("written");
        let failure = create(folder.path(), [].into_iter()).expect_err("no database");
        assert!(failure.message.contains("file is not a database"), "{failure}");
        assert!(failure.help.is_some_and(|help| help.contains("TMPDIR")));
    }

    #[test]
    fn a_folder_that_is_gone_is_told_as_such() {
        let failure = Session::open(Path::new("/no/such/folder"), true).err().expect("no folder");
        assert!(failure.message.contains("/no/such/folder"), "{failure}");
        assert_eq!(failure.help.as_deref(), Some(scratch::ADVICE));
    }
}
