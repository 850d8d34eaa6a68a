//! What tests make wrong on purpose, to see that it is noticed. In debug builds only.

/// Whether the environment asks for this to be wrong.
pub fn is(what: &str) -> bool {
    std::env::var_os("FAIRLANE_BREAK").is_some_and(|wanted| wanted == what)
}
