"""The driver's side in these tests: a lane as a process, and a standstill to hold jobs in."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

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
