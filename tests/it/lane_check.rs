//! `fairlane lane-check`: Fairlane's own lanes keep every rule, and so can a program that no lanes file names.

use serde_json::Value;

use crate::cli::Invocation;

/// A lane in a shell, for `noop` alone: it does what docs/LANES.md says, and nothing that may be left out.
const SHELL: &str = r#"
while read -r line; do
    case $line in
        *'"protocol":99'*) echo '{"reply":"failed","message":"too new"}'; exit 1 ;;
        *'"do":"open"'*)
            if [ "$open" ]; then echo '{"reply":"failed","message":"open already"}'; exit 1; fi
            open=1
            echo '{"reply":"ready","protocol":1,"language":"Shell","model":"main thread","in_flight":1,"hash":"crc32"}' ;;
        *'"do":"sample"'*)
            times=$(expr "$line" : '.*"times":\([0-9]*\)')
            singles=$(yes 1 | head -n "$times" | head -n 1000 | tr '\n' ,)
            echo "{\"reply\":\"sampled\",\"count\":$times,\"total_ns\":$times,\"samples_ns\":[${singles%,}],\"digests\":[\"DIGEST\"]}" ;;
        *'"do":"usage"'*) echo '{"reply":"used","usage":null}' ;;
        *'"do":"probe"'*) echo '{"reply":"probed","wall_ns":1,"jobs":null,"digest":"DIGEST","usage":{"cpu_user_ns":0,"cpu_sys_ns":0,"switches_voluntary":0,"switches_involuntary":0,"faults_minor":0,"faults_major":0}}' ;;
        *'"do":"stand-still"'*) echo '{"reply":"stood","digest":"DIGEST"}' ;;
        *'"do":"answers"'*) echo '{"reply":"answers","answers":["000000006e6f6f70","000000006e6f6f70"]}' ;;
        *) echo '{"reply":"failed","message":"unknown request"}'; exit 1 ;;
    esac
done
"#;

/// The digest of two answers of `noop`, as docs/LANES.md describes it.
fn digest() -> String {
    let bytes = [0x6e6f_6f70_u64.to_le_bytes(); 2].concat();
    format!("{:016x}", crc32(&bytes))
}

/// Bit by bit, by another way than the library's tables.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

fn shell(edit: impl Fn(String) -> String) -> Invocation {
    let words = "lane-check --executor shell --cells noop/shell/2 --timeout 5 sh lane.sh";
    Invocation::new(words).file("lane.sh", &edit(SHELL.replace("DIGEST", &digest())))
}

#[test]
fn fairlanes_own_lanes_keep_every_rule() {
    let fairlane = env!("CARGO_BIN_EXE_fairlane");
    let executors = "sequential,threads,gil-threads,process-pool,processes,tasks,tasks-mt";
    let words = format!("lane-check --executor {executors} --json {fairlane}");
    let ended = Invocation::new(&words).run().exits(0);
    let cells: Value = serde_json::from_str(&ended.stdout).unwrap();
    let cells = cells.as_array().unwrap();
    assert_eq!(cells.len(), 7 * 11);
    for cell in cells {
        let rules = cell["rules"].as_array().unwrap();
        let not_applicable = cell["not_applicable"].as_str().unwrap_or_default();
        assert_eq!(
            cell["cell"] == "hold/sequential/4",
            not_applicable.contains("in flight at once"),
            "{cell}"
        );
        assert_eq!(rules.is_empty(), !not_applicable.is_empty(), "{cell}");
    }
    let verdict = |cell: &str, rule: &str| {
        let cell = cells.iter().find(|one| one["cell"] == cell).unwrap();
        let rule = cell["rules"].as_array().unwrap().iter().find(|one| one["rule"] == rule);
        rule.map(|rule| rule["verdict"].as_str().unwrap().to_owned())
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(verdict("http-5ms-hyper/tasks/4", "connections"), some("ok"));
    assert_eq!(verdict("timer-5ms/process-pool/4", "still"), some("ok"));
    assert_eq!(verdict("noop/tasks/100", "timeline"), some("ok"));
    assert_eq!(verdict("noop/tasks/4", "second-open"), some("ok"), "in the first cell of an executor");
    assert_eq!(verdict("noop/tasks/100", "second-open"), None);
    assert_eq!(verdict("timer-5ms/threads/4", "tasks"), None, "it has none");
}

#[test]
fn a_program_that_no_lanes_file_names_says_itself_what_it_is() {
    let text = shell(|script| script).run().exits(0).stdout;
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("noop/shell/2"));
    let find = |rule: &str| text.lines().find(|line| line.contains(rule)).unwrap_or_else(|| panic!("{text}"));
    assert!(find("every answer is right").starts_with("  ok           "), "{text}");
    assert_eq!(find("`model` is"), "  ok           `model` is that of the executor: `main thread`");
    assert!(find("the timeline").starts_with("  not claimed  "), "{text}");
    assert!(
        find("stand still until").ends_with("no job stood still, so this lane has no memory figures"),
        "{text}"
    );
    assert!(!text.contains("  broken "), "{text}");
}

#[test]
fn what_a_program_breaks_is_named() {
    let strict = |script: String| {
        script.replacen("case $line in", "case $line in *of_a_later_version*) echo '{\"reply\":\"failed\",\"message\":\"what is this?\"}'; exit 1 ;;", 1)
    };
    let lax =
        |script: String| script.replace("if [ \"$open\" ]", "if false").replace("\"protocol\":99", "never");
    let numbers = |script: String| script.replace("\"000000006e6f6f70\"", "1852796784");
    type Case<'c> = (&'c dyn Fn(String) -> String, &'c [&'c str]);
    let cases: [Case<'_>; 3] = [
        (&strict, &["keys that the lane does not know are ignored: the lane failed: what is this?"]),
        (
            &lax,
            &[
                "a second `open` is answered by `failed`: the lane replied \"ready\"",
                "an `open` of a newer version of the protocol is answered by `failed`: the lane replied \"ready\"",
            ],
        ),
        (&numbers, &["digests and answers are strings of 16 hexadecimal digits: `answers` has 1852796784"]),
    ];
    for (edit, broken) in cases {
        let text = shell(edit).run().exits(1).stdout;
        let found: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("  broken       ")).collect();
        assert_eq!(found, broken, "{text}");
    }
}
