"""What a probe says of its jobs: quantiles of their times, and when some of them ran."""

from typing import Any

from observe import Ran

MOST_KEPT = 64


def summarised(rans: list[Ran], handed: int, are_tasks: bool) -> dict[str, Any]:
    """The quantiles of all jobs, times in nanoseconds."""
    latencies = [ran.end - ran.start for ran in rans]
    tasks = {"count": len({ran.task for ran in rans}), "poll_p50_ns": quantile([ran.held for ran in rans], 50)}
    return {
        "in_flight_ns": sum(latencies),
        "latency": quantiles(latencies),
        "response": quantiles([ran.end - handed for ran in rans]),
        "tasks": tasks if are_tasks else None,
    }


def quantiles(times: list[int]) -> dict[str, int]:
    return {f"{name}_ns": quantile(times, percent) for name, percent in QUANTILES.items()}


QUANTILES = {"p50": 50, "p90": 90, "p99": 99, "max": 100}


def quantile(times: list[int], percent: int) -> int:
    """By nearest rank."""
    return sorted(times)[max(1, -(-len(times) * percent // 100)) - 1]


def timeline(rans: list[Ran], handed: int, waits: bool) -> dict[str, Any]:
    """Some of the jobs, evenly chosen, with the first and the last. Workers are numbered as they first began one."""
    kept = min(len(rans), MOST_KEPT)
    chosen = [at * (len(rans) - 1) // max(1, kept - 1) for at in range(kept)]
    workers: dict[tuple[int, int], int] = {}
    for ran in sorted((rans[i] for i in chosen), key=lambda ran: ran.start):
        workers.setdefault(ran.worker, len(workers))
    shown = [
        {
            "job": i,
            "worker": workers[rans[i].worker],
            "start_ns": rans[i].start - handed,
            "end_ns": rans[i].end - handed,
            "waits_ns": [[rans[i].start - handed, rans[i].ready - handed]] if waits else [],
        }
        for i in chosen
    ]
    return {"jobs": shown}
