"""Whole dialogues with the lane in Java, for every executor and workload: `python3 lanes/java/tests/test_lane.py`.

Compiles the lane into a temporary folder first. Needs Python 3.9, and no packages.
"""

import os
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from known import ANSWERS, Lane, Server, digest_of

SETUP = Path(__file__).parents[1] / "setup"
JOBS = 6
PARAMETERS = {"delay_ns": 3_000_000, "body_bytes": 100, "bound": 1_000, "side_pixels": 20}
EXECUTORS = {
    "java-sequential": ("main thread", 1),
    "java-threads": ("OS thread", JOBS),
    "java-virtual": ("async task", JOBS),
}
ASKS = ("tcp", "http", "crawl")


class Dialogues(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        for _ in ("once", "and again"):
            setup = subprocess.run([SETUP, cls.folder.name], capture_output=True, text=True)
        if "no JDK" in setup.stderr:
            raise unittest.SkipTest(setup.stderr)
        assert setup.returncode == 0, setup.stderr
        assert not setup.stderr, setup.stderr
        cls.program = Path(cls.folder.name) / "lane"

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def open(self, workload, executor, more={}):
        lane = Lane(self.program)
        request = {
            "do": "open", "protocol": 1, "cell": f"{workload}/{executor}/{JOBS}", "workload": workload,
            "parameters": PARAMETERS, "executor": executor, "jobs": JOBS, "concurrency": JOBS, "cold": False,
            "server": self.server.address, "scratch": None, "cores": 2, "later": [{"is": "ignored"}, 1.5, True],
        }  # fmt: skip
        return lane, lane.ask(**request | more)

    def test_every_workload_under_every_executor(self):
        for executor, (model, width) in EXECUTORS.items():
            for workload, known in ANSWERS.items():
                with self.subTest(executor=executor, workload=workload):
                    self.dialogue(workload, executor, model, width, [known(job) for job in range(JOBS)])

    def dialogue(self, workload, executor, model, width, answers):
        digest, slots = digest_of(answers), width if workload in ASKS else 0
        self.server.connections = self.server.requests = 0
        lane, ready = self.open(workload, executor)
        self.assertEqual(
            (ready["reply"], ready["model"], ready["in_flight"], ready["hash"]), ("ready", model, width, "crc32")
        )
        self.assertEqual((self.server.connections, self.server.requests), (slots, slots))

        sampled = lane.ask(do="sample", times=3)
        self.assertEqual((sampled["count"], sampled["digests"]), (3, [digest]))
        self.assertEqual(sum(sampled["samples_ns"]), sampled["total_ns"])
        if workload == "timer":
            self.assertGreaterEqual(min(sampled["samples_ns"]), 3_000_000 * JOBS // width)
        self.assertTrue(all(amount >= 0 for amount in sampled["usage"].values()))

        probed = lane.ask(do="probe")
        self.assertEqual(probed["digest"], digest)
        self.assertEqual((probed["jobs"]["tasks"] or {}).get("count"), JOBS if model == "async task" else None)
        self.assertLessEqual(probed["jobs"]["response"]["max_ns"], probed["wall_ns"])
        self.assertEqual([ran["job"] for ran in probed["timeline"]["jobs"]], list(range(JOBS)))
        for ran in probed["timeline"]["jobs"]:
            times = [ran["start_ns"], *sum(ran["waits_ns"], []), ran["end_ns"]]
            self.assertEqual(times, sorted(times))

        self.assertEqual(self.stand_still(lane, width), {"reply": "stood", "digest": digest})
        self.assertEqual(lane.ask(do="answers")["answers"], [f"{answer:016x}" for answer in answers])
        self.assertEqual(set(lane.ask(do="usage")["usage"].values()), {0})
        self.assertEqual(self.server.connections, slots, "no batch opened a connection")
        self.assertEqual(self.server.requests, slots + 5 * JOBS if slots else 0)
        self.assertEqual(lane.end(), 0)

    def stand_still(self, lane, width):
        """Lets jobs go on as soon as `width` of them stand."""
        name = f"fairlane-test-{os.getpid()}"
        standing = []

        def gather():
            stream, _ = listener.accept()
            with stream:
                while len(standing) < width:
                    standing.extend(stream.recv(width))

        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()
            listener.settimeout(10)
            gathering = threading.Thread(target=gather)
            gathering.start()
            reply = lane.ask(**{"do": "stand-still", "at": name})
            gathering.join()
        self.assertEqual(len(standing), width)
        return reply

    def test_a_job_that_waits_borrows_a_slot(self):
        for workload in ("tcp", "http"):
            self.server.connections = 0
            lane, ready = self.open(workload, "java-virtual", {"concurrency": 2})
            self.assertEqual((ready["in_flight"], self.server.connections), (JOBS, 2))
            self.assertEqual(lane.ask(do="sample", times=9)["count"], 9)
            self.assertEqual((self.server.connections, lane.end()), (2, 0))

    def test_what_it_refuses(self):
        for key, value, cause in (
            ("protocol", 2, "this lane speaks version 1 of the lane protocol, and its driver version 2"),
            ("cold", True, "the executors of this lane have no cold form"),
            ("executor", "threads", "this lane has no executor `threads`"),
            ("workload", "db", "this lane has no workload `db`"),
        ):
            lane, failed = self.open("http", "java-virtual", {key: value})
            self.assertEqual(failed["message"], f"cannot open `http/java-virtual/{JOBS}`: {cause}")
            self.assertEqual((failed["reply"], lane.end()), ("failed", 1))

    def test_a_bad_answer_fails_and_names_its_url(self):
        for workload in ("tcp", "http"):
            for mode, cause in (("status", "answered with status 500"), ("short", "")):
                lane, _ = self.open(workload, "java-virtual")
                self.server.mode = mode
                message = lane.ask(do="sample", times=1)["message"]
                self.server.mode = ""
                self.assertTrue(message.startswith(f"cannot GET `http://{self.server.address}/get?key="), message)
                self.assertIn(cause, message)
                self.assertEqual(lane.end(), 1)


if __name__ == "__main__":
    unittest.main()
