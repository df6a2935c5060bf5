"""Time the engine and other implementations of the same rules in one run, as ratios of processor time.

The outcomes of every engine are compared cell by cell with the reference before it is timed. Peers that are not installed are
named and skipped (`pip install --group bench`).
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.answering import possible_answers
from helpers.grounds import country
from helpers.oracle import Oracle
from helpers.registers import filled_register
from helpers.reviews import BUDI, SITI, double_audited
from rba_audit.conditions import All, AnyOf, Between, Compare, Condition, Count, Includes, Is, Lookup, Sum
from rba_audit.evidence import FIRST_CHOICE, GIVEN, NOT_APPLICABLE, Evidence, choice_code, read_evidence
from rba_audit.findings import kernel
from rba_audit.findings.conclusions import conclude
from rba_audit.findings.program import compile_standard
from rba_audit.measures import measure_sites
from rba_audit.review import summarize_double_audits
from rba_audit.standard import OUTCOMES, Standard, load_standard

ROUNDS = 5
Engine = Callable[[], NDArray[np.int8]]


def main() -> None:
    """Print the table."""
    standard = load_standard()
    chance = random.Random(1)
    answers = possible_answers(standard)
    distinct = [
        {name: chance.choice(values) for name, values in answers.items() if chance.random() < 0.85} for _ in range(500)
    ]
    base = read_evidence(distinct, standard)
    print(
        f"{standard.edition}: {len(standard.requirements)} requirements, {len(base.questions)} questions, {len(compile_standard(standard).ops)} operations"
    )
    print(f"{'engine':<34}{'sites':>10}{'CPU s':>11}{'µs/site':>10}{'ratio':>9}")
    for size in (1_000, 10_000, 100_000, 1_000_000):
        codes, numbers = (
            np.ascontiguousarray(np.tile(each, -(-size // 500))[:, :size]) for each in (base.codes, base.numbers)
        )
        evidence = Evidence(base.questions, codes, numbers, (), {})
        _table(standard, evidence, distinct)
    _long_lists(standard)


def _long_lists(standard: Standard) -> None:
    """Print the time of measuring 20,000 items and of comparing 200 double audits."""
    found = country(1_000)
    print(f"{'20,000 items measured':<34}{_seconds(lambda: measure_sites(found, standard)):>10.3f} s")
    with tempfile.TemporaryDirectory() as folder, closing(filled_register(folder)) as register:
        for person in (BUDI, SITI):
            register.people.add(person, None, datetime.now(UTC), None)
        double_audited(register, standard, range(200))
        print(
            f"{'200 double audits compared':<34}{_seconds(lambda: summarize_double_audits(register, standard)):>10.3f} s"
        )


def _seconds(do: Callable[[], object]) -> float:
    started = time.process_time()
    do()
    return time.process_time() - started


def _table(standard: Standard, evidence: Evidence, distinct: list[Mapping[str, object]]) -> None:
    size = evidence.codes.shape[1]
    program = compile_standard(standard)
    wanted = kernel.outcomes(program, evidence.codes, evidence.numbers)
    engines: dict[str, Engine] = {
        "our NumPy interpreter": lambda: kernel.outcomes(program, evidence.codes, evidence.numbers)
    }
    if find_spec("numba"):
        from rba_audit.findings import kernel_numba

        engines["our numba interpreter"] = lambda: kernel_numba.outcomes(program, evidence.codes, evidence.numbers)
    if find_spec("polars"):
        engines["Polars expressions"] = _polars(standard, evidence)
    engines["NumPy, one condition at a time"] = _columns(standard, evidence)
    if size == 1_000:
        engines["Python, one site at a time"] = _loop(standard, [distinct[n % len(distinct)] for n in range(size)])
    times: dict[str, list[float]] = {name: [] for name in engines}
    for name, engine in engines.items():
        if not (engine() == wanted).all():
            raise SystemExit(f"{name} disagrees with the reference")
    for _round in range(ROUNDS if size < 1_000_000 else 3):
        for name, engine in engines.items():
            started = time.process_time()
            engine()
            times[name].append(time.process_time() - started)
    best = min(statistics.median(each) for each in times.values())
    for name, each in times.items():
        seconds = statistics.median(each)
        print(f"{name:<34}{size:>10,}{seconds:>11.4f}{1e6 * seconds / size:>10.2f}{seconds / best:>8.1f}×")
    started = time.process_time()
    conclude(standard, wanted, evidence.audited, extension=False)
    print(f"{'  (scores, ranks, status)':<34}{size:>10,}{time.process_time() - started:>11.4f}")


# --- the same rules in other ways ------------------------------------------------------------------------------------


def _loop(standard: Standard, properties: list[Mapping[str, object]]) -> Engine:
    oracle = Oracle(standard.edition)
    return lambda: np.array(
        [[OUTCOMES.index(oracle.outcome(each.id, site)) for site in properties] for each in standard.requirements],
        dtype=np.int8,
    )


def _columns(standard: Standard, evidence: Evidence) -> Engine:
    """Evaluate the rules as an experienced NumPy user would write them: whole columns, one condition after another, nothing shared."""
    row, number_row = evidence.row, evidence.number_row

    def value(condition: Condition) -> NDArray[np.int8]:
        match condition:
            case All(of):
                return np.minimum.reduce([value(each) for each in of])
            case AnyOf(of):
                return np.maximum.reduce([value(each) for each in of])
            case Count(of, low, high):
                stacked = np.array([value(each) for each in of])
                true = (stacked > 0).sum(axis=0)
                possible = true + (stacked == 0).sum(axis=0)
                return np.where(
                    (true >= low) & (possible <= high), 1, np.where((possible < low) | (true > high), -1, 0)
                ).astype(np.int8)
            case Is(name, words):
                codes = evidence.codes[row[name]]
                wanted = [choice_code(standard.question(name), word) for word in words]
                return np.where(codes < GIVEN, 0, np.where(np.isin(codes, wanted), 1, -1)).astype(np.int8)
            case Includes(name, count, of):
                names = [choice.name for choice in standard.question(name).choices]
                mask = sum(1 << names.index(each) for each in of or names)
                found = np.bitwise_count(evidence.numbers[number_row[name]] & mask) >= count
                return np.where(evidence.codes[row[name]] == GIVEN, np.where(found, 1, -1), 0).astype(np.int8)
            case Between(name, low, high):
                return np.minimum(value(Compare(name, True, low)), value(Compare(name, False, high)))
            case Compare(left, at_least, limit):
                one, known = amount(left)
                two, also = amount(limit)
                return np.where(
                    known & also, np.where(one >= two - 1e-9 if at_least else one <= two + 1e-9, 1, -1), 0
                ).astype(np.int8)
        raise TypeError(condition)

    def amount(side: object) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        match side:
            case str():
                return evidence.numbers[number_row[side]] / standard.question(side).scale, evidence.codes[
                    row[side]
                ] == GIVEN
            case Lookup(by, limits):
                table = np.full(256, np.nan)
                for word, limit in limits:
                    table[choice_code(standard.question(by), word)] = float(limit)
                found = table[evidence.codes[row[by]]]
                return found, ~np.isnan(found)
            case Sum(terms):
                total, known = np.zeros(evidence.codes.shape[1]), np.ones(evidence.codes.shape[1], dtype=bool)
                for term in terms:
                    product = np.full(evidence.codes.shape[1], float(term.times))
                    for name in term.of:
                        one, given = amount(name)
                        product, known = product * one, known & given
                    total += product
                return total, known
            case Fraction():
                return np.array(float(side)), np.array(True)
        raise TypeError(side)

    def run() -> NDArray[np.int8]:
        result = np.zeros((len(standard.requirements), evidence.codes.shape[1]), dtype=np.int8)
        for index, requirement in enumerate(standard.requirements):
            meets = value(requirement.conforms_when)
            partly = value(requirement.partial_when) if requirement.partial_when else np.int8(-1)
            found = np.where(meets > 0, 3, np.where(partly > 0, 2, np.where((meets < 0) & (partly < 0), 1, 0)))
            if requirement.may_be_not_applicable:
                found = np.where(evidence.codes[row[requirement.questions[0].id]] == NOT_APPLICABLE, 4, found)
            if requirement.applies_when:
                applies = value(requirement.applies_when)
                found = np.where(applies > 0, found, np.where(applies < 0, 4, 0))
            result[index] = found
        return result

    return run


def _polars(standard: Standard, evidence: Evidence) -> Engine:
    """Evaluate the rules as Polars expressions, whose null logic is three-valued; streaming engine, all threads."""
    import polars as pl

    columns: dict[str, object] = {}
    for question in evidence.questions:
        codes = evidence.codes[evidence.row[question.id]]
        if question.id in evidence.number_row:
            columns[question.id] = pl.Series(
                np.where(codes == GIVEN, evidence.numbers[evidence.number_row[question.id]], 0)
            ).set(pl.Series(codes != GIVEN), None)
        else:
            columns[question.id] = pl.Series(codes).set(pl.Series(codes < GIVEN), None)
        if any(each.may_be_not_applicable and each.questions[0].id == question.id for each in standard.requirements):
            columns[f"{question.id}?"] = codes == NOT_APPLICABLE
    frame = pl.DataFrame(columns)

    def expression(condition: Condition) -> pl.Expr:
        match condition:
            case All(of):
                return pl.all_horizontal([expression(each) for each in of])
            case AnyOf(of):
                return pl.any_horizontal([expression(each) for each in of])
            case Count(of, low, high):
                parts = [expression(each) for each in of]
                true = pl.sum_horizontal([part.fill_null(False).cast(pl.Int8) for part in parts])
                possible = pl.sum_horizontal([part.fill_null(True).cast(pl.Int8) for part in parts])
                holds, fails = (true >= low) & (possible <= high), (possible < low) | (true > high)
                return pl.when(holds).then(True).when(fails).then(False)
            case Is(name, words):
                return pl.col(name).is_in([choice_code(standard.question(name), word) for word in words])
            case Includes(name, count, of):
                names = [choice.name for choice in standard.question(name).choices]
                return (
                    pl.col(name) & sum(1 << names.index(each) for each in of or names)
                ).bitwise_count_ones() >= count
            case Between(name, low, high):
                return expression(Compare(name, True, low)) & expression(Compare(name, False, high))
            case Compare(left, at_least, limit):
                scale = standard.question(left).scale if isinstance(left, str) and not isinstance(limit, Sum) else None
                one, two = amount(left, scale), amount(limit, scale)
                return one >= (two if scale else two - 1e-9) if at_least else one <= (two if scale else two + 1e-9)
        raise TypeError(condition)

    def amount(side: object, scale: int | None) -> pl.Expr:
        match side:
            case str():
                return pl.col(side) if scale else pl.col(side) / standard.question(side).scale
            case Lookup(by, limits):
                table = {
                    choice_code(standard.question(by), word): int(limit * scale) if scale else float(limit)
                    for word, limit in limits
                }
                return pl.col(by).replace_strict(table, default=None, return_dtype=pl.Int64 if scale else pl.Float64)
            case Sum(terms):
                total: pl.Expr = pl.lit(0.0)
                for term in terms:
                    product: pl.Expr = pl.lit(float(term.times))
                    for name in term.of:
                        product = product * amount(name, None)
                    total = total + product
                return total
            case Fraction():
                return pl.lit(int(side * scale)) if scale else pl.lit(float(side))
        raise TypeError(side)

    outcomes = []
    for requirement in standard.requirements:
        meets = expression(requirement.conforms_when)
        partly = expression(requirement.partial_when) if requirement.partial_when else pl.lit(False)
        found = pl.when(meets).then(3).when(partly).then(2).when(~meets & ~partly).then(1).otherwise(0)
        if requirement.may_be_not_applicable:
            found = pl.when(pl.col(f"{requirement.questions[0].id}?")).then(4).otherwise(found)
        if requirement.applies_when:
            applies = expression(requirement.applies_when)
            found = pl.when(applies).then(found).when(~applies).then(4).otherwise(0)
        outcomes.append(found.cast(pl.Int8).alias(requirement.id))
    lazy = frame.lazy().select(outcomes)
    return lambda: lazy.collect(engine="streaming").to_numpy().T


if __name__ == "__main__":
    assert FIRST_CHOICE > GIVEN  # noqa: S101 - the peers above lean on it
    main()
