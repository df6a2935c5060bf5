"""Findings: the outcome of every requirement at every site, and the conclusion for each site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rba_audit.evidence import Evidence
from rba_audit.findings.conclusions import NO_SCORE, STATUSES, Conclusions, GateItem, Status, gate_item_of
from rba_audit.findings.dependent_questions import ignored_answers
from rba_audit.findings.explainer import Explainer
from rba_audit.findings.program import compile_standard
from rba_audit.findings.trace import TABLE_COLUMNS, Trace
from rba_audit.geometry import area_m2
from rba_audit.messages import Message, say
from rba_audit.sites import Sites
from rba_audit.standard import OUTCOMES, Outcome, Question, Requirement, Standard

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_TABLE_BLOCK = 8192


@dataclass(frozen=True)
class OutcomeSource:
    """Source of the outcome of a requirement at a site if it is not the site's own evidence: another auditor's audit.

    Attributes:
        findings: The findings of the other audit of the same site.
        site_index: The index of the site there.
        key: The key of the other audit.
        why: Why it counts: a reviewer decided for it, it is the worse of two, or only this audit covers the requirement.
    """

    findings: Findings
    site_index: int
    key: str
    why: Literal["settled", "worse", "alone"]


@dataclass(frozen=True)
class Findings:
    """The outcome of every requirement at every site, and the conclusion for each site."""

    source: Sites
    evidence: Evidence
    standard: Standard
    matrix: NDArray[np.int8]
    """Outcomes with shape (requirements, sites)."""
    conclusions: Conclusions
    extension: bool
    read_elsewhere: Mapping[tuple[int, int], OutcomeSource] = field(default_factory=dict)
    """By (requirement index, site index): the source of an outcome that comes from another auditor's audit."""

    def __len__(self) -> int:
        return len(self.source)

    @property
    def outcomes(self) -> NDArray[np.int8]:
        """Outcomes with shape (sites, requirements), as indexes into `standard.OUTCOMES`; 0 is `undetermined`."""
        return self.matrix.T

    @cached_property
    def status(self) -> pd.Series[str]:
        """The status of each site, by its id."""
        import pandas as pd

        words = np.array(STATUSES)[self.conclusions.status]
        return pd.Series(
            pd.Categorical(words, categories=list(STATUSES)),
            index=pd.Index(self.source.ids, name="site_id"),
            name="status",
        )

    def counts(self) -> dict[Status, int]:
        """Return how many sites have each status, in the order of `STATUSES`."""
        numbers = np.bincount(self.conclusions.status, minlength=len(STATUSES))
        return {status: int(number) for status, number in zip(STATUSES, numbers, strict=True)}

    def rank(self, reached: int) -> str | None:
        """Return the name of the rung with number `reached`, counted from the lowest as 1; None for 0."""
        return self.standard.ladder.rungs[reached - 1].name if reached else None

    def red(self, site: int) -> list[str]:
        """Return the ids of the mandatory requirements that the site with index `site` does not meet."""
        return self._named(self.conclusions.red[:, site])

    def must_fix(self, site: int) -> list[str]:
        """Return the ids of the requirements that must be fixed first: not met at all, they forbid the status `standard`."""
        return self._named(self.conclusions.must_fix[:, site])

    def before_audit(self, site: int) -> list[str]:
        """Return the ids of the unmet requirements that auditors ask for."""
        return self._named(self.conclusions.before_audit[:, site])

    def gate_item(self, requirement: Requirement, outcome: Outcome) -> GateItem | None:
        """Return how the gate classifies a requirement with this outcome; None if it does not count or the gate ignores it."""
        counts = self.extension or requirement.tier == "core"
        return gate_item_of(self.standard, requirement, outcome) if counts else None

    def fails(self, site: int) -> list[str]:
        """Return the ids of the counted requirements that the site does not meet."""
        return self._named(self.conclusions.fails[:, site])

    def _named(self, chosen: NDArray[np.bool_]) -> list[str]:
        return [self.standard.requirements[index].id for index in np.flatnonzero(chosen).tolist()]

    @cached_property
    def answered_pct(self) -> NDArray[np.int64]:
        """For each site, the percent of counted requirements that apply or may apply whose outcome is determined.

        Rounded down, so that it is 100 only if no outcome is undetermined; 0 if no requirement counts.
        """
        determined, undetermined = self.conclusions.determined, self.conclusions.undetermined
        percent: NDArray[np.int64] = 100 * determined // np.maximum(determined + undetermined, 1)
        return percent

    @cached_property
    def area_m2(self) -> NDArray[np.float64]:
        """The area of each site's outline in m²; NaN for a site without an outline."""
        return area_m2(self.source.shapes)

    def explain(self, site_id: str, requirement_id: str | None = None) -> Trace | list[Trace]:
        """Return the trace of one requirement at a site, or of all of them in the standard's order.

        Raises:
            SiteError: there is no such site.
            StandardError: there is no such requirement.
        """
        traces = self.traces(self.source.index_of(site_id))
        if requirement_id is None:
            return list(traces)
        wanted = self.standard.requirement(requirement_id)
        return next(trace for trace in traces if trace.requirement is wanted)

    def set_aside(self) -> Iterator[tuple[int, Question, Message]]:
        """Yield site index, question and reason of each answer that was given but does not count."""
        return ignored_answers(self.standard, compile_standard(self.standard), self.evidence)

    def traces(self, site: int) -> Iterator[Trace]:
        """Yield the trace of every requirement at the site with index `site`."""
        explainer = self.explainer(site)
        for index, requirement in enumerate(self.standard.requirements):
            yield self._elsewhere(index, site) or explainer.trace(
                site, self.source.ids[site], requirement, int(self.matrix[index, site])
            )

    def _elsewhere(self, row: int, site: int) -> Trace | None:
        """Return the trace of an outcome that comes from another audit of the site; None if it is the site's own."""
        source = self.read_elsewhere.get((row, site))
        if source is None:
            return None
        requirement = self.standard.requirements[row]
        explainer = source.findings.explainer(source.site_index)
        trace = explainer.trace(
            source.site_index, self.source.ids[site], requirement, int(source.findings.matrix[row, source.site_index])
        )
        if source.why == "settled":
            return trace
        reason = (
            say(
                "{reason} Two auditors found this differently; the worse counts until it is settled.",
                reason=trace.reason,
            )
            if source.why == "worse"
            else say(
                "{reason} The newer visit says nothing of it; that of another auditor shortly before does.",
                reason=trace.reason,
            )
        )
        return replace(trace, reason=str(reason))

    def explainer(self, site: int) -> Explainer:
        """Return the explainer for the outcomes of the site with index `site`."""
        return Explainer(self.standard, self.evidence, [site])

    def table(self) -> pd.DataFrame:
        """Return the findings table: one row for each site and requirement, sites in order."""
        import pandas as pd

        return (
            pd.concat(self.table_blocks(), ignore_index=True)
            if len(self)
            else pd.DataFrame(columns=list(TABLE_COLUMNS))
        )

    def traces_of(
        self, sites: Sequence[int], wanted: NDArray[np.bool_]
    ) -> Iterator[tuple[int, NDArray[np.intp], list[Trace]]]:
        """Yield for each requirement its index, the wanted ones of `sites`, and a trace for each of those.

        `wanted` has shape (requirements, sites) and marks the cells to explain. Sites with the same answers share one trace,
        whose `site` is any one of them: take the site from the index array that is yielded with the traces.
        """
        indexes = np.asarray(sites, dtype=np.intp)
        explainer = Explainer(self.standard, self.evidence, indexes.tolist())
        for index, requirement in enumerate(self.standard.requirements):
            among = indexes[wanted[index, indexes]]
            if not among.size:
                continue
            by_site = {site: trace for site in among.tolist() if (trace := self._elsewhere(index, site)) is not None}
            own = among[[site not in by_site for site in among.tolist()]] if by_site else among
            if own.size:
                first, inverse = explainer.alike(requirement, own)
                traces = [
                    explainer.trace(site, self.source.ids[site], requirement, int(self.matrix[index, site]))
                    for site in own[first].tolist()
                ]
                by_site |= {site: traces[group] for site, group in zip(own.tolist(), inverse.tolist(), strict=True)}
            yield index, among, [by_site[site] for site in among.tolist()]

    def table_blocks(self) -> Iterator[pd.DataFrame]:
        """Yield the findings table in blocks of up to 8,192 sites, to bound memory."""
        for start in range(0, len(self), _TABLE_BLOCK):
            yield self._table_block(range(start, min(start + _TABLE_BLOCK, len(self))))

    def _table_block(self, sites: range) -> pd.DataFrame:
        requirements = self.standard.requirements
        shape = (len(sites), len(requirements))
        texts = {
            column: np.empty(shape, dtype=object)
            for column in ("mark", "observed", "expected", "reason", "evidence_source")
        }
        for index, _, traces in self.traces_of(sites, np.ones(self.matrix.shape, dtype=np.bool_)):
            for column, values in texts.items():
                values[:, index] = [getattr(trace, column) for trace in traces]
        columns: dict[str, object] = {
            "site_id": np.repeat(np.array(self.source.ids[sites.start : sites.stop], dtype=object), len(requirements)),
            "requirement": np.tile(
                np.array([requirement.id for requirement in requirements], dtype=object), len(sites)
            ),
            "outcome": np.array(OUTCOMES, dtype=object)[self.outcomes[sites.start : sites.stop].reshape(-1)],
            **{column: values.reshape(-1) for column, values in texts.items()},
            "edition": self.standard.edition,
        }
        import pandas as pd

        frame = pd.DataFrame(columns)[list(TABLE_COLUMNS)]
        frame["mark"] = frame["mark"].astype("Int64")
        return frame

    def verdict(self, site: int) -> dict[str, object]:
        """Return the properties that an audit adds to a site; a key for each column of the audited sites."""
        conclusions = self.conclusions
        scored = conclusions.score_low[site] != NO_SCORE
        area = self.area_m2[site]
        aspects: dict[str, object] = {}
        for index, aspect in enumerate(self.standard.aspects):
            for suffix, values in (("", conclusions.aspect_low), ("_high", conclusions.aspect_high)):
                value = values[index, site]
                aspects[f"pct_{aspect.code}{suffix}"] = None if np.isnan(value) else float(value)
        return {
            "status": STATUSES[conclusions.status[site]],
            "rank_low": self.rank(int(conclusions.rank_low[site])) if scored else None,
            "rank_high": self.rank(int(conclusions.rank_high[site])) if scored else None,
            "score_low": int(conclusions.score_low[site]) if scored else None,
            "score_high": int(conclusions.score_high[site]) if scored else None,
            "score_max": self.standard.ladder.maximum,
            "answered_pct": int(self.answered_pct[site]),
            "red": self.red(site),
            "must_fix": self.must_fix(site),
            "before_audit": self.before_audit(site),
            "fails": self.fails(site),
            "undetermined_count": int(conclusions.undetermined[site]),
            "edition": self.standard.edition,
            "area_m2": None if np.isnan(area) else round(float(area), 1),
            **aspects,
        }

    def feature(self, site: int, further: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return the audited site with index `site` as a Feature: its own document plus the properties of the audit.

        `further` are more properties.
        """
        document = self.source.features[site]
        properties = {**self.source.properties(site), **self.verdict(site), **(further or {})}
        return {**document, "id": self.source.ids[site], "properties": properties}

    def features(self) -> Iterator[dict[str, object]]:
        """Yield the audited sites as GeoJSON Features."""
        return (self.feature(site) for site in range(len(self)))

    def sites(self) -> gpd.GeoDataFrame:
        """Return the audited sites as a GeoDataFrame in longitude and latitude, indexed by site id."""
        import geopandas as gpd
        import pandas as pd

        rows = [{**self.source.properties(site), **self.verdict(site)} for site in range(len(self))]
        return gpd.GeoDataFrame(
            rows, geometry=list(self.source.shapes), crs="EPSG:4326", index=pd.Index(self.source.ids, name="site_id")
        )
