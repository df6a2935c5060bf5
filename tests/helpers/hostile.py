"""Hostile request bodies: JSON that parsers interpret differently, and documents with members of a wrong type."""

import json
import random
from copy import deepcopy

DEEP = b"[" * 100_000
RAW = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    DEEP,
    b'{"a":' * 100_000,
    DEEP + b"]" * 100_000,
    b"\x00",
    b"\xff\xfe{\x00}\x00",
    "{}".encode("utf-16"),
    "{}".encode("utf-32"),
    b"\xef\xbb\xbf{}",
    b"\x80\x80",
    b"NaN",
    b"-Infinity",
    b"1" * 5000,
    b'{"a":1e999}',
    b'{"\\ud800":1}',
    b'{"a":1,"a":2}',
)
"""Bytes that are no document of ours, whatever the endpoint."""
MOMENTS = (
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "0001-01-01",
    "9999-12-31",
    "2026-11-20T02:30:00",
    "1970-01-01T00:00:00Z",
)
VALUES = (
    *MOMENTS,
    None,
    True,
    False,
    1.0,
    0,
    -1,
    2**53,
    2**63,
    10**30,
    float("nan"),
    float("inf"),
    "",
    "\x00",
    "\ud800",
    "x" * 20_000,
    "../../etc/passwd",
    [],
    {},
    [[[]]],
    {"a": {"b": None}},
    [None] * 3000,
)
"""What stands in place of a member."""


def hostile(document, seed):
    """Return a document as bytes, broken at one or more places."""
    chance = random.Random(seed)
    if seed < len(RAW):
        return RAW[seed]
    found = json.loads(json.dumps(document))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        holder, key = chance.choice(list(_places(found)))
        what = chance.random()
        if what < 0.15 and isinstance(holder, dict):
            holder.pop(key, None)
        else:
            holder[key] = deepcopy(chance.choice(VALUES))
    body = json.dumps(found).encode()
    kind = chance.random()
    if kind < 0.05 and isinstance(found, dict) and found:
        name = chance.choice(list(found))
        return body[:-1] + b"," + json.dumps({name: found[name]}).encode()[1:]  # a key twice
    if kind < 0.1:
        return body[: chance.randrange(len(body) + 1)]
    if kind < 0.12:
        return body.decode().encode("utf-16")
    return body


def _places(value):
    """Yield each place in a document: what holds it, and its key there."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(members):
        yield value, key
        yield from _places(inner)
    if isinstance(value, dict):
        yield value, "strange"
