//! The secret at the end of every query, where other machines can reach the server.
//!
//! Answers for: its text, and who is admitted. Must not know: servers, or who sends it.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};

/// 128 random bits, written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Token(u128);

/// Stands before it in a query, whose last field it is.
const FIELD: &str = "&token=";

impl Token {
    /// One that nobody can guess.
    ///
    /// # Errors
    /// When the kernel gives no random bytes.
    pub fn random() -> io::Result<Token> {
        let mut bytes = [0; 16];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        Ok(Token(u128::from_ne_bytes(bytes)))
    }

    /// What a client adds to its query.
    #[must_use]
    pub fn field(self) -> String {
        format!("{FIELD}{}", String::from(self))
    }

    /// The query without the token; `None` without the right one.
    pub(crate) fn admit(self, query: &str) -> Option<&str> {
        let (query, token) = query.rsplit_once(FIELD)?;
        (Token::try_from(token.to_owned()) == Ok(self)).then_some(query)
    }
}

impl From<Token> for String {
    fn from(token: Token) -> String {
        format!("{:032x}", token.0)
    }
}

impl TryFrom<String> for Token {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Token, Self::Error> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u128::from_str_radix(&text, 16).ok().filter(|_| digits);
        number.map(Token).ok_or("a token has 32 hexadecimal digits")
    }
}

/// Messages must not show it.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(...)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_query_that_ends_with_the_token_is_admitted() {
        let token = Token(7);
        let query = format!("key=1{}", token.field());
        assert_eq!(query, "key=1&token=00000000000000000000000000000007");
        assert_eq!(token.admit(&query), Some("key=1"));
        for other in ["", "key=1", "key=1&token=", "key=1&token=7", &Token(8).field(), &(query.clone() + "0")]
        {
            assert_eq!(token.admit(other), None, "{other}");
        }
    }

    #[test]
    fn a_token_survives_the_round_trip_and_is_not_shown() {
        let token = Token::random().unwrap();
        let text = serde_json::to_string(&token).unwrap();
        assert_eq!(serde_json::from_str::<Token>(&text).unwrap(), token);
        assert_ne!(token, Token::random().unwrap());
        assert_eq!(format!("{token:?}"), "Token(...)");
        assert!(serde_json::from_str::<Token>("\"7\"").is_err());
    }
}
