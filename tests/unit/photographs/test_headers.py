"""The first bytes of a picture say what it costs to read: what is too dear is refused before anything is decoded."""

import io
import random
import struct
import threading

import pytest
from PIL import Image

from helpers.effort import cases
from rba_audit.errors import Unavailable
from rba_audit.messages import using_language
from rba_audit.photographs import (
    LARGEST_PIXELS,
    MOST_COST,
    DamagedPhoto,
    NotAPhoto,
    PhotoError,
    PhotoTooLarge,
    clean_photo,
    conversion,
    workers,
)
from rba_audit.photographs.headers import MOST_SCANS, read_header


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def resized(jpeg, width, height):
    """A JPEG whose frame says another size; all that is decoded of it is refused or missing."""
    at = min(jpeg.find(b"\xff" + bytes([kind])) for kind in (0xC0, 0xC2) if b"\xff" + bytes([kind]) in jpeg)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def webp(width, height):
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + sizes


def png(width, height, depth, colour):
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0) + b"\0" * 4
    )


def many_scans(count):
    whole = saved(Image.effect_noise((64, 64), 50).convert("RGB"), "JPEG", progressive=True)
    last = whole.rfind(b"\xff\xda")
    return whole[:last] + whole[last:-2] * count + whole[-2:]


SMALL = Image.new("RGB", (64, 48), "red")
DEAR = {
    "WebP of 39 MP": webp(7800, 5000),
    "WebP of 6 MP": webp(3000, 2000),
    "PNG with transparency, 20 MP": png(5000, 4000, 8, 6),
    "PNG of 39 MP": png(7800, 5000, 8, 2),
    "PNG of 39 MP with 16 bits": png(7800, 5000, 16, 2),
    "progressive JPEG without thinned colours, 39 MP": resized(
        saved(SMALL, "JPEG", progressive=True, subsampling=0), 7800, 5000
    ),
    "JPEG of very many passes": many_scans(MOST_SCANS + 1),
}


@pytest.mark.parametrize("name", DEAR)
def test_what_would_take_too_much_memory_is_refused_without_being_opened(name, monkeypatch):
    monkeypatch.setattr(conversion, "convert_image", lambda *_: pytest.fail("it was opened"))
    monkeypatch.setattr("rba_audit.photographs.convert_in_worker", lambda _: pytest.fail("it was opened"))

    with pytest.raises(PhotoTooLarge) as refused:
        clean_photo(DEAR[name])

    with using_language("en"):
        assert "million pixels in a kind of" in str(refused.value)


@pytest.mark.parametrize(("brand", "word"), [(b"heic", "HEIC"), (b"mif1", "HEIC"), (b"avif", "AVIF")])
def test_a_photo_in_a_kind_of_iphones_is_called_by_its_name(brand, word):
    with pytest.raises(NotAPhoto) as refused:
        clean_photo(b"\0\0\0\x18ftyp" + brand + b"\0" * 40)

    with using_language("en"):
        assert str(refused.value).startswith(f"This is a {word} photo")


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {})]
)
def test_the_header_says_the_size_that_pillow_finds(kind, options):
    chance = random.Random(33)
    for _ in range(cases(12, 200)):
        mode = chance.choice(["RGB", "L"] if kind == "JPEG" else ["RGB", "RGBA", "L", "P"])
        image = Image.new(mode, (chance.randint(1, 300), chance.randint(1, 300)))
        more = {"lossless": chance.random() < 0.5} if kind == "WEBP" else {}
        header = read_header(saved(image, kind, **options, **more))

        assert (header.width, header.height) == image.size


def test_an_ordinary_jpeg_at_the_limit_is_within_what_one_picture_may_take_and_never_costs_more_for_its_shape():
    for width, height in ((7800, 5100), (6320, 6320), (39_000, 1000), (1000, 39_000)):
        header = read_header(resized(saved(SMALL, "JPEG"), width, height))

        assert 0.95 * LARGEST_PIXELS < header.pixels <= LARGEST_PIXELS
        assert header.cost < MOST_COST / 2


def test_a_long_strip_is_decoded_at_a_fraction_of_its_size(monkeypatch):
    sizes = []
    thumbnail = Image.Image.thumbnail
    monkeypatch.setattr(
        Image.Image, "thumbnail", lambda image, *rest: (sizes.append(image.size), thumbnail(image, *rest))[1]
    )

    assert clean_photo(saved(Image.new("L", (20_000, 100)), "JPEG")).width == 1600
    assert sizes == [(5000, 25)]


def test_a_second_size_behind_the_first_is_no_way_around(monkeypatch):
    small = saved(SMALL, "JPEG")
    at = small.find(b"\xff\xc0")
    second = resized(small, 7000, 5000)[at : at + 2 + struct.unpack_from(">H", small, at + 2)[0]]
    monkeypatch.setattr(Image.Image, "thumbnail", lambda *_: pytest.fail("it was decoded"))

    with pytest.raises(PhotoError):
        clean_photo(small[:at] + small[at : at + len(second)] + second + small[at + len(second) :])
    with pytest.raises(PhotoError):
        clean_photo(png(64, 48, 8, 2) + png(7000, 5000, 8, 2)[8:] + b"\0\0\0\x09IDAT" + b"\0" * 40)


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"])
def test_bytes_that_only_begin_like_a_picture_never_do_more_than_be_refused(start):
    chance = random.Random(34)
    for _ in range(cases(100, 20_000)):
        with pytest.raises(PhotoError):
            clean_photo(start + chance.randbytes(chance.randrange(60)))


# --- few at once ------------------------------------------------------------------------------------------------------


class Done:
    def __init__(self, code=0, out=b""):
        self.returncode, self.stdout = code, out


def test_many_at_once_are_asked_to_come_again_and_never_wait_in_a_row(monkeypatch):
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow(*_, **__):
        begun.release()
        go.wait()
        return Done(0, conversion.SIZE.pack(1, 1) + b"jpeg")

    monkeypatch.setattr(workers.subprocess, "run", slow)
    monkeypatch.setattr(workers, "_PATIENCE_S", 60.0)
    results = []

    def ask():
        try:
            results.append(workers.convert_in_worker(b""))
        except workers.WorkersBusy as fault:
            results.append(fault)

    at_work = [threading.Thread(target=ask) for _ in range(workers.AT_ONCE)]
    for thread in at_work:
        thread.start()
        begun.acquire()
    rest = [threading.Thread(target=ask) for _ in range(12)]
    for thread in rest:
        thread.start()
    while len(results) < len(rest) - workers.WAITING:
        threading.Event().wait(0.001)  # refused without anybody having finished
    assert all(isinstance(result, Unavailable) for result in results)
    go.set()
    for thread in [*at_work, *rest]:
        thread.join()

    assert results.count((b"jpeg", 1, 1)) == workers.AT_ONCE + workers.WAITING
    assert workers.convert_in_worker(b"") == (b"jpeg", 1, 1)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (conversion.DAMAGED, DamagedPhoto),
        (conversion.MOVING, NotAPhoto),
        *((code, PhotoTooLarge) for code in (conversion.TOO_LARGE, conversion.TOO_COSTLY, -9, 1)),
    ],
)
def test_however_the_process_ends_the_photo_is_refused_in_words(monkeypatch, code, kind):
    monkeypatch.setattr(workers.subprocess, "run", lambda *_, **__: Done(code))

    with pytest.raises(kind):
        clean_photo(resized(saved(SMALL, "JPEG"), 4000, 3000))
