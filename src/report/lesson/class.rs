//! The sessions of a class as text: what came of each lesson, then everybody.

use comfy_table::{Table, presets};

use super::words;
use crate::lesson::rule::Verdict;
use crate::report::clean::clean;
use crate::report::view::class::{Class, of_all};

/// Two tables.
pub fn class(class: &Class) -> String {
    let words = words::of(class.language);
    let mut lessons = table(
        [words.claim]
            .into_iter()
            .chain(Verdict::ALL.map(|verdict| words.of(verdict)))
            .chain([words.predicted_right, words.lesson]),
    );
    for lesson in &class.lessons {
        let [holds, not, open] = lesson.verdicts.map(|count| count.to_string());
        lessons.add_row([lesson.claim.clone(), holds, not, open, of_all(lesson.right), lesson.title.clone()]);
    }
    let mut people = table([words.name, words.predicted_right, words.machine].into_iter());
    for person in &class.people {
        people.add_row([clean(&person.name), of_all(person.right), clean(&person.machine)]);
    }
    format!("{}\n\n{}\n", lines(&lessons), lines(&people))
}

fn table<'w>(head: impl Iterator<Item = &'w str>) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(head);
    table
}

fn lines(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
