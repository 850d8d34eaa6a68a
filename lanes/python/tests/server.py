"""A server on loopback with the answers of Fairlane's own, or with wrong ones."""

import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import known


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
