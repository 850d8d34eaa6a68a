"""Which Python this is, and whether it has the extra that an executor needs. Must not know executors."""

import importlib
import platform
import sys
import sysconfig
from importlib import metadata


class Unfit(Exception):
    """Why this Python cannot run an executor, in one sentence."""


def describe(extra: str = "aiohttp") -> str:
    """The name of the runtime, after the import of the extra: `CPython 3.13.0, lock on`."""
    version, names = platform.python_version(), []
    free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    match extra:
        case "aiohttp":
            imported("aiohttp")
        case "uvloop":
            imported("aiohttp")
            names = [imported("uvloop")]
        case "numpy":
            names = [imported("numpy")]
        case "interpreters" if sys.version_info < (3, 14):
            raise Unfit(f"cannot run sub-interpreters on Python {version}: they need Python 3.14 or later")
        case "lock-off" | "lock-on" if not free_threaded:
            raise Unfit(f"cannot run free threads on Python {version}: it was built without --disable-gil")
        case "lock-off" | "lock-on" if locked() != (extra == "lock-on"):
            # Also after imports: an extension that needs the lock switches it back on without a word.
            state = "on" if locked() else "off"
            raise Unfit(f"cannot run with the {extra}: PYTHON_GIL or an extension has switched it {state}")
        case "none" | "interpreters" | "lock-off" | "lock-on":
            pass
        case _:
            raise Unfit(f"cannot check for `{extra}`: no executor of this lane needs it")
    build = " free-threaded" if free_threaded else ""
    return ", ".join([f"CPython {version}{build}", f"lock {'on' if locked() else 'off'}", *names])


def imported(module: str) -> str:
    """Imports it and gives its name and version."""
    try:
        importlib.import_module(module)
        return f"{module} {metadata.version(module)}"
    except ImportError as cause:
        raise Unfit(f"cannot import `{module}` in {sys.executable}: {cause}") from cause


def locked() -> bool:
    """Whether threads take turns; only a free-threaded build can say no."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())
