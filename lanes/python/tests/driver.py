"""The driver's side in these tests: a lane as a process, a server to talk to, a standstill to hold jobs in."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import known

LANE = Path(__file__).parents[1] / "lane.py"
#: Another Python than the one that runs the tests can run the lane: one without a lock, for example.
PYTHON = os.environ.get("LANE_PYTHON", sys.executable)


def environment(executor: str) -> dict[str, str]:
    """What the lanes file gives an executor."""
    lock = {"cpython-free": "1" if executor.endswith("locked") else "0"}.get(executor[:12])
    return {**os.environ, **({"PYTHON_GIL": lock} if lock else {})}


class Lane:
    """A lane as a process."""

    def __init__(self, executor: str = "cpython-sequential") -> None:
        pipe = subprocess.PIPE
        command = [PYTHON, str(LANE)]
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(executor), start_new_session=True
        )

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """Sends a request and gives the reply."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the lane has ended: {self.process.communicate()[1].decode()}"
        reply: dict[str, Any] = json.loads(line)
        return reply

    def close(self) -> tuple[int, bytes]:
        """Ends its input. Gives its exit code and what else it wrote to standard output."""
        output, _ = self.process.communicate(timeout=20)
        return self.process.returncode, output

    def __enter__(self) -> "Lane":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def request(workload: str, executor: str, jobs: int, concurrency: int, **more: Any) -> dict[str, Any]:
    """What `open` says of a cell."""
    cell = {"cell": f"{workload}/{executor}/{jobs}", "workload": workload, "executor": executor}
    counts = {"jobs": jobs, "concurrency": concurrency, "cores": 2}
    rest = {"parameters": {}, "cold": False, "server": None, "scratch": None, "protocol": 1, "of-later": []}
    return {**cell, **counts, **rest, **more}


class Handler(BaseHTTPRequestHandler):
    """`/get` and `/image`, and `/get` as it should not be, by what the server was told."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.client_address)

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        key, delay_ns, size = (int(query[name][0]) for name in ("key", "delay_ns", "bytes"))
        self.server.paths.append(self.path)
        time.sleep(delay_ns / 1e9)
        side = int(path.removeprefix("/image/")) if path.startswith("/image/") else 0
        content = png(known.body(key, side * side), side) if side else known.body(key, size)
        warming = size == 0 and not side
        self.send_response(200 if warming else self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if warming else content[: len(content) - self.server.missing])
        if self.server.missing and not warming:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Counts what it sees; answers with another status or too short a body if it is told so."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections: list[Any] = []
        self.paths: list[str] = []
        self.status, self.missing = 200, 0

    @property
    def name(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_port}"


@contextmanager
def serving() -> Iterator[Server]:
    """A server on loopback."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def png(pixels: bytes, side: int) -> bytes:
    """A grey PNG with these pixels."""
    lines = b"".join(b"\0" + pixels[at : at + side] for at in range(0, side * side, side))
    chunks = (b"IHDR", struct.pack(">II5B", side, side, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


class Standstill:
    """Listens where jobs stand still, until as many as are expected do."""

    def __init__(self) -> None:
        self.name = f"fairlane-test-{os.getpid()}-{time.monotonic_ns()}"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind("\0" + self.name)
        self.listener.listen(64)
        self.processes: list[socket.socket] = []

    def gather(self, expected: int) -> int:
        """Waits for that many jobs and gives how many stood. Then all go on."""
        import select

        standing, end = 0, time.monotonic() + 10
        while standing < expected and time.monotonic() < end:
            for ready in select.select([self.listener, *self.processes], [], [], 0.1)[0]:
                if ready is self.listener:
                    self.processes.append(self.listener.accept()[0])
                else:
                    standing += len(ready.recv(256))
        for open_one in (self.listener, *self.processes):
            open_one.close()
        return standing
