//! Whether the rankings with two servers agree, in one sentence. Must not know how that is found.

use crate::record::agreement::Agreement;

/// The sentence, without a line end.
pub fn line(agreement: &Agreement) -> String {
    let Agreement { groups: [one, other], pairs, alike, contrary } = agreement;
    let several = if *pairs == 1 { "pair" } else { "pairs" };
    let mut text =
        format!("{one} and {other}: of {pairs} {several} of executors both servers order {alike} alike");
    if contrary.is_empty() {
        text += ", and none the other way round";
    }
    for [here, there] in contrary {
        text += &format!("; {here} is faster in {one}, {there} in {other}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contradiction_is_named_and_so_is_its_absence() {
        let groups = ["http/4".to_owned(), "http-hyper/4".to_owned()];
        let mut agreement = Agreement { groups, pairs: 3, alike: 2, contrary: Vec::new() };
        let head = "http/4 and http-hyper/4: of 3 pairs of executors both servers order 2 alike";
        assert_eq!(line(&agreement), format!("{head}, and none the other way round"));
        agreement.contrary.push(["tasks".into(), "threads".into()]);
        assert_eq!(line(&agreement), format!("{head}; tasks is faster in http/4, threads in http-hyper/4"));
    }
}
