//! What a part of a run measures, in a line on the terminal before it begins.

use std::time::Duration;

use crate::record::part::Partition;

/// The groups of the part and the time for them, or that it has none.
pub fn line(partition: &Partition, budget: Duration) -> String {
    let own = partition.groups.iter().filter(|group| group.part == partition.index);
    let names: Vec<&str> = own.map(|group| group.name.as_str()).collect();
    let part = format!("part {} of {}", partition.index, partition.of);
    match (names.as_slice(), partition.groups.len()) {
        ([], 1) => format!("{part} has nothing to do: a group is never divided, and there is 1 group"),
        ([], all) => {
            format!("{part} has nothing to do: a group is never divided, and there are {all} groups")
        }
        (names, _) => format!("{part}: {} in {:.0} s", names.join(", "), budget.as_secs_f64().ceil()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::divided::parts;
    use crate::record::fixture;

    #[test]
    fn the_groups_of_the_part_are_named_with_their_time() {
        let part = parts(&fixture::whole(), 3, &[3, 1, 3]).remove(1).partition.expect("a part");
        assert_eq!(line(&part, Duration::from_millis(1_200)), "part 3 of 3: http/32, crawl/16 in 2 s");
        let empty = Partition { index: 2, ..part };
        let says = "part 2 of 3 has nothing to do: a group is never divided, and there are 3 groups";
        assert_eq!(line(&empty, Duration::ZERO), says);
    }
}
