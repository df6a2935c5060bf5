"""Registers and applications for tests: the sample, the people of the demonstration, and a signed-in client."""

import atexit
import json
import shutil
import tempfile
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from flask.testing import FlaskClient

from rba_audit import accounts
from rba_audit.register import open_register
from rba_audit.resources import sample_sites
from rba_audit.web import create_app


def empty_register(folder, *, people=False):
    """Open a register in `folder` that holds no site; with the demonstration's people if asked."""
    return open_register(f"sqlite:///{_copied(folder, filled=False, people=people)}")


def filled_register(folder, features=None, *, people=False):
    """Open a register in `folder` that holds the sample, or other features; with the demonstration's people if asked."""
    if features is None:
        return open_register(f"sqlite:///{_copied(folder, filled=True, people=people)}")
    register = empty_register(folder, people=people)
    register.import_features(features)
    return register


def sample_features(sites=None):
    """Return the features of the sample: all of them, or some sites with their parts."""
    features = json.loads(sample_sites().read_text(encoding="utf-8"))["features"]
    return [each for each in features if sites is None or (each["properties"].get("part_of") or each["id"]) in sites]


def _copied(folder, **kind):
    return shutil.copyfile(_template(**kind), Path(folder, "register.db"))


@cache
def _template(*, filled, people):
    """Fill a register once in each process; copying its file is ten times as fast as filling another."""
    folder = tempfile.mkdtemp(prefix="rba-template-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "register.db")
    register = open_register(f"sqlite:///{path}")
    if filled:
        register.import_features(sample_features())
    if people:
        accounts.ensure_demo_people(register)
    register.close()
    return path


class ReadOnlyClient(FlaskClient):
    """A client that changes nothing, so that many tests can share its application."""

    def open(self, *args, **named):
        """Ask for a page.

        Raises:
            AssertionError: the request is to change something.
        """
        assert named.get("method", "GET") in ("GET", "HEAD"), "tests share this application; make one of your own"
        return super().open(*args, **named)


@contextmanager
def shared_client(folder, standard, role, context=()):
    """Give a client that only reads, of the sample in some context; somebody with that role is signed in."""
    with closing(filled_register(folder, people=True)) as register:
        app = create_app(register, standard, context, demo=not context)
        app.test_client_class = ReadOnlyClient
        yield signed_in_client(app, role)


def signed_in_client(app, role):
    """Return a client that speaks English and in which the demonstration's person of that role is signed in."""
    client = app.test_client()
    client.set_cookie("lang", "en")
    client.set_cookie("rba", session_for(app, role))
    return client


def session_for(app, role):
    """Begin a session of the demonstration's person of that role, and return its token."""
    register = app.extensions["judged"].register
    return accounts.begin_session(register, next(person for person in register.people.all() if person.role == role))
