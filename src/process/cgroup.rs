//! The limits of this process's own cgroup and of all above it: the smallest holds. Version 2 only: under version 1
//! every answer is unknown.
//!
//! Knows nothing of what the limits mean to a run.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The most threads and processes together; `None` where nothing limits them or nobody knows.
pub(super) fn pids_max() -> Option<u64> {
    read(&own_folders(), "pids.max", |text| text.trim().parse().ok()).min()
}

/// How many more threads and processes the group and all above it let be.
pub(super) fn pids_left() -> Option<u64> {
    left(&own_folders(), "pids.max", "pids.current")
}

/// How many more bytes of memory they let be used. File caches count as used: it is rather more than that.
pub(super) fn memory_left() -> Option<u64> {
    left(&own_folders(), "memory.max", "memory.current")
}

fn left(folders: &[PathBuf], most: &str, now: &str) -> Option<u64> {
    let number = |folder: &Path, name| -> Option<u64> {
        fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
    };
    let left = |folder: &PathBuf| Some(number(folder, most)?.saturating_sub(number(folder, now)?));
    folders.iter().filter_map(left).min()
}

/// The processors whose time the group may use; `None` where nothing limits it or nobody knows.
pub(super) fn cpus() -> Option<f64> {
    read(&own_folders(), "cpu.max", quota).min_by(f64::total_cmp)
}

fn own_folders() -> Vec<PathBuf> {
    let text = |path| fs::read_to_string(path).unwrap_or_default();
    folders(&text("/proc/self/cgroup"), &text("/proc/self/mountinfo")).unwrap_or_default()
}

/// What the folders have in their files of that name. The root has none, and neither has a group without the
/// controller.
fn read<T>(folders: &[PathBuf], name: &str, parse: impl Fn(&str) -> Option<T>) -> impl Iterator<Item = T> {
    folders.iter().filter_map(move |folder| parse(&fs::read_to_string(folder.join(name)).ok()?))
}

/// The folder of the group and those above it, from `/proc/self/cgroup` and `/proc/self/mountinfo`. A container may
/// see only a part of the tree: then the mount's root is not `/`, and what lies above cannot be read.
fn folders(groups: &str, mounts: &str) -> Option<Vec<PathBuf>> {
    let group = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let (root, mount) = mounts.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let mut fields = left.split(' ').skip(3);
        right.starts_with("cgroup2 ").then_some((fields.next()?, fields.next()?))
    })?;
    let inside = Path::new(group).strip_prefix(root).ok()?;
    // `/..` is a group outside of the namespace: its folder is not below the mount.
    let visible = inside.components().all(|part| matches!(part, Component::Normal(_) | Component::RootDir));
    visible.then(|| inside.ancestors().map(|part| Path::new(mount).join(part)).collect())
}

/// `cpu.max` is a quota and a period in microseconds; the quota may be `max`.
fn quota(text: &str) -> Option<f64> {
    let (quota, period) = text.trim().split_once(' ')?;
    let (quota, period): (f64, f64) = (quota.parse().ok()?, period.parse().ok()?);
    (period > 0.0).then_some(quota / period)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "30 23 0:28 / /proc rw - proc proc rw\n\
                          31 23 0:29 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw\n";

    #[test]
    fn a_quota_is_a_number_of_processors() {
        assert_eq!(quota("150000 100000\n"), Some(1.5));
        assert_eq!(quota("50000 100000\n"), Some(0.5));
        for none in ["max 100000\n", "", "150000", "1 0"] {
            assert_eq!(quota(none), None, "{none:?}");
        }
    }

    #[test]
    fn the_folders_are_the_groups_own_and_all_above() {
        let group = "1:cpu:/elsewhere\n0::/user.slice/shell.scope\n";
        let folder = |path: &str| PathBuf::from(path);
        let all = ["/sys/fs/cgroup/user.slice/shell.scope", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup/"];
        assert_eq!(folders(group, MOUNTS), Some(all.map(folder).to_vec()));
        assert_eq!(folders("0::/\n", MOUNTS), Some(vec![folder("/sys/fs/cgroup")]));
    }

    #[test]
    fn a_container_sees_its_part_of_the_tree() {
        let mounts = MOUNTS.replace("0:29 /", "0:29 /docker/a");
        let found = folders("0::/docker/a/b\n", &mounts).expect("a folder");
        assert_eq!(found, [Path::new("/sys/fs/cgroup/b"), Path::new("/sys/fs/cgroup/")]);
    }

    #[test]
    fn version_1_and_groups_out_of_sight_are_unknown() {
        assert_eq!(folders("4:memory:/a\n1:cpu:/\n", MOUNTS), None);
        assert_eq!(folders("0::/\n", "31 23 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"), None);
        assert_eq!(folders("0::/../other\n", MOUNTS), None);
        assert_eq!(folders("0::/other\n", &MOUNTS.replace("0:29 /", "0:29 /docker/a")), None);
    }

    #[test]
    fn the_smallest_limit_on_the_way_up_holds() {
        let top = tempfile::tempdir().expect("a folder");
        let own = top.path().join("own");
        fs::create_dir(&own).expect("a folder");
        fs::write(own.join("cpu.max"), "max 100000\n").expect("written");
        fs::write(top.path().join("cpu.max"), "200000 100000\n").expect("written");
        let folders = [own.clone(), top.path().to_path_buf()];
        assert_eq!(read(&folders, "cpu.max", quota).min_by(f64::total_cmp), Some(2.0));
        fs::write(own.join("pids.max"), "100\n").expect("written");
        fs::write(own.join("pids.current"), "30\n").expect("written");
        assert_eq!(left(&folders, "pids.max", "pids.current"), Some(70));
        fs::write(own.join("cpu.max"), "150000 100000\n").expect("written");
        assert_eq!(read(&folders, "cpu.max", quota).min_by(f64::total_cmp), Some(1.5));
    }
}
