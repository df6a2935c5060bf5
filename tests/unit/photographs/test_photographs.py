import io
import random
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from helpers.effort import cases
from rba_audit.messages import using_language
from rba_audit.photographs import (
    LARGEST_PHOTO_BYTES,
    DamagedPhoto,
    NotAPhoto,
    PhotoError,
    PhotoTooLarge,
    clean_photo,
    cover_rectangles,
    thumbnail,
)

ORIENTATION = 0x0112
RED, BLUE = (220, 30, 30), (30, 30, 220)


def drawn(width=640, height=480):
    """Red above, blue below, so that one sees which way it is up."""
    image = Image.new("RGB", (width, height), BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, width, height // 2), fill=RED)
    return image


def saved(image, kind="JPEG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def with_place(orientation=1):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Telepon Murah"
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 6.0, 37.0), 3: "E", 4: (106.0, 9.0, 1.0)})
    return exif


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width, height, *chunks):
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + png_chunk(b"IEND", b"")


def zip_with_a_page():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return file.getvalue()


def opened(data):
    return Image.open(io.BytesIO(data))


def colour(image, x, y):
    red, _, blue = image.getpixel((x, y))
    return "red" if red > blue else "blue"


REFUSED = {
    "GIF": (saved(drawn(), "GIF"), NotAPhoto),
    "TIFF": (saved(drawn(), "TIFF"), NotAPhoto),
    "BMP": (saved(drawn(), "BMP"), NotAPhoto),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', NotAPhoto),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NotAPhoto),
    "HTML": (b"<!doctype html><script>alert(1)</script>", NotAPhoto),
    "a sound in the wrapping of a WebP": (b"RIFF\x24\x00\x00\x00WAVEfmt ", NotAPhoto),
    "zero bytes": (b"", DamagedPhoto),
    "a JPEG cut in the middle": (saved(drawn())[: len(saved(drawn())) // 2], DamagedPhoto),
    "a JPEG of which only the beginning came": (saved(drawn())[:20], DamagedPhoto),
    "a PNG cut in the middle": (saved(drawn(), "PNG")[:-200], DamagedPhoto),
    "a WebP cut in the middle": (saved(drawn(), "WEBP")[:200], DamagedPhoto),
    "a PNG of 50,000 by 50,000": (png_of(50_000, 50_000, png_chunk(b"IDAT", zlib.compress(b"\0" * 9))), PhotoTooLarge),
    "a PNG of 9,600 by 9,600": (png_of(9_600, 9_600, png_chunk(b"IDAT", zlib.compress(b"\0" * 9))), PhotoTooLarge),
    "a PNG of 8,000 by 8,000": (png_of(8_000, 8_000, png_chunk(b"IDAT", zlib.compress(b"\0" * 9))), PhotoTooLarge),
    "a text of 64 MB behind a small PNG": (
        png_of(1, 1, png_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"0" * 64_000_000, 9))),
        DamagedPhoto,
    ),
    "a moving PNG": (saved(drawn(), "PNG", save_all=True, append_images=[drawn().rotate(90)]), NotAPhoto),
    "a moving WebP": (saved(drawn(), "WEBP", save_all=True, append_images=[drawn().rotate(90)]), NotAPhoto),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_still_photo_is_refused(name):
    data, kind = REFUSED[name]

    with pytest.raises(kind):
        clean_photo(data)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_takes_little_memory(name):
    data, _ = REFUSED[name]
    tracemalloc.start()
    with pytest.raises(PhotoError):
        clean_photo(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < 50_000_000


def test_a_photo_over_the_limit_of_bytes_is_not_even_opened():
    with pytest.raises(PhotoTooLarge), using_language("en"):
        clean_photo(b"\xff\xd8\xff" + b"0" * LARGEST_PHOTO_BYTES)


def test_a_refusal_says_what_was_found_and_what_to_do():
    with pytest.raises(PhotoTooLarge) as refused:
        clean_photo(b"\xff\xd8\xff" + b"0" * 20_000_000)

    with using_language("en"):
        assert str(refused.value) == "The photo has 20 MB, and at most 12 MB are taken; send it smaller."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_three_kinds_are_kept_as_jpeg(kind):
    picture = clean_photo(saved(drawn(), kind))

    kept = opened(picture.jpeg)
    assert (kept.format, kept.size, kept.mode) == ("JPEG", (640, 480), "RGB")
    assert (picture.width, picture.height) == (640, 480)


def test_a_large_photo_is_made_as_large_as_a_screen_needs():
    picture = clean_photo(saved(drawn(4000, 3000)))

    assert (picture.width, picture.height) == opened(picture.jpeg).size == (1600, 1200)


def test_a_small_photo_is_not_blown_up():
    assert clean_photo(saved(drawn(200, 100))).width == 200


def test_a_photo_at_the_limit_of_pixels_is_kept():
    assert clean_photo(saved(Image.new("L", (8000, 5000)))).width == 1600


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_held_any_way_comes_out_upright(orientation):
    held = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = drawn() if held is None else drawn().transpose(held)

    picture = clean_photo(saved(image, exif=with_place(orientation)))

    kept = opened(picture.jpeg)
    assert (kept.size, colour(kept, 320, 40), colour(kept, 320, 440)) == ((640, 480), "red", "blue")


def test_place_device_comment_and_profile_are_gone():
    data = saved(drawn(), exif=with_place(), comment=b"rahasia", icc_profile=b"profil" * 40, xmp=b"<x:xmpmeta/>")
    assert b"Telepon Murah" in data

    kept = opened(clean_photo(data).jpeg)

    assert dict(kept.getexif()) == {}
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (b"Telepon", b"rahasia", b"profil", b"xmpmeta", b"Exif"):
        assert secret not in clean_photo(data).jpeg


def test_text_in_a_png_is_gone():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "rahasia")

    assert b"rahasia" not in clean_photo(saved(drawn(), "PNG", pnginfo=info)).jpeg


@pytest.mark.parametrize("tail", [zip_with_a_page(), b"<script>alert(1)</script>", b"\xff\xd9" * 500], ids=range(3))
def test_what_hides_behind_a_picture_does_not_come_along(tail):
    picture = clean_photo(saved(drawn()) + tail)

    assert tail not in picture.jpeg
    assert not zipfile.is_zipfile(io.BytesIO(picture.jpeg))


def test_a_second_picture_behind_a_phone_s_jpeg_is_left_out():
    data = saved(drawn(), "MPO", save_all=True, append_images=[drawn(300, 200)])

    assert clean_photo(data).width == 640


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on what is said about a picture
def test_broken_words_about_a_whole_picture_do_not_cost_the_picture():
    data = saved(drawn())
    broken = b"Exif\0\0" + b"MM\0\x2a" + b"\xff" * 40

    assert clean_photo(data[:2] + b"\xff\xe1" + struct.pack(">H", len(broken) + 2) + broken + data[2:]).width == 640


def test_what_was_see_through_is_white():
    image = Image.new("RGBA", (50, 50), (0, 0, 0, 0))

    assert opened(clean_photo(saved(image, "PNG")).jpeg).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_way_to_write_colours_in_a_png_is_read(mode):
    image = Image.new("I;16", (60, 40)) if mode == "I;16" else drawn(60, 40).convert(mode)

    assert clean_photo(saved(image, "PNG")).width == 60


def test_print_colours_of_a_jpeg_are_read():
    assert clean_photo(saved(drawn(60, 40).convert("CMYK"))).width == 60


def test_a_list_shows_a_smaller_picture():
    assert opened(thumbnail(clean_photo(saved(drawn(1600, 1200))).jpeg)).size == (320, 240)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on what is said about a picture
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_change_of_bytes_gets_past_the_refusals(kind):
    chance = random.Random(2024)
    whole = saved(drawn(64, 48), kind, **({"exif": with_place(6)} if kind == "JPEG" else {}))
    for _ in range(cases(120, 8000)):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            picture = clean_photo(bytes(data[: chance.choice([len(data), chance.randrange(len(data))])]))
        except PhotoError:
            continue
        assert opened(picture.jpeg).format == "JPEG"


def test_what_is_covered_cannot_be_told_from_the_picture_that_goes_out():
    """Two pictures that differ below the cover alone, and so in the JPEG's blocks around it, give the very same bytes."""
    chance = random.Random(7)
    for _ in range(cases(10, 200)):
        left, top = chance.randrange(0, 500), chance.randrange(0, 400)
        width, height = chance.randrange(1, 140), chance.randrange(1, 80)
        one = drawn()
        other = one.copy()
        face = Image.new("RGB", (width, height), tuple(chance.randrange(256) for _ in range(3)))
        other.paste(face, (left, top))
        box = [(left, top, width, height)]
        first, second = (cover_rectangles(clean_photo(saved(each, "PNG")).jpeg, box) for each in (one, other))

        assert first == second
        with Image.open(io.BytesIO(second)) as shown:
            middle = shown.getpixel((left + width // 2, top + height // 2))
        assert max(middle) < 12


def test_what_is_not_covered_stays_and_a_box_may_reach_to_the_edge():
    jpeg = clean_photo(saved(drawn())).jpeg
    with Image.open(io.BytesIO(cover_rectangles(jpeg, [(600, 0, 40, 480), (0, 0, 1, 1)]))) as shown:
        assert shown.size == (640, 480)
        assert max(shown.getpixel((639, 479))) < 12
        assert shown.getpixel((300, 100))[0] > 180
