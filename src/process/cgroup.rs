//! The limits of this process's own cgroup and of all above it: the smallest holds. Both versions of cgroups are read, and
//! where both are mounted each controller is in one of them. What neither shows is unknown.
//!
//! Knows nothing of what the limits mean to a run.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The most threads and processes together; `None` where nothing limits them or the limit is unknown.
pub(super) fn pids_max() -> Option<u64> {
    smallest(&folders_of("pids"), |folder| number(folder, "pids.max"))
}

/// How many more threads and processes the group and all above it allow.
pub(super) fn pids_left() -> Option<u64> {
    smallest(&folders_of("pids"), |folder| left(folder, "pids.max", "pids.current"))
}

/// How many more bytes of memory they allow, at least: file caches count as used.
pub(super) fn memory_left() -> Option<u64> {
    smallest(&folders_of("memory"), |folder| {
        left(folder, "memory.max", "memory.current")
            .or_else(|| left(folder, "memory.limit_in_bytes", "memory.usage_in_bytes"))
    })
}

/// The processors whose time the group may use; `None` where nothing limits it or the limit is unknown.
pub(super) fn cpus() -> Option<f64> {
    let quotas = folders_of("cpu");
    quotas.iter().filter_map(|folder| quota(folder)).min_by(f64::total_cmp)
}

/// How often the kernel enforced a quota on the group or one above it, since the group was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Throttled {
    /// The periods in which the group had something to run.
    pub periods: u64,
    /// Those of them in which it was stopped, for its quota was used up.
    pub stopped: u64,
}

impl Throttled {
    /// The present, for the smallest quota; `None` where there is none or it is unknown.
    pub fn now() -> Option<Self> {
        let folders = folders_of("cpu");
        let quotas = folders.iter().filter_map(|folder| Some((quota(folder)?, folder)));
        throttled(quotas.min_by(|(one, _), (other, _)| one.total_cmp(other))?.1)
    }

    /// The part of the periods since `earlier` in which the group was stopped; `None` if there were none.
    pub fn since(self, earlier: Self) -> Option<f64> {
        let periods = self.periods.checked_sub(earlier.periods).filter(|periods| *periods > 0)?;
        Some(self.stopped.saturating_sub(earlier.stopped) as f64 / periods as f64)
    }
}

fn smallest<T: Ord>(folders: &[PathBuf], limit: impl Fn(&Path) -> Option<T>) -> Option<T> {
    folders.iter().filter_map(|folder| limit(folder)).min()
}

fn left(folder: &Path, most: &str, now: &str) -> Option<u64> {
    Some(number(folder, most)?.saturating_sub(number(folder, now)?))
}

/// What a file says if that is a number: `max` and -1 are not limits. The root has no such files, and neither has a group
/// without the controller.
fn number(folder: &Path, name: &str) -> Option<u64> {
    fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
}

/// Version 2 has quota and period in one file, version 1 in two; both in microseconds.
fn quota(folder: &Path) -> Option<f64> {
    let (quota, period) = match fs::read_to_string(folder.join("cpu.max")) {
        Ok(text) => {
            let (quota, period) = text.trim().split_once(' ')?;
            (quota.parse().ok()?, period.parse().ok()?)
        }
        Err(_) => (number(folder, "cpu.cfs_quota_us")?, number(folder, "cpu.cfs_period_us")?),
    };
    (period > 0).then(|| quota as f64 / period as f64)
}

/// `cpu.stat` counts periods in both versions, and in the root of version 1 always zero.
fn throttled(folder: &Path) -> Option<Throttled> {
    let text = fs::read_to_string(folder.join("cpu.stat")).ok()?;
    let count = |name: &str| -> Option<u64> {
        let mut pairs = text.lines().filter_map(|line| line.split_once(' '));
        pairs.find(|(key, _)| *key == name)?.1.trim().parse().ok()
    };
    Some(Throttled { periods: count("nr_periods")?, stopped: count("nr_throttled")? })
}

fn folders_of(controller: &str) -> Vec<PathBuf> {
    let text = |path| fs::read_to_string(path).unwrap_or_default();
    folders(&text("/proc/self/cgroup"), &text("/proc/self/mountinfo"), controller)
}

/// The folders of the group and those above it, from `/proc/self/cgroup` and `/proc/self/mountinfo`: those of the
/// hierarchy of version 1 that has the controller, if there is one, and those of version 2.
fn folders(groups: &str, mounts: &str, controller: &str) -> Vec<PathBuf> {
    let has = |list: &str| list.split(',').any(|name| name == controller);
    let first = |line: &str| {
        let (controllers, group) = line.split_once(':')?.1.split_once(':')?;
        has(controllers).then(|| group.to_owned())
    };
    let mounted = |kind: &str, options: &str| kind == "cgroup" && has(options);
    let mut found = groups.lines().find_map(first).and_then(|group| visible(&group, mounts, mounted));
    let second = groups.lines().find_map(|line| line.strip_prefix("0::"));
    let second = second.and_then(|group| visible(group, mounts, |kind, _| kind == "cgroup2"));
    found.get_or_insert_default().extend(second.unwrap_or_default());
    found.unwrap_or_default()
}

/// The folders of a group and those above it, where such a hierarchy is mounted. A container may see only a part of the
/// tree: then the mount's root is not `/`, and what lies above cannot be read.
fn visible(group: &str, mounts: &str, is_it: impl Fn(&str, &str) -> bool) -> Option<Vec<PathBuf>> {
    mounts.lines().find_map(|line| {
        let (left, right) = line.split_once(" - ")?;
        let (mut left, mut right) = (left.split(' ').skip(3), right.split(' '));
        let (root, mount) = (left.next()?, left.next()?);
        let (kind, options) = (right.next()?, right.nth(1)?);
        let inside = Path::new(group).strip_prefix(root).ok().filter(|_| is_it(kind, options))?;
        // `/..` is a group outside of the namespace: its folder is not below the mount.
        let below = inside.components().all(|part| matches!(part, Component::Normal(_) | Component::RootDir));
        below.then(|| inside.ancestors().map(|part| Path::new(mount).join(part)).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "30 23 0:28 / /proc rw - proc proc rw\n\
                          31 23 0:29 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw\n";

    const BOTH: &str = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n\
                        33 31 0:30 /docker/a /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
                        34 31 0:31 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n";

    /// A folder with these files.
    fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("written");
        }
        folder
    }

    #[test]
    fn a_quota_is_a_number_of_processors_in_both_versions() {
        let second = |text| quota(with(&[("cpu.max", text)]).path());
        assert_eq!(second("150000 100000\n"), Some(1.5));
        assert_eq!(second("50000 100000\n"), Some(0.5));
        for none in ["max 100000\n", "", "150000", "1 0"] {
            assert_eq!(second(none), None, "{none:?}");
        }
        let first = |quota_us, period_us| {
            quota(with(&[("cpu.cfs_quota_us", quota_us), ("cpu.cfs_period_us", period_us)]).path())
        };
        assert_eq!(first("50000\n", "100000\n"), Some(0.5));
        assert_eq!(first("-1\n", "100000\n"), None);
        assert_eq!(quota(with(&[]).path()), None);
    }

    #[test]
    fn periods_in_which_the_group_was_stopped_are_counted_in_both_versions() {
        let first = "nr_periods 40\nnr_throttled 10\nthrottled_time 123456\n";
        let second =
            "usage_usec 9\nuser_usec 5\nsystem_usec 4\nnr_periods 40\nnr_throttled 10\nthrottled_usec 123\n";
        for text in [first, second] {
            let found = throttled(with(&[("cpu.stat", text)]).path());
            assert_eq!(found, Some(Throttled { periods: 40, stopped: 10 }));
        }
        assert_eq!(
            throttled(with(&[("cpu.stat", "usage_usec 9\n")]).path()),
            None,
            "version 2 without a quota"
        );
        let counted = |periods, stopped| Throttled { periods, stopped };
        assert_eq!(counted(40, 10).since(counted(20, 5)), Some(0.25));
        assert_eq!(counted(40, 10).since(counted(40, 10)), None);
        assert_eq!(counted(40, 10).since(counted(50, 20)), None, "another group by now");
    }

    #[test]
    fn the_folders_are_the_groups_own_and_all_above() {
        let group = "1:cpu:/elsewhere\n0::/user.slice/shell.scope\n";
        let folder = |path: &str| PathBuf::from(path);
        let all = ["/sys/fs/cgroup/user.slice/shell.scope", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup/"];
        assert_eq!(folders(group, MOUNTS, "cpu"), all.map(folder));
        assert_eq!(folders("0::/\n", MOUNTS, "cpu"), [folder("/sys/fs/cgroup")]);
    }

    #[test]
    fn a_container_sees_its_part_of_the_tree() {
        let mounts = MOUNTS.replace("0:29 /", "0:29 /docker/a");
        let found = folders("0::/docker/a/b\n", &mounts, "pids");
        assert_eq!(found, [Path::new("/sys/fs/cgroup/b"), Path::new("/sys/fs/cgroup/")]);
    }

    #[test]
    fn where_both_versions_are_mounted_the_controller_is_looked_for_in_both() {
        let groups = "5:memory:/docker/a/b\n2:cpu,cpuacct:/c\n0::/d\n";
        let found = |controller| folders(groups, BOTH, controller);
        let unified = ["/sys/fs/cgroup/unified/d", "/sys/fs/cgroup/unified/"].map(PathBuf::from);
        let cpu = ["/sys/fs/cgroup/cpu,cpuacct/c", "/sys/fs/cgroup/cpu,cpuacct/"].map(PathBuf::from);
        let memory = ["/sys/fs/cgroup/memory/b", "/sys/fs/cgroup/memory/"].map(PathBuf::from);
        assert_eq!(found("cpu"), [cpu, unified.clone()].concat());
        assert_eq!(found("memory"), [memory, unified.clone()].concat());
        assert_eq!(found("pids"), unified);
    }

    #[test]
    fn groups_out_of_sight_are_unknown() {
        let nothing: [PathBuf; 0] = [];
        assert_eq!(folders("4:memory:/a\n1:cpu:/\n", MOUNTS, "cpu"), nothing);
        assert_eq!(folders("0::/../other\n", MOUNTS, "cpu"), nothing);
        assert_eq!(folders("0::/other\n", &MOUNTS.replace("0:29 /", "0:29 /docker/a"), "cpu"), nothing);
    }

    #[test]
    fn the_smallest_limit_on_the_way_up_holds() {
        let (own, above) =
            (with(&[("pids.max", "100\n"), ("pids.current", "30\n")]), with(&[("pids.max", "max\n")]));
        let folders = [own.path().to_path_buf(), above.path().to_path_buf()];
        assert_eq!(smallest(&folders, |folder| number(folder, "pids.max")), Some(100));
        assert_eq!(smallest(&folders, |folder| left(folder, "pids.max", "pids.current")), Some(70));
        fs::write(above.path().join("pids.max"), "60").expect("written");
        assert_eq!(smallest(&folders, |folder| number(folder, "pids.max")), Some(60));
    }
}
