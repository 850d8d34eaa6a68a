//! A command that starts a program somewhere else: `ssh HOST`, `srun -n1`, `docker run -i IMAGE`. It passes standard input and
//! output on. Must not know what is started there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::program::Program;
use crate::failure::Failure;

/// The words of the command, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher(Vec<String>);

impl Launcher {
    /// Splits a command into words, as a shell does.
    ///
    /// # Errors
    /// If it has no word, or a quote that is not closed.
    pub fn parse(command: &str) -> Result<Self, Failure> {
        let refused = |cause: &str| {
            Failure::new(format!("cannot read the launcher `{command}`: {cause}"))
                .help("write it like `ssh HOST` or `docker run -i IMAGE`")
        };
        match shlex::split(command) {
            None => Err(refused("a quote in it is not closed")),
            Some(words) if words.first().is_none_or(String::is_empty) => Err(refused("it names no program")),
            Some(words) => Ok(Self(words)),
        }
    }

    /// What messages and records call it: its first word, without the folder. The others can name a host or a user.
    pub fn name(&self) -> String {
        let file = Path::new(&self.0[0]).file_name().unwrap_or_default();
        file.to_string_lossy().into_owned()
    }

    /// The program `name` with its arguments, started through the launcher.
    ///
    /// # Errors
    /// If a word is not plain. `ssh` gives all words to a shell, and `docker` gives them to no shell: only a word in which a
    /// shell sees nothing special is the same for both.
    pub fn program(&self, name: &str, arguments: &[&str]) -> Result<Program, Failure> {
        let is_plain = shlex::try_quote(name).is_ok_and(|quoted| quoted == name) && !name.starts_with('-');
        if !is_plain {
            let refused = format!(
                "cannot start `{name}` via `{}`: a shell on the other machine may change the special signs in it",
                self.name()
            );
            return Err(Failure::new(refused).help(
                "give a path of letters, digits and `/._+-`; under `ssh` a relative path starts in the home folder there",
            ));
        }
        let (first, rest) =
            self.0.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let rest = rest.iter().map(String::as_str);
        let words: Vec<OsString> =
            rest.chain([name]).chain(arguments.iter().copied()).map(OsString::from).collect();
        Ok(Program { is_launched: true, ..Program::foreign(PathBuf::from(first), words, Vec::new()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_a_shell_does() {
        let launcher = Launcher::parse("/opt/bin/ssh -o 'ProxyCommand=nc %h 22' host").expect("a command");
        assert_eq!(launcher.0, ["/opt/bin/ssh", "-o", "ProxyCommand=nc %h 22", "host"]);
        assert_eq!(launcher.name(), "ssh");
        for (command, why) in [
            ("", "it names no program"),
            ("  ", "it names no program"),
            ("''", "it names no program"),
            ("ssh 'host", "a quote in it is not closed"),
        ] {
            let failure = Launcher::parse(command).expect_err(command);
            assert_eq!(failure.message, format!("cannot read the launcher `{command}`: {why}"));
        }
    }

    #[test]
    fn the_program_and_its_arguments_follow_the_launcher() {
        let program =
            Launcher::parse("ssh host").expect("a command").program("bin/fairlane", &["lane-serve"]);
        let program = program.expect("plain words");
        assert_eq!(program.path(), Path::new("ssh"));
        assert_eq!(program.arguments, ["host", "bin/fairlane", "lane-serve"]);
        assert!(program.is_launched && !program.knows_roles);
    }

    #[test]
    fn a_word_that_a_shell_could_read_differently_is_refused() {
        let launcher = Launcher::parse("ssh host").expect("a command");
        for name in ["", "a b", "~/fairlane", "$HOME/fairlane", "a;b", "a'b", "-x", "A=b", "a\\b", "a*"] {
            let failure = launcher.program(name, &[]).expect_err(name);
            assert!(failure.message.starts_with(&format!("cannot start `{name}` via `ssh`")), "{failure}");
        }
    }
}
