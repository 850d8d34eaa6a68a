"""A batch that is ready to run. The clock is read here, around `run`, and in the stamps of a probe."""

import os
import struct
from functools import partial
from time import perf_counter_ns as clock
from typing import Any
from zlib import crc32

import usage
from cell import Cell
from executors import Spec
from summary import summarised, timeline
from waits import create_database

Message = dict[str, Any]
MOST_TIMES, MOST_DIGESTS = 1_000, 8


class Batch:
    """A cell with its executor."""

    def __init__(self, cell: Cell, spec: Spec) -> None:
        self.cell = cell
        self.spec = spec
        if cell.workload == "db":
            create_database(cell)
        self.executor = spec.open(cell)
        self.account = usage.Account(self.executor.workers)
        self.shown: list[str] = []

    def in_flight(self) -> int:
        """How many jobs can be."""
        many = {"main thread": 1, "async task": self.cell.jobs}
        return many.get(self.spec.model, min(self.cell.concurrency, self.cell.jobs))

    def threads(self) -> list[int]:
        """The fewest and the most of this process: libraries such as uvloop and OpenBLAS have threads of their own."""
        return [self.executor.threads, max(self.executor.threads, len(os.listdir("/proc/self/task")))]

    def sample(self, times: int) -> Message:
        """Runs the batch `times` times."""
        run, job = self.executor.run, self.executor.form.job
        samples: list[int] = []
        digests: list[str] = []
        before, began = usage.so_far(), clock()
        for _ in range(times):
            # Inside: handing the batch over, all that the executor makes for it, the last answer in its place.
            start = clock()
            answers = run(job)
            samples.append(clock() - start)

            if (found := digest(answers)) not in digests and len(digests) < MOST_DIGESTS:
                digests.append(found)
                self.shown = [in_hex(answer) for answer in answers]
        used, total = usage.minus(usage.so_far(), before), sum(samples)
        # Between the batches this thread alone inspected answers: that cost is not theirs.
        user_ns = max(0, used.cpu_user_ns - (clock() - began - total))
        return {
            "count": times,
            "total_ns": total,
            "samples_ns": samples[:MOST_TIMES],
            "digests": digests,
            "usage": used._replace(cpu_user_ns=user_ns)._asdict(),
        }

    def probe(self) -> Message:
        """Runs the batch once with stamps on every job."""
        self.account.ask()
        before, handed = usage.so_far(), clock()
        rans = self.executor.run(self.executor.form.stamped)
        wall_ns = clock() - handed
        used = usage.plus(usage.minus(usage.so_far(), before), self.account.ask())
        waits = self.cell.workload not in ("noop", "primes", "blur")
        return {
            "wall_ns": wall_ns,
            "jobs": summarised(rans, handed, self.spec.model == "async task"),
            "timeline": timeline(rans, handed, waits),
            "usage": used._asdict(),
            "digest": digest([ran.answer for ran in rans]),
        }

    def stand_still(self, name: str) -> str:
        """Runs the batch once with a standstill, and gives the digest of the answers."""
        return digest(self.executor.run(partial(self.executor.form.standing, name)))


def digest(answers: list[int]) -> str:
    return in_hex(crc32(struct.pack(f"<{len(answers)}Q", *answers)))


def in_hex(number: int) -> str:
    return f"{number:016x}"
