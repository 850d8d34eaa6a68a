"""As `observe.py`, for jobs in async form. Worker processes never import this, nor asyncio."""

import asyncio
import types
from collections.abc import Coroutine, Generator
from contextlib import suppress
from functools import lru_cache
from time import perf_counter_ns as clock
from typing import Any

import awaits
import jobs
from observe import Form, Ran, joined, worker


async def stamped(i: int) -> Ran:
    start, ready, held = clock(), 0, [0]

    async def job() -> int:
        nonlocal ready
        material = await jobs.here.wait(i)
        ready = clock()
        return jobs.here.compute(material)

    answer = await stepped(job(), held)
    return Ran(answer, worker(), start, ready, clock(), id(asyncio.current_task()), max(held))


@types.coroutine
def stepped(job: Coroutine[Any, Any, int], held: list[int]) -> Generator[Any, Any, int]:
    """Runs a coroutine as its loop would, and notes how long each step from one wait to the next held the loop."""
    failure: BaseException | None = None
    while True:
        began = clock()
        try:
            waits_for = job.throw(failure) if failure else job.send(None)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            held.append(clock() - began)
        try:
            failure = None
            yield waits_for
        except BaseException as cause:
            failure = cause


async def standing(name: str, i: int) -> int:
    material = await jobs.here.wait(i)
    with suppress(OSError):
        standstill, over = await standstill_of(name)
        standstill.write(b"\1")
        await over
    return jobs.here.compute(material)


@lru_cache(maxsize=1)
def standstill_of(name: str) -> asyncio.Task[tuple[asyncio.StreamWriter, asyncio.Task[bytes]]]:
    """The same on the loop, and the end of the standstill, for which all jobs wait."""

    async def join() -> tuple[asyncio.StreamWriter, asyncio.Task[bytes]]:
        reader, writer = await asyncio.open_unix_connection(sock=joined(name))
        return writer, asyncio.create_task(reader.read())

    return asyncio.create_task(join())


ASYNC = Form(awaits.job, stamped, standing)
