"""Measure work in figures that do not depend on the load of the machine."""

import gc
import sys
import tracemalloc
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event


@dataclass(frozen=True)
class Work:
    """The functions called, and the most memory held at once in bytes; a product of two long lists shows in one of them."""

    calls: int
    peak: int


def calls_of(do):
    """Do something, and return how many functions were called."""
    calls = 0

    def count(_frame, what, _argument):
        nonlocal calls
        calls += what in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(before)
    return calls


def work_of(do):
    """Do something twice, and return how much work it was: first its calls are counted, then its memory."""
    calls = calls_of(do)
    gc.collect()
    tracemalloc.start()
    try:
        do()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Work(calls, peak)


@contextmanager
def statements_of(register):
    """Give a list that receives every statement sent to the database of a register meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    engine = register._database._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
