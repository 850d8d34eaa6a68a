"""A whole dialogue for every executor and workload, against answers that were found another way."""

import threading
from pathlib import Path
from typing import Any

import pytest

from executors import EXECUTORS

import known
from driver import Lane, Standstill, request
from server import Server

PARAMETERS: dict[str, dict[str, int]] = {
    "noop": {},
    "timer": {"delay_ns": 2_000_000},
    "tcp": {"delay_ns": 2_000_000, "body_bytes": 300},
    "http": {"delay_ns": 2_000_000, "body_bytes": 300},
    "file": {"body_bytes": 300},
    "db": {"body_bytes": 300},
    "primes": {"bound": 300},
    "blur": {"side_pixels": 9},
    "crawl": {"delay_ns": 2_000_000, "side_pixels": 9},
}
ON_SERVER = ("tcp", "http", "crawl")
JOBS, CONCURRENCY = 7, 3
CELLS = [
    (executor, workload)
    for executor, spec in EXECUTORS.items()
    for workload in PARAMETERS
    if spec.needs != "numpy" or workload == "blur"
]


@pytest.mark.parametrize(("executor", "workload"), CELLS)
def test_a_whole_dialogue(executor: str, workload: str, server: Server, tmp_path: Path, fit: Any) -> None:
    fit(EXECUTORS[executor].needs)
    parameters = PARAMETERS[workload]
    answers = known.answers(workload, parameters, JOBS)
    right = known.digest(answers)
    with Lane(executor) as lane:
        open_request = request(
            workload,
            executor,
            JOBS,
            CONCURRENCY,
            parameters=parameters,
            server=server.name if workload in ON_SERVER else None,
            scratch=str(tmp_path) if workload == "db" else None,
        )
        ready = lane.ask("open", **open_request)
        assert ready["reply"] == "ready", ready
        model, width = EXECUTORS[executor].model, ready["in_flight"]
        assert ready["model"] == model
        assert width == {"main thread": 1, "async task": JOBS}.get(model, CONCURRENCY)
        threads = len(list(Path(f"/proc/{lane.process.pid}/task").iterdir()))
        assert ready["threads"][0] <= threads <= ready["threads"][1]
        connections = len(server.connections)
        assert connections == (0 if workload not in ON_SERVER else 1 if width == 1 else CONCURRENCY)

        server.paths.clear()
        sampled = lane.ask("sample", times=3)
        assert (sampled["digests"], sampled["count"]) == ([right], 3)
        assert len(sampled["samples_ns"]) == 3
        assert sampled["total_ns"] == sum(sampled["samples_ns"])
        assert sampled["usage"]["cpu_user_ns"] >= 0
        assert len(server.paths) == (3 * JOBS if workload in ON_SERVER else 0)
        assert lane.ask("answers") == {"reply": "answers", "answers": [f"{answer:016x}" for answer in answers]}

        used = lane.ask("usage")["usage"]
        assert (used["cpu_user_ns"] > 0) == (model == "process")

        probed = lane.ask("probe")
        assert probed["digest"] == right
        check_probe(probed, model, workload)

        standstill = Standstill()
        stood: list[int] = []
        watcher = threading.Thread(target=lambda: stood.append(standstill.gather(width)))
        watcher.start()
        assert lane.ask("stand-still", at=standstill.name)["digest"] == right
        watcher.join()
        assert stood == [width]
        assert lane.ask("stand-still", at="fairlane-test-that-is-not")["digest"] == right
        assert lane.ask("sample", times=1)["digests"] == [right]
        assert len(server.connections) == connections, "no batch opens a connection"
        assert lane.close() == (0, b"")


def check_probe(probed: dict[str, Any], model: str, workload: str) -> None:
    jobs, shown = probed["jobs"], probed["timeline"]["jobs"]
    latency, response = jobs["latency"], jobs["response"]
    for times in (latency, response):
        assert times["p50_ns"] <= times["p90_ns"] <= times["p99_ns"] <= times["max_ns"] <= probed["wall_ns"]
    assert latency["max_ns"] <= response["max_ns"]
    assert JOBS * latency["max_ns"] >= jobs["in_flight_ns"] >= latency["max_ns"]
    if model == "async task":
        assert jobs["tasks"]["count"] == JOBS
        assert 0 < jobs["tasks"]["poll_p50_ns"] <= latency["max_ns"]
    else:
        assert jobs["tasks"] is None
    assert [ran["job"] for ran in shown] == list(range(JOBS))
    first = min(shown, key=lambda ran: ran["start_ns"])
    assert first["worker"] == 0
    most = CONCURRENCY if model in ("OS thread", "process") else 1
    assert {ran["worker"] for ran in shown} <= set(range(most))
    for ran in shown:
        assert 0 <= ran["start_ns"] <= ran["end_ns"] <= probed["wall_ns"]
        for began, ended in ran["waits_ns"]:
            assert ran["start_ns"] <= began <= ended <= ran["end_ns"]
            assert ended - began >= PARAMETERS[workload].get("delay_ns", 0)
        assert bool(ran["waits_ns"]) == (workload not in ("noop", "primes", "blur"))
