"""Twenty faults and more between a phone and the server, against a real server process that is killed and started again.

Whatever goes wrong, the phone sends again until it has its receipt; then there is one visit, every photo, and every
hash is right.
"""

import http.client
import json
import socket
import threading
from contextlib import closing, suppress

import pytest

from helpers.faulty_server import serve
from helpers.processes import PATIENCE_S, ServerProcess
from helpers.registers import filled_register
from helpers.sending import SITE, WHO, as_bytes, danger, enrol, hash_of, named, picture, uuid, visit
from helpers.stored import found_in


class Phone:
    """One visit with three photos, and the ways in which sending them goes wrong."""

    def __init__(self, server, number):
        self.server = server
        self.id = uuid(number)
        self.photos = [picture(number * 3 + shade) for shade in range(3)]
        self.body = as_bytes(visit(number, photos=[named(photo, "LOK-02") for photo in self.photos]))
        self.path = f"/api/visits/{self.id}"

    def photo_path(self, photo):
        return f"{self.path}/photos/{hash_of(photo)}"

    def put(self, path, body, fault=""):
        """Send, and return status and answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)) as line:
            line.request("PUT", path, body, {WHO: "budi", "X-Fault": fault})
            answer = line.getresponse()
            return answer.status, answer.read()

    def put_visit(self, fault=""):
        return self.put(self.path, self.body, fault)

    def put_photo(self, fault="", at=0):
        return self.put(self.photo_path(self.photos[at]), self.photos[at], fault)

    def raw(self, path, body, fault=""):
        """The bytes of a request, to be sent in part."""
        head = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{WHO}: budi\r\nX-Fault: {fault}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def send_and_hang_up(self, data, hear=0):
        with closing(socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S)) as line:
            line.sendall(data)
            if hear:
                line.recv(hear)

    def send_in_the_background(self, path, body, fault):
        def send():
            with suppress(OSError, http.client.HTTPException):  # the server is killed meanwhile
                self.put(path, body, fault)

        thread = threading.Thread(target=send)
        thread.start()
        return thread

    def resend_until_complete(self):
        """What the phone's queue does: the visit, then each photo that is missing, and once more from the beginning."""
        for _ in range(3):
            status, answer = self.put_visit()
            assert status in (200, 201)
            receipt = json.loads(answer)
            assert receipt["sha256"] == hash_of(self.body)
            for missing in receipt["missing"]:
                data = next(photo for photo in self.photos if hash_of(photo) == missing["sha256"])
                assert self.put(self.photo_path(data), data)[0] in (200, 201)
        assert receipt["complete"]


# --- the faults ---


def hung_up_before_a_word(phone):
    phone.send_and_hang_up(b"")


def hung_up_after_the_head(phone):
    phone.send_and_hang_up(phone.raw(phone.path, phone.body).split(b"\r\n\r\n")[0] + b"\r\n\r\n")


def hung_up_in_the_middle_of_the_visit(phone):
    data = phone.raw(phone.path, phone.body)
    phone.send_and_hang_up(data[: -len(phone.body) // 2])


def hung_up_before_the_last_byte_of_the_visit(phone):
    phone.send_and_hang_up(phone.raw(phone.path, phone.body)[:-1])


def hung_up_before_the_receipt_of_the_visit(phone):
    phone.send_and_hang_up(phone.raw(phone.path, phone.body))


def hung_up_in_the_middle_of_the_receipt(phone):
    phone.send_and_hang_up(phone.raw(phone.path, phone.body), hear=20)


def hung_up_in_the_middle_of_a_photo(phone):
    phone.put_visit()
    data = phone.raw(phone.photo_path(phone.photos[0]), phone.photos[0])
    phone.send_and_hang_up(data[: -len(phone.photos[0]) // 2])


def hung_up_before_the_receipt_of_a_photo(phone):
    phone.put_visit()
    phone.send_and_hang_up(phone.raw(phone.photo_path(phone.photos[0]), phone.photos[0]))


def a_500_before_the_visit_is_stored(phone):
    assert phone.put_visit("500 before")[0] == 500


def a_500_after_the_visit_is_stored(phone):
    assert phone.put_visit("500 after")[0] == 500


def a_500_before_a_photo_is_stored(phone):
    phone.put_visit()
    assert phone.put_photo("500 before")[0] == 500


def a_500_after_a_photo_is_stored(phone):
    phone.put_visit()
    assert phone.put_photo("500 after")[0] == 500


def a_500_after_everything_each_time(phone):
    phone.put_visit("500 after")
    for at in range(3):
        phone.put_photo("500 after", at)


def at_once(*actions):
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def eight_send_the_visit_at_once(phone):
    found = []
    at_once(*[lambda: found.append(phone.put_visit()[0]) for _ in range(8)])
    assert sorted(found) == [200] * 7 + [201]


def eight_send_one_photo_at_once(phone):
    phone.put_visit()
    found = []
    at_once(*[lambda: found.append(phone.put_photo()[0]) for _ in range(8)])
    assert set(found) <= {200, 201}


def two_tabs_send_everything_at_once(phone):
    at_once(phone.resend_until_complete, phone.resend_until_complete)


def photos_go_before_their_visit(phone):
    assert [phone.put_photo(at=at)[0] for at in range(3)] == [404, 404, 404]


def a_photo_arrives_changed(phone):
    phone.put_visit()
    changed = phone.photos[0][:-10] + b"\0" * 10
    assert phone.put(phone.photo_path(phone.photos[0]), changed)[0] == 409


def a_photo_arrives_shorter(phone):
    phone.put_visit()
    assert phone.put(phone.photo_path(phone.photos[0]), phone.photos[0][:200])[0] == 409


def the_visit_arrives_shorter(phone):
    assert phone.put(phone.path, phone.body[:-40])[0] == 422


def the_place_for_photos_takes_nothing(phone):
    phone.put_visit()
    folder = phone.server.folder / "photos"
    aside = phone.server.folder / "aside"
    if folder.exists():
        folder.rename(aside)
    folder.write_bytes(b"")
    status = phone.put_photo()[0]
    folder.unlink()
    if aside.exists():
        aside.rename(folder)
    assert status == 503


def killed(phone, path, body, fault):
    thread = phone.send_in_the_background(path, body, fault)
    phone.server.wait_until_paused()
    phone.server.kill()
    thread.join()
    phone.server.start()


def killed_before_the_visit_is_looked_at(phone):
    killed(phone, phone.path, phone.body, "pause before")


def killed_in_the_middle_of_storing_the_visit(phone):
    killed(phone, phone.path, phone.body, "pause in the visit's transaction")


def killed_between_storing_the_visit_and_its_receipt(phone):
    killed(phone, phone.path, phone.body, "pause after")


def killed_in_the_middle_of_the_visit_s_bytes(phone):
    with closing(socket.create_connection(("127.0.0.1", phone.server.port), PATIENCE_S)) as line:
        line.sendall(phone.raw(phone.path, phone.body)[: -len(phone.body) // 2])
        phone.server.restart()


def killed_with_a_photo(fault):
    def action(phone):
        phone.put_visit()
        killed(phone, phone.photo_path(phone.photos[0]), phone.photos[0], fault)

    return action


def killed_while_eight_send(phone):
    threads = [phone.send_in_the_background(phone.path, phone.body, "") for _ in range(7)]
    threads.append(phone.send_in_the_background(phone.path, phone.body, "pause after"))
    phone.server.wait_until_paused()
    phone.server.kill()
    for thread in threads:
        thread.join()
    phone.server.start()


def killed_between_two_photos(phone):
    phone.put_visit()
    phone.put_photo()
    phone.server.restart()


FAULTS = {
    function.__name__: function
    for function in (
        hung_up_before_a_word,
        hung_up_after_the_head,
        hung_up_in_the_middle_of_the_visit,
        hung_up_before_the_last_byte_of_the_visit,
        hung_up_before_the_receipt_of_the_visit,
        hung_up_in_the_middle_of_the_receipt,
        hung_up_in_the_middle_of_a_photo,
        hung_up_before_the_receipt_of_a_photo,
        a_500_before_the_visit_is_stored,
        a_500_after_the_visit_is_stored,
        a_500_before_a_photo_is_stored,
        a_500_after_a_photo_is_stored,
        a_500_after_everything_each_time,
        eight_send_the_visit_at_once,
        eight_send_one_photo_at_once,
        two_tabs_send_everything_at_once,
        photos_go_before_their_visit,
        a_photo_arrives_changed,
        a_photo_arrives_shorter,
        the_visit_arrives_shorter,
        the_place_for_photos_takes_nothing,
        killed_before_the_visit_is_looked_at,
        killed_in_the_middle_of_storing_the_visit,
        killed_between_storing_the_visit_and_its_receipt,
        killed_in_the_middle_of_the_visit_s_bytes,
        killed_while_eight_send,
        killed_between_two_photos,
    )
} | {
    "killed_before_a_photo_is_looked_at": killed_with_a_photo("pause before"),
    "killed_before_a_photo_has_its_name": killed_with_a_photo("pause before the photo's name"),
    "killed_between_a_photo_s_file_and_its_row": killed_with_a_photo("pause after the photo's name"),
    "killed_in_the_middle_of_a_photo_s_row": killed_with_a_photo("pause in the photo's transaction"),
    "killed_between_storing_a_photo_and_its_receipt": killed_with_a_photo("pause after"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    with closing(filled_register(folder)) as register:
        enrol(register)
    started = ServerProcess(serve, folder)
    started.start()
    yield started
    started.kill()


@pytest.mark.parametrize("name", FAULTS)
def test_after_a_fault_there_is_one_visit_with_every_photo(server, name):
    number = 1 + list(FAULTS).index(name)
    phone = Phone(server, number)

    FAULTS[name](phone)
    phone.resend_until_complete()

    ids, photos, documents, files = found_in(server.folder)
    assert ids.count(phone.id) == 1
    assert documents[phone.id] == phone.body
    kept = [photos[hash_of(photo)] for photo in phone.photos]
    assert [files[f"{sha256}.jpg"] for sha256 in kept] == kept
    assert len(ids) == len(set(ids))
    # Nothing besides: each file is the picture of a row, and is what its name says.
    assert files == {f"{sha256}.jpg": sha256 for sha256 in photos.values()}


def test_the_list_names_twenty_faults_at_least():
    assert len(FAULTS) >= 20


def test_a_danger_is_there_once_though_the_server_was_killed_before_its_receipt(server):
    phone = Phone(server, 700)
    body = as_bytes(danger(901, site=SITE))
    killed(phone, f"/api/dangers/{uuid(901)}", body, "pause after")

    status, answer = phone.put(f"/api/dangers/{uuid(901)}", body)

    assert (status, json.loads(answer)["sha256"]) == (200, hash_of(body))
