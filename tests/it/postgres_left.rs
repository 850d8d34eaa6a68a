//! What runs of `db-postgres` leave in the database, however they end: no table, no sleeping transaction.

use fairlane::record::Status;
use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::cli::{Running, suite, wait_for};
use crate::cluster::shared;
use crate::postgres::{end_all, keeps_the_secret, on, waiting};

/// Runs it, does something meanwhile, and asserts that no table is left.
fn leaves_no_table(words: &str, meanwhile: impl FnOnce(&Running), code: i32) {
    let cluster = shared();
    let database = cluster.database();
    let running = on(&database, words).start();
    wait_for("sleeping transactions", || (waiting(&mut database.connect()) > 0).then_some(()));
    meanwhile(&running);
    let ended = running.end().exits(code);
    keeps_the_secret(&ended);
    assert!(database.tables().is_empty());
    assert_eq!(waiting(&mut database.connect()), 0, "a transaction sleeps on");
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn an_interrupted_run_leaves_neither_a_table_nor_a_sleeping_transaction() {
    let words = "run -w db-postgres-60s -e process-pool -j 4 --timeout 600";
    leaves_no_table(words, |running| running.signal(Signal::SIGINT), 130);
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn a_killed_lane_leaves_neither_a_table_nor_a_sleeping_transaction() {
    let kill = |running: &Running| running.family.await_named("fairlane-lane", 1)[0].kill();
    leaves_no_table("run -w db-postgres-60s -e tasks -j 4 --timeout 600", kill, 1);
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn a_table_of_a_killed_driver_is_dropped_by_the_next_or_a_day_later_from_elsewhere() {
    let cluster = shared();
    let database = cluster.database();
    let mut client = database.connect();
    let places = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let at = |folder: &TempDir, words: &str| {
        on(&database, words)
            .env("TMPDIR", folder.path())
            .file("suite.toml", &suite(2, "sequential", &[("db-postgres-1ms", 1)]))
    };
    let mut killed = || {
        let running = at(&places[0], "run -w db-postgres-60s -e sequential -j 1 --timeout 600").start();
        wait_for("a sleeping transaction", || (waiting(&mut client) > 0).then_some(()));
        running.signal(Signal::SIGKILL);
        running.family.assert_gone();
        assert_eq!(database.tables().len(), 1);
    };
    killed();
    at(&places[0], "verify --suite suite.toml").run().exits(0);
    assert!(database.tables().is_empty());

    killed();
    wait_for("its end", || end_all(&mut client).then_some(()));
    let left = database.tables();
    let again = || at(&places[1], "verify --suite suite.toml").run().exits(0);
    again();
    assert_eq!(database.tables(), left, "it may be another run's");
    client
        .batch_execute(&format!("COMMENT ON TABLE \"{}\" IS 'made by fairlane at 1700000000'", left[0]))
        .unwrap();
    client.batch_execute("CREATE TABLE \"fairlane-mine42\" ()").unwrap();
    again();
    assert_eq!(database.tables(), ["fairlane-mine42"], "only what says that it is ours");
}

#[test]
#[cfg_attr(not(postgresql), ignore = "needs PostgreSQL: apt-get install postgresql")]
fn two_runs_at_once_in_one_database_do_not_disturb_each_other() {
    let cluster = shared();
    let database = cluster.database();
    let start = || on(&database, "run -w db-postgres -e sequential,tasks -j 4 --budget 2").start();
    let runs = [start(), start()];
    for ended in runs.map(Running::end) {
        let ended = ended.exits(0);
        assert!(ended.record().cells.iter().all(|cell| cell.status == Status::Measured));
    }
    assert!(database.tables().is_empty());
}
