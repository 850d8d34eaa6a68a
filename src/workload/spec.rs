//! A workload with its variations, written as its name: `http-20ms-hyper`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Job, KINDS, Kind, Needs, Param, Scratch, Visitor, primitive, with_job};
use crate::failure::{Failure, goes_by_its_name, unknown};

/// A workload and the values of its parameters. Its text is its name everywhere: CLI, files, records, anchors.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Spec {
    kind: &'static Kind,
    values: Vec<u64>,
    thin: bool,
}

/// The segment that asks for the thin server where wiremock is the default.
const THIN: &str = "hyper";

impl Spec {
    /// The facts that need no run.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The server it talks to, if it needs one.
    pub fn server(&self) -> Option<mock_server::Kind> {
        match self.kind.needs {
            Needs::Nothing | Needs::Scratch => None,
            Needs::Server if !self.thin => Some(mock_server::Kind::Wiremock),
            Needs::Server | Needs::ThinServer => Some(mock_server::Kind::Hyper),
        }
    }

    /// Makes a folder for one cell of it, if it needs one.
    ///
    /// # Errors
    /// If the temporary folder is missing, full, or may not be written.
    pub fn scratch(&self) -> Result<Option<Scratch>, Failure> {
        (self.kind.needs == Needs::Scratch).then(|| Scratch::new(self.kind)).transpose()
    }

    /// The value of a parameter; zero if the workload has none of that name.
    pub fn value(&self, name: &str) -> u64 {
        let at = self.kind.params.iter().position(|param| param.name == name);
        at.map_or(0, |at| self.values[at])
    }

    /// Its values by the names of its parameters, which have their units at the end: `delay_ns`.
    pub fn parameters(&self) -> BTreeMap<String, u64> {
        let name = |param: &Param| format!("{}{}", param.name, param.unit.ending());
        self.kind.params.iter().map(name).zip(self.values.iter().copied()).collect()
    }

    /// The same workload with one value changed.
    ///
    /// # Errors
    /// If the workload has no such parameter or the value makes no sense; the text names those it has.
    pub fn with(mut self, name: &str, text: &str) -> Result<Self, Failure> {
        let params = self.kind.params;
        let Some(at) = params.iter().position(|param| param.name == name) else {
            let known: Vec<_> = params.iter().map(|param| format!("`{}`", param.name)).collect();
            let known = if known.is_empty() { "none".into() } else { known.join(", ") };
            let refused = self.cannot_set(name, "it has no such parameter");
            return Err(refused.help(format!("its parameters: {known}")));
        };
        let param = &params[at];
        let value = param.unit.parse(text).map_err(|why| {
            self.cannot_set(name, &format!("`{text}`: {why}"))
                .help(format!("write it like `{}`", param.unit.example()))
        })?;
        self.set(at, value)?;
        Ok(self)
    }

    /// How many jobs must be in flight before any of them can end.
    pub fn at_once(&self, jobs: usize) -> usize {
        with_job!(self.kind, J => J::at_once(self, jobs), 1)
    }

    /// Brings a visitor to the job type.
    ///
    /// # Errors
    /// The visitor's result; or that a primitive has no jobs.
    pub fn visit<V: Visitor>(&self, visitor: V) -> Result<V::Output, Failure> {
        with_job!(self.kind, J => visitor.visit::<J>(), Err(self.no_jobs()))
    }

    /// Why an executor cannot run a primitive.
    pub(super) fn no_jobs(&self) -> Failure {
        Failure::new(format!("cannot run `{}` under an executor: a primitive has no jobs", self.kind.id))
    }

    fn cannot_set(&self, name: &str, why: &str) -> Failure {
        Failure::new(format!("cannot set `{name}` of workload `{}`: {why}", self.kind.id))
    }

    fn set(&mut self, at: usize, value: u64) -> Result<(), Failure> {
        let Param { name, unit, range: (least, most), .. } = &self.kind.params[at];
        if !(*least..=*most).contains(&value) {
            let refused = self.cannot_set(name, &format!("`{}` is out of range", unit.write(value)));
            return Err(refused.help(format!("from {} to {}", unit.write(*least), unit.write(*most))));
        }
        self.values[at] = value;
        Ok(())
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.kind.id)?;
        for (param, value) in self.kind.params.iter().zip(&self.values) {
            if *value != param.default {
                write!(out, "-{}", param.unit.write(*value))?;
            }
        }
        if self.thin { write!(out, "-{THIN}") } else { Ok(()) }
    }
}

impl FromStr for Spec {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        let rest_after = |kind: &Kind| match name.strip_prefix(kind.id) {
            Some(rest) if rest.is_empty() || rest.starts_with('-') => Some(rest.to_owned()),
            _ => None,
        };
        // The longest id wins: `http-reqwest-blocking` is not a variation of `http`.
        let kinds = || KINDS.iter().chain(primitive::KINDS);
        let found = kinds().filter_map(|kind| Some((*kind, rest_after(kind)?)));
        let Some((kind, rest)) = found.max_by_key(|(kind, _)| kind.id.len()) else {
            return Err(unknown("workload", name, kinds().map(|kind| kind.id)));
        };
        let mut spec =
            Self { kind, values: kind.params.iter().map(|param| param.default).collect(), thin: false };
        let mut given = vec![false; kind.params.len()];
        for segment in rest.split('-').skip(1) {
            if segment == THIN && kind.needs == Needs::Server {
                spec.thin = true;
                continue;
            }
            let value = kind
                .params
                .iter()
                .enumerate()
                .find_map(|(at, param)| Some((at, param.unit.parse(segment).ok()?)));
            let Some((at, value)) = value else {
                let variations = kind.params.iter().map(|param| format!("`-{}`", param.unit.example()));
                let thin = (kind.needs == Needs::Server).then(|| format!("`-{THIN}`"));
                let variations: Vec<_> = variations.chain(thin).collect();
                let help = if variations.is_empty() {
                    format!("workload `{}` has no variations", kind.id)
                } else {
                    format!("variations of `{}` are written like {}", kind.id, variations.join(", "))
                };
                return Err(Failure::new(format!(
                    "cannot read the workload `{name}`: `{segment}` is not a variation of `{}`",
                    kind.id
                ))
                .help(help));
            };
            if std::mem::replace(&mut given[at], true) {
                let twice = format!(
                    "cannot read the workload `{name}`: `{segment}` sets `{}` a second time",
                    kind.params[at].name
                );
                return Err(Failure::new(twice).help("name it once"));
            }
            spec.set(at, value)?;
        }
        Ok(spec)
    }
}

goes_by_its_name!(Spec);

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(name: &str) -> String {
        name.parse::<Spec>().map_or_else(|failure| failure.to_string(), |spec| spec.to_string())
    }

    #[test]
    fn names_are_read_back_in_one_canonical_form() {
        for name in
            ["noop", "http", "http-20ms", "http-20ms-4kib-hyper", "http-reqwest-blocking-5ms", "primes-1000"]
        {
            assert_eq!(canonical(name), name);
        }
        assert_eq!(canonical("http-10ms-256b"), "http", "defaults are not written");
        assert_eq!(canonical("http-hyper-4kib-20ms"), "http-20ms-4kib-hyper");
        assert_eq!(canonical("timer-1000us"), "timer-1ms");
        assert_eq!(canonical("timer-1.5MS"), "timer-1500us");
    }

    #[test]
    fn a_wrong_name_says_what_is_wrong_and_what_is_near() {
        let failure = "htpp".parse::<Spec>().expect_err("unknown");
        assert_eq!(failure.message, "unknown workload `htpp`");
        assert!(failure.help.is_some_and(|help| help.contains("`http`")));
        let failure = "timer-hyper".parse::<Spec>().expect_err("no server");
        assert_eq!(
            failure.message,
            "cannot read the workload `timer-hyper`: `hyper` is not a variation of `timer`"
        );
        let failure = "timer-1ms-2ms".parse::<Spec>().expect_err("twice");
        assert_eq!(
            failure.message,
            "cannot read the workload `timer-1ms-2ms`: `2ms` sets `delay` a second time"
        );
        let failure = "timer-61s".parse::<Spec>().expect_err("too long");
        assert_eq!(failure.help.as_deref(), Some("from 0ns to 60s"));
    }

    #[test]
    fn no_two_parameters_of_a_workload_share_a_unit() {
        for kind in KINDS.iter().chain(primitive::KINDS) {
            for (at, param) in kind.params.iter().enumerate() {
                assert!(kind.params[..at].iter().all(|other| other.unit != param.unit), "{}", kind.id);
            }
        }
    }
}
