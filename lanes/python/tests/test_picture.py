"""The blur and the decoder, alone."""

import pytest

import picture

import known
from server import png


@pytest.mark.parametrize("side", [1, 2, 9, 20])
def test_rows_first_and_all_at_once_give_the_same_pixels(side: int) -> None:
    pixels = known.body(7, side * side)
    assert picture.blur(pixels, side) == known.blurred(pixels, side)


@pytest.mark.parametrize("side", [1, 2, 9, 20])
def test_numpy_gives_the_same_pixels(side: int) -> None:
    pytest.importorskip("numpy")
    pixels = known.body(7, side * side)
    assert picture.blur_with_numpy(pixels, side) == known.blurred(pixels, side)


def test_white_stays_white() -> None:
    assert picture.blur(b"\xff" * 400, 20) == b"\xff" * 400


def test_a_picture_survives_its_file() -> None:
    pixels = known.body(3, 33 * 33)
    assert picture.decoded(png(pixels, 33), 33) == pixels


def test_what_is_no_such_picture_is_refused() -> None:
    for file in (b"", b"PNG", png(bytes(16), 4), png(bytes(9), 3)[:30] + b"\x01"):
        with pytest.raises(ValueError, match="it is no grey PNG of 5 x 5 pixels"):
            picture.decoded(file, 5)
