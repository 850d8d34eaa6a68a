//! Real inputs: what this project has recorded, its settings, its lessons, the dialogue of `docs/LANES.md`. Long ones are cut to what
//! a reader looks at, so that most changes meet something that matters.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde_json::{Value, json};

use super::lesson::source;
use crate::lesson;
use crate::record::page::LINK;
use crate::record::{divided, fixture};
use crate::report::html;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// The files of a folder with that ending, in order.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(project(folder)).expect(folder);
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.extension().is_some_and(|found| found == ending));
    found.sort();
    found
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("plain data")
}

/// Those inputs, and the first one as other programs write it.
pub(super) fn encoded(mut seeds: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let text = String::from_utf8(seeds[0].clone()).expect("a text");
    let wide = |unit: fn(u16) -> [u8; 2]| format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    seeds.extend([format!("\u{feff}{text}").into(), wide(u16::to_le_bytes), wide(u16::to_be_bytes), packed]);
    seeds
}

/// Pages with a record in each. Of the rest of a page nothing matters.
pub(super) fn pages() -> Vec<Vec<u8>> {
    let page = |record: &Vec<u8>| {
        let packed = html::packed(record).expect("packed");
        format!("<!DOCTYPE html>\n<html lang=\"en\"><a href=\"{LINK}{packed}\">Download</a></html>")
            .into_bytes()
    };
    records().iter().take(8).map(page).collect()
}

/// The records in `results/`, a table each, and those of tests: whole, parts, merged.
pub(super) fn records() -> Vec<Vec<u8>> {
    let mut seeds = vec![pretty(&fixture::whole())];
    let parts = divided::parts(&fixture::whole(), 2, &[2, 1, 2]);
    seeds.push(pretty(&divided::merged(parts.clone())));
    seeds.extend(parts.iter().map(pretty));
    let mut folders: Vec<PathBuf> = fs::read_dir(project("results"))
        .expect("results")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    for file in folders.iter().map(|folder| folder.join("run.json")).filter(|file| file.exists()) {
        let run: Value = serde_json::from_str(&text(&file)).expect("a record");
        seeds.extend(tables(&run).iter().map(pretty));
    }
    seeds
}

/// A record for each of the first tables of a record, with a few cells and samples.
fn tables(run: &Value) -> Vec<Value> {
    let cells = run["cells"].as_array().expect("cells");
    if run["schema"] == 1 {
        let mut old = run.clone();
        old["cells"] = cells.iter().take(6).map(small).collect();
        return vec![old];
    }
    let table = |(at, group): (usize, &Value)| table(run, &[(at, group)], 4);
    let all = || run["groups"].as_array().expect("groups").iter().enumerate();
    // A curve needs several tables.
    let first: Vec<(usize, &Value)> = all().take(4).collect();
    all().take(14).map(table).chain([self::table(run, &first, 3)]).collect()
}

/// The record with those groups alone, and so many cells of each.
fn table(run: &Value, groups: &[(usize, &Value)], most: usize) -> Value {
    let mut cut = run.clone();
    cut["groups"] = groups.iter().map(|(_, group)| (*group).clone()).collect();
    let mut kept = Vec::new();
    for (new, (old, _)) in groups.iter().enumerate() {
        let own = run["cells"].as_array().expect("cells").iter().filter(|cell| cell["group"] == *old);
        let own: Vec<&Value> = own.take(most).collect();
        for cell in &own {
            let mut cell = small(cell);
            cell["group"] = new.into();
            let is_here = |name: &&Value| own.iter().any(|other| other["executor"] == **name);
            let tied: Value =
                cell["tied_with"].as_array().expect("names").iter().filter(is_here).cloned().collect();
            cell["tied_with"] = tied;
            kept.push(cell);
        }
    }
    cut["cells"] = kept.into();
    if let Some(slopes) = cut.get_mut("slopes").and_then(Value::as_array_mut) {
        slopes.truncate(2);
    }
    cut
}

/// A cell with the least and the largest sample of each lane, and with few jobs in its timeline.
fn small(cell: &Value) -> Value {
    let mut cell = cell.clone();
    let ends = |samples: &mut Value| {
        let Some(all) = samples.as_array_mut() else { return };
        all.sort_by(|a, b| a.as_f64().unwrap_or(0.0).total_cmp(&b.as_f64().unwrap_or(0.0)));
        if let (Some(first), Some(last), true) = (all.first().cloned(), all.last().cloned(), all.len() > 2) {
            *all = vec![first, last];
        }
    };
    if let Some(samples) = cell.get_mut("samples_ns") {
        ends(samples);
    }
    for lane in cell.get_mut("lanes").and_then(Value::as_array_mut).into_iter().flatten() {
        ends(&mut lane["samples_ns"]);
    }
    if let Some(jobs) = cell.get_mut("timeline").and_then(|all| all.get_mut("jobs")?.as_array_mut()) {
        jobs.truncate(5);
    }
    cell
}

/// Comparisons of tests: slower, and with little of everything.
pub(super) fn comparisons() -> Vec<Vec<u8>> {
    let whole = fixture::comparison::slower();
    let part = |from: usize| {
        let mut part = whole.clone();
        part.cells = part.cells.into_iter().skip(from).take(2).collect();
        part
    };
    let parts: Vec<_> = (0..whole.cells.len()).step_by(2).map(part).collect();
    [&whole].into_iter().chain(&parts).map(pretty).collect()
}

/// The recorded session, lesson by lesson, with what was said.
pub(super) fn sessions() -> Vec<Vec<u8>> {
    let all: Value = serde_json::from_str(&source("recorded.json")).expect("a session");
    let lessons = lesson::all().expect("lessons");
    let one = |lesson: &lesson::Lesson| {
        let mut session = all.clone();
        let asked = lesson.plan.predict.keys();
        let said = |(at, name): (usize, &String)| {
            let said = if at == 0 {
                json!({"choice": "B", "factor": 16.0})
            } else {
                json!({"choice": null, "factor": null, "votes": {"A": 12, "C": 7}})
            };
            (name.clone(), said)
        };
        let said: serde_json::Map<String, Value> = asked.enumerate().map(said).collect();
        session["lessons"] = json!([{"lesson": lesson.id, "said": said, "seen": "A"}]);
        let cells = lesson.plan.cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let run = &all["run"];
        let is_its = |at: usize| {
            let mut own = run["cells"].as_array().expect("cells").iter().filter(|cell| cell["group"] == at);
            own.any(|cell| cells.iter().any(|id| cell["id"] == id.as_str()))
        };
        let groups = run["groups"].as_array().expect("groups").iter().enumerate();
        let groups: Vec<(usize, &Value)> = groups.filter(|(at, _)| is_its(*at)).collect();
        session["run"] = table(run, &groups, 9);
        session
    };
    lessons.iter().map(|lesson| pretty(&one(lesson))).collect()
}

/// Suite files.
pub(super) fn suites() -> Vec<Vec<u8>> {
    // The executors of lanes files are those of a whole process: here they are unknown.
    let is_suite = |path: &&PathBuf| !path.ends_with("gate.toml") && !path.ends_with("languages.toml");
    files("benches", "toml").iter().filter(is_suite).map(|path| without_comments(&text(path))).collect()
}

/// The cells of the gate.
pub(super) fn gates() -> Vec<Vec<u8>> {
    vec![without_comments(&text(&project("benches/gate.toml")))]
}

/// The lanes file, whole and lane by lane.
pub(super) fn lanes() -> Vec<Vec<u8>> {
    let whole = without_comments(&text(&project("lanes/lanes.toml")));
    let parts = String::from_utf8(whole.clone()).expect("a text");
    let parts: Vec<&str> = parts.split("[[lane]]").skip(1).collect();
    // Some lanes are compared with another one.
    let is_alone = |part: &&&str| {
        let sequential = part.lines().find_map(|line| line.strip_prefix("sequential = "));
        sequential.is_some_and(|name| part.contains(&format!("id = {name}")))
    };
    let alone = parts.iter().filter(is_alone).map(|part| format!("[[lane]]{part}").into_bytes());
    alone.chain([whole.clone()]).collect()
}

fn without_comments(text: &str) -> Vec<u8> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect::<String>().into_bytes()
}

/// Plans of lessons: that whose texts they are told with.
pub(super) fn plans() -> Vec<Vec<u8>> {
    vec![source(&format!("{}.toml", super::lesson::ID)).into_bytes()]
}

/// Texts of that lesson in each language.
pub(super) fn texts() -> Vec<Vec<u8>> {
    ["en", "zh"].map(|language| source(&format!("{language}/{}.toml", super::lesson::ID)).into_bytes()).into()
}

/// The two sides of the documented dialogue: requests, and replies with their parts in place.
fn dialogue() -> [Vec<String>; 2] {
    let document = text(&project("docs/LANES.md"));
    let spans = |line: &str| line.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<String>>();
    let rows: Vec<Vec<String>> = document.lines().filter(|line| line.starts_with('|')).map(spans).collect();
    let part = |key: &str| {
        let row = rows.iter().find(|row| row.first().is_some_and(|first| first == key) && row.len() == 2);
        row.expect(key)[1].clone()
    };
    let filled = |reply: &str| {
        let mut reply = reply.replace("\"digests\":[...]", "\"digests\":[\"91f3c7e40ab5d206\"]");
        reply = reply.replace("\"samples_ns\":[...]", "\"samples_ns\":[12500000,12600000,12554321]");
        reply = reply.replace("\"answers\":[...]", "\"answers\":[\"91f3c7e40ab5d206\",7]");
        for key in ["usage", "jobs", "timeline"] {
            reply = reply.replace(&format!("\"{key}\":{{...}}"), &format!("\"{key}\":{}", part(key)));
        }
        reply
    };
    let starting = |with: &str| {
        let all = rows.iter().flatten().filter(|span| span.starts_with(with));
        all.map(|span| filled(span)).collect::<Vec<_>>()
    };
    let [requests, replies] = ["{\"do\":", "{\"reply\":"].map(starting);
    assert!(requests.len() == 6 && replies.len() == 7, "{requests:?} {replies:?}");
    [requests, replies]
}

/// Requests one by one, and dialogues with cells that are opened fast.
pub(super) fn requests() -> Vec<Vec<u8>> {
    let [all, _] = dialogue();
    let with = |cell: &str| {
        let open = all[0].replace("http/tasks/32", cell);
        let others = [
            "{\"do\":\"sample\",\"times\":2}",
            "{\"do\":\"probe\"}",
            "{\"do\":\"answers\"}",
            "{\"do\":\"usage\"}",
        ];
        [open.as_str()].into_iter().chain(others).collect::<Vec<_>>().join("\n").into_bytes()
    };
    let cells = ["noop/sequential/4", "noop/tasks-cold/8", "timer-10us/thread-pool-w2/4", "noop/rayon-c1/3"];
    cells.iter().map(|cell| with(cell)).chain([all[0].clone().into_bytes()]).collect()
}

/// Replies one by one, and all of them.
pub(super) fn replies() -> Vec<Vec<u8>> {
    let [_, all] = dialogue();
    let whole = all.join("\n");
    all.into_iter().chain([whole]).map(String::into_bytes).collect()
}
