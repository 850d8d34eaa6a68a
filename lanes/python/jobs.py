"""The jobs: a job waits for what it needs and then computes its answer. A standstill holds it between the two.

A slot is what one thread, worker process or interpreter keeps warm for its jobs. Must not know executors.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from math import isqrt
from typing import Any
from zlib import crc32

import picture
from cell import Cell
from waits import WAITS


class Slot:
    """`wait` gets what a job needs, by its index; `compute` makes the answer of it."""

    wait: Callable[[int], Any]
    compute: Callable[[Any], int]
    refused: Exception | None


class SlotOfThread(Slot, threading.local):
    """Each thread sees its own."""


here: Slot = SlotOfThread()


def job(i: int) -> int:
    """All that a blocking executor does with job `i`."""
    return here.compute(here.wait(i))


def wait(i: int) -> Any:
    """The first half, for a thread that waits in place of a coroutine."""
    return here.wait(i)


def settle(cell: Cell) -> None:
    """Opens the slot of this worker. A pool loses what its initializer raises, so it is kept."""
    try:
        here.wait, here.compute, here.refused = WAITS[cell.workload](cell), computing(cell), None
    except Exception as cause:
        here.refused = cause


def settle_interpreter(cell: Cell) -> None:
    """The same in a sub-interpreter: each call enters it anew, which would empty what belongs to a thread."""
    global here
    here = Slot()
    settle(cell)


def raise_refusal() -> None:
    """Raises what kept this worker from opening its slot."""
    if here.refused:
        raise here.refused


def arrive(_: int) -> tuple[int, int]:
    """Which worker this is. It takes so long that the pool needs another worker for the next call."""
    raise_refusal()
    time.sleep(0.02)
    return os.getpid(), threading.get_native_id()


def start(pool: Executor, workers: int) -> set[int]:
    """Waits until all workers of a pool are there, and gives the ids of their processes. Pools start them on demand."""
    seen: set[tuple[int, int]] = set()
    while len(seen) < workers:
        seen.update(pool.map(arrive, range(workers)))
    return {process for process, _ in seen}


def computing(cell: Cell) -> Callable[[Any], int]:
    """How the answer is made from what the job waited for."""
    side, bound = cell.parameters.get("side_pixels", 0), cell.parameters.get("bound", 0)
    blur = picture.blur_with_numpy if "numpy" in cell.executor else picture.blur
    match cell.workload:
        case "noop":
            return lambda _: 0x6E6F6F70
        case "timer":
            return lambda i: int(i)
        case "primes":
            return lambda _: sum(map(is_prime, range(3, bound, 2))) + (bound > 2)
        case "blur":
            return lambda pixels: crc32(blur(pixels, side))
        case "crawl":
            return lambda png: crc32(blur(picture.decoded(png, side), side))
        case _:
            return crc32


def is_prime(odd: int) -> bool:
    """Whether an odd number from 3 up has no odd divisor up to its root."""
    for divisor in range(3, isqrt(odd) + 1, 2):
        if odd % divisor == 0:
            return False
    return True
