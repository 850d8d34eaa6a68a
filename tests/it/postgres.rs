//! `db-postgres` on a real server: right answers under every executor, real overlap, durable rows.

use fairlane::record::Status;
use mock_server::route;
use nix::sys::signal::Signal;

use crate::cli::{Ended, Invocation, cell, project, suite, wait_for};
use crate::cluster::{Cluster, Database, PASSWORD, VARIABLE, shared};
use crate::storage::CONTROLS;
use crate::verify::COLD;

/// That command line against this database.
pub(crate) fn on(database: &Database, words: &str) -> Invocation {
    Invocation::new(words).env(VARIABLE, &database.url)
}

/// Asserts that the password is in no output and in no file, however the run ended.
pub(crate) fn keeps_the_secret(ended: &Ended) {
    let records = ended.files().into_iter().map(|file| std::fs::read_to_string(file).unwrap());
    for text in [ended.stdout.clone(), ended.stderr.clone()].into_iter().chain(records) {
        assert!(!text.contains(PASSWORD), "{text}");
    }
}

/// Key, writes and content of every row of the one table, once every row was written.
fn rows(database: &Database) -> Vec<(i64, i64, Vec<u8>)> {
    let mut client = database.connect();
    wait_for("rows that all are written", || {
        let table = database.tables().pop()?;
        let rows = client.query(&format!("SELECT key, writes, content FROM \"{table}\" ORDER BY key"), &[]);
        let rows: Vec<_> = rows.ok()?.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        (!rows.is_empty() && rows.iter().all(|(_, writes, _)| *writes > 0)).then_some(rows)
    })
}

/// How many transactions sleep on the server now.
pub(crate) fn waiting(client: &mut postgres::Client) -> i64 {
    let count =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    client.query_one(count, &[]).unwrap().get(0)
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn every_executor_answers_right_and_leaves_no_table() {
    let cluster = shared();
    let database = cluster.database();
    let suite = project().join("benches/postgres.toml");
    let ended = on(&database, &format!("verify --suite {}", suite.display())).run().exits(0);
    assert!(ended.stderr.contains("20 cells ok, 0 failed, 0 not applicable"), "{}", ended.stderr);
    keeps_the_secret(&ended);
    assert!(database.tables().is_empty());
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn cold_forms_and_controls_answer_right_and_leave_no_table() {
    let cluster = shared();
    let database = cluster.database();
    let suite = suite(2, &format!("{COLD},{CONTROLS}"), &[("db-postgres-1ms-5kib", 4)]);
    let ended = on(&database, "verify --suite suite.toml").file("suite.toml", &suite).run().exits(0);
    assert!(ended.stderr.contains("14 cells ok, 0 failed, 0 not applicable"), "{}", ended.stderr);
    assert!(database.tables().is_empty());
    on(&database, "lane db-postgres/process-pool/4 --seconds 0.2").run().exits(0);
    assert!(database.tables().is_empty());
}

#[test]
fn without_a_server_its_cells_are_not_applicable_and_say_which_variable_to_set() {
    // An empty variable is none.
    let words = "run -w db-postgres,noop -e sequential,tasks -j 4 --budget 1";
    let run = Invocation::new(words).env(VARIABLE, "").run().exits(0).record();
    for executor in ["sequential", "tasks"] {
        assert_eq!(cell(&run, &format!("noop/{executor}/4")).status, Status::Measured);
        let cell = cell(&run, &format!("db-postgres/{executor}/4"));
        assert_eq!((cell.status, cell.median_ns), (Status::NotApplicable, None));
        let reason = cell.reason.as_deref().unwrap();
        assert!(reason.starts_with("needs a PostgreSQL server: set FAIRLANE_DATABASE_URL to "), "{reason}");
    }
    let listed = Invocation::new("list").env(VARIABLE, "").run().exits(0).stdout;
    assert!(listed.contains("db-postgres") && listed.contains("set FAIRLANE_DATABASE_URL to"), "{listed}");
    Invocation::new("lane db-postgres/tasks/4").env(VARIABLE, "").run().exits(2);
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn all_jobs_wait_at_once_on_the_server_itself() {
    let cluster = shared();
    let database = cluster.database();
    let mut client = database.connect();
    for executor in
        ["threads", "thread-pool", "gil-threads", "process-pool", "processes", "tasks", "tasks-mt"]
    {
        let running = on(&database, &format!("lane db-postgres-60s/{executor}/8")).start();
        wait_for("8 sleeping transactions", || (waiting(&mut client) == 8).then_some(()));
        running.signal(Signal::SIGKILL);
        wait_for("their end", || end_all(&mut client).then_some(()));
    }
}

/// Ends the transactions of killed lanes, which would sleep on; `true` if none is left.
pub(crate) fn end_all(client: &mut postgres::Client) -> bool {
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.query(end, &[]).unwrap().is_empty()
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn the_record_tells_overlap_ideal_and_what_the_blocking_client_is() {
    let cluster = shared();
    let database = cluster.database();
    let words = "run -w db-postgres-50ms -e sequential,thread-pool,tasks -j 8 --budget 5";
    let ended = on(&database, words).run().exits(0);
    keeps_the_secret(&ended);
    let run = ended.record();
    for (executor, overlaps) in
        [("sequential", 0.7..1.001), ("thread-pool", 4.0..8.001), ("tasks", 4.0..8.001)]
    {
        let cell = cell(&run, &format!("db-postgres-50ms/{executor}/8"));
        assert!(overlaps.contains(&cell.overlap_factor.unwrap()), "{cell:#?}");
        assert_eq!(cell.ideal_ns, Some(50e6));
        assert!(cell.median_ns.unwrap() >= 50e6, "{cell:#?}");
        let noted = cell.notes.iter().any(|note| note.contains("tokio runtime"));
        assert_eq!(noted, executor != "tasks", "{cell:#?}");
    }
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn the_table_holds_what_the_jobs_wrote_and_survives_a_crash_of_the_server() {
    let cluster = Cluster::start(100);
    let database = cluster.database();
    let words = "run -w db-postgres-500ms-300b,noop -e tasks -j 4 --budget 6";
    let running = on(&database, words).start();
    let written = rows(&database);
    cluster.stop();
    let ended = running.end().exits(1);
    keeps_the_secret(&ended);
    let run = ended.record();
    let failed = cell(&run, "db-postgres-500ms-300b/tasks/4");
    assert_eq!(failed.status, Status::Failed);
    let (reason, help) = (failed.reason.as_deref().unwrap(), failed.help.as_deref().unwrap());
    assert!(reason.contains("commit a transaction at `127.0.0.1:"), "{reason}");
    assert!(help.starts_with("the log of the server says why"), "{help}");
    assert_eq!(cell(&run, "noop/tasks/4").status, Status::Measured);

    cluster.start_again();
    for ((key, before, content), (same, after, left)) in written.into_iter().zip(rows(&database)) {
        let body = route::body(key.cast_unsigned(), 300);
        assert_eq!((same, &left, &content), (key, &body, &body));
        assert!(after >= before, "row {key}: {before} commits were seen, {after} are left");
    }
}
