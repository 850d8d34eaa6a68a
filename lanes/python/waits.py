"""What jobs wait for, in blocking form. Each function opens a slot's client and gives the wait of its jobs."""

import fcntl
import os
import socket
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

from cell import CHUNK, WARM_UP, Cell, address, check_head, content, ended

Wait = Callable[[int], Any]


def nothing(cell: Cell) -> Wait:
    return lambda i: cell.bodies[i % 4] if cell.bodies else None


def timer(cell: Cell) -> Wait:
    def wait(i: int) -> int:
        time.sleep(cell.parameters["delay_ns"] / 1e9)
        return i

    return wait


def fetching(cell: Cell, get: Callable[[str], bytes]) -> Wait:
    """Warms the connection up with a GET. A GET that fails is named."""

    def named(path: str) -> bytes:
        try:
            return get(path)
        except Exception as cause:
            raise cell.failed(path, cause) from cause

    named(WARM_UP)
    return lambda i: named(cell.path(i))


def tcp(cell: Cell) -> Wait:
    try:
        connection = socket.create_connection(address(cell.server))
    except OSError as cause:
        raise cell.failed(WARM_UP, cause) from cause
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(path: str) -> bytes:
        connection.sendall(cell.request(path))
        received = b""
        while (body := content(received)) is None:
            received += connection.recv(CHUNK) or ended(received)
        return body

    return fetching(cell, get)


def http(cell: Cell) -> Wait:
    connection = HTTPConnection(cell.server)

    def get(path: str) -> bytes:
        connection.request("GET", path)
        response = connection.getresponse()
        check_head(response.status, response.length)
        return response.read()

    wait = fetching(cell, get)
    connection.auto_open = 0  # from now on a lost connection is a failure
    return wait


def file(cell: Cell) -> Wait:
    unnamed = tempfile.TemporaryFile(buffering=0)

    def round_trip(content: bytes) -> bytes:
        os.pwrite(unnamed.fileno(), content, 0)
        os.fsync(unnamed.fileno())
        return os.pread(unnamed.fileno(), len(content), 0)

    round_trip(bytes(16 << 10))  # the first sync of a file takes longer: it also allocates its blocks
    return lambda i: round_trip(cell.bodies[i])


UPDATE = "UPDATE job SET writes = writes + 1, content = ? WHERE key = ?"
SELECT = "SELECT content FROM job WHERE key = ?"


def db(cell: Cell) -> Wait:
    connection = sqlite3.connect(f"{cell.scratch}/db.sqlite", timeout=20, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    queue = open(f"{cell.scratch}/db.queue", "a")

    def transaction(i: int) -> bytes:
        fcntl.flock(queue, fcntl.LOCK_EX)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(UPDATE, (cell.bodies[i], i))
            (content,) = connection.execute(SELECT, (i,)).fetchone()
            connection.execute("COMMIT")
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)
        return bytes(content)

    return transaction


def create_database(cell: Cell) -> None:
    """Makes the database that all slots share, with a row for each job."""
    with closing(sqlite3.connect(f"{cell.scratch}/db.sqlite")) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        columns = "key INTEGER PRIMARY KEY, writes INTEGER NOT NULL, content BLOB NOT NULL"
        connection.execute(f"CREATE TABLE job ({columns})")
        connection.executemany("INSERT INTO job VALUES (?, 0, x'')", [(i,) for i in range(cell.jobs)])


WAITS: dict[str, Callable[[Cell], Wait]] = {
    "noop": nothing, "timer": timer, "tcp": tcp, "http": http, "file": file, "db": db,
    "primes": nothing, "blur": nothing, "crawl": http,
}  # fmt: skip
