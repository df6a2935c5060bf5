"""Surveyor with a phone: a running server, a signed-in browser, and the contents of its storage."""

import io
import time
from contextlib import contextmanager
from datetime import UTC, datetime

from PIL import Image

from helpers.asking import asked
from helpers.processes import PATIENCE_S, ServerProcess
from helpers.serving import serving
from rba_audit.accounts import begin_session
from rba_audit.register import open_register
from rba_audit.register.person_records import Person
from rba_audit.web import create_app

PHONE = {"width": 360, "height": 740}
PARK = {"type": "Feature", "id": "taman", "properties": {"name": "Taman", "scale": "rw"}, "geometry": None}
SITI = Person("siti-1", "siti", "Siti", "surveyor", ("*",), True)


def signed_in(register, person=SITI):
    """Let somebody in and return the cookie that says so."""
    if person.id not in {each.id for each in register.people.all()}:
        register.people.add(person, None, datetime.now(UTC), None)
    return begin_session(register, person)


@contextmanager
def running(register, standard, context=()):
    """Serve a register; the address of the server, and the cookie of whoever is signed in."""
    with serving(create_app(register, standard, context)) as address:
        yield address, signed_in(register)


@contextmanager
def park_server(folder, serve):
    """Start a server process with one park in its register; it, and the cookie of a surveyor. It may be killed meanwhile."""
    register = open_register(f"sqlite:///{folder}/register.db")
    register.import_features([PARK])
    cookie = signed_in(register)
    register.close()
    started = ServerProcess(serve, folder)
    started.start()
    yield started, cookie
    if started.process:
        started.kill()


WITHOUT_WORKER = "if (navigator.serviceWorker) navigator.serviceWorker.register = () => new Promise(() => {})"
"""The worker that keeps every page for later is never ready: keeping them costs as much as opening a form."""


def phone(browser, served, *, scripts=True, size=PHONE, sending=False, worker=False, language="en", **options):
    """A phone of its own, signed in; what it sends stays in its outbox unless it may send.

    Pages are not kept for when there is no signal, unless the test is about that (`worker`).
    """
    address, cookie = served
    context = browser.new_context(
        viewport=size, java_script_enabled=scripts, has_touch=True, reduced_motion="reduce", **options
    )
    context.add_cookies(
        [{"name": "lang", "value": language, "url": address}, {"name": "rba", "value": cookie, "url": address}]
    )
    if not worker:
        context.add_init_script(WITHOUT_WORKER)
    if not sending:
        context.route("**/queue", lambda route: route.fulfill(body="<!doctype html><title>Queue</title>"))
        context.route("**/api/visits/**", lambda route: route.abort())
        context.route("**/api/dangers/**", lambda route: route.abort())
    return context


def listened(page):
    """Note what the page complains of."""
    page.complaints = []
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def kept(page, store):
    """What the phone keeps in one of its stores; photos without their bytes."""
    return asked(
        page,
        """async (store) => {
            const open = indexedDB.open("rba-audit");
            const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
            const request = database.transaction(store).objectStore(store).getAll();
            const found = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
            database.close();
            return found.map(({bytes, ...rest}) => ({...rest, size: bytes?.byteLength,
                document: store === "outbox" ? JSON.parse(new TextDecoder().decode(bytes)) : undefined}));
        }""",
        store,
    )


def wait_for_kept(page, store, wanted):
    """Wait until something that the phone keeps in one of its stores is as wanted, and return it."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for entry in kept(page, store):
            if wanted(entry):
                return entry
        page.wait_for_timeout(20)
    raise AssertionError(kept(page, store))


def stays(page, condition, milliseconds=100):
    """Tell whether a condition holds and goes on holding for a while; the only wait that does not end sooner."""
    page.wait_for_timeout(milliseconds)
    return condition()


def frozen(page):
    """The documents in the outbox."""
    return [entry["document"] for entry in kept(page, "outbox")]


def jpeg(colour, size=(2400, 1200), orientation=1):
    picture = Image.new("RGB", size, colour)
    picture.paste((255, 255, 255), (0, 0, size[0] // 4, size[1] // 4))  # the top left corner is white
    exif = picture.getexif()
    exif[0x0112] = orientation
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif)
    return made.getvalue()


MODULE = "(name) => new URL(`phone/${name}`, document.querySelector('script[src*=\"form.js\"]').src).href"


def module(page, name):
    """The address of a script of the page: the very one that it runs."""
    return page.evaluate(MODULE, name)
