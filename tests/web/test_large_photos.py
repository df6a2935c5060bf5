"""A large photo is drawn by a process of its own: as it would have been drawn here, and with a limit of memory."""

import io

import pytest
from PIL import Image

from helpers.registers import filled_register
from helpers.sending import BUDI, WHO, app_for, as_bytes, enrol, hash_of, named, picture, uuid, visit
from rba_audit.fieldwork import intake
from rba_audit.messages import say
from rba_audit.photographs import DamagedPhoto, WorkersBusy, clean_photo, conversion
from rba_audit.photographs.workers import convert_in_worker


def saved(image, kind="JPEG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


LARGE = saved(Image.effect_noise((400, 300), 60).resize((2800, 2100)).convert("RGB"))


def test_a_process_of_its_own_draws_the_same_picture():
    assert convert_in_worker(LARGE) == conversion.convert_image(LARGE)
    assert clean_photo(LARGE).jpeg == conversion.convert_image(LARGE)[0]


def test_a_large_photo_that_is_cut_is_refused_as_any_other():
    with pytest.raises(DamagedPhoto):
        clean_photo(LARGE[: len(LARGE) // 2])


def test_what_takes_more_memory_than_was_reckoned_ends_by_itself():
    with pytest.raises((MemoryError, ValueError)):
        convert_in_worker(saved(Image.new("RGBA", (4000, 3000), (1, 2, 3, 90)), "WEBP", lossless=True, method=0))


def test_a_phone_is_asked_to_send_a_photo_again_later(tmp_path, standard, monkeypatch):
    register = filled_register(tmp_path)
    enrol(register)
    client = app_for(register, standard).test_client()
    data = picture(1)
    client.put(f"/api/visits/{uuid(1)}", data=as_bytes(visit(photos=[named(data)])), headers={WHO: BUDI.id})
    address = f"/api/visits/{uuid(1)}/photos/{hash_of(data)}"

    def busy(_):
        raise WorkersBusy(say("Other large photos are being read just now; send this one again in a moment."))

    with monkeypatch.context() as patch:
        patch.setattr(intake, "clean_photo", busy)
        refused = client.put(address, data=data, headers={WHO: BUDI.id})
    taken = client.put(address, data=data, headers={WHO: BUDI.id})
    register.close()

    assert (refused.status_code, refused.json["error"], refused.headers["Retry-After"]) == (503, "busy", "30")
    assert (taken.status_code, taken.json["complete"]) == (201, True)
