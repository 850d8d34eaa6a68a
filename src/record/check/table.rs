//! Checks that cells and groups belong together: the cells of a group are next to each other, each has one lane for each
//! pass, and a tie is between cells of one group.

use super::value::{Checked, within, wrong};
use crate::record::{CellResult, Run, Status};

pub(super) fn tables(run: &Run) -> Checked {
    let mut before = 0;
    for (at, cell) in run.cells.iter().enumerate() {
        belongs(run, cell, before).map_err(within(format!("cells[{at}]")))?;
        before = cell.group;
    }
    Ok(())
}

/// Whether the cell fits its group. The cell before it is of the group `before`.
fn belongs(run: &Run, cell: &CellResult, before: usize) -> Checked {
    let number = cell.group;
    let Some(group) = run.groups.get(number) else {
        return wrong("group", format!("is {number}, but there are {} groups", run.groups.len()));
    };
    if number < before {
        return wrong("group", format!("is {number}, but the cell before is of group {before}"));
    }
    if cell.group() != group.name {
        return wrong(
            "group",
            format!("is {number}, `{}`, but the cell is of `{}`", group.name, cell.group()),
        );
    }
    let (lanes, passes) = (cell.lanes.len(), group.passes.len());
    if cell.status == Status::Measured && lanes != passes {
        return wrong("lanes", format!("has {lanes} lanes, but the group has {passes} passes"));
    }
    let is_there =
        |name: &&String| run.cells.iter().any(|other| other.group == cell.group && other.executor == **name);
    match cell.tied_with.iter().find(|name| !is_there(name)) {
        Some(name) => wrong("tied_with", format!("has `{name}`, which is not in `{}`", group.name)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::record::check::tests::error_of;
    use crate::record::fixture::lane;

    #[test]
    fn a_cell_that_does_not_fit_its_group_is_named() {
        assert_eq!(
            error_of(|run| run.cells[0].lanes.push(lane(12.7e6))),
            "`cells[0].lanes` has 9 lanes, but the group has 8 passes"
        );
        assert_eq!(
            error_of(|run| run.cells[0].tied_with = vec!["fibres".into()]),
            "`cells[0].tied_with` has `fibres`, which is not in `http/32`"
        );
        let groups = crate::record::fixture::whole().groups.len();
        assert_eq!(
            error_of(|run| run.cells[0].group = 9),
            format!("`cells[0].group` is 9, but there are {groups} groups")
        );
        let before = groups - 1;
        assert_eq!(
            error_of(|run| run.cells.last_mut().expect("a cell").group = 0),
            format!("`cells[13].group` is 0, but the cell before is of group {before}")
        );
        assert_eq!(
            error_of(|run| run.groups[0].name = "tcp/1".into()),
            "`cells[0].group` is 0, `tcp/1`, but the cell is of `http/32`"
        );
    }
}
