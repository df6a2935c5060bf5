"""Test oracle: independent evaluation of one site and one requirement at a time, straight from the TOML files.

It shares no code with the engine and is written to be obviously correct rather than fast.
"""

import tomllib
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

STANDARDS = Path(__file__).parents[2] / "standards"
SAME = {
    "ya": "yes",
    "sebagian": "partial",
    "tidak": "no",
    "tidak_berlaku": "not_applicable",
    "belum_dilihat": "not_seen",
    "tidak_ada": "none",
}
TRUE, UNKNOWN, FALSE = 1, 0, -1


class Oracle:
    def __init__(self, edition):
        self.chain = []
        name = edition
        while name:
            content = self._toml(STANDARDS / name / "standard.toml")
            self.chain.insert(0, (name, content))
            name = content.get("based_on")
        self.requirements, self.questions, self.situations = {}, {}, {}
        for name, content in self.chain:
            for key in ("marks", "ladder", "gate", "aspect"):
                if key in content:
                    setattr(self, key, content[key])
            for path in sorted((STANDARDS / name).glob("*.toml")):
                if path.name == "profile.toml":
                    profile = self._toml(path)
                    self.questions.update({fact["id"]: {**fact, "fact": True} for fact in profile["fact"]})
                    self.situations.update(profile["situation"])
                elif path.name not in ("standard.toml", "equipment.toml", "form.toml"):
                    for requirement in self._toml(path)["requirement"]:
                        self.requirements[requirement["id"]] = requirement
        order = [aspect["code"] for aspect in self.aspect]
        self.requirements = dict(
            sorted(self.requirements.items(), key=lambda item: (order.index(item[0][:3]), item[0]))
        )
        for requirement in self.requirements.values():
            self.questions.update({question["id"]: question for question in requirement["question"]})

    @staticmethod
    def _toml(path):
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)

    def used(self, properties):
        """Return the properties without answers that are not asked and without counts above their whole.

        A question stands below those that decide whether it is asked, so one walk down the form is enough.
        """
        kept = dict(properties)
        for requirement in self.requirements.values():
            for question in requirement["question"]:
                if "asked_when" in question:
                    asked = self.holds(question["asked_when"], kept, requirement.get("checks", {}))
                    if asked == FALSE:
                        kept.pop(question["id"], None)
        for name, question in self.questions.items():
            if "at_most" in question:
                part, whole = (self.known(kept, each, "number") for each in (name, question["at_most"]))
                if part is not None and whole is not None and part > whole:
                    kept.pop(name, None)
        return kept

    def value(self, properties, name):
        """Return ("word" | "number" | "set", value), or (state, None) where nothing usable is known."""
        question, given = self.questions[name], properties.get(name)
        if isinstance(given, bool):
            given = "yes" if given else "no"
        if isinstance(given, str):
            given = SAME.get(given, given)
        if given in (None, "", "not_seen"):
            return "missing", None
        if given == "not_applicable":
            return "not_applicable", None
        if question["kind"] == "number":
            number = Decimal(str(given)).quantize(Decimal(1).scaleb(-question["decimals"]), rounding=ROUND_HALF_UP)
            low, high = question["range"]
            if not low <= number <= high:
                return "out_of_range", None
            counts = question.get("whole", not question["decimals"] and isinstance(question["unit"], dict))
            return ("unreadable", None) if counts and Decimal(str(given)) % 1 else ("number", Fraction(number))
        if question["kind"] == "set":
            names = given if isinstance(given, list) else given.split(",")
            return "set", {SAME.get(each, each) for each in names} - {"none"}
        return "word", given

    def known(self, properties, name, kind):
        found, value = self.value(properties, name)
        return value if found == kind else None

    def holds(self, condition, properties, checks):
        if isinstance(condition, str):
            return self.holds(
                checks[condition] if condition in checks else self.situations[condition], properties, checks
            )
        if "all" in condition:
            return min(self.holds(each, properties, checks) for each in condition["all"])
        if "any" in condition:
            return max(self.holds(each, properties, checks) for each in condition["any"])
        if "at_least_of" in condition or "at_most_of" in condition:
            values = [self.holds(each, properties, checks) for each in condition["of"]]
            true, unknown = values.count(TRUE), values.count(UNKNOWN)
            low, high = condition.get("at_least_of", 0), condition.get("at_most_of", len(values))
            if true >= low and true + unknown <= high:
                return TRUE
            return FALSE if true + unknown < low or true > high else UNKNOWN
        if "is" in condition or "is_one_of" in condition:
            word = self.known(properties, condition["question"], "word")
            wanted = [condition["is"]] if "is" in condition else condition["is_one_of"]
            return UNKNOWN if word is None else TRUE if word in wanted else FALSE
        if "includes_at_least" in condition:
            names = self.known(properties, condition["question"], "set")
            if names is None:
                return UNKNOWN
            counted = names & set(condition["of"]) if "of" in condition else names
            return TRUE if len(counted) >= condition["includes_at_least"] else FALSE
        left = self.amount(condition.get("question", condition), properties)
        if "between" in condition:
            low, high = map(Fraction, condition["between"])
            return UNKNOWN if left is None else TRUE if low <= left <= high else FALSE
        limit = self.amount(condition.get("at_least", condition.get("at_most")), properties)
        if left is None or limit is None:
            return UNKNOWN
        return TRUE if (left >= limit if "at_least" in condition else left <= limit) else FALSE

    def amount(self, stated, properties):
        if isinstance(stated, int | Decimal):
            return Fraction(stated)
        if isinstance(stated, str):
            return self.known(properties, stated, "number")
        if "by" in stated:
            word = self.known(properties, stated["by"], "word")
            return Fraction(stated[word]) if word in stated and word != "by" else None
        total = Fraction(0)
        for term in stated["sum"]:
            if not isinstance(term, dict):
                total += Fraction(term)
                continue
            product = Fraction(term["times"])
            for name in term["of"]:
                number = self.known(properties, name, "number")
                if number is None:
                    return None
                product *= number
            total += product
        return total

    def outcome(self, requirement_id, properties):
        return self._outcome(requirement_id, self.used(properties))

    def _outcome(self, requirement_id, properties):
        requirement = self.requirements[requirement_id]
        checks = requirement.get("checks", {})
        if "applies_when" in requirement:
            applies = self.holds(requirement["applies_when"], properties, checks)
            if applies != TRUE:
                return "not_applicable" if applies == FALSE else "undetermined"
        if (
            requirement.get("may_be_not_applicable")
            and self.value(properties, requirement["question"][0]["id"])[0] == "not_applicable"
        ):
            return "not_applicable"
        conforms = self.holds(requirement["conforms_when"], properties, checks)
        partial = (
            self.holds(requirement["partial_when"], properties, checks) if "partial_when" in requirement else FALSE
        )
        if conforms == TRUE:
            return "conforms"
        if partial == TRUE:
            return "partial"
        return "does_not_conform" if conforms == partial == FALSE else "undetermined"

    def conclusion(self, properties, extension=False):
        """Return status, score range, rank range, red, must-fix and before-audit items as the rules of judgement say."""
        counted = [each for each in self.requirements.values() if extension or each["tier"] == "core"]
        used = self.used(properties)
        outcomes = {each["id"]: self._outcome(each["id"], used) for each in counted}
        marks = {"conforms": self.marks["conforms"], "partial": self.marks["partial"], "does_not_conform": 0}
        known = [outcome for outcome in outcomes.values() if outcome in marks]
        unknown = sum(outcome == "undetermined" for outcome in outcomes.values())
        gated = [each["id"] for each in counted if each.get("mandatory") == self.gate["mandatory"]]
        red = [each for each in gated if outcomes[each] in ("partial", "does_not_conform")]
        must_fix, asked = (
            [each["id"] for each in counted if each.get("mandatory") in self.gate.get(key, [])]
            for key in ("must_fix", "before_audit")
        )
        items = {
            "red": red,
            "must_fix": [each for each in must_fix if outcomes[each] == "does_not_conform"],
            "before_audit": [each for each in asked if outcomes[each] in ("partial", "does_not_conform")],
            "answered_pct": 100 * len(known) // max(len(known) + unknown, 1),
        }
        answered = any(
            self.value(properties, name)[0] != "missing"
            for name, question in self.questions.items()
            if not question.get("fact")
        )
        if not known and not unknown:
            return {"status": "undetermined" if answered else "not_audited", "score": None, "rank": None, **items}
        top, maximum = self.marks["conforms"], self.ladder["maximum"]
        earned, possible = sum(marks[outcome] for outcome in known), top * (len(known) + unknown)
        low, high = (
            floor(Fraction(maximum * points, possible) + Fraction(1, 2)) for points in (earned, earned + top * unknown)
        )
        rungs = self.ladder["rungs"]
        rank_low, rank_high = (sum(score >= rung["from"] for rung in rungs) for score in (low, high))
        if red:
            rank_high = min(rank_high, len(rungs) - 1)
        if red or any(outcomes[each] == "undetermined" for each in gated):
            rank_low = min(rank_low, len(rungs) - 1)
        if not answered:
            status = "not_audited"
        elif (
            rank_low == len(rungs)
            and not items["must_fix"]
            and not any(outcomes[each] == "undetermined" for each in must_fix)
        ):
            status = "standard"
        elif rank_low >= 1 and rank_low >= len(rungs) - 1 and (rank_high < len(rungs) or items["must_fix"]):
            status = "nearly_standard"
        elif rank_high < len(rungs):
            status = "non_standard"
        else:
            status = "undetermined"
        names = [None, *(rung["name"] for rung in rungs)]
        return {"status": status, "score": (low, high), "rank": (names[rank_low], names[rank_high]), **items}
