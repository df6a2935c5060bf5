"""Browser pages with files from the folder of static files, without a server."""

from urllib.parse import urlsplit

from rba_audit.resources import static_dir

ORIGIN = "http://127.0.0.1:9"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def open_page(browser, html="<!doctype html><title>-</title>", **options):
    """Open a page whose files come from the folder of static files, without any server."""
    page = browser.new_page(**options)

    def serve(route):
        path = urlsplit(route.request.url).path
        file = static_dir() / path.removeprefix("/static/")
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path.startswith("/static/") and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.fulfill(status=404, body="")

    page.route("**/*", serve)
    page.goto(f"{ORIGIN}/")
    return page
