//! `db-postgres` and a server that refuses or is lost: its cells fail with cause and help, all others are measured, and
//! no output has the password.

use fairlane::record::Status;

use crate::cli::{Invocation, cell, wait_for};
use crate::cluster::{Cluster, PASSWORD, USER, VARIABLE, shared};
use crate::postgres::{keeps_the_secret, on};

/// In this process, in a worker, in a task.
const EXECUTORS: &str = "sequential,process-pool,tasks";

/// All cells of `db-postgres` fail at that URL, with this reason and help.
fn assert_refused(url: &str, reason: &str, help: &str) {
    let words = format!("run -w db-postgres,noop -e {EXECUTORS} -j 4 --budget 1");
    let ended = Invocation::new(&words).env(VARIABLE, url).run().exits(1);
    keeps_the_secret(&ended);
    let run = ended.record();
    assert_eq!(run.cells.len(), 6);
    for cell in &run.cells {
        if cell.workload == "noop" {
            assert_eq!(cell.status, Status::Measured, "{cell:#?}");
            continue;
        }
        assert_eq!((cell.status, cell.median_ns), (Status::Failed, None));
        assert!(cell.reason.as_deref().unwrap().contains(reason), "{reason} not in {cell:#?}");
        assert!(cell.help.as_deref().unwrap().contains(help), "{help} not in {cell:#?}");
    }
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn a_server_that_refuses_says_why_and_what_to_do() {
    let cluster = shared();
    let (port, secret) = (cluster.port, PASSWORD);
    assert_refused(
        &format!("postgres://{USER}:not-{secret}@127.0.0.1:{port}/postgres"),
        &format!(
            "connect to PostgreSQL at `127.0.0.1:{port}`, database `postgres`, user `fairlane`: \
            FATAL: password authentication failed for user \"fairlane\""
        ),
        "check user and password in FAIRLANE_DATABASE_URL",
    );
    assert_refused(
        &format!("postgres://{USER}@127.0.0.1:{port}/postgres"),
        "password missing",
        "FAIRLANE_DATABASE_URL names its host",
    );
    assert_refused(
        &format!("postgres://{USER}:{secret}@127.0.0.1:{port}/nobench"),
        "FATAL: database \"nobench\" does not exist",
        "make it with `createdb`, or name another",
    );
    assert_refused(
        &format!("postgres://{USER}:{secret}@127.0.0.1:{port}/postgres?sslmode=require"),
        "asks for TLS, which Fairlane does not support",
        "leave `sslmode` out",
    );
}

#[test]
fn a_closed_port_and_a_wrong_url_fail_the_cells() {
    let closed = crate::stranger::closed();
    let port = closed.rsplit(':').next().unwrap();
    assert_refused(
        &format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/bench"),
        &format!(
            "connect to PostgreSQL at `127.0.0.1:{port}`, database `bench`, user `fairlane`: \
            error connecting to server: Connection refused"
        ),
        "see that the server runs",
    );
    let none = "cannot read FAIRLANE_DATABASE_URL: it is not the URL of a PostgreSQL database";
    let like = "write it like `postgres://user:password@127.0.0.1:5432/database`";
    assert_refused(PASSWORD, none, like);
    assert_refused(&format!("postgres://{USER}:p@{PASSWORD}@127.0.0.1/bench"), none, like);
    assert_refused(&format!("postgres://127.0.0.1/bench?{PASSWORD}=1"), none, like);
}

#[test]
fn a_silent_server_is_given_up_after_the_timeout() {
    let url = crate::stranger::serve(crate::stranger::Manner::IsSilent, crate::stranger::Manner::IsSilent);
    let url = url.replace("http://", &format!("postgres://{USER}:{PASSWORD}@")) + "/bench?connect_timeout=1";
    assert_refused(&url, "user `fairlane`: no answer within 1s", "see that the server runs");
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn commits_that_are_not_durable_fail_the_cells() {
    let cluster = shared();
    let database = cluster.database();
    let off = format!("ALTER DATABASE {} SET synchronous_commit = off", database.name);
    database.connect().batch_execute(&off).unwrap();
    assert_refused(&database.url, "the server has synchronous_commit off", "turn synchronous_commit on");
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn a_user_without_the_right_to_make_tables_fails_the_cells() {
    let cluster = shared();
    let database = cluster.database();
    let guest =
        format!("REVOKE CREATE ON SCHEMA public FROM public; CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'");
    database.connect().batch_execute(&guest).unwrap();
    let url = database.url.replace(USER, "guest");
    assert_refused(&url, "ERROR: permission denied for schema public", "CREATE on the schema");
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn more_slots_than_connections_fail_their_cell_with_the_limit_to_raise() {
    let cluster = Cluster::start(100);
    let database = cluster.database();
    let ended =
        on(&database, "run -w db-postgres-1ms -e threads,sequential -j 200 --budget 1").run().exits(1);
    let run = ended.record();
    let failed = cell(&run, "db-postgres-1ms/threads/200");
    let (reason, help) = (failed.reason.as_deref().unwrap(), failed.help.as_deref().unwrap());
    assert!(reason.contains("FATAL: sorry, too many clients already"), "{reason}");
    assert!(help.starts_with("raise max_connections or lower --concurrency"), "{help}");
    assert_eq!(cell(&run, "db-postgres-1ms/sequential/200").status, Status::Measured);
    assert!(database.tables().is_empty());
    on(&database, "run -w db-postgres-1ms -e threads-w20 -j 200 --budget 1").run().exits(0);
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn more_slots_than_open_files_name_that_limit() {
    let cluster = shared();
    let database = cluster.database();
    // Wherever the limit is met, in the client's runtime or at its socket.
    for limit in 61..65 {
        let words = "run -w db-postgres-1ms -e threads -j 32 --budget 1";
        let ended =
            Invocation::under(&format!("ulimit -n {limit}"), words).env(VARIABLE, &database.url).run();
        let run = ended.record();
        let failed = cell(&run, "db-postgres-1ms/threads/32");
        let text = format!("{:?} {:?}", failed.reason, failed.help);
        assert!(text.contains(&format!("`ulimit -n` is {limit}")), "{text}");
    }
    assert!(database.tables().is_empty());
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn a_lost_connection_fails_the_cell_and_is_never_opened_again() {
    let cluster = shared();
    for executor in ["sequential", "thread-pool", "process-pool", "tasks"] {
        let database = cluster.database();
        let mut client = database.connect();
        let words = format!("run -w db-postgres-500ms,noop -e {executor} -j 4 --budget 6");
        let running = on(&database, &words).start();
        let slot = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name ~ '^fairlane-' AND wait_event = 'PgSleep' AND datname = current_database() LIMIT 1";
        wait_for("a slot that runs a job", || client.query_opt(slot, &[]).unwrap());
        let ended = running.end().exits(1);
        keeps_the_secret(&ended);
        let run = ended.record();
        let failed = cell(&run, &format!("db-postgres-500ms/{executor}/4"));
        assert_eq!(failed.status, Status::Failed, "{failed:#?}");
        assert!(failed.reason.as_deref().unwrap().contains("commit a transaction at "), "{failed:#?}");
        assert!(failed.help.as_deref().unwrap().starts_with("the log of the server says why"), "{failed:#?}");
        assert_eq!(cell(&run, &format!("noop/{executor}/4")).status, Status::Measured);
        assert!(database.tables().is_empty());
    }
}
