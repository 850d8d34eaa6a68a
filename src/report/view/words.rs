//! Lists, plurals, and the sign and the word of a mark.

use super::Mark;

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(names: &[impl AsRef<str>], and: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().into(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {and} {}", first.join(", "), last.as_ref())
        }
    }
}

/// `1 core`, `2 cores`.
pub(super) fn several(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", super::super::format::count(number as u64), if number == 1 { one } else { many })
}

/// The models of executors, each once: `async tasks or OS threads`. Tasks that compute on threads are tasks, too.
pub(super) fn models<'a>(models: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = models.collect();
    let mut named: Vec<&str> = Vec::new();
    for model in &all {
        let mixed = *model == MIXED && all.contains(&TASK);
        let name = plural(if mixed { TASK } else { model });
        if !named.contains(&name) {
            named.push(name);
        }
    }
    list(&named, "or")
}

const TASK: &str = "async task";
const MIXED: &str = "async task and OS thread";

fn plural(model: &str) -> &str {
    match model {
        "OS thread" => "OS threads",
        "process" => "processes",
        TASK => "async tasks",
        MIXED => "async tasks with OS threads",
        "main thread" => "the main thread alone",
        other => other,
    }
}

impl Mark {
    /// The sign before a row, in text.
    pub fn sign(self) -> &'static str {
        self.sign_and_word().0
    }

    /// The same as a word.
    pub fn word(self) -> &'static str {
        self.sign_and_word().1
    }

    fn sign_and_word(self) -> (&'static str, &'static str) {
        match self {
            Self::First => (">", "fastest"),
            Self::Tied => ("=", "tied"),
            Self::Open => ("?", "open"),
            Self::Slower => ("", "slower"),
            Self::Unranked => ("", "not ranked"),
            Self::Limited => ("~", "limited"),
            Self::Failed => ("!", "failed"),
            Self::NotApplicable => ("", "not applicable"),
            Self::Worse => ("+", "worse"),
            Self::Better => ("-", "better"),
            Self::Plain => ("", ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_plurals_are_english() {
        assert_eq!(list(&[] as &[&str], "and"), "");
        assert_eq!(list(&["a"], "and"), "a");
        assert_eq!(list(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(several(1, "core", "cores"), "1 core");
        assert_eq!(several(2_000, "core", "cores"), "2,000 cores");
    }

    #[test]
    fn models_are_named_once_each() {
        let found = models(["async task", "OS thread", "async task"].into_iter());
        assert_eq!(found, "async tasks or OS threads");
        assert_eq!(models([MIXED, TASK].into_iter()), "async tasks");
        assert_eq!(models([MIXED].into_iter()), "async tasks with OS threads");
    }
}
