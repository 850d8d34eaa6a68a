"""What processes have used: processor time, context switches, page faults. Must not know jobs."""

import re
import time
from collections.abc import Iterable
from operator import add, sub
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import NamedTuple


class Usage(NamedTuple):
    """Amounts since a process started, or between two moments."""

    cpu_user_ns: int = 0
    cpu_sys_ns: int = 0
    switches_voluntary: int = 0
    switches_involuntary: int = 0
    faults_minor: int = 0
    faults_major: int = 0


def plus(one: Usage, other: Usage) -> Usage:
    return Usage(*map(add, one, other))


def minus(later: Usage, earlier: Usage) -> Usage:
    return Usage(*map(sub, later, earlier))


def so_far() -> Usage:
    """Of this process and of its children that have ended."""
    return plus(own(RUSAGE_SELF), own(RUSAGE_CHILDREN))


def own(who: int) -> Usage:
    of = getrusage(who)
    user_ns, system_ns = round(of.ru_utime * 1e9), round(of.ru_stime * 1e9)
    return Usage(user_ns, system_ns, of.ru_nvcsw, of.ru_nivcsw, of.ru_minflt, of.ru_majflt)


def of_worker(process: int) -> Usage:
    """Of a process that lives, read from outside, so it costs the process nothing. All its time counts as user time."""
    try:
        return of_living(process)
    except (OSError, ValueError) as cause:
        message = f"the worker process {process} has died"
        raise ChildProcessError(message) from cause


def of_living(process: int) -> Usage:
    folder = Path(f"/proc/{process}")
    threads = "".join(thread.read_text() for thread in folder.glob("task/*/status"))
    waited, preempted = (
        sum(map(int, re.findall(rf"^{kind}_ctxt_switches:\s*(\d+)", threads, re.M)))
        for kind in ("voluntary", "nonvoluntary")
    )
    stat = (folder / "stat").read_text().rpartition(")")[2].split()
    clock = ~process << 3 | 2  # of all threads of another process: clock_getcpuclockid(3)
    return Usage(time.clock_gettime_ns(clock), 0, waited, preempted, int(stat[7]), int(stat[9]))


class Account:
    """What living workers have used since it was last asked."""

    def __init__(self, workers: Iterable[int]) -> None:
        self.before = {worker: of_worker(worker) for worker in workers}

    def ask(self) -> Usage:
        now = {worker: of_worker(worker) for worker in self.before}
        total = Usage()
        for worker, used in now.items():
            total = plus(total, minus(used, self.before[worker]))
        self.before = now
        return total
