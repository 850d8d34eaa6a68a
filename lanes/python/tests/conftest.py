"""What the tests share."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import driver
from server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@cache
def check(needs: str) -> subprocess.CompletedProcess[str]:
    """`lane.py --check` with what an executor needs."""
    executor = {"lock-off": "cpython-free-threads", "lock-on": "cpython-free-threads-locked"}.get(needs, "")
    command = [driver.PYTHON, str(driver.LANE), "--check", needs]
    return subprocess.run(command, capture_output=True, text=True, env=driver.environment(executor), check=False)


@pytest.fixture
def fit() -> Callable[[str], None]:
    """Skips the test where the lane's Python has not what an executor needs."""

    def skip_if_unfit(needs: str) -> None:
        if check(needs).returncode:
            pytest.skip(check(needs).stderr.strip())

    return skip_if_unfit
