"""A stand-in for the server's side of proposed places, as the contract has it: what is sent is kept once, under its id."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from playwright.sync_api import Error

NEEDED = {"id", "site", "name", "kind", "geometry", "accuracy_m", "walk", "note", "near", "author", "begun_at"}


@dataclass
class Places:
    """Takes proposals; `answer` overrules the next ones (status, body), and `log` says what came, in its order."""

    kept: dict = field(default_factory=dict)
    answer: tuple | None = None
    log: list = field(default_factory=list)
    told: dict = field(default_factory=dict)

    def receipt(self, id):
        body = self.kept[id]
        state = self.told.get(id, {}).get("state", "proposed")
        return {
            "place": id,
            "site": json.loads(body)["site"],
            "sha256": sha256(body).hexdigest(),
            "state": state,
            "received_at": "2026-11-30T08:00:00+00:00",
        }

    def work(self):
        """What /api/work lists as the proposals of whoever asks."""
        return [
            {"place": id, "site": read["site"], "name": read["name"], "state": "proposed", "into": None, "reason": ""}
            | self.told.get(id, {})
            for id, body in self.kept.items()
            for read in [json.loads(body)]
        ]

    def put(self, id, body):
        """The answer to PUT /api/places/ID: (status, body)."""
        self.log.append(f"place {id}")
        if self.answer:
            return self.answer
        document = json.loads(body)
        assert set(document) == NEEDED
        assert document["id"] == id
        if self.kept.get(id, body) != body:
            return 409, {"error": "differs", "told": "the server has this already and it says something else there"}
        new = id not in self.kept
        self.kept[id] = body
        return 201 if new else 200, self.receipt(id)

    def serve(self, context):
        """Answer for the server in a browser, and note which visits and dangers come after what."""

        def put(route):
            status, body = self.put(route.request.url.split("/")[-1], route.request.post_data_buffer)
            route.fulfill(status=status, body=json.dumps(body), content_type="application/json")

        def work(route):
            with suppress(Error):  # the page or the browser goes away meanwhile
                answer = route.fetch()
                more = {"json": {**answer.json(), "places": self.work()}} if answer.status == 200 else {}
                route.fulfill(response=answer, **more)

        def other(route):
            if route.request.method != "PUT":
                return route.fallback()
            document = json.loads(route.request.post_data_buffer)
            self.log.append(f"{'danger' if 'dangers' in route.request.url else 'visit'} of {document['site']}")
            if document["site"] not in {json.loads(body)["site"] for body in self.kept.values()}:
                return route.fulfill(
                    status=404,
                    body=json.dumps({"error": "unknown", "told": "no such site"}),
                    content_type="application/json",
                )
            receipt = {
                "sha256": sha256(route.request.post_data_buffer).hexdigest(),
                "visit": document["id"],
                "site": document["site"],
                "complete": True,
                "missing": [],
                "state": "received",
            }
            return route.fulfill(status=201, body=json.dumps(receipt), content_type="application/json")

        context.route("**/api/places/*", put)
        context.route("**/api/work", work)
        context.route("**/api/visits/*", other)
        context.route("**/api/dangers/*", other)
