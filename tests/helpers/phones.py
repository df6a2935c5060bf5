"""Surveyor's phone with a server that can be killed: the process, and the contents of the phone's storage."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.sync_api import expect

from helpers import sending
from helpers.asking import asked
from helpers.phone_server import serve
from helpers.processes import ServerProcess
from helpers.registers import filled_register, sample_features
from rba_audit.accounts import DEMO_PASSWORD
from rba_audit.register import open_register

PHONE = {"width": 360, "height": 740}
SITE, NAME = "taman-sari", "Taman Sari"
EDITION = "rbra-2024"


SITES = (SITE, "alun-alun-barat", "taman-cecantelan")


class Server(ServerProcess):
    """A server for phones: what goes wrong in it once, and what it was sent.

    Each phone keeps every place of its register, so there are few: one, one with parts, and one that is not located.
    """

    def __init__(self, folder):
        super().__init__(serve, folder)
        filled_register(folder, sample_features(SITES), people=True).close()

    def fault(self, text):
        (self.folder / "fault").write_text(text)

    def go_on(self):
        (self.folder / "go").open("wb").close()

    def requests(self, wanted):
        return [line for line in (self.folder / "requests.log").read_text().splitlines() if wanted in line]


def sign_in(context, server, login="surveyor"):
    answer = context.request.post(
        f"{server.address}/sign-in", form={"login": login, "password": DEMO_PASSWORD}, max_redirects=0
    )
    assert answer.status == 303


def opened(context, server, path="/queue"):
    """A page of the phone that complains aloud."""
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(server.address + path)
    return page


def ready(context, server):
    """The page of one's work, with everything kept for when there is no network."""
    page = opened(context, server)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(page.locator("#places li", has_text=NAME).first).to_contain_text("Ready without signal")
    return page


def in_store(page, body, *given):
    """Do something with the phone's own storage, through the script that the page itself uses."""
    script = f"""async (given) => {{
        const base = document.querySelector('script[src*="/phone/"]').src.replace(/phone\\/.*/, "phone/");
        const store = await import(base + "store.js"), send = await import(base + "outbox_sender.js");
        return await (async () => {{ {body} }})();
    }}"""
    return asked(page, script, list(given))


def entries(page):
    return in_store(page, "return (await store.all('outbox')).map(({bytes, ...rest}) => rest);")


def entry(page, id):
    return next(each for each in entries(page) if each["id"] == id)


def me(page):
    return json.loads(page.locator("#work").get_attribute("data-person"))


def visit(page, **changed):
    now = datetime.now(UTC)
    told = {
        "id": str(uuid4()),
        "site": SITE,
        "author": me(page)["id"],
        "auditor": "Sari",
        "day": (now - timedelta(days=1)).date().isoformat(),
        "begun_at": "2026-11-20T02:10:00Z",
        "frozen_at": now.isoformat().replace("+00:00", "Z"),
    }
    return sending.visit(**{**told, **changed})


def freeze(page, document, photos=(), kind="visit"):
    """Freeze a document as the form does; returns its id."""
    given = [base64.b64encode(each).decode() for each in photos]
    in_store(
        page,
        """const [document, kind, siteName, photos] = given;
        for (const text of photos) {
            const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0)).buffer;
            await store.put("photos", { visit: document.id, sha256: await store.sha256(bytes), bytes, type: "image/jpeg" });
        }
        await store.freeze(document, { kind, siteName });""",
        document,
        kind,
        NAME,
        given,
    )
    return document["id"]


def shown(page, id, section="#outbox"):
    """The item of an entry: they carry no ids, so it is found by what it depends on."""
    return page.locator(f'{section} li[data-key^="{id}"]')


def send(page):
    """Send all there is, after whatever the page itself is sending."""
    return in_store(page, "await navigator.locks.request('outbox', () => {}); await send.drain({ force: true });")


def until(page, condition, given=None):
    """Wait in the page until the promise that a function returns says yes.

    `wait_for_function` calls such a function once and takes its promise for a yes.
    """
    asked(
        page,
        f"""async (given) => {{ for (let tries = 0; tries < 1200; tries += 1) {{
        if (await ({condition})(given)) return;
        await new Promise((resolve) => setTimeout(resolve, 50)); }}
        throw new Error("it did not come to pass"); }}""",
        given,
    )


def unfold(summary):
    """Open a `<details>` by its summary, with the keyboard, and see that it is open.

    What the form does not draw yet takes no focus, and a line that comes above it moves it out of sight again: then once more.
    """
    details = summary.locator("..")
    for _ in range(5):
        summary.scroll_into_view_if_needed()
        summary.press("Enter")
        if details.get_attribute("open") is not None:
            return
    expect(details).to_have_attribute("open", "")


def photos_kept(page, id):
    return in_store(page, "return (await store.all('photos', given[0])).length;", id)


def on_server(page, server, id):
    return page.context.request.get(f"{server.address}/api/visits/{id}")


def kept_visits(server):
    """Look into the register; only while the server is dead."""
    assert server.process is None
    return open_register(f"sqlite:///{server.folder}/register.db")
