"""Parse pages leniently, faster than the strict parser with which `test_html` checks every page."""

from html.parser import HTMLParser


class _Main(HTMLParser):
    def __init__(self):
        super().__init__()
        self.inside, self.parts = False, []

    def handle_starttag(self, tag, _attributes):
        self.inside |= tag == "main"
        # Text on both sides of a tag is two texts.
        self.parts.append(" ")

    def handle_endtag(self, tag):
        self.inside &= tag != "main"
        self.parts.append(" ")

    def handle_data(self, data):
        if self.inside:
            self.parts.append(data)


def seen(page):
    """Return the text of a page's main part, as a reader sees it."""
    parser = _Main()
    parser.feed(page.get_data(as_text=True))
    parser.close()
    assert any(map(str.strip, parser.parts)), "the page has no main part"
    return " ".join("".join(parser.parts).split())
