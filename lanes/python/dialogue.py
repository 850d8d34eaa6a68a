"""The dialogue with the driver, as docs/LANES.md has it: each line is a request or the reply to it."""

import json
import os
import sys

import runtime
from batch import Batch, Message
from cell import Cell, Failure
from executors import EXECUTORS
from waits import WAITS

PROTOCOL = 1


def serve() -> int:
    """Replies to requests until they end. Only replies go to what was standard output."""
    output = os.dup(1)
    os.dup2(2, 1)
    batch: Batch | None = None
    request: Message = {}
    try:
        for line in sys.stdin.buffer:
            try:
                request = json.loads(line)
                if batch is None:
                    batch, reply = opened(request)
                else:
                    reply = answered(batch, request)
            except Exception as cause:
                reply = failed(cause, batch.cell.name if batch else request.get("cell", "a lane"))
            os.write(output, json.dumps(reply).encode() + b"\n")
            if reply["reply"] == "failed":
                return 1
        return 0
    except BrokenPipeError:
        return 1
    finally:
        if batch is not None:
            batch.executor.close()


def opened(request: Message) -> tuple[Batch, Message]:
    """Makes the cell ready."""
    if request["do"] != "open":
        raise Failure("cannot answer the request: this lane is not open yet")
    name, executor, workload = request["cell"], request["executor"], request["workload"]
    if request.get("protocol", 0) > PROTOCOL:
        versions = f"version {request['protocol']} of the lane protocol, and this lane speaks version {PROTOCOL}"
        raise Failure(f"cannot open `{name}`: the driver speaks {versions}", "use the lane of the newer build")
    if request.get("cold"):
        raise Failure(f"cannot open `{name}`: this lane has no cold form", "leave out `-cold`")
    if executor not in EXECUTORS:
        raise Failure(f"cannot open `{name}`: this lane has no executor `{executor}`")
    spec = EXECUTORS[executor]
    if workload not in WAITS or (spec.needs == "numpy" and workload != "blur"):
        raise Failure(f"cannot open `{name}`: `{executor}` has no workload `{workload}`")
    try:
        named = runtime.describe(spec.needs)
    except runtime.Unfit as unfit:
        raise Failure(f"cannot open `{name}`: {unfit}", "run `fairlane languages setup`") from unfit
    batch = Batch(Cell.of(request), spec)
    return batch, {
        "reply": "ready",
        "protocol": PROTOCOL,
        "build": "fairlane-python 1",
        "language": "Python",
        "runtime": named,
        "model": spec.model,
        "in_flight": batch.in_flight(),
        "threads": batch.threads(),
        "hash": "crc32",
        "keeps_connections": True,
        "warm_up_ms": spec.warm_up_ms,
    }


def answered(batch: Batch, request: Message) -> Message:
    """Does what is asked of an open lane."""
    match request["do"]:
        case "sample":
            return {"reply": "sampled", **batch.sample(request["times"])}
        case "usage":
            return {"reply": "used", "usage": batch.account.ask()._asdict()}
        case "probe":
            return {"reply": "probed", **batch.probe()}
        case "stand-still":
            return {"reply": "stood", "digest": batch.stand_still(request["at"])}
        case "answers":
            return {"reply": "answers", "answers": batch.shown}
        case unknown:
            raise Failure(f"cannot answer the request `{unknown}`: this lane is open as `{batch.cell.name}`")


def failed(cause: Exception, name: str) -> Message:
    """Why a request could not be answered."""
    if not isinstance(cause, Failure):
        cause = Failure(f"cannot run `{name}`: {type(cause).__name__}: {cause}")
    message, advice = cause.args
    return {"reply": "failed", "message": message} | ({"help": advice} if advice else {})
