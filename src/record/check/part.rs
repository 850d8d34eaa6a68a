//! Checks what a record says of parts: every group is where the division of the run placed it, and every part is described
//! once.

use super::value::{Checked, name, within, wrong};
use super::{apparatus, calibration, environment};
use crate::record::Run;
use crate::record::part::{Part, Placed};

pub(super) fn parts(run: &Run) -> Checked {
    match (&run.partition, &run.merged) {
        (Some(_), Some(_)) => wrong("partition", "is present, but the record is merged"),
        (Some(partition), None) => {
            index("index", partition.index, partition.of)
                .and_then(|()| placed(&partition.groups, partition.of))
                .map_err(within("partition"))?;
            groups(run, &partition.groups, |_| Some(partition.index))
        }
        (None, Some(merged)) => {
            let part = |(at, part): (usize, &Part)| {
                let before = merged.parts[..at].last().map_or(0, |before| before.index);
                described(part, before, merged.of).map_err(within(format!("parts[{at}]")))
            };
            placed(&merged.groups, merged.of)
                .and_then(|()| merged.parts.iter().enumerate().try_for_each(part))
                .map_err(within("merged"))?;
            let is_here = |part: usize| merged.parts.iter().any(|here| here.index == part);
            for (at, group) in run.groups.iter().enumerate() {
                match group.part {
                    Some(part) if is_here(part) => {}
                    Some(part) => {
                        return wrong(format!("groups[{at}].part"), format!("is {part}, which is not there"));
                    }
                    None => {
                        return wrong(format!("groups[{at}].part"), "is missing, but the record is merged");
                    }
                }
            }
            groups(run, &merged.groups, |group| run.groups.get(group).and_then(|group| group.part))
        }
        (None, None) => match run.groups.iter().position(|group| group.part.is_some()) {
            Some(at) => wrong(format!("groups[{at}].part"), "is present, but the record is not merged"),
            None => Ok(()),
        },
    }
}

fn index(field: &str, index: usize, of: usize) -> Checked {
    if (1..=of).contains(&index) {
        Ok(())
    } else {
        wrong(field, format!("is {index}, but there are {of} parts"))
    }
}

fn placed(groups: &[Placed], of: usize) -> Checked {
    let check =
        |group: &Placed| name("first_cell", &group.first_cell).and_then(|()| index("part", group.part, of));
    groups
        .iter()
        .enumerate()
        .try_for_each(|(at, group)| check(group).map_err(within(format!("groups[{at}]"))))
}

fn described(part: &Part, before: usize, of: usize) -> Checked {
    index("index", part.index, of)?;
    if part.index <= before {
        return wrong("index", format!("is {}, after {before}", part.index));
    }
    if humantime::parse_rfc3339_weak(&part.started).is_err() {
        return wrong("started", format!("is `{}`, which is not a date", part.started));
    }
    environment(&part.environment).map_err(within("environment"))?;
    calibration(part.calibration.as_ref())?;
    apparatus(&part.apparatus).map_err(within("apparatus"))
}

/// Whether the first cell of each group is placed in the part that it says it is from.
fn groups(run: &Run, placed: &[Placed], part: impl Fn(usize) -> Option<usize>) -> Checked {
    for own in run.groups() {
        let first = &own[0];
        let is_its = |group: &&Placed| group.first_cell == first.id;
        match placed.iter().find(is_its) {
            Some(group) if Some(group.part) == part(first.group) => {}
            Some(group) => {
                let field = format!("groups[{}]", first.group);
                return wrong(field, format!("is in part {} of the run", group.part));
            }
            None => {
                return wrong(
                    format!("groups[{}]", first.group),
                    "is not in the run of which this is a part",
                );
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::record::divided::{merged, parts};
    use crate::record::{Run, check, fixture};

    /// Who counted to that number would not end.
    #[test]
    fn the_missing_parts_of_very_many_are_those_that_have_groups() {
        let mut merged = merged(parts(&fixture::whole(), 2, &[2, 1, 2]));
        let all = merged.merged.as_mut().expect("merged");
        (all.of, all.groups[0].part) = (usize::MAX, usize::MAX - 1);
        assert_eq!(all.missing(), [usize::MAX - 1]);
    }

    #[test]
    fn what_does_not_fit_the_division_is_named() {
        type Change = fn(&mut Run);
        let (part, whole) = (parts(&fixture::whole(), 2, &[2, 1, 2]).remove(1), fixture::whole());
        let merged = merged(parts(&whole, 2, &[2, 1, 2]));
        let table: [(&Run, Change, &str); 9] = [
            (
                &whole,
                |run| run.groups[1].part = Some(1),
                "`groups[1].part` is present, but the record is not merged",
            ),
            (
                &part,
                |run| run.partition.as_mut().expect("a part").index = 3,
                "`partition.index` is 3, but there are 2 parts",
            ),
            (
                &part,
                |run| run.partition.as_mut().expect("a part").index = 1,
                "`groups[0]` is in part 2 of the run",
            ),
            (
                &part,
                |run| run.partition.as_mut().expect("a part").groups[2].part = 0,
                "`partition.groups[2].part` is 0, but there are 2 parts",
            ),
            (
                &part,
                |run| run.partition.as_mut().expect("a part").groups.clear(),
                "`groups[0]` is not in the run of which this is a part",
            ),
            (
                &merged,
                |run| run.groups[2].part = None,
                "`groups[2].part` is missing, but the record is merged",
            ),
            (&merged, |run| run.groups[2].part = Some(9), "`groups[2].part` is 9, which is not there"),
            (
                &merged,
                |run| run.merged.as_mut().expect("merged").parts[1].index = 1,
                "`merged.parts[1].index` is 1, after 1",
            ),
            (
                &merged,
                |run| run.merged.as_mut().expect("merged").parts[1].environment.cores = 0,
                "`merged.parts[1].environment.cores` is 0",
            ),
        ];
        for (run, change, says) in table {
            let mut changed = run.clone();
            change(&mut changed);
            assert_eq!(check::run(&changed), Err(says.to_owned()));
        }
    }
}
