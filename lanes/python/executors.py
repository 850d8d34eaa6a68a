"""The executors, each in its shortest form. What is made here is warm; the clock runs while `run` does."""

import asyncio
import os
from collections.abc import Callable, Collection
from concurrent import futures
from contextlib import AsyncExitStack
from functools import partial
from multiprocessing import get_context
from typing import Any, NamedTuple

import awaits
import jobs
from cell import Cell
from observe import BLOCKING, Form
from observe_async import ASYNC

Job = Callable[[int], Any]


class Executor(NamedTuple):
    """Made ahead. `run` calls a job for each index and gives the answers in order."""

    run: Callable[[Job], list[Any]]
    threads: int = 1
    workers: Collection[int] = ()
    close: Callable[[], None] = lambda: None
    form: Form = BLOCKING


def sequential(cell: Cell) -> Executor:
    jobs.settle(cell)
    jobs.raise_refusal()
    return Executor(lambda job: [job(i) for i in range(cell.jobs)])


def threads(cell: Cell) -> Executor:
    return pooled(cell, futures.ThreadPoolExecutor(cell.concurrency, "job", jobs.settle, (cell,)))


def processes(method: str, cell: Cell) -> Executor:
    context = get_context(method)
    return pooled(cell, futures.ProcessPoolExecutor(cell.concurrency, context, jobs.settle, (cell,)))


def interpreters(cell: Cell) -> Executor:
    return pooled(cell, futures.InterpreterPoolExecutor(cell.concurrency, "job", jobs.settle_interpreter, (cell,)))


def pooled(cell: Cell, pool: futures.Executor) -> Executor:
    """Any pool of `concurrent.futures`, with all its workers."""
    workers = jobs.start(pool, cell.concurrency) - {os.getpid()}
    # A pool of processes has two threads here: one writes the jobs into a pipe, one reads the answers from another.
    own = 3 if workers else 1 + cell.concurrency
    return Executor(lambda job: list(pool.map(job, range(cell.jobs))), own, workers, pool.shutdown)


def event_loop(new: Callable[[], asyncio.AbstractEventLoop], cell: Cell) -> Executor:
    loop, open_ones = new(), AsyncExitStack()
    loop.run_until_complete(awaits.settle(cell, open_ones))

    async def gather(job: Job) -> list[Any]:
        return await asyncio.gather(*map(job, range(cell.jobs)))

    def close() -> None:
        loop.run_until_complete(open_ones.aclose())
        loop.close()

    own = 1 + (cell.concurrency if cell.workload in ("file", "db") else 0)
    return Executor(lambda job: loop.run_until_complete(gather(job)), own, close=close, form=ASYNC)


def uvloop(cell: Cell) -> Executor:
    import uvloop

    return event_loop(uvloop.new_event_loop, cell)


class Spec(NamedTuple):
    """What is known of an executor before it is made."""

    open: Callable[[Cell], Executor]
    model: str
    needs: str = "none"
    warm_up_ms: int = 0


EXECUTORS = {
    "cpython-sequential": Spec(sequential, "main thread"),
    "cpython-threads": Spec(threads, "OS thread"),
    "cpython-processes-fork": Spec(partial(processes, "fork"), "process"),
    "cpython-processes-forkserver": Spec(partial(processes, "forkserver"), "process"),
    "cpython-asyncio": Spec(partial(event_loop, asyncio.new_event_loop), "async task", "aiohttp"),
    "cpython-asyncio-uvloop": Spec(uvloop, "async task", "uvloop"),
    "cpython-numpy-sequential": Spec(sequential, "main thread", "numpy"),
    "cpython-numpy-threads": Spec(threads, "OS thread", "numpy"),
    "cpython-interpreters-sequential": Spec(sequential, "main thread", "interpreters"),
    "cpython-interpreters": Spec(interpreters, "OS thread", "interpreters"),
    "cpython-free-sequential": Spec(sequential, "main thread", "lock-off", 300),
    "cpython-free-threads": Spec(threads, "OS thread", "lock-off", 300),
    "cpython-free-sequential-locked": Spec(sequential, "main thread", "lock-on", 300),
    "cpython-free-threads-locked": Spec(threads, "OS thread", "lock-on", 300),
}
