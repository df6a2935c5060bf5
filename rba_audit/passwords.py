"""Passwords: how one is kept so that nobody can read it, how it is recognised, and which are too easy to guess.

No password is ever kept, logged or told.
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
"""Characters; long enough that guessing at the rate we allow takes longer than anybody lives."""
LONGEST_PASSWORD: Final = 200
"""Characters; a limit, so that nobody can keep the server busy with a book."""

_FEWEST_DIFFERENT: Final = 3
"""Characters; one or two keys pressed over and over are guessed as early as the words below."""

# What OWASP's password storage cheat sheet asks of Argon2id at least; the library's own defaults take 64 MiB and four
# threads for each sign-in, more than a small server has when a team signs in together.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each takes its 19 MiB and one core for some 50 ms; more at once would only wait for each other.
_AT_ONCE: Final = BoundedSemaphore(3)

# What people choose most often, in this country and elsewhere; compared in lower case and without the digits and marks
# that are hung on to satisfy a rule.
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
    """Return what is kept of a password; it takes some 50 ms, so that guessing takes long."""
    with _AT_ONCE:
        return _HASHER.hash(_plain(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Return whether this is the password of which `kept` was kept.

    Without one the same work is done, and the answer is no: the time tells nobody which logins there are.
    """
    given = password if len(password) <= LONGEST_PASSWORD else ""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _of_nobody(), _plain(given)) and kept is not None and given == password
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Return whether `kept` was made with other costs than today's, and should be made again."""
    return _HASHER.check_needs_rehash(kept)


def password_weakness(password: str, *known: str) -> Message | None:
    """Return why a password should not be taken, None where it may; `known` is what others know: the login, the name."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return say(
            "The password needs at least {count} characters; a short sentence is easy to remember.", count=SHORTEST
        )
    if len(password) > LONGEST_PASSWORD:
        return say("The password has more than {count} characters; shorten it.", count=LONGEST_PASSWORD)
    low = plain.casefold()
    bare = low.strip("0123456789!?.,*#@$_- ") or low
    if not {low, bare}.isdisjoint(_plain(word).casefold() for word in known):
        return say("The password is the same as the login or the name, which others know; choose another.")
    if low in _COMMON or bare in _COMMON or len(set(low)) < _FEWEST_DIFFERENT:
        return say("Many people use this password, so it is guessed first; choose another.")
    return None


def _plain(password: str) -> str:
    """Return the one spelling of a password: keyboards write the same letter in different ways."""
    return unicodedata.normalize("NFKC", password)


@cache
def _of_nobody() -> str:
    return _HASHER.hash("")
