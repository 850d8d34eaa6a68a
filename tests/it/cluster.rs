//! A PostgreSQL server that a test starts in a folder of its own. However the test ends, the server ends and the folder is
//! removed.
//!
//! A shell controls the server. It obeys lines on its standard input. At the end of input, which also comes when the test
//! is killed, it stops the server and removes the folder. If the test runs as root, both run as the user `postgres`, because
//! PostgreSQL refuses to run as root.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use postgres::{Client, NoTls};

pub(crate) const VARIABLE: &str = "FAIRLANE_DATABASE_URL";
/// Nothing else in the output looks like it.
pub(crate) const PASSWORD: &str = "s3cret-Pa55word";
pub(crate) const USER: &str = "fairlane";

/// `$1` is the password, `$2` the connections there may be, all others are ports to try: one that was free a moment ago
/// may be taken, also while the server is stopped.
const KEEPER: &str = r#"
set -eu
password=$1; connections=$2; shift 2
folder=$(mktemp -d); cd "$folder"
trap 'pg_ctl -D data -m immediate stop >/dev/null 2>&1 || :; cd /; rm -rf "$folder"' EXIT
printf %s "$password" >password
initdb --no-sync --locale=C --encoding=UTF8 -D data -U fairlane --auth=scram-sha-256 --pwfile=password >log 2>&1 || { cat log >&2; exit 1; }
start() { pg_ctl -D data -o "-h 127.0.0.1 -p $1 -k $folder -c shared_buffers=16MB -c max_connections=$connections" -l log -w start >/dev/null; }
for port in "$@"; do
    if start "$port"; then
        echo "$port"
        while read -r ask; do
            case $ask in
                stop) pg_ctl -D data -m immediate stop >/dev/null ;;
                start) for again in 1 2 3 4 5; do start "$port" && break; sleep 1; done ;;
            esac
            echo done
        done
        exit
    fi
done
cat log >&2; exit 1
"#;

pub(crate) struct Cluster {
    pub(crate) port: u16,
    keeper: Mutex<Keeper>,
}

struct Keeper {
    child: Child,
    /// Closing it ends the server.
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// The one that tests share. It is never dropped; it ends when the test binary ends and the pipe closes.
pub(crate) fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(300))
}

impl Cluster {
    /// Starts one that takes that many connections.
    pub(crate) fn start(connections: usize) -> Self {
        let programs = programs().expect("the build found PostgreSQL's `initdb`");
        let path = format!("{}:{}", programs.display(), env::var("PATH").unwrap());
        let mut keeper = shell();
        keeper
            .args(["-c", KEEPER, "keeper", PASSWORD, &connections.to_string()])
            .args(free_ports().map(|port| port.to_string()));
        // In a group of its own: Ctrl-C would end the shell before it can tidy up.
        keeper.env("PATH", path).current_dir("/").process_group(0);
        let mut child = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut keeper = Keeper { child, stdin, stdout };
        let port = keeper.read_line().parse().expect("PostgreSQL did not start: its log is above");
        Self { port, keeper: Mutex::new(keeper) }
    }

    /// Stops the server at once, as a crash would: `pg_ctl stop -m immediate`.
    pub(crate) fn stop(&self) {
        self.keeper.lock().unwrap().ask("stop");
    }

    /// Starts it again after that; it recovers what was committed.
    pub(crate) fn start_again(&self) {
        self.keeper.lock().unwrap().ask("start");
    }

    /// A fresh, empty database.
    pub(crate) fn database(&self) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bench{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let url = format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{name}", self.port);
        let mut template = connect(&url.replace(&name, "postgres"));
        template.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        Database { name, url }
    }
}

impl Keeper {
    fn read_line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn ask(&mut self, what: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{what}").unwrap();
        assert_eq!(self.read_line(), "done", "{what}");
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// A database of one test, on a cluster.
pub(crate) struct Database {
    pub(crate) name: String,
    /// With the password.
    pub(crate) url: String,
}

impl Database {
    pub(crate) fn connect(&self) -> Client {
        connect(&self.url)
    }

    /// The tables that cells have in it now.
    pub(crate) fn tables(&self) -> Vec<String> {
        let rows =
            self.connect().query("SELECT relname FROM pg_class WHERE relname ~ '^fairlane-.{6}$'", &[]);
        rows.unwrap().iter().map(|row| row.get(0)).collect()
    }
}

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a server that is not Fairlane's")]
fn shell() -> Command {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return Command::new("sh");
    }
    let mut shell = Command::new("setpriv");
    shell.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
    shell
}

/// Where `initdb` is: in the path, or where Debian puts it, the newest version first.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut installed: Vec<_> = installed.map(|version| version.unwrap().path().join("bin")).collect();
    installed.sort();
    let mut folders = installed.into_iter().rev().chain(env::split_paths(&path));
    folders.find(|folder| folder.join("initdb").exists())
}

fn free_ports() -> [u16; 4] {
    let listeners = [0; 4].map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
