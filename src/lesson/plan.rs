//! A lesson as data, the same in every language: the cells, the figures, the rule, the right choices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::explains::Explained;
use super::figure::Figure;
use super::rule::Condition;
use crate::failure::Failure;
use crate::files::source::Source;
use crate::lane::Cell;

/// What is measured and how it is judged.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The number of the claim in the list of claims: `C4`.
    pub claim: String,
    /// Where it stands among the lessons.
    pub order: u32,
    /// The sizes in which the question can be asked, which stand for `{jobs}` in cells and texts. A lesson without them has one.
    #[serde(default)]
    sizes: Vec<usize>,
    /// The one of them that is asked.
    #[serde(skip)]
    pub jobs: Option<usize>,
    /// What is measured.
    #[serde(default)]
    pub cells: Vec<Cell>,
    /// The largest cell of each slope of memory.
    #[serde(default)]
    pub slopes: Vec<Cell>,
    /// The cells whose timelines are shown.
    #[serde(default)]
    pub watch: Vec<Cell>,
    /// The figures that are shown as bars: of one unit.
    #[serde(default)]
    pub bars: Vec<String>,
    /// An experiment that is not made of cells.
    pub special: Option<Special>,
    /// The questions before the measurement, each with the choice that is right if the claim holds.
    pub predict: BTreeMap<String, Choice>,
    /// The right answer to what was to be seen.
    pub see: Option<Choice>,
    /// The figures that are shown before the verdict: at most two.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// The numbers that come from the measurement, by name.
    #[serde(default)]
    pub figures: BTreeMap<String, Figure>,
    /// The conditions of the claim.
    #[serde(default)]
    pub rule: Vec<Condition>,
    /// What to try next: arguments of `fairlane`.
    pub r#try: Vec<String>,
    /// Which tables of other runs it explains.
    #[serde(default)]
    pub explains: Vec<Explained>,
}

/// An experiment with code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Special {
    /// Jobs that fail in several ways, under every executor.
    Errors,
}

/// One of the choices of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Choice(pub usize);

impl Choice {
    /// The letter: `A` is the first choice.
    pub fn letter(self) -> char {
        char::from(b'A' + u8::try_from(self.0).unwrap_or(25).min(25))
    }

    /// The choice of that letter, of either case.
    pub fn read(text: &str) -> Option<Self> {
        let mut letters = text.trim().chars();
        let letter = letters.next()?.to_ascii_uppercase();
        (letter.is_ascii_uppercase() && letters.next().is_none())
            .then(|| Self(letter as usize - 'A' as usize))
    }
}

impl TryFrom<String> for Choice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::read(&text).ok_or_else(|| format!("`{text}` is not a choice like `A`"))
    }
}

impl From<Choice> for String {
    fn from(choice: Choice) -> Self {
        choice.letter().into()
    }
}

impl Plan {
    /// In how many sizes the question can be asked.
    pub fn variations(&self) -> usize {
        self.sizes.len().max(1)
    }

    /// Reads the text of a plan called `name`, in the variation of that number.
    ///
    /// # Errors
    /// If it is not of the documented form, or names a figure that it does not have: with the line where there is one.
    pub fn parse(name: &str, text: &str, seed: u64) -> Result<Self, Failure> {
        let jobs = size(text, seed);
        let text = &jobs.map_or_else(|| text.into(), |jobs| text.replace(JOBS, &jobs.to_string()));
        let source = Source { name, text, example: "lessons/README.md" };
        let plan = Self { jobs, ..source.parse()? };
        let named =
            plan.numbers.iter().chain(&plan.bars).chain(plan.rule.iter().map(|condition| &condition.figure));
        let unknown = named.into_iter().find(|figure| !plan.figures.contains_key(*figure));
        let cells = || plan.cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let slopes = || plan.slopes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let missing = plan.figures.values().flat_map(Figure::names).find(|name| {
            let known = if name.is_slope { slopes() } else { cells() };
            !known.contains(&name.id.to_string())
        });
        let why = match (unknown, missing) {
            (Some(figure), _) => format!("it has no figure `{figure}`"),
            (_, Some(name)) => format!("a figure names `{}`, which is not measured", name.id),
            _ if plan.numbers.len() > 2 => "it shows more than two numbers".into(),
            _ if plan.rule.is_empty() && plan.special.is_none() => "it has no rule".into(),
            _ => return Ok(plan),
        };
        Err(Failure::new(format!("cannot read `{name}`: {why}")).help("lessons/README.md describes the form"))
    }
}

/// What a size takes the place of.
pub(super) const JOBS: &str = "{jobs}";

/// The size for that seed. Cells that have it in their names cannot be read before it is known.
fn size(text: &str, seed: u64) -> Option<usize> {
    #[derive(Deserialize)]
    struct Sizes {
        sizes: Vec<usize>,
    }
    let Sizes { sizes } = toml::from_str(text).ok()?;
    let at = usize::try_from(seed).unwrap_or(0).checked_rem(sizes.len())?;
    sizes.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "claim = \"C3\"\norder = 3\ncells = [\"timer/sequential/4\", \"timer/tasks/4\"]\n\
        predict = { gain = \"C\" }\nnumbers = [\"gain\"]\ntry = [\"list\"]\n\
        [figures]\ngain = { of = \"speed-up\", cell = \"timer/tasks/4\" }\n\
        [[rule]]\nfigure = \"gain\"\nat_least = 2\n";

    #[test]
    fn a_plan_names_only_what_it_has() {
        assert_eq!(Plan::parse("x.toml", PLAN, 0).expect("a plan").predict["gain"], Choice(2));
        for (from, to, message) in [
            ("numbers = [\"gain\"]", "numbers = [\"loss\"]", "cannot read `x.toml`: it has no figure `loss`"),
            ("figure = \"gain\"", "figure = \"loss\"", "cannot read `x.toml`: it has no figure `loss`"),
            (
                "cell = \"timer/tasks/4\"",
                "cell = \"timer/tasks/5\"",
                "cannot read `x.toml`: a figure names `timer/tasks/5`",
            ),
            (
                "\"timer/sequential/4\"",
                "\"timer/sequentail/4\"",
                "cannot read `x.toml` line 3: unknown executor",
            ),
            ("\"C\"", "\"CD\"", "cannot read `x.toml` line 4: `CD` is not a choice"),
        ] {
            let failure = Plan::parse("x.toml", &PLAN.replace(from, to), 0).expect_err(to);
            assert!(failure.message.starts_with(message), "{failure}");
        }
    }

    #[test]
    fn choices_are_letters() {
        assert_eq!(Choice::read(" b\n"), Some(Choice(1)));
        assert_eq!(Choice(1).letter(), 'B');
        for text in ["", "AB", "1", "ä"] {
            assert_eq!(Choice::read(text), None, "{text}");
        }
    }
}
