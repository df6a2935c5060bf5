"""Own scripts as served: those that a page loads, and all of them in a folder.

`python -m helpers.served_scripts FOLDER` writes every own script as it is served, and FOLDER.pack; see tests/scripts/served.test.js.
"""

import re
import sys
from pathlib import Path

from rba_audit.resources import static_dir
from rba_audit.web.http.static_files import script_text, static_file

_LOADED = re.compile(r'<(?:script|link rel="modulepreload")[^>]*\b(?:src|href)="(?:[^"]*?/static/v-\w+/)([^"]+\.js)"')
_IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
_VENDORED = "vendor/"


def loaded_by(page):
    """Return the own scripts that a page loads, by their paths under static/: at once, and lazily by any of them."""
    todo = [each for each in _LOADED.findall(page) if not each.startswith(_VENDORED)]
    found = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [_beside(name, each) for each in _IMPORTED.findall(static_file(name).content.decode())]
    return found


def size_on_the_wire(names):
    """Return the bytes of some own scripts as they are sent, each compressed by itself."""
    return sum(len(file.gzipped or file.content) for name in names if (file := static_file(name)))


def own_scripts():
    """Return the paths of all own scripts under static/."""
    names = (path.relative_to(static_dir()).as_posix() for path in static_dir().rglob("*.js"))
    return sorted(name for name in names if not name.startswith(_VENDORED))


def _beside(name, path):
    return (static_dir() / name).parent.joinpath(path).resolve().relative_to(static_dir().resolve()).as_posix()


if __name__ == "__main__":
    for script in own_scripts():
        target = Path(sys.argv[1], script)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(script_text(script), encoding="utf-8")
    Path(f"{sys.argv[1]}.pack").write_bytes(static_file("packs/form/pack.js").content)
