"""Jobs that are observed, outside all samples: with stamps for a probe, or held by a standstill to look at memory."""

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from time import perf_counter_ns as clock
from typing import Any, NamedTuple

import jobs


class Ran(NamedTuple):
    """When a job began, had what it waited for, and ended. `held` is the longest time for which it held its loop."""

    answer: int
    worker: tuple[int, int]
    start: int
    ready: int
    end: int
    task: int = 0
    held: int = 0


class Form(NamedTuple):
    """What an executor can be given to run: jobs in one form, plain and observed."""

    job: Callable[[int], Any]
    stamped: Callable[[int], Any]
    standing: Callable[[str, int], Any]


def stamped(i: int) -> Ran:
    start = clock()
    material = jobs.here.wait(i)
    ready = clock()
    answer = jobs.here.compute(material)
    return Ran(answer, worker(), start, ready, clock())


def worker() -> tuple[int, int]:
    return os.getpid(), threading.get_native_id()


def standing(name: str, i: int) -> int:
    material = jobs.here.wait(i)
    with suppress(OSError):  # there is no such standstill, or it is over
        with joining:
            standstill = joined(name)
        standstill.send(b"\1")
        standstill.recv(1)
    return jobs.here.compute(material)


joining = threading.Lock()


@lru_cache(maxsize=1)
def joined(name: str) -> socket.socket:
    """The connection of this process to the standstill of that name."""
    standstill = socket.socket(socket.AF_UNIX)
    standstill.connect("\0" + name)
    return standstill


BLOCKING = Form(jobs.job, stamped, standing)
