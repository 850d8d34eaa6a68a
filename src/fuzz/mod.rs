//! Every reader against inputs that nobody would write. Each gives a value or a failure of one line, soon and with little memory;
//! what it accepts can be written, read again and shown.
//!
//! `seeds` has real inputs, `mutate` spoils them, `engine` runs a reader over them and holds it to the rules that are the same for
//! all. The other files are the readers: `record`, `compared` and `session` read JSON, `settings` and `lesson` TOML, `protocol` lines,
//! `criterion` a folder. By default a reader gets so many inputs that they take about a second, the same ones each time.
//!
//! Exists in tests only. It must not know why a reader accepts something, and nothing may name it.

mod compared;
mod criterion;
mod engine;
mod lesson;
mod mutate;
mod protocol;
mod record;
mod seeds;
mod session;
mod settings;
mod shown;
mod tests;
