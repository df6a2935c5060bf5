"""Open pages in a browser and collect their errors and the findings of axe-core."""

from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


class Reader:
    """Opens pages and remembers what went wrong in them."""

    def __init__(self, browser, address, *, language="en", **options):
        self.address = address
        # Without motion, nothing moves away from under the pointer while a busy machine catches up.
        self.context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
        self.context.add_cookies([{"name": "lang", "value": language, "url": address}])
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._check)
        if options.get("java_script_enabled", True):
            complain = "(event) => console.error('policy: ' + event.violatedDirective)"
            self.page.add_init_script(f"document.addEventListener('securitypolicyviolation', {complain});")

    def _check(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked for {request.url}")

    def open(self, path):
        """Open a page of the site."""
        self.page.goto(self.address + path)
        return self.page


@contextmanager
def readers(browser, address):
    """Yield a function that makes readers of that address; at the end none of them may have complained."""
    made = []

    def read(**options):
        made.append(Reader(browser, address, **options))
        return made[-1]

    yield read
    # What a page complains of while it is being closed, such as a script that it was just fetching, nobody sees.
    before_closing = [complaint for reader in made for complaint in reader.complaints]
    for reader in made:
        reader.context.close()
    assert before_closing == []


def violations(page, within=None, impacts=("minor", "moderate", "serious", "critical")):
    """Return what axe-core finds amiss on a page, or in the parts of it that a selector names: the rule, and where."""
    found = Axe().run(page, within).response
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"]][:3])
        for violation in found["violations"]
        if violation["impact"] in impacts
    ]


def barriers(page, within=None):
    """Return what axe-core finds serious or critical."""
    return violations(page, within, ("serious", "critical"))


def scale_text(page, percent):
    """Let all text be that large, as a reader's own setting does."""
    page.evaluate(
        "(percent) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`:root { font-size: ${percent}% }`);"
        " document.adoptedStyleSheets = [sheet]; }",
        percent,
    )


def page_width(page):
    """Return how wide the page is, what hangs over its edge included."""
    return page.evaluate("document.documentElement.scrollWidth")


_CONTROLS = (
    "main button, main summary, main .quiet, main .button, main select, main .choice, .sections a, .languages button, "
    "main input:not([type=radio]):not([type=checkbox]):not([type=hidden])"
)


def too_small(page, controls=_CONTROLS):
    """Return the controls that are lower than a thumb needs: 44 px, less what rounding takes. The map's are its own."""
    small = page.locator(controls).evaluate_all(
        "all => all.filter((control) => control.checkVisibility() && control.getBoundingClientRect().height < 43.5)"
        ".map((control) => control.outerHTML.slice(0, 120) + ' ' + control.getBoundingClientRect().height)"
    )
    return [control for control in small if "rba-" not in control and "leaflet" not in control]
