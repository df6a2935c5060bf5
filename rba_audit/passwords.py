"""Hash and verify passwords with Argon2id, and reject weak ones.

A password itself is never stored, logged or shown.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rba_audit.messages import Message, say

SHORTEST: Final = 10
"""Characters; enough that guessing at the permitted rate would take more than a lifetime."""
LONGEST_PASSWORD: Final = 200
"""Characters; a limit, because hashing a very long text would occupy the server."""

_FEWEST_DIFFERENT: Final = 3
"""Different characters; one or two repeated keys are guessed as early as the words below."""

# The minimum for Argon2id in OWASP's password storage cheat sheet. The library's defaults take 64 MiB and four threads
# per sign-in, too much for a small server when a team signs in together.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB and one core for some 50 ms; more at once would only compete for the cores.
_CONCURRENT: Final = BoundedSemaphore(3)

# Frequent passwords in Indonesia and elsewhere; compared in lower case and without the digits and punctuation that users
# add at either end to satisfy a rule.
_COMMON_WORDS: Final = """
    password passwordku passwordsaya passw0rd p@ssw0rd katasandi katasandiku sandi rahasia rahasiaku rahasiasaya
    bismillah alhamdulillah assalamualaikum subhanallah insyaallah sayangku sayangkamu cintaku akucintakamu
    akusayangkamu iloveyou iloveyouu indonesia indonesiaraya indonesiaku merdeka pancasila garuda jakarta bandung
    surabaya serang kotaserang banten kotabanten tangerang qwerty qwertyuiop qwertyui asdfghjkl asdfghjkl; zxcvbnm
    qazwsxedc 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 abcdefghij abcdefghijk administrator admin adminadmin welcome
    selamatdatang letmein letmeinnow sunshine princess football superman batman dragon monkey liverpool
    manchesterunited persib persija arema surveyor petugas pengguna ruangbermain
    1234567890 0123456789 12345678910 123456789012 0987654321 9876543210 1231231230 123123123123 1122334455
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())


def hash_password(password: str) -> str:
    """Return the hash of a password to store; it takes some 50 ms, which makes guessing slow."""
    with _CONCURRENT:
        return _HASHER.hash(_plain(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Return whether `password` matches the hash `stored`; False if there is none or the password is too long.

    Without a stored hash a dummy hash is verified, so that timing does not reveal which logins exist.
    """
    limited = password if len(password) <= LONGEST_PASSWORD else ""
    with _CONCURRENT:
        try:
            return (
                _HASHER.verify(stored or _dummy_hash(), _plain(limited)) and stored is not None and limited == password
            )
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Return whether the hash `stored` has other cost parameters than the current ones, and should be renewed."""
    return _HASHER.check_needs_rehash(stored)


def password_weakness(password: str, *public: str) -> Message | None:
    """Return the message for a weak password, None if it is acceptable; `known` is what others know: login and name."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return say(
            "The password needs at least {count} characters; a short sentence is easy to remember.", count=SHORTEST
        )
    if len(password) > LONGEST_PASSWORD:
        return say("The password has more than {count} characters; shorten it.", count=LONGEST_PASSWORD)
    low = plain.casefold()
    bare = low.strip("0123456789!?.,*#@$_- ") or low
    if not {low, bare}.isdisjoint(_plain(word).casefold() for word in public):
        return say("The password is the same as the login or the name, which others know; choose another.")
    if low in _COMMON or bare in _COMMON or len(set(low)) < _FEWEST_DIFFERENT:
        return say("Many people use this password, so it is guessed first; choose another.")
    return None


def _plain(password: str) -> str:
    """Return a password in Unicode form NFKC: keyboards encode the same letter in different ways."""
    return unicodedata.normalize("NFKC", password)


@cache
def _dummy_hash() -> str:
    return _HASHER.hash("")
