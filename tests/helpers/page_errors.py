"""Record the errors of pages under test in the pages themselves, the same way in every browser.

Drivers differ in what they report of a page's console, and WebKitGTK's reports nothing. So each page begins with an inline script that listens;
the Content-Security-Policy allows exactly this script, by its hash, beside what it allowed before.
"""

import base64
import hashlib

SCRIPT = """(() => {
    const record = (...words) => {
        const all = JSON.parse(localStorage.getItem("page-errors") ?? "[]");
        localStorage.setItem("page-errors", JSON.stringify([...all, [location.pathname, ...words].map(String).join(" ")]));
    };
    addEventListener("error", ({ message, target }) => record("error", message ?? target.src ?? target.href), true);
    addEventListener("unhandledrejection", ({ reason }) => record("rejection", reason));
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => record("policy", violatedDirective, blockedURI));
    for (const level of ["error", "warn"]) {
        const write = console[level];
        console[level] = (...words) => {
            record(level, ...words);
            write.apply(console, words);
        };
    }
})();"""
RECORDED = 'JSON.parse(localStorage.getItem("page-errors") ?? "[]")'
"""JavaScript: what the pages of this origin have recorded, a line for each error, warning or violation of the policy."""


def record_page_errors(app):
    """Let every page of a Flask application record its errors."""
    allowed = f"script-src 'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}' "

    def add(response):
        if response.mimetype == "text/html":
            page = response.get_data(as_text=True)
            response.set_data(page.replace("<head>", f"<head><script>{SCRIPT}</script>", 1))
            policy = response.headers["Content-Security-Policy"]
            response.headers["Content-Security-Policy"] = policy.replace("script-src ", allowed, 1)
        return response

    # The first in the list is the last to be called and compresses; the one before it is called when the policy is there.
    app.after_request_funcs.setdefault(None, []).insert(1, add)
