"""Results are written into a folder that is made where it is missing; one that cannot be written to earns a sentence."""

import pytest

from rba_audit.errors import RbaError
from rba_audit.messages import say, using_language
from rba_audit.outputs import write_plan
from rba_audit.outputs.folders import writing_into


def test_a_missing_folder_is_made(tmp_path):
    with writing_into(tmp_path / "a" / "b"):
        (tmp_path / "a" / "b" / "file").write_text("x", encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_named_with_the_way_out(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    with (
        using_language("en"),
        pytest.raises(RbaError, match=r"taken: nothing can be written there .*--out"),
        writing_into(taken),
    ):
        raise AssertionError("not reached")


def test_a_plan_is_its_first_table_and_a_workbook(tmp_path):
    sheets = [(say("Name"), [(say("Name"), lambda row: row["name"])], [{"name": "Taman"}])]
    written = write_plan(tmp_path, sheets, [])
    assert [path.name for path in written] == ["plan.csv", "plan.xlsx"]
    assert "Taman" in written[0].read_text(encoding="utf-8")
    assert written[1].stat().st_size > 0
