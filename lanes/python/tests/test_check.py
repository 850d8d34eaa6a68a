"""`lane.py --check`."""

import subprocess
from pathlib import Path

import pytest

from driver import LANE, PYTHON

OLD = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))


def check(python: str, *extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, str(LANE), "--check", *extra], capture_output=True, text=True, check=False)


def test_it_names_the_runtime_in_one_line() -> None:
    said = check(PYTHON, "none")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("CPython 3.")
    assert ", lock o" in said.stdout
    assert said.stdout.count("\n") == 1


def test_what_is_unknown_is_refused() -> None:
    said = check(PYTHON, "luck")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "cannot check for `luck`: no executor of this lane needs it\n"


@pytest.mark.parametrize("python", OLD, ids=str)
def test_every_python_3_gives_a_name_or_a_sentence(python: Path) -> None:
    for extra in ((), ("interpreters",), ("lock-off",)):
        said = check(str(python), *extra)
        told = said.stderr if said.returncode else said.stdout
        assert told.count("\n") == 1
        assert told.startswith("cannot " if said.returncode else "CPython 3."), told
        assert not (said.stdout and said.stderr)
