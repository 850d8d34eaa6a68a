"""What jobs wait for, in async form: as `waits.py`, but the coroutines of one loop share their clients."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import jobs
from cell import CHUNK, WARM_UP, Cell, address, check_head, content, ended
from waits import nothing

Await = Callable[[int], Awaitable[Any]]
Get = Callable[[str], Awaitable[bytes]]


async def job(i: int) -> int:
    """All that an async executor does with job `i`."""
    return jobs.here.compute(await jobs.here.wait(i))


async def settle(cell: Cell, open_ones: AsyncExitStack) -> None:
    """Opens what the coroutines share; `open_ones` closes it."""
    jobs.here.compute = jobs.computing(cell)
    jobs.here.wait = await AWAITS[cell.workload](cell, open_ones)


async def at_once(cell: Cell, _: AsyncExitStack) -> Await:
    get = nothing(cell)

    async def wait(i: int) -> Any:
        return get(i)

    return wait


async def timer(cell: Cell, _: AsyncExitStack) -> Await:
    async def wait(i: int) -> int:
        await asyncio.sleep(cell.parameters["delay_ns"] / 1e9)
        return i

    return wait


async def threads(cell: Cell, open_ones: AsyncExitStack) -> Await:
    """Files have no async form: a thread waits, with a slot of its own."""
    pool = ThreadPoolExecutor(cell.concurrency, initializer=jobs.settle, initargs=(cell,))
    jobs.start(open_ones.enter_context(pool), cell.concurrency)
    asyncio.get_running_loop().set_default_executor(pool)
    return lambda i: asyncio.to_thread(jobs.wait, i)


async def tcp(cell: Cell, open_ones: AsyncExitStack) -> Await:
    free: asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.LifoQueue()

    async def get(path: str) -> bytes:
        reader, writer = stream = await free.get()
        writer.write(cell.request(path))
        received = b""
        while (body := content(received)) is None:
            received += await reader.read(CHUNK) or ended(received)
        free.put_nowait(stream)
        return body

    for _ in range(cell.concurrency):
        try:
            stream = await asyncio.open_connection(*address(cell.server))
        except OSError as cause:
            raise cell.failed(WARM_UP, cause) from cause
        open_ones.callback(stream[1].close)
        free.put_nowait(stream)
    await asyncio.gather(*[named(cell, get, WARM_UP) for _ in range(cell.concurrency)])
    return lambda i: named(cell, get, cell.path(i))


async def http(cell: Cell, open_ones: AsyncExitStack) -> Await:
    """aiohttp as its own manual has it: one session, whose pool has a connection for each slot."""
    from aiohttp import ClientSession, TCPConnector, TraceConfig

    connector = TCPConnector(limit=cell.concurrency, keepalive_timeout=3600)
    session = await open_ones.enter_async_context(ClientSession(connector=connector))

    async def get(session: ClientSession, path: str) -> bytes:
        async with session.get(f"http://{cell.server}{path}") as response:
            check_head(response.status, response.content_length)
            return await response.read()

    made, delay_ns, counting = 0, 50_000_000, TraceConfig()

    async def count(*_: object) -> None:
        nonlocal made
        made += 1

    # A GET opens a connection if it finds none idle: GETs are repeated until enough of them overlap.
    counting.on_connection_create_end.append(count)
    async with ClientSession(connector=connector, connector_owner=False, trace_configs=[counting]) as first:
        while made < cell.concurrency:
            path = f"/get?key=0&delay_ns={delay_ns}&bytes=0"
            await asyncio.gather(*[named(cell, partial(get, first), path) for _ in range(cell.concurrency)])
            delay_ns *= 2
    return lambda i: named(cell, partial(get, session), cell.path(i))


async def named(cell: Cell, get: Get, path: str) -> bytes:
    """A GET that fails is named."""
    try:
        return await get(path)
    except Exception as cause:
        raise cell.failed(path, cause) from cause


AWAITS: dict[str, Callable[[Cell, AsyncExitStack], Awaitable[Await]]] = {
    "noop": at_once, "timer": timer, "tcp": tcp, "http": http, "file": threads, "db": threads,
    "primes": at_once, "blur": at_once, "crawl": http,
}  # fmt: skip
