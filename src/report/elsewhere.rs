//! Where lanes run, if a launcher starts them, in a line on the terminal before they do.

use super::view::processor;
use crate::record::Environment;

/// ``lanes run via `ssh`, on 4 cores of an AMD EPYC with Linux 6.18.0``
pub fn line(launcher: &str, machine: &Environment) -> String {
    format!("lanes run via `{launcher}`, on {} with Linux {}", processor(machine), machine.kernel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;

    #[test]
    fn the_machine_is_named_with_its_kernel() {
        let says = "lanes run via `ssh`, on 2 cores of an AMD EPYC with Linux 6.18.0";
        assert_eq!(line("ssh", &fixture::whole().environment), says);
    }
}
