"""What a lane says when something cannot be done, and that it leaves nothing behind."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from driver import LANE, PYTHON, Lane, request
from server import Server

POOLS = ["cpython-sequential", "cpython-threads", "cpython-processes-fork", "cpython-processes-forkserver"]
HTTP = {"delay_ns": 0, "body_bytes": 99}


def refusal(lane: Lane, do: str = "open", **more: Any) -> str:
    """Why the lane refuses. It ends after that."""
    reply = lane.ask(do, **more)
    assert reply["reply"] == "failed", reply
    assert lane.close() == (1, b"")
    return str(reply["message"])


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (
            {"protocol": 2},
            "cannot open `noop/cpython-sequential/2`: the driver speaks version 2 of the lane protocol, ",
        ),
        ({"cold": True}, "cannot open `noop/cpython-sequential/2`: this lane has no cold form"),
        ({"executor": "tasks"}, "cannot open `noop/cpython-sequential/2`: this lane has no executor `tasks`"),
        ({"workload": "hold"}, "cannot open `noop/cpython-sequential/2`: `cpython-sequential` has no workload `hold`"),
        ({"executor": "cpython-numpy-threads"}, "cannot open `noop/cpython-sequential/2`: `cpython-numpy-threads` has"),
    ],
)
def test_what_the_lane_cannot_do_is_refused(more: dict[str, Any], why: str) -> None:
    with Lane() as lane:
        said = refusal(lane, **{**request("noop", "cpython-sequential", 2, 1), **more})
        assert said.startswith(why)


def test_requests_out_of_order_are_refused() -> None:
    with Lane() as lane:
        assert refusal(lane, "probe") == "cannot answer the request: this lane is not open yet"
    with Lane() as lane:
        cell = request("noop", "cpython-sequential", 2, 1)
        assert lane.ask("open", **cell)["reply"] == "ready"
        assert refusal(lane, **cell).startswith("cannot answer the request `open`: ")


@pytest.mark.parametrize("executor", [*POOLS, "cpython-asyncio"])
@pytest.mark.parametrize("workload", ["tcp", "http"])
@pytest.mark.parametrize("fault", ["status", "missing"])
def test_a_failed_job_names_its_url(executor: str, workload: str, fault: str, server: Server, fit: Any) -> None:
    fit("aiohttp" if "asyncio" in executor else "none")
    with Lane(executor) as lane:
        cell = request(workload, executor, 3, 2, parameters=HTTP, server=server.name)
        assert lane.ask("open", **cell)["reply"] == "ready"
        setattr(server, fault, 500 if fault == "status" else 9)
        said = refusal(lane, "sample", times=1)
        assert said.startswith(f"cannot GET `http://{server.name}/get?key="), said
        assert ("answered with status 500" in said) == (fault == "status")


@pytest.mark.parametrize("executor", [*POOLS, "cpython-asyncio"])
@pytest.mark.parametrize("workload", ["tcp", "http"])
def test_a_server_that_is_not_there_is_named(executor: str, workload: str, fit: Any) -> None:
    fit("aiohttp" if "asyncio" in executor else "none")
    with Lane(executor) as lane:
        said = refusal(lane, **request(workload, executor, 2, 2, parameters=HTTP, server="127.0.0.1:9"))
        assert "127.0.0.1:9" in said
        assert "refused" in said.lower() or "Connect call failed" in said


def test_a_line_that_is_no_request_is_refused() -> None:
    ran = subprocess.run([PYTHON, str(LANE)], input=b"{\n", capture_output=True, timeout=20, check=False)
    assert json.loads(ran.stdout)["reply"] == "failed"
    assert ran.returncode == 1


@pytest.mark.parametrize("executor", POOLS)
def test_a_driver_that_goes_leaves_no_process(executor: str) -> None:
    with Lane(executor) as lane:
        assert lane.ask("open", **request("noop", executor, 4, 2))["reply"] == "ready"
        assert lane.process.stdout
        lane.process.stdout.close()
        assert lane.process.stdin
        lane.process.stdin.write(b'{"do":"usage"}\n')
        lane.process.stdin.close()
        assert lane.process.stderr
        assert lane.process.stderr.read() == b""
        lane.process.wait(20)
        until = time.monotonic() + 10
        while group := members(lane.process.pid):
            assert time.monotonic() < until, group
            time.sleep(0.01)


def test_a_worker_that_has_died_is_named() -> None:
    def python(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([PYTHON, "-c", code], cwd=LANE.parent, capture_output=True, text=True, check=False)

    dead = int(python("import os; print(os.getpid())").stdout)
    said = python(f"import usage; usage.of_worker({dead})").stderr
    assert said.endswith(f"\nChildProcessError: the worker process {dead} has died\n"), said


def members(group: int) -> list[str]:
    """The processes of a group that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[2]) == group and rest[0] != "Z":
            found.append(stat.parent.name)
    return found
