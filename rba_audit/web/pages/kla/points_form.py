"""Form of points and settings of a round: its fields, and what was typed into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rba_audit.errors import EvidenceError
from rba_audit.kla.city_position import play_space_indicator, risk_key, risk_subjects
from rba_audit.messages import Message, format_exact, language, say
from rba_audit.register.kla.points import read_points
from rba_audit.register.kla.scores import ScoreKind, Subject
from rba_audit.standard.policies import KlaPolicy
from rba_audit.standard.policies.kla_documents import DocumentKind
from rba_audit.standard.policies.kla_indicators import Indicator

_LONGEST: Final = 30  # characters of a typed value that a message quotes


@dataclass(frozen=True, slots=True)
class PointsFields:
    """The fields of the form of a round.

    Attributes:
        year, last_year: The round, and the one before, of which the results are entered.
        indicators: The indicators with a row of fields each.
        risks: Kinds of documents with each indicator that they serve.
    """

    year: int
    last_year: int
    indicators: tuple[Indicator, ...]
    risks: tuple[tuple[DocumentKind, Indicator], ...]
    play_spaces: str

    def subjects(self) -> dict[str, Subject]:
        """Return what each field is about, by its name in the form."""
        columns: tuple[tuple[ScoreKind, int], ...] = (
            ("outcome", self.last_year),
            ("self", self.year),
            ("target", self.year),
            ("maximum", self.year),
        )
        fields: dict[str, Subject] = {
            f"{kind}-{indicator.name}": (year, kind, indicator.name)
            for indicator in self.indicators
            for kind, year in columns
        }
        fields |= {"share": (self.year, "share", ""), "per_site": (self.year, "per_site", "")}
        return fields | {
            f"at_risk-{kind.name}-{indicator.name}": (self.year, "at_risk", risk_key(kind.name, indicator.name))
            for kind, indicator in self.risks
        }


class PointsProblem(EvidenceError):
    """A field that cannot be saved as typed; `field` is its name in the form."""

    def __init__(self, message: Message, field: str) -> None:
        super().__init__(message)
        self.field = field


def points_fields(policy: KlaPolicy, year: int, last_year: int) -> PointsFields:
    """Return the fields of the form of a round."""
    indicators = {indicator.name: indicator for indicator in policy.indicators.indicators}
    kinds = {kind.name: kind for kind in policy.documents.kinds}
    return PointsFields(
        year=year,
        last_year=last_year,
        indicators=tuple(indicators.values()),
        risks=tuple((kinds[kind], indicators[indicator]) for kind, indicator in risk_subjects(policy)),
        play_spaces=play_space_indicator(policy),
    )


def read_points_form(fields: PointsFields, typed: Mapping[str, str]) -> dict[Subject, Decimal | None]:
    """Return the points in a form by what they are about; None for an empty field, and nothing for a field it does not have.

    Raises:
        PointsProblem: a field is no number of points, or more than its indicator gives.
    """
    values: dict[str, Decimal | None] = {}
    for name in fields.subjects().keys() & typed.keys():
        text = typed[name].strip()
        try:
            values[name] = read_points(text) if text else None
        except ValueError:
            raise PointsProblem(
                say(
                    "{where}: “{text}” is no number of points; write one such as 12.5, or leave the field empty.",
                    where=_where(fields, name),
                    text=text[:_LONGEST],
                ),
                name,
            ) from None
    for name, limit in _limits(fields):
        value, most = values.get(name), values.get(limit)
        if value is not None and most is not None and value > most:
            raise PointsProblem(
                say(
                    "{where}: {points} is more than the maximum of {most}; correct one of them.",
                    where=_where(fields, name),
                    points=format_exact(value),
                    most=format_exact(most),
                ),
                name,
            )
    return {subject: values[name] for name, subject in fields.subjects().items() if name in values}


def typed_points(value: Decimal | None) -> str:
    """Return points as a user types them in the current language; empty for None."""
    text = "" if value is None else f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if language() == "en" else text.replace(".", ",")


def _limits(fields: PointsFields) -> Iterable[tuple[str, str]]:
    """Yield each field with the field that limits it."""
    for indicator in fields.indicators:
        for kind in ("self", "target"):
            yield f"{kind}-{indicator.name}", f"maximum-{indicator.name}"
    yield "share", f"maximum-{fields.play_spaces}"
    yield "per_site", f"maximum-{fields.play_spaces}"


def _where(fields: PointsFields, name: str) -> str:
    """Return the label of a field for a message."""
    kind, _, about = name.partition("-")
    if kind == "at_risk":
        found = next((pair for pair in fields.risks if f"{pair[0].name}-{pair[1].name}" == about), None)
        return str(say("Points at risk, {kind}", kind=found[0].words if found else about))
    labels = {
        "outcome": say("Result {year}", year=str(fields.last_year)),
        "self": say("Self-evaluation {year}", year=str(fields.year)),
        "target": say("Target {year}", year=str(fields.year)),
        "maximum": say("Maximum"),
        "share": say("What play spaces give altogether"),
        "per_site": say("For each site that passes"),
    }
    return f"{labels[kind]}, {about}" if about else str(labels[kind])
