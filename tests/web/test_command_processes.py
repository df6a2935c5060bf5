"""The command in a process of its own: what it loads, and what becomes of it when its reader goes away."""

import subprocess
import sys

from rba_audit.standard import default_edition


def test_the_command_starts_without_what_few_commands_need():
    code = "import sys, rba_audit.cli; print(*{'scipy', 'pandas', 'geopandas', 'folium'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""


def test_a_reader_that_goes_away_is_no_fault():
    command = f"{sys.executable} -m rba_audit.cli standard show {default_edition()} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.stdout
    assert done.stderr == ""
