//! What a reader of a lesson meets, in each language. A translation stores which English text each of its paragraphs was made
//! from: where that has changed, the English paragraph is shown. Must not know any number.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::language::Language;
use super::plan::{JOBS, Plan};
use crate::failure::Failure;

/// A choice goes by a letter.
const LETTERS: usize = 26;

/// The texts of a lesson. Numbers stand in them as `{figure}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// A few words.
    pub title: String,
    /// What opens the lesson.
    pub question: String,
    /// When the claim holds.
    pub rule: String,
    /// The numbers that the question needs; empty where there are none.
    #[serde(default)]
    pub numbers: String,
    /// What each bar is the number of.
    #[serde(default)]
    pub bars: Vec<String>,
    /// The mechanism.
    pub why: Vec<String>,
    /// What each command shows.
    pub r#try: Vec<String>,
    /// The questions before the measurement.
    pub predict: BTreeMap<String, Question>,
    /// What was to be seen.
    pub see: Option<Question>,
    /// For each paragraph of a translation, the hash of the English one that it was made from.
    #[serde(default)]
    source: BTreeMap<String, String>,
    /// The paragraphs that are shown in English, because the English one has changed since.
    #[serde(skip)]
    pub stale: Vec<String>,
}

/// A question with its choices.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// What can be answered, in the order of the letters.
    pub choices: Vec<String>,
}

impl Text {
    /// Reads a lesson's texts, `sources` in the order of [`Language::ALL`], for questions of that size.
    pub(crate) fn read(
        id: &str,
        sources: [&str; Language::ALL.len()],
        language: Language,
        jobs: Option<usize>,
    ) -> Result<Self, Failure> {
        let mut text = parse(id, Language::default(), sources[Language::default() as usize])?;
        if language != Language::default() {
            text = parse(id, language, sources[language as usize])?.over(&text);
        }
        if let Some(jobs) = jobs {
            for (_, paragraph) in text.paragraphs_mut() {
                *paragraph = paragraph.replace(JOBS, &jobs.to_string());
            }
        }
        Ok(text)
    }

    /// This translation, with the English paragraphs in place of those that were made from other ones.
    fn over(mut self, english: &Self) -> Self {
        let original: BTreeMap<String, String> =
            english.paragraphs().into_iter().map(|(path, text)| (path, text.clone())).collect();
        let source = self.source.clone();
        let stale = |path: &String| original.get(path).filter(|now| source.get(path) != Some(&hash(now)));
        let mut changed = Vec::new();
        for (path, paragraph) in self.paragraphs_mut() {
            if let Some(now) = stale(&path) {
                paragraph.clone_from(now);
                changed.push(path);
            }
        }
        Self { stale: changed, ..self }
    }

    /// Each paragraph with its path: `why.0`, `predict.gain.choices.1`.
    pub fn paragraphs(&self) -> Vec<(String, &String)> {
        let mut all: Vec<(String, &String)> = vec![
            ("title".into(), &self.title),
            ("question".into(), &self.question),
            ("rule".into(), &self.rule),
            ("numbers".into(), &self.numbers),
        ];
        all.retain(|(_, text)| !text.is_empty());
        let list = |name: &'static str| move |(at, text)| (format!("{name}.{at}"), text);
        all.extend(self.bars.iter().enumerate().map(list("bars")));
        all.extend(self.why.iter().enumerate().map(list("why")));
        all.extend(self.r#try.iter().enumerate().map(list("try")));
        let questions = self.predict.iter().map(|(name, question)| (format!("predict.{name}"), question));
        for (path, question) in questions.chain(self.see.iter().map(|see| ("see".into(), see))) {
            all.push((format!("{path}.text"), &question.text));
            let choices = question.choices.iter().enumerate();
            all.extend(choices.map(|(at, choice)| (format!("{path}.choices.{at}"), choice)));
        }
        all
    }

    fn paragraphs_mut(&mut self) -> Vec<(String, &mut String)> {
        let mut all: Vec<(String, &mut String)> = vec![
            ("title".into(), &mut self.title),
            ("question".into(), &mut self.question),
            ("rule".into(), &mut self.rule),
            ("numbers".into(), &mut self.numbers),
        ];
        for (name, list) in [("bars", &mut self.bars), ("why", &mut self.why), ("try", &mut self.r#try)] {
            all.extend(list.iter_mut().enumerate().map(|(at, text)| (format!("{name}.{at}"), text)));
        }
        let questions = self.predict.iter_mut().map(|(name, question)| (format!("predict.{name}"), question));
        for (path, question) in questions.chain(self.see.iter_mut().map(|see| ("see".into(), see))) {
            all.push((format!("{path}.text"), &mut question.text));
            let choices = question.choices.iter_mut().enumerate();
            all.extend(choices.map(|(at, choice)| (format!("{path}.choices.{at}"), choice)));
        }
        all
    }

    /// Whether the texts fit the plan.
    ///
    /// # Errors
    /// What is missing, or too much.
    pub fn check(&self, plan: &Plan) -> Result<(), Failure> {
        let wrong = |why: String| Err(Failure::new(format!("cannot use the text `{}`: {why}", self.title)));
        if !self.predict.keys().eq(plan.predict.keys()) {
            return wrong("its questions are not those of the plan".into());
        }
        let asked = self.predict.values().zip(plan.predict.values());
        if let Some((question, _)) = asked
            .chain(self.see.as_ref().zip(plan.see.as_ref()))
            .find(|(question, right)| question.choices.len() <= right.0)
        {
            return wrong(format!("`{}` lacks the choice that the plan calls right", question.text));
        }
        let questions = || self.predict.values().chain(&self.see);
        if let Some(question) = questions().find(|question| question.choices.len() > LETTERS) {
            return wrong(format!(
                "`{}` has more than {LETTERS} choices, which is the alphabet",
                question.text
            ));
        }
        let parts = (self.see.is_some(), self.r#try.len(), self.bars.len());
        if parts != (plan.see.is_some(), plan.r#try.len(), plan.bars.len()) {
            return wrong("it has another number of parts than the plan".into());
        }
        let texts =
            self.paragraphs().into_iter().map(|(_, text)| text).chain(&plan.r#try).chain([&plan.claim]);
        let is_control = |c: char| c.is_control() && c != '\n';
        if let Some(paragraph) = texts.into_iter().find(|text| text.contains(is_control)) {
            return wrong(format!("a text has a control character: `{paragraph}`"));
        }
        // These are shown as they stand: before anything is measured, or on the page of any run.
        let bare = |path: &str| {
            ["title", "question", "why", "try", "bars"].iter().any(|part| path.starts_with(part))
                || path.contains("choices")
        };
        let numbered = |(path, text): &(String, &String)| bare(path) && braces(text).next().is_some();
        if let Some((path, _)) = self.paragraphs().iter().find(|paragraph| numbered(paragraph)) {
            return wrong(format!("`{path}` has a name in braces, and no number is filled in there"));
        }
        for (path, paragraph) in self.paragraphs() {
            if let Some(name) = braces(paragraph).find(|name| !plan.figures.contains_key(*name)) {
                return wrong(format!("`{path}` names `{{{name}}}`, which is not a figure"));
            }
        }
        Ok(())
    }
}

/// The names in braces.
pub fn braces(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

fn parse(id: &str, language: Language, text: &str) -> Result<Text, Failure> {
    toml::from_str(text).map_err(|error| {
        let name = format!("lessons/{}/{id}.toml", language.code());
        Failure::new(format!("cannot read `{name}`: {}", error.message()))
            .help("lessons/README.md describes the form")
    })
}

/// The first 8 hexadecimal digits of SHA-256.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "title = \"T\"\nquestion = \"Q\"\nrule = \"R\"\nnumbers = \"N {gain}\"\n\
        why = [\"W\"]\ntry = []\n[predict]\n";

    fn chinese(question: &str) -> String {
        let source =
            [("title", "T"), ("question", question), ("rule", "R"), ("numbers", "N {gain}"), ("why.0", "W")];
        let lines = source.map(|(path, text)| format!("\"{path}\" = \"{}\"\n", hash(text))).concat();
        format!(
            "title = \"题\"\nquestion = \"问\"\nrule = \"规\"\nnumbers = \"数 {{gain}}\"\nwhy = [\"因\"]\ntry = []\n\
             [predict]\n[source]\n{lines}"
        )
    }

    #[test]
    fn a_paragraph_whose_english_has_changed_is_shown_in_english() {
        let read = |question| {
            let (chinese, mut sources) = (chinese(question), [ENGLISH; Language::ALL.len()]);
            sources[Language::Zh as usize] = &chinese;
            Text::read("x", sources, Language::Zh, None).expect("texts")
        };
        let fresh = read("Q");
        assert_eq!((fresh.question.as_str(), fresh.stale.as_slice()), ("问", &[][..]));
        let stale = read("an older question");
        assert_eq!((stale.question.as_str(), stale.title.as_str()), ("Q", "题"));
        assert_eq!(stale.stale, ["question"]);
    }

    #[test]
    fn a_question_has_no_more_choices_than_there_are_letters() {
        let lessons = crate::lesson::all().expect("the lessons");
        let mut text = lessons[0].text(Language::En).expect("its texts");
        text.check(&lessons[0].plan).expect("they fit");
        let question = text.predict.values_mut().next().expect("a question");
        question.choices.resize(27, "a choice".into());
        let failure = text.check(&lessons[0].plan).expect_err("no letter is left");
        assert!(failure.message.contains("more than 26 choices"), "{failure}");
    }

    #[test]
    fn the_names_in_braces_are_found() {
        assert_eq!(braces("{a} and {b_c}, } {").collect::<Vec<_>>(), ["a", "b_c"]);
    }
}
