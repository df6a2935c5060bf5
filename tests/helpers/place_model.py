"""Object model of a register of sites, without tables or folds, as a test oracle."""

import random
from dataclasses import dataclass, field


@dataclass
class Modelled:
    """A place as people would keep it on cards."""

    id: str
    documents: list
    standing: str = "counts"
    proposed: bool = False
    visits: set = field(default_factory=set)
    certificates: set = field(default_factory=set)
    dangers: set = field(default_factory=set)
    inside: "Modelled | None" = None
    was: str = ""
    events: int = 0

    def root(self):
        return self if self.inside is None else self.inside.root()


class Model:
    """All cards, and what may be done with them."""

    def __init__(self):
        self.places = {}

    def standing(self, *standings):
        return [each for each in self.places.values() if each.standing in standings]

    def held(self, place, what):
        """Return what belongs to a place: its own, and that of every place inside it."""
        found = set(getattr(place, what))
        for each in self.places.values():
            if each.inside is place:
                found |= self.held(each, what)
        return found

    def holds_others(self, place):
        return any(each.inside is place for each in self.places.values())

    def listed(self):
        return {each.id for each in self.standing("counts")}


def feature(id, number):
    """A document of a place that no other version has."""
    lon, lat = 106.15 + number / 10_000, -6.12
    return {
        "type": "Feature",
        "id": id,
        "properties": {"name": f"Taman {number}", "kind": "rth"},
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


def chosen(rng: random.Random, places):
    """Return one of some places by chance; None where there are none."""
    return rng.choice(sorted(places, key=lambda each: each.id)) if places else None
