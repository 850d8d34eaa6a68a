//! docs/LANES.md as data: the requests and replies of its tables, and whether a reply looks as documented.

use std::fs;

use serde_json::{Map, Value};

use crate::cli::project;

/// The document and the examples in its tables.
pub(crate) struct Document {
    text: String,
    /// Request and reply, in the order of the table.
    pub(crate) pairs: Vec<(Value, Value)>,
    /// The reply to a request that cannot be done.
    pub(crate) failure: Value,
    /// The objects in replies that have a row of their own, by their name.
    parts: Map<String, Value>,
}

impl Document {
    pub(crate) fn read() -> Self {
        let text = fs::read_to_string(project().join("docs/LANES.md")).unwrap();
        let (mut pairs, mut parts, mut failure) = (Vec::new(), Map::new(), Value::Null);
        for row in text.lines().filter(|line| line.starts_with('|')) {
            let [_, left, right, _] = row.split('|').collect::<Vec<_>>()[..] else { continue };
            let Some(right) = right.split('`').nth(1).filter(|text| text.starts_with('{')) else { continue };
            let right = example(right);
            let left = left.trim().trim_matches('`');
            if left.starts_with('{') {
                pairs.push((example(left), right));
            } else if right["reply"].is_null() {
                parts.insert(left.to_owned(), right);
            } else {
                failure = right;
            }
        }
        Self { text, pairs, failure, parts }
    }

    /// Asserts that it contains the words on which a test relies.
    pub(crate) fn assert_says(&self, what: &str) {
        assert!(self.text.contains(what), "docs/LANES.md does not say: {what}");
    }

    pub(crate) fn pair(&self, request: &str) -> (Value, &Value) {
        let pair = self.pairs.iter().find(|(left, _)| left["do"] == request);
        let (request, reply) = pair.unwrap_or_else(|| panic!("docs/LANES.md has no request `{request}`"));
        (request.clone(), reply)
    }

    /// A reply with the objects put in that have a row of their own.
    pub(crate) fn whole(&self, reply: &Value) -> Value {
        let mut whole = reply.clone();
        for (name, value) in whole.as_object_mut().unwrap() {
            if !value[DOTS].is_null() {
                *value = self.parts[name].clone();
            }
        }
        whole
    }
}

/// Stands for what an example does not write out.
const DOTS: &str = "...";

/// The JSON of an example.
fn example(text: &str) -> Value {
    let whole = text.replace("[...]", "[\"...\"]").replace("{...}", "{\"...\":0}");
    serde_json::from_str(&whole).unwrap_or_else(|cause| panic!("docs/LANES.md: `{text}`: {cause}"))
}

/// Asserts that both have the same keys, and below each key the same kind of value.
pub(crate) fn assert_alike(path: &str, documented: &Value, received: &Value) {
    match (documented, received) {
        (Value::Object(documented), Value::Object(received)) => {
            let keys = |object: &Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            assert_eq!(
                keys(documented),
                keys(received),
                "the documented keys, and those of the reply, in {path}"
            );
            for (key, value) in documented {
                assert_alike(&format!("{path}.{key}"), value, &received[key]);
            }
        }
        (Value::Array(documented), Value::Array(received)) => {
            let [first, ..] = documented.as_slice() else { panic!("{path} has no example") };
            assert!(!received.is_empty(), "{path} is empty");
            for received in received.iter().filter(|_| first != DOTS) {
                assert_alike(path, first, received);
            }
        }
        (Value::Number(_), Value::Number(number)) => assert!(number.is_u64(), "{path} is {number}"),
        (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => {}
        _ => panic!("{path} is documented as {documented}, and the lane sends {received}"),
    }
}
