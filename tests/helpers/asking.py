"""The value of a script in a page of Playwright that another page may replace while the script runs."""

from playwright.sync_api import Error

REPLACED = ("Execution context was destroyed", "Cannot find context with specified id")


def asked(page, script, given=None):
    """Return what a script returns; once more if another page came meanwhile. It must do no harm when it runs twice."""
    try:
        return page.evaluate(script, given)
    except Error as fault:
        if not any(words in fault.message for words in REPLACED):
            raise
    return page.evaluate(script, given)
