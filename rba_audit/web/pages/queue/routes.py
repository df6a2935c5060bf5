"""Offline pages of a phone: the queue, the service worker, the web app manifest, and the form without a site.

The address of every file under static/ contains the version, so that a page never loads a file of another version.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request, url_for
from werkzeug.exceptions import NotFound

from rba_audit.findings.program_json import program_as_json
from rba_audit.messages import say
from rba_audit.resources import locale_dir, standards_dir, static_dir, templates_dir
from rba_audit.standard import Standard, edition_names
from rba_audit.web.http.access import EVERYONE, SIGNED_IN, open_to, signed_in
from rba_audit.web.http.compression import accepts_gzip, vary_by_encoding
from rba_audit.web.http.memo import Memo
from rba_audit.web.http.script_packs import modules_reached, packed_names
from rba_audit.web.http.services import Services, services, services_of
from rba_audit.web.http.static_files import script_text, static_file
from rba_audit.web.pages.form.routes import shell
from rba_audit.web.pages.queue.messages import queue_words, waiting_words
from rba_audit.web.pages.site_editing.field_form import blank_opening
from rba_audit.web.pages.site_editing.field_messages import proposal_words

pages = Blueprint("offline", __name__)

VERSION_HEADER: Final = "RBA-Version"
_VERSION: Final = "RBA_VERSION"
_DIGITS: Final = 16
_VERSIONS: Final = Memo(8)  # editions in use in one process
_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_SHELL: Final = "/survey-shell?edition="
_SENDER: Final = "phone/outbox_sender.js"
FIELD_SCRIPTS: Final = (
    _SENDER,
    "forum/forum.js",
    "menu.js",
    "phone/alarm_here.js",
    "phone/ground_tiles.js",
    "phone/js_flag.js",
    "phone/new_place.js",
    "phone/queue.js",
    "phone/register_worker.js",
    "phone/reload_assets.js",
    "phone/waiting.js",
)
"""Entry scripts of the field pages and the service worker, apart from the packs; their imports are collected from them."""
_FOLDERS: Final = ("", "phone/", "forum/", "forum/pictures/")
"""Folders with the style sheets and pictures of the field pages."""
_TYPES: Final = (".css", ".svg")
_ICONS: Final = (
    ("icons/192.png", "192x192", "any"),
    ("icons/512.png", "512x512", "any"),
    ("icons/maskable.png", "512x512", "maskable"),
)


@pages.get("/queue")
@open_to(SIGNED_IN)
def queue() -> str:
    """Show the surveyor's sites, drafts and outbox; the page contains none of these data, a script reads them from the phone."""
    someone = signed_in()
    now = services().standard.edition
    editions = dict.fromkeys([now, *edition_names()])
    return render_template(
        "queue/queue.html",
        page="queue",
        words=queue_words(),
        person={"id": someone.id, "name": someone.name},
        surveys=someone.may("audit"),
        reviews=someone.may("review") and not someone.may("review_own_deliveries"),
        edition=now,
        kept={edition: [f"{_SHELL}{edition}", url_for("standards.table", edition=edition)] for edition in editions},
        proposals=proposal_words(),
        blank=blank_opening(services().standard),
    )


@pages.get("/waiting")
@open_to(EVERYONE)
def waiting() -> str:
    """Show the outbox of this phone, to save it as a file without an account; the page contains no data and no names."""
    g.person = None  # cached for all users of a phone, so it must not name the one signed in now
    return render_template("queue/waiting.html", page="", words=waiting_words())


@pages.get("/survey-shell")
@open_to(SIGNED_IN)
def survey_shell() -> str:
    """Show the form of an edition without a site; a phone caches it."""
    return shell(request.args.get("edition") or services().standard.edition)


@pages.get("/offline")
@open_to(EVERYONE)
def offline() -> str:
    """Show the page that replaces one that is not cached while the phone is offline."""
    return render_template("queue/offline.html", page="")


@pages.get("/sw.js")
@open_to(EVERYONE)
def worker() -> Response:
    """Serve the service worker, preceded by its version and the lists of files and pages that it caches.

    With the parameter `classic` it is a script without imports, for browsers that have no module workers.
    """
    now = services().standard.edition
    lines = {
        "VERSION": current_app.config[_VERSION],
        "ASSETS_AT": url_for("static", filename=""),
        "ASSETS": [url_for("static", filename=name) for name in _field_files()],
        "PAGES": [
            url_for("offline.waiting"),
            url_for("offline.queue"),
            url_for("new_places.page"),
            f"{_SHELL}{now}",
            url_for("standards.table", edition=now),
            url_for("forum.choose"),
            url_for("forum.shell"),
        ],
        "NAMELESS": [url_for("offline.waiting")],
        "CHILDREN": [url_for("forum.choose"), url_for("forum.shell")],
        "OFFLINE": url_for("offline.offline"),
        "SHELL": _SHELL,
    }
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in lines.items())
    if "classic" not in request.args:
        head = f"import {{ drain }} from {json.dumps(url_for('static', filename=_SENDER))};\n{head}"
    return Response(
        head + script_text("phone/worker.js"),
        mimetype="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@pages.get("/manifest.webmanifest")
@open_to(EVERYONE)
def manifest() -> Response:
    """Serve the web app manifest, with which a phone puts the app on its home screen."""
    response = jsonify(
        {
            "id": "/",
            "name": "RBA Audit",
            "short_name": "RBA Audit",
            "description": str(say("Child-friendly play spaces")),
            "start_url": url_for("offline.queue"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#FAF8F4",
            "theme_color": "#0F6B5C",
            "icons": [
                {"src": url_for("static", filename=name), "sizes": size, "type": "image/png", "purpose": purpose}
                for name, size, purpose in _ICONS
            ],
        }
    )
    response.mimetype = "application/manifest+json"
    return response


@pages.get("/static/v-<version>/<path:filename>")
@open_to(EVERYONE)
def part(version: str, filename: str) -> Response:
    """Serve a file under static/ by an address with the version; cached without expiry if it is the current version."""
    file = static_file(filename)
    if file is None:
        raise NotFound
    # Served from memory, so that an aborted download leaves no file open.
    response = Response(file.content, mimetype=file.mimetype)
    if file.gzipped is not None:
        vary_by_encoding(response)
        if accepts_gzip():
            response.set_data(file.gzipped)
            response.content_encoding = "gzip"
    response.headers["Cache-Control"] = _IMMUTABLE if version == current_app.config[_VERSION] else "no-cache"
    return response


@pages.app_url_defaults
def _with_version(endpoint: str, values: dict[str, Any]) -> None:
    """Add the version to every address of a static file and of an edition's table."""
    if endpoint == "static":
        values["filename"] = f"v-{current_app.config[_VERSION]}/{values['filename']}"
    elif endpoint == "standards.table":
        values["v"] = current_app.config[_VERSION]


@pages.after_app_request
def _add_version_header(response: Response) -> Response:
    response.headers[VERSION_HEADER] = current_app.config[_VERSION]
    return response


def _field_files() -> list[str]:
    """Return the static files of the field pages, sorted: scripts by their imports, style sheets and pictures by their folders."""
    files = [path for folder in _FOLDERS for path in static_dir().glob(f"{folder}*.*") if path.suffix in _TYPES]
    names = [path.relative_to(static_dir()).as_posix() for path in files]
    return sorted([*names, *modules_reached(FIELD_SCRIPTS, script_text), *packed_names()])


def version(now: Services) -> str:
    """Return the version: a hash of everything that pages are made of (files, templates, messages, editions and policies)."""
    standard = now.standard
    files = _VERSIONS.get(standard.edition, standard, lambda: _version_with(standard))
    # The policies may come from a city's own folder, which `_files` does not cover.
    return hashlib.sha256(f"{files} {now.policies.digest}".encode()).hexdigest()[:_DIGITS]


def _version_with(standard: Standard) -> str:
    # An edition may come from a folder of its own, which `_files` does not cover.
    own = json.dumps(program_as_json(standard), sort_keys=True, default=str)
    return hashlib.sha256(f"{_files()} {own}".encode()).hexdigest()[:_DIGITS]


@cache
def _files() -> str:
    digest = hashlib.sha256()
    for folder in (static_dir(), templates_dir(), standards_dir(), locale_dir()):
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()} {_hash(path)}\n".encode())
    return digest.hexdigest()


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pages.record_once
def _remember_version(state: Any) -> None:
    state.app.config[_VERSION] = version(services_of(state.app))
