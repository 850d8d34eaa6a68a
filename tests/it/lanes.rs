//! docs/LANES.md against a real lane: the test sends every request of the table, and each reply must have the documented keys
//! and the documented digests. So the document and the code cannot differ.

use std::fmt::Display;
use std::io::{self, BufRead, BufReader, PipeWriter, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as UnixAddr, UnixListener, UnixStream};
use std::process::{self, Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use mock_server::{BACKLOG, Kind, Server, listen, route};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::alone::{Shared, shared};
use crate::cli::{PATIENCE, wait_for};
use crate::document::{Document, assert_alike};

const JOBS: usize = 4;

/// A lane that this test drives by hand.
struct Lane {
    child: Child,
    stdin: Option<ChildStdin>,
    replies: Receiver<String>,
    /// The lane ends when this end of the pipe closes.
    _leash: PipeWriter,
    _shared: Shared,
}

impl Lane {
    /// The shell turns the pipe that it has as standard error into the descriptor that the leash names.
    #[expect(clippy::disallowed_methods, reason = "what drives this lane is the test")]
    fn start() -> Self {
        let script = "exec 9<&2 2>/dev/null; FAIRLANE_LEASH=9:$PPID exec \"$0\"";
        let (reader, leash) = io::pipe().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_fairlane")]).env("FAIRLANE_ROLE", "fairlane-lane");
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(reader);
        let shared = shared();
        let mut child = shell.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let (sender, replies) = mpsc::channel();
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, stdin, replies, _leash: leash, _shared: shared }
    }

    /// Opens one with the documented request, for another cell.
    fn open(document: &Document, cell: &str, server: Option<SocketAddr>) -> Self {
        let (mut request, reply) = document.pair("open");
        (request["cell"], request["server"]) = (cell.into(), json!(server));
        let mut lane = Self::start();
        let mut received = lane.say(&request);
        assert_alike("open", reply, &received);
        assert!(received["build"].as_str().is_some_and(|build| build.starts_with(env!("CARGO_PKG_VERSION"))));
        assert!(received["runtime"].as_str().is_some_and(|runtime| runtime.starts_with("rustc 1.")));
        for example in ["build", "runtime", "model", "in_flight", "keeps_connections"] {
            received[example] = reply[example].clone(); // they follow from the build and from the cell
        }
        assert_eq!(received, *reply, "{request}");
        lane
    }

    fn send(&mut self, line: impl Display) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    fn receive(&mut self) -> Value {
        let line = self.replies.recv_timeout(PATIENCE).expect("a reply");
        serde_json::from_str(&line).unwrap_or_else(|cause| panic!("`{line}` is not JSON: {cause}"))
    }

    fn say(&mut self, line: impl Display) -> Value {
        self.send(line);
        self.receive()
    }

    /// Sends a request as the document has it, and asserts that the reply looks as documented.
    fn ask(&mut self, document: &Document, request: &str) -> Value {
        let (request, reply) = document.pair(request);
        let received = self.say(&request);
        assert_alike(request["do"].as_str().unwrap(), &document.whole(reply), &received);
        assert_eq!(received["reply"], reply["reply"], "{request}");
        received
    }

    /// Requests a standstill; returns how many jobs of each process stood still.
    fn stand_still(&mut self, document: &Document, digest: u64) -> Vec<usize> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let at = format!("fairlane-lanes-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let listener = UnixListener::bind_addr(&UnixAddr::from_abstract_name(&at).unwrap()).unwrap();
        let (mut request, reply) = document.pair("stand-still");
        request["at"] = at.into();
        self.send(&request);
        let jobs = gather(&listener);
        let received = self.receive();
        assert_alike("stand-still", reply, &received);
        assert_eq!(received, json!({ "reply": "stood", "digest": hex(digest) }));
        jobs
    }

    /// Closes its input and waits for its end.
    fn end(&mut self) -> ExitStatus {
        drop(self.stdin.take());
        wait_for("the end of the lane", || self.child.try_wait().unwrap())
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until each job has written its byte, then lets all continue; returns the bytes of each process that wrote any.
fn gather(listener: &UnixListener) -> Vec<usize> {
    listener.set_nonblocking(true).unwrap();
    let mut processes: Vec<(UnixStream, usize)> = Vec::new();
    wait_for("every job at the standstill", || {
        while let Ok((process, _)) = listener.accept() {
            process.set_nonblocking(true).unwrap();
            processes.push((process, 0));
        }
        for (process, bytes) in &mut processes {
            *bytes += process.read(&mut [0; 64]).unwrap_or(0);
        }
        (processes.iter().map(|(_, bytes)| bytes).sum::<usize>() >= JOBS).then_some(())
    });
    processes.into_iter().map(|(_, bytes)| bytes).filter(|bytes| *bytes > 0).collect()
}

/// As documented: XXH3-64 over the answers in submission order, each as a little-endian `u64`.
fn digest(answers: &[u64]) -> u64 {
    xxh3_64(&answers.iter().flat_map(|answer| answer.to_le_bytes()).collect::<Vec<_>>())
}

/// As documented: 16 hexadecimal digits.
fn hex(number: u64) -> String {
    format!("{number:016x}")
}

/// The whole conversation about a cell: every request of the table once, in its order.
fn converse(document: &Document, cell: &str, server: Option<SocketAddr>, answers: &[u64]) {
    let right = digest(answers);
    let mut lane = Lane::open(document, cell, server);
    let sampled = lane.ask(document, "sample");
    let times = document.pair("sample").0["times"].as_u64().unwrap();
    let single: Vec<u64> = serde_json::from_value(sampled["samples_ns"].clone()).unwrap();
    assert_eq!((&sampled["count"], single.len() as u64), (&json!(times), times), "{cell}");
    assert_eq!(sampled["total_ns"], single.iter().sum::<u64>(), "{cell}");
    assert_eq!(sampled["digests"], json!([hex(right)]), "{cell}");
    lane.ask(document, "usage");

    let probed = lane.ask(document, "probe");
    assert_eq!(probed["digest"], hex(right), "{cell}");
    let jobs = probed["timeline"]["jobs"].as_array().unwrap();
    let order: Vec<_> = jobs.iter().map(|job| job["job"].as_u64().unwrap()).collect();
    assert_eq!(order, (0..JOBS as u64).collect::<Vec<_>>(), "{cell}: in submission order");

    assert_eq!(lane.stand_still(document, right), [JOBS], "{cell}: one process has all jobs");
    assert_eq!(lane.ask(document, "answers")["answers"], json!(hexes(answers)), "{cell}");
    assert!(lane.end().success(), "{cell}: the end of input is the end of the lane");
}

fn hexes(numbers: &[u64]) -> Vec<String> {
    numbers.iter().copied().map(hex).collect()
}

/// The documented answer of each job, by its index from 0.
fn answers(of: impl FnMut(u64) -> u64) -> Vec<u64> {
    (0..JOBS as u64).map(of).collect()
}

#[test]
fn a_lane_answers_every_documented_request_with_the_documented_reply() {
    let document = Document::read();
    let requests: Vec<_> = document.pairs.iter().map(|(request, _)| &request["do"]).collect();
    assert_eq!(requests, ["open", "sample", "usage", "probe", "stand-still", "answers"]);

    document.assert_says("| `timer` | `delay_ns` | wait that long | `i` |");
    converse(&document, "timer-1ms/tasks/4", None, &answers(|job| job));

    document.assert_says("over a plain socket: GET `/get?key=i&delay_ns=D&bytes=B` | `hash` of the body |");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), BACKLOG).unwrap();
    let server = Server::start(Kind::Hyper, listener).unwrap();
    let bodies = answers(|job| xxh3_64(&route::body(job, 100)));
    converse(&document, "http-1ms-100b/tasks/4", Some(server.addr()), &bodies);
}

#[test]
fn every_process_that_has_jobs_joins_the_standstill() {
    let document = Document::read();
    for executor in ["process-pool", "processes"] {
        let mut lane = Lane::open(&document, &format!("timer-1ms/{executor}/4"), None);
        assert_eq!(lane.stand_still(&document, digest(&answers(|job| job))), [1; JOBS], "{executor}");
        assert!(lane.end().success(), "{executor}");
    }
}

#[test]
fn an_empty_job_answers_the_documented_number() {
    let document = Document::read();
    document.assert_says("| `noop` | | nothing | 0x6e6f6f70 |");
    let mut lane = Lane::open(&document, "noop/threads/4", None);
    let expected = answers(|_| 0x6e6f_6f70);
    assert_eq!(lane.ask(&document, "sample")["digests"], json!([hex(digest(&expected))]));
    assert_eq!(lane.ask(&document, "answers")["answers"], json!(hexes(&expected)));
}

#[test]
fn a_request_that_cannot_be_done_gets_the_documented_failure_and_the_lane_ends() {
    let document = Document::read();
    let open = |cell: &str| document.pair("open").0.to_string().replace("http/tasks/32", cell);
    let twice = [open("noop/tasks/4"), open("noop/tasks/4")];
    for lines in [&twice[..], &[open("htpp/tasks/4")], &["{\"do\":\"probe\"}".into()], &["x".into()]] {
        let mut lane = Lane::start();
        let mut received = lines.iter().map(|line| lane.say(line)).last().unwrap();
        let mut documented = document.failure.clone();
        if received["help"].is_null() {
            document.assert_says("`help` may be `null` or left out");
            for reply in [&mut documented, &mut received] {
                reply.as_object_mut().unwrap().remove("help");
            }
        }
        assert_alike("failed", &documented, &received);
        assert_eq!(received["reply"], documented["reply"], "{lines:?}");
        let ended = wait_for("the end of the lane", || lane.child.try_wait().unwrap());
        assert!(!ended.success(), "{lines:?}");
    }
}
