"""No module outside `rba_audit.sites` reads a property of a site raw; what a blank or odd one becomes is decided by `Site`."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
KEYS = frozenset({"name", "kind", "typology", "scale", "kelurahan", "kelurahan_code", "kecamatan", "kecamatan_code"})
"""The properties that a `Site` carries as attributes."""
READERS = frozenset({"properties_of", "named"})
"""Functions that return the properties of a document; `named` returns a copy to write into."""
HOLDERS = frozenset({"facts", "properties"})
"""Attributes and methods that hold the properties of a site or of another feature."""
OTHER_FEATURES = {
    "rba_audit/equipment/item_lists.py:item_of_part": "an item that is drawn as a part of a site",
    "rba_audit/maps/area_layer.py:_area": "a shaded area with its figures",
    "rba_audit/maps/site_layer.py:boundary_data": "a boundary drawn under the sites",
    "rba_audit/site_editing/histories.py:_of_parts": "a part of a site",
    "rba_audit/web/pages/site_editing/change_routes.py:_part_name": "a part of a site",
}
"""Functions that read such a key of a feature that is no site."""
OTHER_DOCUMENTS = {
    "rba_audit/auditing/file_warnings.py": "parts",
    "rba_audit/equipment/item_lists.py": "parts",
    "rba_audit/imports/mapped_features.py": "features of a file that no site was made of yet",
    "rba_audit/imports/source_columns.py": "features of a file that no site was made of yet",
    "rba_audit/layers/features.py": "context features",
    "rba_audit/layers/layer_files.py": "context features",
    "rba_audit/maps/area_layer.py": "shaded areas",
    "rba_audit/maps/site_layer.py": "boundaries",
    "rba_audit/measures/parts.py": "parts",
    "rba_audit/measures/unread_words.py": "parts",
    "rba_audit/site_editing/site_documents.py": "parts in a form",
    "rba_audit/web/pages/coverage/query.py": "areas with their figures",
}
"""Modules that read the member `properties` of documents that are no sites; a site has `Site.facts`."""


def constants(tree):
    """Return the names that stand for a key in a module: `NAME` and module constants that hold one."""
    found = {"NAME": "name"}
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
        if isinstance(target, ast.Name) and isinstance(getattr(node, "value", None), ast.Constant):
            found[target.id] = node.value.value
    return found


class Properties(ast.NodeVisitor):
    """Collect the names that hold properties of a document in one function, and every read of a key from them."""

    def __init__(self, constants, readers=()):
        self.constants, self.names, self.reads, self.readers = {**constants}, {"properties"}, [], {*READERS, *readers}

    def holds(self, node):
        """Return whether an expression yields the properties of a document."""
        match node:
            case ast.Name(id=name):
                return name in self.names
            case ast.Attribute(attr=attribute):
                return attribute in HOLDERS or f"self.{attribute}" in self.names
            case ast.Call(func=ast.Name(id=name), args=args):
                return name in self.readers or (name in {"dict", "cast"} and any(map(self.holds, args)))
            case ast.Call(func=ast.Attribute(attr="get", value=value), args=[ast.Constant(value=key), *_]):
                return key == "properties" and not self.holds(value)
            case ast.Call(func=ast.Attribute(attr="get", value=value)):
                return False
            case ast.Call(func=ast.Attribute(attr=attribute, value=value)):
                return attribute in HOLDERS or (attribute == "copy" and self.holds(value))
            case ast.Subscript(slice=ast.Constant(value="properties")):
                return True
            case ast.BoolOp(values=values):
                return any(map(self.holds, values))
            case ast.IfExp(body=body, orelse=orelse):
                return self.holds(body) or self.holds(orelse)
            case ast.NamedExpr(value=value):
                return self.holds(value)
            case ast.Dict(keys=keys, values=values):
                return any(key is None and self.holds(value) for key, value in zip(keys, values, strict=True))
            case ast.BinOp(left=left, right=right):
                return self.holds(left) or self.holds(right)
        return False

    def key(self, node):
        """Return the key of a site that an expression names; None where it names none."""
        value = (
            self.constants.get(node.id)
            if isinstance(node, ast.Name)
            else node.value
            if isinstance(node, ast.Constant)
            else None
        )
        return value if value in KEYS else None

    def bind(self, target, value):
        """Remember names to which properties are assigned."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=False):
                self.bind(one, other)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.GeneratorExp | ast.ListComp):
            for one in target.elts:
                self.bind(one, value.elt)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Call) and any(map(self.holds, value.args)):
            self.names |= {one.id for one in target.elts if isinstance(one, ast.Name)}
        elif isinstance(target, ast.Name) and self.holds(value):
            self.names.add(target.id)
        elif isinstance(target, ast.Attribute) and self.holds(value):
            self.names.add(f"self.{target.attr}")

    def visit_Assign(self, node):
        for target in node.targets:
            self.bind(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self.bind(node.target, node.value)
        self.generic_visit(node)

    def visit_NamedExpr(self, node):
        self.bind(node.target, node.value)
        self.generic_visit(node)

    def visit_For(self, node):
        self._iterated(node)

    def visit_comprehension(self, node):
        self._iterated(node)

    def _iterated(self, node):
        # `for properties in [feature.get("properties")]` and `for each in map(sites.properties, ...)`.
        elements = node.iter.elts if isinstance(node.iter, ast.List | ast.Tuple) else []
        if isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name) and node.iter.func.id == "map":
            elements = node.iter.args[:1]
        for element in elements:
            self.bind(node.target, element)
            if isinstance(node.target, ast.Name) and self.key(element):  # `for key in ("kelurahan", "kecamatan")`
                self.constants[node.target.id] = self.key(element)
        self.generic_visit(node)

    def visit_Call(self, node):
        match node.func:
            case ast.Attribute(attr="get" | "pop" | "setdefault", value=value) if node.args and self.holds(value):
                self._read(node, node.args[0])
        self.generic_visit(node)

    def visit_Subscript(self, node):
        if isinstance(node.ctx, ast.Load) and self.holds(node.value):
            self._read(node, node.slice)
        self.generic_visit(node)

    def visit_Compare(self, node):
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn) and self.holds(node.comparators[0]):
            self._read(node, node.left)
        self.generic_visit(node)

    def visit_Expr(self, node):
        # `properties.pop("kecamatan", None)` as a statement writes a new document and reads nothing.
        match node.value:
            case ast.Call(func=ast.Attribute(attr="pop")):
                return
        self.generic_visit(node)

    def _read(self, node, key):
        if (found := self.key(key)) is not None:
            self.reads.append((node.lineno, found))


def raw_reads(source):
    """Return every read of a site's property from raw properties in the text of a module, as (function, line, key)."""
    tree = ast.parse(source)
    known, readers, found = constants(tree), set(), []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            visitor = Properties(known)
            visitor.visit(function)
            returned = [each.value for each in ast.walk(function) if isinstance(each, ast.Return) and each.value]
            if any(map(visitor.holds, returned)):
                readers.add(function.name)
    for top in tree.body:
        attributes = set()
        methods = [top]
        if isinstance(top, ast.ClassDef):
            methods = list(top.body)
            everything = Properties(known, readers)
            everything.visit(top)
            attributes = {name for name in everything.names if name.startswith("self.")}
        for part in methods:
            visitor = Properties(known, readers)
            visitor.names |= attributes
            visitor.visit(part)  # twice: a name may be bound below the place where it is read
            visitor.reads = []
            visitor.visit(part)
            name = getattr(part, "name", "")
            found += [(name, line, key) for line, key in dict.fromkeys(visitor.reads)]
    return found


def modules():
    for path in sorted((ROOT / "rba_audit").glob("**/*.py")):
        name = path.relative_to(ROOT).as_posix()
        source = path.read_text(encoding="utf-8")
        # Most modules know nothing of properties; parsing them takes most of the time.
        if not name.startswith("rba_audit/sites/") and re.search(r"properties|facts|named\(", source):
            yield name, source


@pytest.mark.parametrize(
    "source",
    [
        'def f(site): return site["properties"]["name"]',
        'def f(site): return (site.get("properties") or {}).get("name")',
        'def f(sites): return sites.properties(0).get("kecamatan")',
        'def f(site): return site.facts["kind"]',
        'NAME = "name"\ndef f(p):\n    told = p.get("properties")\n    found = told if isinstance(told, dict) else {}\n    return found.get(NAME)',
        'SCALE = "scale"\ndef f(sites): return {sites.properties(at).get(SCALE) for at in range(3)}',
        'def f(d):\n    old = named(d)\n    return {**old}.get("typology")',
        'def f(d):\n    old, new = properties_of(d), 1\n    return "kelurahan" in old',
        'def f(sites): return [p for p in map(sites.properties, range(3)) if p.get("name")]',
        'class A:\n    def __init__(self, s):\n        self._p = s.get("properties")\n    def name(self):\n        return self._p.get("name")',
        'def _properties(d):\n    told = d.get("properties")\n    return told\ndef f(d): return _properties(d).get("name")',
        'def f(d):\n    p = d.get("properties")\n    return [p.get(key) for key in ("kelurahan", "id")]',
        'def f(d):\n    if (said := d.get("properties")):\n        return said.get("kelurahan_code")',
    ],
)
def test_a_raw_read_is_found(source):
    assert len(raw_reads(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'def f(item, form): return item.get("name"), form["kind"], item["id"]',
        'def f(d):\n    properties = named(d)\n    properties["kind"] = "rth"\n    properties.pop("kecamatan", None)',
        'def f(site): return site.name, site.facts.get("position_accuracy_m")',
        'def f(table): return table.get("scale")',
    ],
)
def test_what_is_no_read_of_a_site_is_left_alone(source):
    assert raw_reads(source) == []


def test_no_module_outside_sites_reads_a_property_of_a_site_raw():
    found = {}
    for path, source in modules():
        for function, line, key in raw_reads(source):
            found.setdefault(f"{path}:{function}", []).append((line, key))

    assert {where: reads for where, reads in found.items() if where not in OTHER_FEATURES} == {}
    assert set(OTHER_FEATURES) <= set(found), "an exception that nothing needs any more"


def test_no_module_outside_sites_opens_the_properties_of_a_site_document():
    opened = {
        path
        for path, source in modules()
        for node in ast.walk(ast.parse(source))
        if "/migrations/" not in path
        and (
            (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_properties(node.slice))
            or (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "get"
                and any(map(_is_properties, node.args))
            )
        )
    }

    assert opened == set(OTHER_DOCUMENTS)


def _is_properties(node):
    return isinstance(node, ast.Constant) and node.value == "properties"


def test_no_template_reads_a_property_raw():
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    found = [
        (path.name, node.lineno)
        for path in sorted((ROOT / "templates").glob("**/*.html"))
        for node in environment.parse(path.read_text(encoding="utf-8")).find_all(
            (nodes.Getattr, nodes.Getitem, nodes.Name)
        )
        if "properties" in (getattr(node, "name", ""), getattr(node, "attr", ""), _constant(node))
    ]

    assert found == []


def _constant(node):
    return getattr(getattr(node, "arg", None), "value", "")
