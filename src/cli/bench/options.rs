//! The options of `cargo bench -- `, as data: their names are criterion's, and what they do is said as it is done here.
//!
//! Criterion parses the same words once more. So nothing may be accepted here that it refuses.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command as Parser};

use super::value;
use crate::version::VERSION;

/// A reader of one value. The text is kept as it is: criterion reads it, too.
type Read = fn(&str) -> Result<String, String>;

/// What an option takes.
enum Takes {
    Nothing,
    /// The same, and only test runners give it: the help does not show it.
    Hidden,
    OneOf(&'static [&'static str]),
    /// A value of that name.
    Value(&'static str, Read),
}

use Takes::{Hidden, Nothing, OneOf, Value};

/// Its long name, its letter, what it takes, what it does.
type Opt = (&'static str, Option<char>, Takes, &'static str);

const NAME: &str = "NAME";
const SECONDS: &str = "SECONDS";
const SHARE: &str = "SHARE";

#[rustfmt::skip] // a line each
const OPTIONS: [Opt; 29] = [
    ("quick", None, Nothing, "Measure for a shorter time; criterion gets one number of each cell"),
    ("sample-size", None, Value("N", value::lanes), "Lanes of each cell: criterion's samples [default: as the suite file says]"),
    ("measurement-time", None, Value(SECONDS, value::seconds), "Time for each cell [default: the suite file says one for all]"),
    ("warm-up-time", None, Value(SECONDS, value::warm_up), "Is refused: a lane warms up for as long as its cell needs"),
    ("list", None, Nothing, "List the cells, and measure nothing"),
    ("format", None, OneOf(&["pretty", "terse"]), "How `--list` prints [default: pretty]"),
    ("exact", None, Nothing, "Take the filter for the whole id of a cell"),
    ("test", None, Nothing, "Run each cell once, check its answers, and record nothing"),
    ("profile-time", None, Value(SECONDS, value::profile), "Run each cell this long for a profiler, and record nothing"),
    ("save-baseline", Some('s'), Value(NAME, value::own), "Let criterion keep the times under this name [default: base]"),
    ("baseline", Some('b'), Value(NAME, value::own), "Compare with the times of this name, which every cell must have"),
    ("baseline-lenient", None, Value(NAME, value::own), "Compare with the times of this name where a cell has them"),
    ("load-baseline", None, Value(NAME, value::baseline), "Measure nothing: compare these times with those of `--baseline`"),
    ("discard-baseline", None, Nothing, "Let criterion keep nothing; Fairlane's record is written all the same"),
    ("nresamples", None, Value("N", value::resamples), "How often criterion draws from the samples [default: 2000]"),
    ("noise-threshold", None, Value(SHARE, value::share), "The change below which criterion sees noise [default: 0.01]"),
    ("confidence-level", None, Value(SHARE, value::share), "The level of criterion's intervals [default: 0.95]"),
    ("significance-level", None, Value(SHARE, value::share), "The level of criterion's tests [default: 0.05]"),
    ("output-format", None, OneOf(&["criterion", "bencher"]), "How criterion prints its results [default: criterion]"),
    ("noplot", Some('n'), Nothing, "Draw none of criterion's plots, where they are built in"),
    ("plotting-backend", None, OneOf(&["gnuplot", "plotters"]), "What draws criterion's plots, where they are built in"),
    ("color", Some('c'), OneOf(&["auto", "always", "never"]), "When to print in colours [default: auto]"),
    ("quiet", None, Nothing, "Print no progress and no tables: only warnings, errors and criterion's results"),
    ("verbose", Some('v'), Nothing, "Print more of criterion's statistics"),
    ("bench", None, Hidden, ""),
    ("ignored", None, Hidden, ""),
    ("include-ignored", None, Hidden, ""),
    ("nocapture", None, Hidden, ""),
    ("show-output", None, Hidden, ""),
];

/// What cannot be used together.
const CONFLICTS: [(&str, &[&str]); 9] = [
    ("quick", &["sample-size"]),
    ("list", &["test", "profile-time"]),
    ("test", &["profile-time"]),
    ("quiet", &["verbose"]),
    ("save-baseline", &["baseline", "baseline-lenient"]),
    ("baseline", &["baseline-lenient"]),
    ("discard-baseline", &["save-baseline", "baseline", "baseline-lenient", "load-baseline"]),
    ("load-baseline", &["quick", "sample-size", "measurement-time"]),
    // It records nothing.
    (
        "profile-time",
        &[
            "quick",
            "sample-size",
            "measurement-time",
            "save-baseline",
            "baseline",
            "baseline-lenient",
            "load-baseline",
            "discard-baseline",
        ],
    ),
];

fn conflicts(name: &str) -> impl Iterator<Item = &'static str> {
    CONFLICTS.iter().filter(move |(one, _)| *one == name).flat_map(|(_, with)| with.iter().copied())
}

/// The first argument that is not an option: a suite, a part of one, or a filter.
pub(super) const WHAT: &str = "what";

/// What reads the arguments without the program's name. `suites` names what [`WHAT`] can be, and `variables` is the end of the
/// help.
pub(super) fn parser(suites: &str, variables: &str) -> Parser {
    let arg = |(name, short, takes, about): &Opt| {
        let arg = Arg::new(*name).long(*name).short(*short).help(*about).conflicts_with_all(conflicts(name));
        match takes {
            Nothing => arg.action(ArgAction::SetTrue),
            Hidden => arg.action(ArgAction::SetTrue).hide(true),
            OneOf(words) => arg.value_name("WORD").value_parser(PossibleValuesParser::new(*words)),
            Value(called, read) => arg.value_name(*called).value_parser(*read).allow_negative_numbers(true),
        }
    };
    let what = "What to measure: a suite, `SUITE/FILTER`, or a filter, which is a regular expression on ids of cells";
    Parser::new("cargo bench --")
        .no_binary_name(true)
        .disable_version_flag(true)
        .disable_help_flag(true)
        .term_width(120)
        .about("Measures Fairlane's suites in lanes; criterion keeps the times, compares them and prints what it found.")
        .after_help(format!(
            "Suites, which are files of benches/ without `.toml` [default: suite]:\n  {suites}\n\n\
            Examples:\n  \
            cargo bench -- 'http/(tasks|threads)' --save-baseline main\n  \
            cargo bench -- scaling/timer --quick\n\n\
            {variables}"
        ))
        .arg(Arg::new(WHAT).value_name("SUITE|FILTER").help(what))
        .args(OPTIONS.iter().map(arg).map(|arg| if arg.get_id() == "color" { arg.alias("colour") } else { arg }))
        .arg(Arg::new("help").long("help").short('h').action(ArgAction::SetTrue).help("Print this help"))
        .arg(Arg::new("version").long("version").short('V').action(ArgAction::SetTrue).help("Print the versions"))
}

/// The versions of all that measures and judges.
pub(super) fn version() -> String {
    let own: toml::Table = include_str!("../../../Cargo.toml").parse().unwrap_or_default();
    let criterion = own.get("dev-dependencies").and_then(|all| all.get("criterion"));
    let criterion = criterion.and_then(|criterion| criterion.get("version")?.as_str()).unwrap_or("unknown");
    format!(
        "fairlane {}, which measures\ncriterion {criterion}, which keeps and compares the times\n",
        *VERSION
    )
}
