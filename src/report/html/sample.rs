//! A page made by hand, with all that can be on one: what the tests look at.

use crate::report::format;
use crate::report::view::chart::{
    Bar, Bars, Curves, Ended, Figure, Lane, Line, Place, Plane, Point, Scale, Span, Timelines, Tone,
};
use crate::report::view::{
    Fact, Field, Group, Head, Mark, Matrix, MatrixCell, MatrixRow, Page, Row, Said, Table, Verdict, Warning,
};

/// What somebody might name an executor.
pub(super) const SCRIPT: &str = "<script>alert(1)</script>";
/// A name that is read from the right.
pub(super) const RIGHT_TO_LEFT: &str = "\u{5d7}\u{5d5}\u{5d8}\u{5d9}\u{5dd}-2";

/// An executor in a group: name, model, milliseconds (0: none), how it stands.
type Entry = (&'static str, &'static str, f64, Mark);

use Mark::{Behind, Failed, First, Limited, NotApplicable, Tied, Unranked};
const MAIN: &str = "main thread";
const THREAD: &str = "OS thread";
const PROCESS: &str = "process";
const TASK: &str = "async task";
const MIX: &str = "async task and OS thread";

const HTTP: [Entry; 10] = [
    ("tasks-rayon", MIX, 12.7, Tied),
    ("thread-pool", THREAD, 12.7, Tied),
    ("tasks", TASK, 12.7, Tied),
    ("tasks-mt", TASK, 12.7, Tied),
    ("gil-threads", THREAD, 12.9, Tied),
    ("process-pool", PROCESS, 13.1, Tied),
    ("threads", THREAD, 13.7, Behind),
    ("processes", PROCESS, 53.2, Behind),
    ("rayon", THREAD, 181.0, Behind),
    ("sequential", MAIN, 356.0, Behind),
];
const PRIMES: [Entry; 10] = [
    ("rayon", THREAD, 16.1, First),
    ("thread-pool", THREAD, 16.4, Behind),
    ("threads", THREAD, 16.6, Behind),
    ("tasks-rayon", MIX, 16.6, Behind),
    ("process-pool", PROCESS, 17.0, Behind),
    ("tasks-mt", TASK, 17.1, Limited),
    ("processes", PROCESS, 31.2, Behind),
    ("sequential", MAIN, 32.1, Unranked),
    ("tasks", TASK, 32.2, Behind),
    ("gil-threads", THREAD, 0.0, Failed),
];
const NOOP: [Entry; 10] = [
    ("sequential", MAIN, 0.0004, First),
    ("rayon", THREAD, 0.0061, Behind),
    ("thread-pool", THREAD, 0.021, Behind),
    ("gil-threads", THREAD, 0.034, Behind),
    ("tasks", TASK, 0.042, Behind),
    ("tasks-mt", TASK, 0.081, Behind),
    ("tasks-rayon", MIX, 0.12, Behind),
    ("process-pool", PROCESS, 0.51, Behind),
    ("threads", THREAD, 3.4, Behind),
    ("processes", PROCESS, 104.0, Behind),
];
const STRANGE: [Entry; 7] = [
    ("hand-rolled", "fibre", 9.2, First),
    (SCRIPT, "green thread", 9.9, Behind),
    (RIGHT_TO_LEFT, THREAD, 10.4, Behind),
    (LONG, PROCESS, 11.0, Limited),
    ("tasks", TASK, 12.0, Unranked),
    ("processes", PROCESS, 0.0, Failed),
    ("rayon", THREAD, 0.0, NotApplicable),
];
/// 200 characters.
pub(super) const LONG: &str = "a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name-\
     a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name-a-very-lon";

fn figure(value: f64) -> Figure {
    Figure { value, text: format::time(value) }
}

fn plain(value: f64) -> Figure {
    Figure { value, text: format::plain(value) }
}

fn word(mark: Mark) -> String {
    if mark == Failed { "failed".into() } else { "not applicable".into() }
}

fn reason(mark: Mark) -> Option<String> {
    match mark {
        Failed => Some("job 3 answered 17 instead of 168; see `fairlane verify` <b>".into()),
        NotApplicable => Some("it has one worker for each core and cannot hold 32 at once".into()),
        Limited => Some("limited by the server, so it is not ranked".into()),
        _ => None,
    }
}

fn bars(name: &str, entries: &[Entry], ideal: Option<f64>, scale: Scale) -> Bars {
    let bar = |(at, (label, model, ms, mark)): (usize, &Entry)| {
        let (ns, spread) = (ms * 1e6, 0.02 + 0.012 * (at as f64 * 1.7).sin().abs());
        Bar {
            label: (*label).into(),
            model: (*model).into(),
            mark: *mark,
            median: (ns > 0.0).then(|| figure(ns)),
            interval: (ns > 0.0 && *mark != Unranked)
                .then_some([ns * (1.0 - spread), ns * (1.0 + 1.6 * spread)]),
            word: if ns > 0.0 { String::new() } else { word(*mark) },
        }
    };
    Bars {
        caption: format!("{name}: time of one batch, shorter is better"),
        scale,
        ideal: ideal.map(|ms| figure(ms * 1e6)),
        bars: entries.iter().enumerate().map(bar).collect(),
    }
}

fn table(name: &str, entries: &[Entry], slowest: f64) -> Table {
    let head = |text: &str, title: &str| Head { text: text.into(), title: title.into() };
    let field = |value: f64, text: String| Field { text, value: Some(value) };
    let row = |(label, model, ms, mark): &Entry| {
        let ns = ms * 1e6;
        let fields = if ns > 0.0 {
            vec![
                field(ns, format::time(ns)),
                field(ns, format::time_range([ns * 0.97, ns * 1.03])),
                field(slowest / ms, format::ratio(slowest / ms)),
                field(slowest / ms * 1.06, format::plain(slowest / ms * 1.06)),
                field(0.3, format::plain(0.3)),
                field(ns * 0.1, format::time(ns * 0.1)),
                field(167.0, "167".into()),
                Field { text: format::MISSING.into(), value: None },
            ]
        } else {
            vec![Field { text: word(*mark), value: None }]
        };
        Row { mark: *mark, name: (*label).into(), model: (*model).into(), fields, reason: reason(*mark) }
    };
    Table {
        caption: format!("{name}, fastest first"),
        head: vec![
            head("executor", ""),
            head("median", "the middle of the times of one batch"),
            head("99 % interval", "encloses the true median in 99 of 100 runs"),
            head("speed-up", "how many times as fast as sequential"),
            head("overlap", "jobs in flight on average"),
            head("cores", "cores at work on average"),
            head("CPU", "processor time of the whole process tree"),
            head("switches", "context switches"),
            head("memory", "what heaps and stacks hold with all jobs in flight"),
        ],
        rows: entries.iter().map(row).collect(),
        remarks: vec![
            "at most 32 jobs at once; rayon 2; sequential 1".into(),
            "tied: they differ by less than two lanes of the same cell may: 4.53 %".into(),
        ],
    }
}

/// Jobs laid out as their executor would: `at_once` rows at a time, each waits most of its life or computes.
fn lane(entry: &Entry, jobs: usize, at_once: usize, waits: bool) -> Lane {
    let (label, model, ms, _) = *entry;
    let (wall, at_once) = (ms * 1e6, at_once.min(jobs));
    let waves = jobs.div_ceil(at_once) as f64;
    let step = wall * 0.96 / waves;
    let mut rows = vec![Vec::new(); at_once];
    for job in 0..jobs {
        let (row, wave) = (job % at_once, (job / at_once) as f64);
        let late = wall * 0.03 * row as f64 / at_once as f64;
        let span =
            |from: f64, to: f64, tone| Span { from_ns: from, to_ns: to, tone, core: Some(job * 7 % 3 % 2) };
        let from = wave * step + late;
        if wave == 0.0 {
            rows[row].push(Span { core: None, ..span(0.0, from, Tone::OnItsWay) });
        }
        let (sent, back) = if waits {
            (from + step * 0.02, from + step * 0.93)
        } else {
            (from + step * 0.3, from + step * 0.3)
        };
        rows[row].push(span(from, sent, Tone::Computing));
        rows[row].push(span(sent, back, Tone::Waiting));
        rows[row].push(span(back, from + step * 0.985, Tone::Computing));
    }
    let what = if model == TASK { "a row for each job" } else { "a row for each worker" };
    let remark = if jobs > 16 { format!("{jobs} of 2,000 jobs; {what}") } else { what.into() };
    Lane { label: label.into(), model: model.into(), wall: figure(wall), remark, rows }
}

fn timelines(entries: &[Entry], jobs: usize, waits: bool) -> Timelines {
    let at_once = |name: &str| match name {
        "sequential" => 1,
        "rayon" => 2,
        "tasks" if !waits => 1,
        _ if !waits => 2,
        _ => jobs,
    };
    let lanes: Vec<Lane> = entries
        .iter()
        .filter(|(_, _, ms, _)| *ms > 0.0)
        .map(|entry| lane(entry, jobs, at_once(entry.0), waits))
        .collect();
    let until_ns = lanes.iter().map(|lane| lane.wall.value).fold(0.0, f64::max);
    Timelines { caption: "when each job ran, in one more run of the batch".into(), until_ns, lanes }
}

fn group(name: &str, entries: &[Entry], ideal: Option<f64>, scale: Scale, jobs: usize, waits: bool) -> Group {
    let slowest = entries.iter().map(|(_, _, ms, _)| *ms).fold(0.0, f64::max);
    Group {
        name: name.into(),
        anchor: name.replace('/', "-"),
        about: "One job is a GET of 1 KiB from the mock server, which answers after 10 ms.".into(),
        bars: bars(name, entries, ideal, scale),
        table: table(name, entries, slowest),
        timelines: (jobs > 0).then(|| timelines(entries, jobs, waits)),
    }
}

fn matrix(groups: &[(&Group, &[Entry])]) -> Matrix {
    let mut executors: Vec<String> = Vec::new();
    for (name, ..) in groups.iter().flat_map(|(_, entries)| *entries) {
        if !executors.iter().any(|other| other == name) {
            executors.push((*name).into());
        }
    }
    let row = |(group, entries): &(&Group, &[Entry])| {
        let best = entries.iter().map(|entry| entry.2).filter(|ms| *ms > 0.0).fold(f64::INFINITY, f64::min);
        let cell = |executor: &String| {
            entries.iter().find(|entry| entry.0 == executor).map(|(_, _, ms, mark)| MatrixCell {
                text: if *ms > 0.0 { format::time(ms * 1e6) } else { word(*mark) },
                mark: *mark,
                behind: (*ms > 0.0).then(|| ms / best),
                title: reason(*mark).unwrap_or_else(|| format!("{} the fastest", format::ratio(ms / best))),
            })
        };
        MatrixRow {
            group: group.name.clone(),
            anchor: group.anchor.clone(),
            cells: executors.iter().map(cell).collect(),
        }
    };
    Matrix { rows: groups.iter().map(row).collect(), executors: executors.clone() }
}

fn curves() -> Curves {
    let sizes = [1.0, 10.0, 100.0, 1_000.0, 10_000.0];
    let line = |label: &str, model: &str, ms: &[f64], ended: Option<&str>| Line {
        label: label.into(),
        model: model.into(),
        points: ms
            .iter()
            .zip(sizes)
            .map(|(ms, x)| Point {
                x,
                y: figure(ms * 1e6),
                interval: Some([ms * 0.94e6, ms * 1.1e6]),
                limited: x > 5_000.0 && label == "tasks",
            })
            .collect(),
        ended: ended.map(|reason| Ended { x: sizes[ms.len()], word: "failed".into(), reason: reason.into() }),
    };
    Curves {
        caption: "timer: jobs at once and the time of the batch".into(),
        x_label: "jobs at once".into(),
        y_label: "time of the batch".into(),
        cores: None,
        lines: vec![
            line(
                "sequential",
                MAIN,
                &[10.1, 101.0, 1010.0],
                Some("a sample of 10 s is longer than the rounds allow"),
            ),
            line("threads", THREAD, &[10.26, 10.6, 14.2, 57.0, 610.0], None),
            line("thread-pool", THREAD, &[10.1, 10.2, 11.4, 24.0, 190.0], None),
            line(
                "processes",
                PROCESS,
                &[12.1, 18.9, 118.0, 1190.0],
                Some("cannot start process 9,817: Resource temporarily unavailable"),
            ),
            line("process-pool", PROCESS, &[10.2, 10.3, 12.8, 44.0], Some("left out: it would hold 7 GiB")),
            line("tasks", TASK, &[11.2, 11.2, 11.4, 13.1, 31.0], None),
            line("tasks-mt", TASK, &[11.2, 11.3, 11.5, 13.4, 30.0], None),
        ],
        table: table("timer", &HTTP, 356.0),
    }
}

fn workers() -> Curves {
    let mut chart = curves();
    chart.caption = "primes: workers and the time of the batch".into();
    chart.x_label = "workers".into();
    chart.cores = Some(2);
    chart.lines.truncate(5);
    for (at, line) in chart.lines.iter_mut().enumerate() {
        let sizes = [1.0, 2.0, 4.0, 8.0, 16.0];
        let point = |x: f64| Point {
            x,
            y: figure(33e6 * (1.0 + 0.02 * at as f64) / x.min(2.0)),
            interval: None,
            limited: false,
        };
        line.points = sizes.map(point).to_vec();
        line.ended = None;
    }
    chart
}

fn plane() -> Plane {
    let kinds = [
        ("http", "io", HTTP, 30.0, 0.15),
        ("tcp", "io", HTTP, 31.0, 0.06),
        ("timer", "io", HTTP, 15.5, 0.02),
        ("file", "io", HTTP, 11.0, 0.4),
        ("primes", "cpu", PRIMES, 2.0, 1.95),
        ("blur", "cpu", PRIMES, 2.0, 1.9),
        ("crawl", "mixed", PRIMES, 9.0, 1.1),
        ("noop", "control", NOOP, 1.4, 0.9),
    ];
    let place = |(kind, family, entries, overlap, busy): (&str, &str, [Entry; 10], f64, f64)| {
        entries.map(|(executor, model, ..)| {
            let twist = 1.0 + 0.3 * (executor.len() as f64 * 1.9 + kind.len() as f64).sin();
            let (overlap, busy) = match executor {
                "sequential" => (1.0, busy.min(1.0) * 0.05 * twist),
                "rayon" => (1.98, busy * twist),
                "processes" => (overlap * 0.4, (busy * 9.0_f64).min(1.6)),
                _ => (overlap * twist, (busy * twist).min(1.99)),
            };
            let label = format!("{kind}/{executor}/32");
            Place {
                label,
                model: model.into(),
                family: family.into(),
                overlap: plain(overlap),
                parallelism: plain(busy),
            }
        })
    };
    Plane { cores: 2, points: kinds.into_iter().flat_map(place).collect() }
}

/// Everything once.
pub(super) fn page() -> Page {
    let fact = |name: &str, value: &str| Fact { name: name.into(), value: value.into() };
    let verdict = |work: &str, answer: &str, sentences: &[&str]| Verdict {
        work: work.into(),
        answer: answer.into(),
        support: "first or tied in 2 of 2 tables".into(),
        said: sentences
            .iter()
            .map(|sentence| Said {
                anchor: "http-32".into(),
                headline: (*sentence).into(),
                details: vec!["and so on".into()],
            })
            .collect(),
    };
    let groups = [
        (group("noop/100", &NOOP, None, Scale::Log, 0, false), &NOOP[..]),
        (group("http/32", &HTTP, Some(10.0), Scale::Linear, 32, true), &HTTP[..]),
        (group("primes/16", &PRIMES, Some(16.05), Scale::Linear, 16, false), &PRIMES[..]),
        (group("strange/8", &STRANGE, Some(10.0), Scale::Linear, 8, true), &STRANGE[..]),
    ];
    let matrix = matrix(&groups.each_ref().map(|(group, entries)| (group, *entries)));
    Page {
        title: "2026-11-24, 2 cores of an AMD EPYC".into(),
        cautions: vec!["This run was interrupted: it holds the cells that were done.".into()],
        verdicts: vec![
            verdict(
                "Waiting",
                "tasks or thread-pool",
                &[
                    "http/32: tasks-rayon, thread-pool, tasks, tasks-mt, gil-threads and process-pool tie at 12.7 ms, 28.1x as fast as sequential.",
                    "timer/16: thread-pool takes 10.3 ms, tasks 11.2 ms.",
                ],
            ),
            verdict(
                "Computing",
                "rayon",
                &[
                    "primes/16: rayon takes 16.1 ms, 1.99x as fast as sequential; thread-pool is 1.02x behind.",
                ],
            ),
            verdict(
                "Both in turn",
                "tasks-rayon, tasks-mt or threads",
                &["crawl/16: five of ten tie at 7.1 to 8.6x sequential.", "tasks alone is at 6.4x."],
            ),
        ],
        matrix,
        executors: vec![fact("tasks", "a tokio task for every job on one thread")],
        groups: groups.into_iter().map(|(group, _)| group).collect(),
        curves: vec![curves(), workers()],
        plane: Some(plane()),
        primitives: vec![Table {
            caption: "primitive-switch: a round trip between two units".into(),
            ..table("switch", &PRIMES[..5], 1.0)
        }],
        environment: vec![
            fact("system", "Debian GNU/Linux 12 (bookworm), Linux 6.18"),
            fact("processor", "AMD EPYC, 2 cores"),
            fact("compiler", "rustc 1.95.0 (59807616e 2026-04-14), release"),
            fact("commit", "6e0437561291-dirty"),
        ],
        apparatus: vec![
            fact("server", "own, up to 12.0 k/s"),
            fact("sleep of 1 ms ends late by", "94.2 us"),
            fact("noise floor", "4.53 %"),
        ],
        warnings: vec![Warning {
            text: "the machine was busy when the run began: its load average is 5.19".into(),
            advice: "end what else runs and wait a minute; a compilation just before counts".into(),
        }],
        command: "cargo bench --bench suite -- 'http|primes'".into(),
    }
}

/// As much as a page of a whole run can hold: 12 groups of 10 lanes with 64 rows each.
pub(super) fn full() -> Page {
    let mut page = page();
    let group = |at: usize| {
        let mut group = group(&format!("http-{at}ms/64"), &HTTP, Some(10.0), Scale::Linear, 64, true);
        group.timelines = Some(Timelines {
            lanes: HTTP.iter().map(|entry| lane(entry, 128, 64, true)).collect(),
            ..group.timelines.take().unwrap_or_else(|| timelines(&HTTP, 64, true))
        });
        group
    };
    page.groups = (0..12).map(group).collect();
    page.curves = vec![curves(); 8];
    page
}
