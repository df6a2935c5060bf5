"""Sheets of the children's audit."""

import json
from datetime import UTC, datetime
from uuid import uuid4

from rba_audit.forum import take_sheet
from rba_audit.standard.policies import shipped_policies

SITE = "taman-sari"
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


def sheet(**other):
    return {
        "format": 1,
        "id": str(uuid4()),
        "site": SITE,
        "revision": 1,
        "day": "2026-11-24",
        "agreed": True,
        "answers": {"bersih": "kotor"},
        "feeling": "senang",
        "age": "9-12",
    } | other


def as_bytes(document):
    return json.dumps(document).encode()


def send(register, **other):
    return take_sheet(register, shipped_policies().forum, as_bytes(sheet(**other)), now=NOW)
