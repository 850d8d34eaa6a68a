"""Grey pictures: the blur in whole numbers, without and with numpy, and PNG. Must not know jobs."""

import struct
import zlib
from collections.abc import Sequence
from operator import mul
from typing import Final

WEIGHTS: Final = (1, 2, 7, 16, 31, 45, 52, 45, 31, 16, 7, 2, 1)
REACH: Final = len(WEIGHTS) // 2
HALF: Final = 1 << 15


def blur(pixels: bytes, side: int) -> bytes:
    """Each pixel becomes the weighted mean of its neighbours; only the last step rounds."""
    rows = [across(pixels[start : start + side]) for start in range(0, side * side, side)]
    columns = [across(column) for column in zip(*rows, strict=True)]
    return bytes(total + HALF >> 16 for row in zip(*columns, strict=True) for total in row)


def across(line: Sequence[int]) -> list[int]:
    """The weighted sums along one row or column; beyond an end stands its last pixel."""
    padded = [line[0]] * REACH + list(line) + [line[-1]] * REACH
    return [sum(map(mul, WEIGHTS, padded[at : at + len(WEIGHTS)])) for at in range(len(line))]


def blur_with_numpy(pixels: bytes, side: int) -> bytes:
    """The same pixels; numpy lets go of the lock while it computes."""
    import numpy as np

    image = np.frombuffer(pixels, np.uint8).reshape(side, side).astype(np.uint32)
    for _ in ("down", "across"):
        padded = np.pad(image, ((REACH, REACH), (0, 0)), mode="edge")
        image = np.zeros_like(image)
        for at, weight in enumerate(WEIGHTS):
            image += padded[at : at + side] * np.uint32(weight)
        image = image.T
    return (image + np.uint32(HALF) >> np.uint32(16)).astype(np.uint8).tobytes()


def decoded(file: bytes, side: int) -> bytes:
    """The pixels of a square grey PNG with 8 bits a pixel."""
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII5B", 13, b"IHDR", side, side, 8, 0, 0, 0, 0)
    if not file.startswith(header):
        raise ValueError(f"it is no grey PNG of {side} x {side} pixels with 8 bits each")
    packed, at = b"", 8
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        packed += file[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    lines = zlib.decompress(packed)
    if any(lines[:: side + 1]):
        raise ValueError("its lines are filtered")
    return b"".join(lines[start + 1 : start + 1 + side] for start in range(0, len(lines), side + 1))
