"""Messages for users in Indonesian (default) and English, and the formatting of numbers and days.

Text in Python is an English msgid; `say` leaves it untranslated until it is shown, so that one message can be shown in
either language. Text of a standard or a site never passes through here: it comes in both languages from its own file.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Final, NamedTuple

from rba_audit.resources import locale_dir

LANGUAGES: Final = ("id", "en")
_MONTHS: Final = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_MOST_DECIMALS: Final = 12
_LONGEST: Final = 18  # digits; a longer number is written in scientific notation
_language: ContextVar[str] = ContextVar("language", default="id")


def language() -> str:
    """Return the current language: `id` or `en`."""
    return _language.get()


@contextmanager
def using_language(code: str) -> Iterator[None]:
    """Set the language to `code` (`id` or `en`) inside the block; an unknown code means Indonesian."""
    token = _language.set(code if code in LANGUAGES else LANGUAGES[0])
    try:
        yield
    finally:
        _language.reset(token)


def set_language(code: str) -> None:
    """Set the language of this context to `code` (`id` or `en`); an unknown code means Indonesian."""
    _language.set(code if code in LANGUAGES else LANGUAGES[0])


class BilingualText(NamedTuple):
    """A text of a standard or a list, in both languages; `str()` gives the current one."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.id


@dataclass(frozen=True, slots=True)
class LocalizedNumber:
    """A number in a message, formatted for the current language when the message is shown."""

    value: Fraction | Decimal | float

    def __str__(self) -> str:
        return format_exact(self.value)


@dataclass(frozen=True, slots=True)
class Message:
    """An untranslated message: a msgid and the values of its placeholders."""

    text: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        params = {name: format_value(value) for name, value in self.params}
        return _catalogue(language()).gettext(self.text).format(**params)

    @property
    def template(self) -> str:
        """The text in the current language; placeholders without a value stay, for a script that fills them.

        >>> with using_language("en"):
        ...     say("{count} sites").template
        '{count} sites'
        """
        params = _Placeholders({name: format_value(value) for name, value in self.params})
        return _catalogue(language()).gettext(self.text).format_map(params)


class _Placeholders(dict[str, object]):
    """Values of placeholders; one without a value stays as it is."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def say(text: str, /, **params: object) -> Message:
    """Return the message `text` with `params` for its `{placeholders}`; it is translated when it is shown.

    Whole numbers and days are formatted for the language; pass a number that is no count (of a line, a port) as text.

    >>> with using_language("en"):
    ...     str(say("{count} sites", count=3))
    '3 sites'
    """
    return Message(text, tuple(params.items()))


def format_value(value: object) -> object:
    """Return a whole number (`1.200`) or a day (`24 Nov 2026`) formatted for the current language; anything else unchanged."""
    if isinstance(value, int) and not isinstance(value, bool):
        return format_number(value, 0) if abs(value) < 10**15 else format_exact(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_day(value)
    return value


def format_day(day: date) -> str:
    """Return a day formatted for the current language, such as `24 Nov 2026`."""
    return f"{day.day} {_MONTHS[language()].split()[day.month - 1]} {day.year}"


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("messages", localedir=locale_dir(), languages=[code], fallback=True)


def format_number(value: Fraction | Decimal | float, decimals: int) -> str:
    """Return a number formatted for the current language: `1.200,5` in Indonesian, `1,200.5` in English.

    Decimals that are all zero are left out.
    """
    text = f"{float(value):,.{decimals}f}"
    if decimals and not text.rpartition(".")[2].strip("0"):
        text = text.rpartition(".")[0]
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def format_exact(value: Fraction | Decimal | float) -> str:
    """Return a number with all its decimals (at most 12) but no trailing zeros, formatted for the current language.

    >>> with using_language("en"):
    ...     format_exact(1000.5), format_exact(Decimal("100000.0"))
    ('1,000.5', '100,000')
    """
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(exact, Fraction):
        exact = Decimal(exact.numerator) / exact.denominator
    exact = Decimal(exact)
    if not exact.is_finite() or exact.adjusted() >= _LONGEST:
        text = f"{exact.normalize():.4g}"
    else:
        text = f"{exact:,.{_MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))
