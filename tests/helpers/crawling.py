"""Follow every link that is shown to a user, and list those that lead to an error page."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

HOST = "http://localhost"
SIGN_IN = "/sign-in"
REDIRECTS = (301, 302, 303, 307, 308)
SHARED = {"static", "offline.part"}
"""What every reader is answered with alike; one crawl of it is enough."""
ONE_IS_ENOUGH = {"standards.edition", "standards.table"}
"""Long pages that lead to the same pages whatever their address."""
_NO_LINKS = {"id", "scope"}
"""Members of a web manifest that look like links, and that nobody follows."""
_PATH = re.compile(r"""["'](/[^"'\\\s<>{}]*)["']""")


class _Page(HTMLParser):
    """Collects where a page leads, and where its forms are sent to."""

    def __init__(self):
        super().__init__()
        self.links, self.forms = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("href", "src", "poster", "data") if given.get(name)]
        self.links += [each.split()[0] for each in (given.get("srcset") or "").split(",") if each.strip()]
        for name, value in attrs:
            if name.startswith("data-") and value and value[0] in "[{" and value[1:2] in '"[{':
                self.links += paths_in_json(value)
            elif name.startswith("data-") and value and value[0] == "/":
                self.links.append(value)
        if tag == "form" and given.get("method", "get").lower() != "dialog":
            post = given.get("method", "get").lower() == "post"
            (self.forms if post else self.links).append(given.get("action") or "")

    handle_startendtag = handle_starttag


def paths_in_json(text):
    """Return every text in a JSON document that begins with a slash."""
    found, todo = [], [json.loads(text)]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += [each for name, each in value.items() if name not in _NO_LINKS]
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, str) and value.startswith("/"):
            found.append(value)
    return found


def _built_by_scripts(work):
    """Return where a surveyor's page leads, which it makes of what the server says is their work."""
    sites = [each["id"] for each in work["sites"]]
    sites += [each["site"] for each in work["own"] if each["state"] == "has_issues"]
    photos = [(each["visit"], photo["sha256"]) for each in work["own"] for photo in each.get("photos", ())]
    return [
        *(f"/sites/{quote(site)}/audit" for site in sites),
        *(f"/api/sites/{quote(site)}/opening?edition={work['edition']}" for site in sites),
        *(f"/photos/{visit}/{sha256}?size=small" for visit, sha256 in photos),
    ]


@dataclass
class Crawl:
    """What one reader comes to.

    Attributes:
        variants: How many addresses of a page are tried that differ only in the values of their query.
        most: How many addresses of one endpoint are tried.
        reached: The status of each address, and the page on which it stood.
    """

    app: object
    client: object
    admitted: object
    """Tells whether the reader may use an endpoint, by its declared access."""
    variants: int
    most: int
    seen_by_others: set = field(default_factory=set)
    reached: dict = field(default_factory=dict)
    endpoints: Counter = field(default_factory=Counter)
    refused: dict = field(default_factory=dict)
    forms: dict = field(default_factory=dict)

    def __post_init__(self):
        self._match = self.app.url_map.bind("localhost").match
        self._shapes = Counter()

    def follow(self, *starts):
        """Follow all that `starts` lead to; a start itself may be refused, and says where else to go."""
        todo = [(start, "") for start in starts]
        while todo:
            address, page = todo.pop()
            todo += [(each, address) for each in self._open(address, page)]
        return self

    def _open(self, address, page):
        if address in self.reached or not self._is_new(address):
            return []
        answer = self.client.get(address)
        self.reached[address] = answer.status_code, page
        self.endpoints[self._endpoint(address)] += 1
        body = b"" if answer.mimetype.startswith("image/") else answer.get_data()
        answer.close()
        if answer.status_code in REDIRECTS:
            onward = self._own(address, answer.location)
            if onward is None or onward.startswith(SIGN_IN):
                self._refuse(address, page, f"{answer.status_code} to {answer.location}")
                return []
            return [onward]
        if answer.status_code >= 400:
            self._refuse(address, page, str(answer.status_code))
            return [] if page else self._links(address, answer.mimetype, body)
        return self._links(address, answer.mimetype, body)

    def _links(self, address, mimetype, body):
        if mimetype == "text/html":
            found = _Page()
            found.feed(body.decode())
            for action in found.forms:
                self._look_at_form(self._own(address, action), address)
            links = found.links
            links += ["/api/work"] if self._endpoint(address) == "offline.queue" else []
        elif self._endpoint(address) == "api.work":
            # Scripts build links to forms for who fills them in alone.
            links = _built_by_scripts(json.loads(body)) if self.admitted("surveyors.audit") else []
        elif mimetype == "application/json" or mimetype.endswith("manifest+json"):
            links = paths_in_json(body)
        elif mimetype == "text/javascript" and self._endpoint(address) not in SHARED:
            links = [each for each in _PATH.findall(body.decode()) if self._endpoint(each)]
        else:
            links = []
        return [own for each in links if (own := self._own(address, each)) is not None]

    def _look_at_form(self, address, page):
        if (
            address is None or self._endpoint(address) == "offline.survey_shell"
        ):  # shown at the address of a site, and sent there
            return
        try:
            endpoint, _ = self._match(urlsplit(address).path, method="POST")
        except HTTPException:
            endpoint = None
        if endpoint is None or not self.admitted(endpoint):
            self.forms[address] = page

    def _refuse(self, address, page, why):
        if page:
            self.refused[address] = f"{why}, on {page}"

    def _is_new(self, address):
        parts = urlsplit(address)
        endpoint = self._endpoint(address)
        if endpoint in SHARED:
            new = address not in self.seen_by_others
            self.seen_by_others.add(address)
            return new
        names = tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
        shape = endpoint or parts.path, names, "" if names or endpoint in ONE_IS_ENOUGH else parts.path
        self._shapes[shape] += 1
        return self._shapes[shape] <= (self.variants if names else 1) and self.endpoints[endpoint] < self.most

    def _endpoint(self, address):
        try:
            return self._match(urlsplit(address).path, method="GET")[0]
        except RequestRedirect:
            return "redirect"
        except HTTPException:
            return ""

    def _own(self, page, link):
        """Return a link as an address of this server; None where it leads elsewhere."""
        parts = urlsplit(urljoin(HOST + page, link))
        if (parts.scheme, parts.netloc) != ("http", "localhost"):
            return None
        return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
