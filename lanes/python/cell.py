"""What `open` asks for, as every worker gets it, and what GETs look like. Must not know executors or clients."""

import re
import struct
from dataclasses import dataclass
from typing import Any, Final, Self

#: A GET that makes a fresh connection a warm one.
WARM_UP: Final = "/get?key=0&delay_ns=0&bytes=0"
CHUNK: Final = 1 << 16
MASK: Final = (1 << 64) - 1


class Failure(Exception):
    """Why something could not be done, and what may help: two arguments, so that it crosses processes."""

    def __init__(self, message: str, advice: str | None = None) -> None:
        super().__init__(message, advice)


@dataclass(frozen=True)
class Cell:
    """A workload under an executor. `bodies` are what its jobs write or blur."""

    name: str
    executor: str
    workload: str
    parameters: dict[str, int]
    jobs: int
    concurrency: int
    server: str
    scratch: str
    bodies: list[bytes]

    @classmethod
    def of(cls, request: dict[str, Any]) -> Self:
        """The cell of an `open` request, with its bodies."""
        parameters, jobs = request["parameters"], request["jobs"]
        match request["workload"]:
            case "file" | "db":
                bodies = [body(key, parameters["body_bytes"]) for key in range(jobs)]
            case "blur":
                bodies = [body(key, parameters["side_pixels"] ** 2) for key in range(4)]
            case _:
                bodies = []
        same = {key: request[key] for key in ("executor", "workload", "parameters", "jobs", "concurrency")}
        server, scratch = request.get("server") or "", request.get("scratch") or ""
        return cls(name=request["cell"], server=server, scratch=scratch, bodies=bodies, **same)

    def path(self, i: int) -> str:
        """What job `i` GETs."""
        delay_ns = self.parameters["delay_ns"]
        if self.workload == "crawl":
            return f"/image/{self.parameters['side_pixels']}?key={i % 4}&delay_ns={delay_ns}&bytes=0"
        return f"/get?key={i}&delay_ns={delay_ns}&bytes={self.parameters['body_bytes']}"

    def request(self, path: str) -> bytes:
        """A GET as bytes."""
        return f"GET {path} HTTP/1.1\r\nhost: {self.server}\r\n\r\n".encode()

    def failed(self, path: str, cause: Exception) -> Failure:
        """Names the GET that failed."""
        return Failure(f"cannot GET `http://{self.server}{path}`: {str(cause) or type(cause).__name__}")


def body(key: int, size: int) -> bytes:
    """The output of splitmix64 (Steele, Lea, Flood, OOPSLA 2014) seeded with `key`, cut to `size` bytes."""
    words = []
    for _ in range(-(-size // 8)):
        key = (key + 0x9E37_79B9_7F4A_7C15) & MASK
        z = (key ^ key >> 30) * 0xBF58_476D_1CE4_E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB & MASK
        words.append(z ^ z >> 31)
    return struct.pack(f"<{len(words)}Q", *words)[:size]


def address(server: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:80` or `[::1]:80`."""
    host, _, port = server.rpartition(":")
    return host.strip("[]"), int(port)


def content(received: bytes) -> bytes | None:
    """The body of an answer that came as these bytes; `None` until all of it is here."""
    head, blank, rest = received.partition(b"\r\n\r\n")
    if not blank:
        return None
    status = re.match(rb"HTTP/1\.1 (\d+)", head)
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    check_head(int(status[1]) if status else 0, int(length[1]) if length else None)
    return rest if length and len(rest) >= int(length[1]) else None


def check_head(status: int, length: int | None) -> None:
    """Demands what every client demands of an answer."""
    if status != 200:
        raise ValueError(f"answered with status {status}")
    if length is None:
        raise ValueError("answered without a content-length")


def ended(received: bytes) -> bytes:
    """What a client says when a connection ends too early."""
    raise ConnectionError(f"the connection ended after {len(received)} bytes of the answer")
