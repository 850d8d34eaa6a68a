//! `fairlane lesson` on a terminal: what is on the screen at each moment of a session, and what is left of it when somebody
//! presses Ctrl-C.

use std::thread;

use fairlane::lesson::Language;
use fairlane::report::lesson::words::{self, Words};

use crate::cli::{Invocation, PATIENCE, wait_at_most};
use crate::pty::{Row, Screen, Size, Terminal};

/// A lesson whose pictures have one row each.
const LOW: &str = "main-thread";
/// One with a picture of one row and one of sixteen, which 15 rows of a terminal cannot show.
const HIGH: &str = "threads-for-io";

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";

fn session(words: &str) -> Invocation {
    Invocation::of_session(words).env("TERM", "xterm-256color")
}

/// What was recorded is shown as what is measured is, and no noise of this machine changes its verdict.
fn lesson(id: &str, language: Language, size: Size) -> Terminal {
    Terminal::start(session(&format!("lesson {id} --recorded --lang {}", language.code())), size)
}

/// Whether the cursor stands behind that prompt, which may have more than one line.
fn asks(screen: &Screen, prompt: &str) -> bool {
    let until = Screen { rows: screen.rows[..=screen.cursor.0].to_vec(), ..screen.clone() };
    let ends = |space: &str| until.joined(space).trim_end_matches([':', ' ']).ends_with(prompt);
    !screen.is_alternate && (ends(" ") || ends(""))
}

/// Answers the question before the pictures.
fn predict(terminal: &Terminal, words: &Words) {
    for (prompt, answer) in [(words.your_choice, "b\n"), (words.your_factor, "\n")] {
        assert_whole(&terminal.wait(prompt, |screen| asks(screen, prompt)));
        terminal.types(answer);
    }
}

/// Asserts that the terminal broke no line: what it breaks, it breaks within words. Commands are to be copied, and so are in
/// one piece.
fn assert_whole(screen: &Screen) {
    let mut spared = true; // the first row may be the rest of such a line
    for row in &screen.rows {
        spared |= row.text.starts_with("  fairlane ");
        assert!(!row.wraps || spared, "`{}` is cut:\n{}", row.text, screen.text());
        spared = spared && row.wraps;
    }
}

/// What a frame of the pictures shows.
#[derive(Debug, PartialEq)]
struct Frame {
    /// The captions in one line each.
    captions: Vec<String>,
    /// How many rows each picture has.
    rows: Vec<usize>,
    /// The widest row of a picture.
    widest: usize,
    footer: String,
}

/// What a screen of the alternate kind shows, if it is a legend, captions with their rows, a footer and nothing else.
fn frame(screen: &Screen, words: &Words) -> Result<Frame, String> {
    let columns = usize::from(screen.size.0);
    let used = screen.rows.iter().rposition(|row| !row.text.is_empty()).map_or(0, |last| last + 1);
    let rows = &screen.rows[..used];
    if used >= screen.rows.len() {
        return Err("there is no row left for Enter".into());
    }
    for row in rows {
        if row.wraps || row.width >= columns || row.is_coloured {
            return Err(format!("too wide, or coloured: `{}`", row.text));
        }
    }
    let lines: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let (legend, mut rest) = until(&lines, |line| line.contains('/')); // a caption begins with a cell
    same(&legend, words.legend)?;
    let mut frame = Frame { captions: Vec::new(), rows: Vec::new(), widest: 0, footer: String::new() };
    while rest.first().is_some_and(|line| line.contains('/')) {
        let (caption, after) = until(rest, is_picture);
        let (picture, after) = until(after, |line| !is_picture(line));
        known(&caption.join(" "), words)?;
        frame.captions.push(caption.join(" "));
        frame.rows.push(picture.len());
        let widths = picture.iter().map(|line| line.chars().count());
        frame.widest = widths.max().unwrap_or(0).max(frame.widest);
        rest = after;
    }
    frame.footer = rest.join("  ");
    if frame.rows.len() != 2 || frame.rows.contains(&0) {
        return Err(format!("pictures are missing: {frame:?}"));
    }
    Ok(frame)
}

fn until<'l, 't>(lines: &'l [&'t str], is: impl Fn(&str) -> bool) -> (Vec<&'t str>, &'l [&'t str]) {
    let end = lines.iter().position(|line| is(line)).unwrap_or(lines.len());
    (lines[..end].to_vec(), &lines[end..])
}

/// Whether a row has the signs of pictures alone. The part of a picture that is still to come is an empty row.
fn is_picture(line: &str) -> bool {
    line.chars().all(|sign| "|░█· ".contains(sign))
}

/// Whether lines are that text, broken where it has a space or a Chinese character.
fn same(lines: &[&str], text: &str) -> Result<(), String> {
    let mut joined = String::new();
    for line in lines {
        let in_a_word =
            joined.ends_with(|last: char| last.is_ascii()) && line.starts_with(|next: char| next.is_ascii());
        if text.starts_with(&format!("{joined} ")) {
            joined.push(' ');
        } else if in_a_word {
            return Err(format!("`{joined}` and `{line}` are one word"));
        }
        joined += line;
    }
    if joined == text { Ok(()) } else { Err(format!("`{joined}` in place of `{text}`")) }
}

/// Whether a caption has a cell with its time, and then known words with a number each.
fn known(caption: &str, words: &Words) -> Result<(), String> {
    let is_number = |text: &str| {
        let number = text.split([' ', '/']).next().unwrap_or_default();
        number.trim_end_matches('+').parse::<f64>().is_ok()
    };
    let counters = [
        words.in_flight,
        words.drawn,
        words.more_rows,
        words.threads,
        words.processes,
        words.memory,
        words.switches,
    ];
    for (at, item) in caption.split(", ").enumerate() {
        let Some((word, number)) = item.split_once(": ") else { return Err(format!("`{item}`")) };
        let is_known = if at == 0 { word.matches('/').count() == 2 } else { counters.contains(&word) };
        if !is_known || !is_number(number.trim_start()) {
            return Err(format!("`{item}` of `{caption}`"));
        }
    }
    for word in [words.threads, words.memory, words.switches] {
        if !caption.contains(&format!("{word}: ")) {
            return Err(format!("no `{word}` in `{caption}`"));
        }
    }
    Ok(())
}

/// Waits for a frame that is in order and has one of these footers. One that is half drawn is looked at again.
fn framed(terminal: &Terminal, words: &Words, keys: &[&String]) -> (Frame, Screen) {
    let mut last = String::new();
    let found = wait_at_most(PATIENCE, || {
        let screen = terminal.screen();
        match frame(&screen, words) {
            Ok(frame) if screen.is_alternate && keys.contains(&&frame.footer) => Some((frame, screen)),
            other => {
                last = format!("{other:?}\n{}", screen.text());
                None
            }
        }
    });
    found.unwrap_or_else(|| panic!("no frame with {keys:?}: {last}"))
}

/// The footer while the jobs run, and after that.
fn footers(words: &Words) -> [String; 2] {
    let on = |what: &str| format!("{} {what}", words.enter);
    [
        format!("{}  {}", on(words.to_the_end), words.stop),
        format!("{}  {}  {}", on(words.see), words.again, words.stop),
    ]
}

/// Goes through a lesson, looks at every screen, gives a wrong answer to what was to be seen, and gives the frame at the end of the replay.
fn go_through(terminal: Terminal, words: &Words, wrong: &str) -> Frame {
    predict(&terminal, words);
    let [moving, held] = footers(words);
    let (mut before, first) = framed(&terminal, words, &[&moving]);
    assert!(first.hides_cursor);
    let mut widths = 1;
    let (last, screen) = loop {
        let (now, screen) = framed(&terminal, words, &[&moving, &held]);
        if now.footer == held && !screen.hides_cursor {
            break (now, screen);
        }
        assert!(now.widest >= before.widest, "it fills from left to right:\n{}", screen.text());
        assert!(now.footer == held || now.rows == before.rows, "nothing jumps:\n{}", screen.text());
        widths += usize::from(now.widest > before.widest);
        before = now;
    };
    assert!(widths >= 10, "it was drawn {widths} times");
    assert!(last.widest > usize::from(screen.size.0) * 9 / 10, "to the end:\n{}", screen.text());
    terminal.types("\n");
    let screen = terminal.wait("what was to be seen", |screen| asks(screen, words.your_choice));
    assert_whole(&screen);
    terminal.types(wrong);
    let on = words.press_enter.split_once("   ").unwrap().1;
    let screen = terminal.wait("the picture again", |screen| asks(screen, on));
    assert_whole(&screen);
    terminal.types("\n");
    let (ended, screen, as_before) = terminal.end();
    ended.exits(0);
    assert_whole(&screen);
    assert!(as_before && screen.cursor.1 == 0 && !screen.hides_cursor && !screen.is_alternate, "{screen:?}");
    last
}

#[test]
fn a_lesson_fits_a_terminal_of_the_usual_size() {
    let last = go_through(lesson(LOW, Language::En, (80, 24)), words::of(Language::En), "a\n");
    assert_eq!(last.rows, [1, 1]);
}

#[test]
fn a_lesson_fits_a_large_terminal_in_chinese() {
    let last = go_through(lesson(HIGH, Language::Zh, (120, 40)), words::of(Language::Zh), "b\n");
    assert_eq!(last.rows, [1, 16], "{last:?}");
    assert!(!last.captions[1].contains(words::of(Language::Zh).more_rows), "{last:?}");
}

#[test]
fn a_small_terminal_shows_fewer_rows_and_says_how_many_are_left_out() {
    for language in Language::ALL {
        let words = words::of(language);
        let last = go_through(lesson(HIGH, language, (40, 15)), words, "b\n");
        assert!(last.rows[0] == 1 && (2..16).contains(&last.rows[1]), "{last:?}");
        let left_out = format!("{}: {},", words.more_rows, 16 - last.rows[1]);
        assert!(last.captions[1].contains(&left_out), "{last:?}");
    }
}

#[test]
fn the_picture_follows_the_size_of_the_terminal() {
    let words = words::of(Language::En);
    let [moving, held] = footers(words);
    let terminal = lesson(HIGH, Language::En, (120, 40));
    predict(&terminal, words);
    // What it shows at the first look may still be for the size before.
    let wait = |keys: &String, is: fn(usize) -> bool| {
        terminal.wait(keys, |screen| {
            let frame = frame(screen, words).ok().filter(|frame| frame.footer == *keys);
            frame.is_some_and(|frame| frame.rows[0] == 1 && is(frame.rows[1]))
        });
    };
    wait(&moving, |rows| rows == 16);
    terminal.resize((40, 15));
    wait(&moving, |rows| rows < 12);
    terminal.resize((80, 24));
    wait(&moving, |rows| rows > 12);
    terminal.types("\n"); // to the end
    wait(&held, |rows| rows > 12);
    terminal.resize((40, 15));
    wait(&held, |rows| rows < 12);
    terminal.types("\n");
    let screen = terminal.wait("the question after it", |screen| asks(screen, words.your_choice));
    assert_whole(&screen);
    terminal.types(CTRL_C);
    terminal.end().0.exits(130);
}

#[test]
fn without_colours_nothing_is_bold_and_without_a_screen_to_draw_on_nothing_moves() {
    let words = words::of(Language::En);
    let plain = session(&format!("lesson {LOW} --quick")).env("NO_COLOR", "1");
    let plain = Terminal::start(plain, (80, 24));
    let dumb = session(&format!("lesson {LOW} --quick")).env("TERM", "dumb");
    let dumb = Terminal::start(dumb, (80, 24));
    plain.wait("the measurement", |screen| screen.has("pass "));
    plain.types("\n\n\n"); // somebody is impatient, and has answered nothing
    predict(&plain, words);
    let (_, screen) = framed(&plain, words, &[&footers(words)[0]]);
    assert!(screen.rows.iter().all(|row| !row.is_styled), "{}", screen.text());
    plain.types(CTRL_C);
    plain.end().0.exits(130);
    predict(&dumb, words);
    let screen = dumb.wait("the picture at once", |screen| screen.has("░") || screen.is_alternate);
    assert!(!screen.is_alternate && !screen.hides_cursor);
    dumb.types(CTRL_C);
    dumb.end().0.exits(130);
}

#[test]
fn a_lesson_in_the_background_asks_nothing_and_is_not_stopped() {
    let lesson = Invocation::in_background(&format!("lesson {LOW} --recorded --lang en"));
    let terminal = Terminal::start(lesson.env("TERM", "xterm-256color"), (80, 99));
    let (ended, screen, _) = terminal.end();
    ended.exits(0);
    let words = words::of(Language::En);
    assert!(screen.has(words.verdict) && !screen.has(words.your_choice), "{}", screen.text());
}

/// The table of the lesson without pictures: Chinese heads stand above the columns that they name.
#[test]
fn columns_stand_under_their_chinese_heads() {
    let words = words::of(Language::Zh);
    let terminal = lesson("errors-are-harder", Language::Zh, (100, 99));
    for _ in 0..2 {
        predict(&terminal, words); // it asks two questions
    }
    let (ended, screen, _) = terminal.end();
    ended.exits(0);
    let head = screen.rows.iter().position(|row| words.fates.iter().all(|head| row.text.contains(head)));
    let head = head.unwrap_or_else(|| panic!("no table:\n{}", screen.text()));
    let columns = &screen.rows[head].begins;
    assert_eq!(columns.len(), words.fates.len(), "{}", screen.text());
    let body: Vec<_> = screen.rows[head + 1..].iter().take_while(|row| !row.text.is_empty()).collect();
    assert!(body.len() > 4, "{}", screen.text());
    for row in body {
        assert!(columns.iter().all(|column| row.begins.contains(column)), "{row:?}\n{}", screen.text());
    }
}

/// A moment of a session: what is on the screen then, and what is typed to go on.
type Moment = (&'static str, fn(&Screen, &Words) -> bool, &'static str);

const MOMENTS: [Moment; 13] = [
    ("opening", |screen, words| screen.has(words.question), ""),
    ("rehearsal", |screen, _| screen.has("rehearsal"), ""),
    ("measurement", |screen, _| screen.has("pass "), ""),
    ("first question", |screen, words| asks(screen, words.your_choice), "c"),
    ("half an answer", |screen, words| asks(screen, &format!("{}: c", words.your_choice)), "\n"),
    ("second question", |screen, words| asks(screen, words.your_factor), "\n"),
    ("first frame", |screen, words| screen.is_alternate && screen.has(words.to_the_end), ""),
    ("middle of the replay", half_drawn, "\n"),
    ("end of the replay", |screen, words| screen.is_alternate && screen.has(words.again), "r\n"),
    ("replay again", |screen, words| screen.is_alternate && screen.has(words.to_the_end), "\n"),
    ("its end", |screen, words| screen.is_alternate && screen.has(words.again), "\n"),
    ("what was seen", |screen, words| asks(screen, words.your_choice) && screen.has("░"), "a\n"),
    ("wrong answer", |screen, words| asks(screen, "stop") && screen.has(&words.look_again[..40]), "\n"),
];

/// The first of them that also come where nothing is measured.
const MEASURED: usize = 3;

fn half_drawn(screen: &Screen, _: &Words) -> bool {
    let width = |row: &Row| if row.text.contains('░') { row.width } else { 0 };
    let columns = usize::from(screen.size.0);
    let pictures = screen.rows.iter().skip(1); // the legend has the same signs
    screen.is_alternate && pictures.map(width).any(|width| width > columns / 2)
}

#[test]
fn ctrl_c_at_any_moment_leaves_the_terminal_as_it_was() {
    thread::scope(|scope| {
        // Side by side: they wait for most of their time.
        for last in 0..MOMENTS.len() {
            scope.spawn(move || interrupt_at(last));
        }
    });
}

fn interrupt_at(last: usize) {
    let words = words::of(Language::En);
    let first = if last < MEASURED { 0 } else { MEASURED };
    let from = if last < MEASURED { "--quick" } else { "--recorded" };
    let terminal = Terminal::start(session(&format!("lesson {LOW} {from} --lang en")), (80, 24));
    for (at, (moment, is, keys)) in MOMENTS.iter().enumerate().take(last + 1).skip(first) {
        terminal.wait(moment, |screen| is(screen, words));
        terminal.types(if at == last { CTRL_C } else { keys });
    }
    let (ended, screen, as_before) = terminal.end();
    let (moment, text) = (MOMENTS[last].0, screen.text());
    ended.exits(130);
    assert!(as_before, "{moment}: the modes of the terminal are others");
    assert!(!screen.hides_cursor && !screen.is_alternate, "{moment}:\n{text}");
    assert_eq!(screen.cursor.1, 0, "{moment}:\n{text}");
    let before = &screen.rows[screen.cursor.0 - 1].text;
    assert_eq!(before, "error: interrupted", "{moment}: no half line\n{text}");
}

/// The shell that comes back must have its screen and its cursor, and after `fg` the picture goes on.
#[test]
fn ctrl_z_gives_the_terminal_back_and_takes_it_again() {
    let invocation = Invocation::in_foreground(&format!("lesson {LOW} --recorded --lang en"));
    let terminal = Terminal::start(invocation.env("TERM", "xterm-256color"), (80, 24));
    predict(&terminal, words::of(Language::En));
    terminal.wait("the picture", |screen| screen.is_alternate && screen.has("/"));
    terminal.types(CTRL_Z);
    let stopped = terminal.wait("the shell", |screen| screen.has("the shell has the terminal"));
    assert!(!stopped.is_alternate && !stopped.hides_cursor, "{}", stopped.text());
    terminal.types("\n");
    terminal.wait("the picture again", |screen| screen.is_alternate && screen.has("/"));
    terminal.types(CTRL_C);
    let (_, screen, as_before) = terminal.end();
    assert!(as_before && !screen.is_alternate && !screen.hides_cursor, "{}", screen.text());
}
