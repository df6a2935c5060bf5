"""Files of OpenStreetMap made by pyosmium: one town with everything that such files do wrong."""

import osmium
from osmium.osm.mutable import Node, Relation, Way

WEST, SOUTH = 106.15, -6.11
STEP = 0.001
"""About 110 m."""
DAY = "2026-04-06T10:00:00Z"


def at(east, north):
    """Return a position so many steps from the corner of the town."""
    return round(WEST + east * STEP, 7), round(SOUTH + north * STEP, 7)


class OsmFile:
    """Nodes, ways and relations, to be written in any order."""

    def __init__(self, sign=1, day=DAY):
        self.nodes, self.ways, self.relations = [], [], []
        self.sign, self.day, self._number = sign, day, 1000

    def node(self, number, position, **tags):
        self.nodes.append(Node(id=self.sign * number, location=position, tags=tags, timestamp=self.day, version=1))
        return number

    def points(self, *positions):
        """Add nodes without tags and return their numbers."""
        first = self._number
        self._number += len(positions)
        return [self.node(first + index, position) for index, position in enumerate(positions)]

    def way(self, number, nodes, **tags):
        refs = [self.sign * ref for ref in nodes]
        self.ways.append(Way(id=self.sign * number, nodes=refs, tags=tags, timestamp=self.day, version=1))
        return number

    def ring(self, number, east, north, size=1.0, **tags):
        """Add a closed square way."""
        corners = self.points(
            at(east, north), at(east + size, north), at(east + size, north + size), at(east, north + size)
        )
        return self.way(number, [*corners, corners[0]], **tags)

    def relation(self, number, members, **tags):
        refs = [(kind, self.sign * ref, role) for kind, ref, role in members]
        self.relations.append(Relation(id=self.sign * number, members=refs, tags=tags, timestamp=self.day, version=1))

    def write(self, path, order=("nodes", "ways", "relations")):
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            add = {"nodes": writer.add_node, "ways": writer.add_way, "relations": writer.add_relation}
            for kind in order:
                for item in sorted(getattr(self, kind), key=lambda item: abs(item.id)):
                    add[kind](item)
        return path


def faulty_town(sign=1):
    """Return a town in which one of everything goes wrong, and one of everything is right."""
    town = OsmFile(sign)
    town.node(1, at(8, 8), leisure="playground", name="A node")
    outer, inner = town.ring(11, 0, 0), town.ring(12, 0.25, 0.25, 0.5)
    town.relation(
        21, [("w", outer, "outer"), ("w", inner, "inner")], type="multipolygon", leisure="playground", name="A hole"
    )
    corners = town.points(at(2, 0), at(3, 0), at(3, 1), at(2, 1))
    town.way(13, [*corners, corners[0]], leisure="playground", name="Sound")
    town.way(14, [corners[0], corners[1], 999_999, corners[3], corners[0]], leisure="playground", name="Clipped")
    town.way(15, [corners[0], corners[2], corners[1], corners[3], corners[0]], leisure="playground", name="Bow-tie")
    open_way = town.way(16, corners[:3], leisure="playground", name="Open")
    town.relation(22, [("w", open_way, "outer")], type="multipolygon", leisure="park", name="Unclosed ring")
    town.relation(
        23, [("w", outer, "outer"), ("w", 888_888, "outer")], type="multipolygon", leisure="park", name="Missing member"
    )
    town.relation(24, [("w", 13, ""), ("n", 1, "")], type="site", leisure="playground", name="Site relation")
    roundabout = town.points(at(5, 5), at(6, 5), at(6, 6))
    town.way(17, [*roundabout, roundabout[0]], highway="residential", name="Roundabout")
    return town
