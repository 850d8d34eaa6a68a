//! Which cells a filter selects. The language is that of criterion: a regular expression, found anywhere in the id.

use regex::Regex;

use crate::failure::{Failure, nearest};
use crate::lane::Cell;
use crate::measure::passes::suite::Group;

/// What selects cells by their ids.
#[derive(Debug, Clone)]
pub struct Filter {
    text: String,
    /// `None` selects no cell.
    rule: Option<Regex>,
}

impl Filter {
    /// Selects the cells in whose ids the regular expression matches; an empty one selects all.
    ///
    /// # Errors
    /// If it is not a regular expression.
    pub fn matching(text: &str) -> Result<Self, Failure> {
        let rule = Regex::new(text).map_err(|error| {
            // The lines above the last one draw the place.
            let text_of = error.to_string();
            let cause = text_of.lines().last().unwrap_or_default();
            let cause = cause.strip_prefix("error: ").unwrap_or(cause);
            Failure::new(format!("cannot read the filter `{text}`: {cause}"))
                .help("a filter is a regular expression on cell ids, like `http/(tasks|threads)`")
        })?;
        Ok(Self { text: text.into(), rule: Some(rule) })
    }

    /// Selects the cell of exactly that id.
    pub fn exactly(id: &str) -> Self {
        Self { text: id.into(), rule: Regex::new(&format!("^{}$", regex::escape(id))).ok() }
    }

    /// Selects no cell.
    pub fn nothing() -> Self {
        Self { text: String::new(), rule: None }
    }

    /// The filter as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it selects this cell.
    pub fn selects(&self, cell: &Cell) -> bool {
        self.rule.as_ref().is_some_and(|rule| rule.is_match(&cell.to_string()))
    }

    /// The groups with only those cells that are selected. Groups without one are left out.
    pub fn select(&self, groups: &[Group]) -> Vec<Group> {
        let keep = |group: &Group| Group {
            cells: group.cells.iter().filter(|cell| self.selects(cell)).cloned().collect(),
            ..group.clone()
        };
        groups.iter().map(keep).filter(|group| !group.cells.is_empty()).collect()
    }

    /// The error for a filter that selects none of these cells, with the nearest name; `list` shows the names.
    pub fn selects_none(&self, groups: &[Group], list: &str) -> Failure {
        let ids: Vec<String> = groups.iter().flat_map(|group| &group.cells).map(Cell::to_string).collect();
        self.selects_none_of(&ids, list)
    }

    /// The same of cells with these ids.
    pub fn selects_none_of(&self, ids: &[String], list: &str) -> Failure {
        let words = ids.iter().flat_map(|id| id.split('/')).chain(ids.iter().map(String::as_str));
        let help = nearest(&self.text, words)
            .map_or_else(|| format!("`{list}` lists the names"), |id| format!("did you mean `{id}`?"));
        Failure::new(format!("cannot select `{}`: no cell matches the filter", self.text)).help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(groups: &[Group]) -> Vec<String> {
        groups.iter().flat_map(|group| &group.cells).map(Cell::to_string).collect()
    }

    fn groups() -> Vec<Group> {
        let executors = ["tasks", "tasks-mt", "threads"].map(str::to_owned);
        let workloads = ["timer", "http"].map(|name| name.parse().expect("known"));
        Group::all(&workloads, &[8], &executors).expect("valid")
    }

    #[test]
    fn a_filter_is_a_regular_expression_on_the_id() {
        for (text, selected) in [
            ("", 6),
            ("http/", 3),
            ("/tasks/", 2),
            ("^timer/(tasks|threads)/8$", 2),
            (r"(?i)HTTP/\w+/\d", 2),
            ("nothing", 0),
        ] {
            let found = Filter::matching(text).expect(text).select(&groups());
            assert_eq!(ids(&found).len(), selected, "{text}");
            assert!(found.iter().all(|group| !group.cells.is_empty()));
        }
        assert_eq!(ids(&Filter::exactly("http/tasks/8").select(&groups())), ["http/tasks/8"]);
        assert_eq!(ids(&Filter::exactly("http/tasks").select(&groups())), [""; 0]);
        assert_eq!(ids(&Filter::nothing().select(&groups())), [""; 0]);
    }

    #[test]
    fn a_wrong_one_is_explained_and_one_that_selects_nothing_has_the_nearest_name() {
        let failure = Filter::matching("http/(tasks").expect_err("unclosed");
        assert_eq!(failure.message, "cannot read the filter `http/(tasks`: unclosed group");
        assert!(failure.help.is_some());
        let none = |text| Filter::matching(text).expect(text).selects_none(&groups(), "list");
        assert_eq!(none("htpp").help.as_deref(), Some("did you mean `http`?"));
        assert_eq!(none("123").help.as_deref(), Some("`list` lists the names"));
        assert_eq!(none("htpp").message, "cannot select `htpp`: no cell matches the filter");
    }
}
