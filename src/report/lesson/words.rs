//! The words around a lesson, in each language: `words.toml` in its folder. Numbers, ids and commands come from elsewhere.

use std::sync::LazyLock;

use crate::lesson::Language;
use crate::lesson::language::{Sources, sources};
use crate::lesson::rule::Verdict;

/// The keys of the heads of the table of jobs that failed.
const FATES: [&str; 5] = ["fates_executor", "fates_job", "fates_learns", "fates_others", "fates_frames"];

macro_rules! words {
    ($($(#[$about:meta])* $name:ident,)+) => {
        /// The words of one language.
        #[derive(Debug)]
        #[expect(missing_docs, reason = "a field has the English word as its name")]
        pub struct Words {
            $($(#[$about])* pub $name: &'static str,)+
            pub fates: [&'static str; FATES.len()],
        }

        impl Words {
            /// All keys of the file.
            #[cfg(test)]
            const KEYS: &[&str] = &[$(stringify!($name),)+];

            fn read(text: &str) -> Self {
                let table: toml::Table = toml::from_str(text).unwrap_or_default();
                let word = |key: &'static str| own(&table, key);
                Self { $($name: word(stringify!($name)),)+ fates: FATES.map(word) }
            }
        }
    };
}

words! {
    /// The heads of the parts, in order.
    question,
    predict,
    watch,
    see,
    numbers,
    verdict,
    rule,
    surely,
    evidence,
    at_least,
    at_most,
    cores,
    yes,
    no,
    open,
    why,
    r#try,
    words,
    /// What a verdict is called.
    holds,
    does_not_hold,
    inconclusive,
    /// What is asked for.
    your_choice,
    your_factor,
    /// What was predicted, and what was right.
    you_said,
    right,
    wrong,
    right_answer,
    no_right_answer,
    /// What a picture shows.
    legend,
    pictures,
    in_flight,
    drawn,
    more_rows,
    threads,
    processes,
    memory,
    switches,
    /// What a picture shows on a page.
    row,
    waits,
    computes,
    on_its_way,
    done,
    goes_on,
    /// What comes next.
    press_enter,
    next,
    changed,
    votes,
    /// Of the lab book.
    book,
    machine,
    /// What the caller learns of a job that failed, and the heads of that table.
    message,
    ended,
    nothing,
    all_died,
    /// After a wrong answer to what was to be seen.
    look_again,
    /// The keys under a picture.
    enter,
    to_the_end,
    again,
    stop,
    /// Of a measurement.
    recorded,
    disturbed,
    other_sizes,
    /// Between a word and what is said of it.
    colon,
    period,
    /// Of the sessions of a class.
    class,
    name,
    sessions,
    lesson,
    claim,
    predicted_right,
}

/// The word of that key; the key itself if there is none: the tests would have failed.
fn own(table: &toml::Table, key: &'static str) -> &'static str {
    let key = plain(key);
    // Kept for good: each language is read once, and its words live as long as the program.
    table.get(key).and_then(toml::Value::as_str).map_or(key, |word| &*Box::leak(Box::<str>::from(word)))
}

/// The name of a field as the file has it.
fn plain(key: &str) -> &str {
    key.trim_start_matches("r#")
}

impl Words {
    /// The word for a verdict.
    pub fn of(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Holds => self.holds,
            Verdict::DoesNotHold => self.does_not_hold,
            Verdict::Inconclusive => self.inconclusive,
        }
    }
}

const SOURCES: Sources = sources!("words");

static ALL: LazyLock<[Words; Language::ALL.len()]> = LazyLock::new(|| SOURCES.map(Words::read));

/// The words of that language.
pub fn of(language: Language) -> &'static Words {
    &ALL[language as usize]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_file_has_the_words_that_the_program_says_and_no_other() {
        let expected: BTreeSet<&str> = Words::KEYS.iter().chain(&FATES).map(|key| plain(key)).collect();
        for (language, source) in Language::ALL.into_iter().zip(SOURCES) {
            let mut table: toml::Table = toml::from_str(source).expect("TOML");
            table.remove("source");
            let keys: BTreeSet<&str> = table.keys().map(String::as_str).collect();
            assert_eq!(keys, expected, "{language:?}");
            assert!(table.values().all(|word| word.as_str().is_some_and(|word| !word.is_empty())));
        }
        assert_eq!(of(Language::En).r#try, "Try yourself");
        assert_eq!(of(Language::Zh).fates[0], "执行器");
    }

    #[test]
    fn the_legend_is_one_line_of_a_usual_terminal() {
        for language in Language::ALL {
            let legend = of(language).legend;
            assert!(textwrap::core::display_width(legend) < 80, "{legend}");
        }
    }
}
