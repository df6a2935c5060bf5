"""Firefox and WebKitGTK for tests, each driven through Selenium's WebDriver.

WebKitGTK brings a WebDriver server of its own (WebKitWebDriver); it needs a display, which is an Xvfb. Firefox has one built in, Marionette:
the same commands as WebDriver under other names, over a socket. Mozilla's bridge to it, geckodriver, is in no package index, so Selenium
is given a connection that speaks Marionette.

Each browser has a profile of its own under a folder of the test, asks nobody but the test's server, and is killed with all its processes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_S = 60
POLL_S = 0.05
PHONE = (360, 740)
MINI_BROWSERS = (
    "lib/*/webkit2gtk-4.*/MiniBrowser",
    "lib*/webkit2gtk-4.*/MiniBrowser",
    "libexec/webkit2gtk-4.*/MiniBrowser",
)

# Nothing is asked of anybody but this computer: whatever is not loopback goes to a port where nobody listens.
FIREFOX_PREFERENCES: dict[str, Any] = {
    "marionette.port": 0,  # a free one, which Firefox writes into its profile
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.normandy.enabled": False,
    "app.shield.optoutstudies.enabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.search.update": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "extensions.update.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    # What costs time and shows nothing here.
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "browser.sessionstore.resume_from_crash": False,
    "browser.tabs.remote.separatePrivilegedContentProcess": False,
    "dom.ipc.processCount": 1,
    "dom.ipc.processPrelaunch.enabled": False,
    "ui.prefersReducedMotion": 1,
    "intl.accept_languages": "id",
}

WATCH_FOR_CLICK = """(([element]) => {
    window.clicked = false;
    element.addEventListener("click", () => { window.clicked = true; }, { capture: true, once: true });
})(given)"""

UNLOADED = ("unload", "discarded")
"""What drivers say where the document or its window went away under a script: `Document was unloaded`, `before the unload event`."""


REPLACEMENTS = 2
"""How often a page may be replaced under one script: by what was pressed, and by its service worker."""


class PageReplaced(Exception):
    """Another page came while a script ran, so that nobody knows its value."""


@dataclass(frozen=True)
class Browser:
    """A browser that is running: what a person does with it.

    A page may be replaced at any moment, as the form is once its visit is kept. Then a driver returns null for the value of a script, or
    says that the document was unloaded; `_script` tells both from a value. It is for the next look of `wait_until`; elsewhere a script is
    asked again.
    """

    driver: Any

    def open(self, address: str) -> None:
        """Go to an address and wait until the page has loaded."""
        self.driver.get(address)

    def click(self, label: str, within: str = "body") -> None:
        """Press what bears this label (a button, a link or a choice) inside the element of a CSS selector."""
        self.wait_until(lambda: self.click_if_shown(label, within), f"{label!r} in {within}")

    def click_if_shown(self, label: str, within: str = "body") -> bool:
        """Press what bears this label if it is there now, and return whether that was done."""
        path = f".//*[self::button or self::a or self::label][normalize-space()={json.dumps(label)}]"
        for found in self._find(within).find_elements("xpath", path):
            if found.is_displayed():
                choice = self._scroll_to(found)
                self._script(WATCH_FOR_CLICK, found)
                found.click()
                try:
                    # The layout may have shifted under the pointer: then it is for the next try.
                    return not self._script("window.clicked === false") and (
                        not choice or self._script("given[0].checked", choice)
                    )
                except PageReplaced:
                    return True  # by what was pressed
        return False

    def type(self, text: str, into: str) -> None:
        """Type into the field of a CSS selector, in place of what it held before."""
        self.wait_until(lambda: self._type(text, into), f"a field {into} to type {text!r} into")

    def _type(self, text: str, into: str) -> bool:
        field = self._find(into)
        self._scroll_to(field)
        field.clear()
        field.send_keys(text)
        return True

    def choose_file(self, path: Path, field: str) -> None:
        """Give a file to the file field of a CSS selector, as the system's dialog does."""
        self._find(field).send_keys(str(path))

    def text(self, selector: str) -> str:
        """What can be read in the first element of a CSS selector; nothing where there is none."""
        return self.evaluate("document.querySelector(given[0])?.innerText ?? ''", selector)

    def evaluate(self, expression: str, *given: Any) -> Any:
        """The value of a JavaScript expression, which may wait for something; `given` are its arguments.

        Raises:
            AssertionError: the expression throws.
            PageReplaced: pages followed one another more often: the first visit's page reloads once when its service worker takes over.
        """
        for _again in range(REPLACEMENTS):
            with suppress(PageReplaced):
                return self._script(expression, *given)
        return self._script(expression, *given)

    def _script(self, expression: str, *given: Any) -> Any:
        """The value of an expression, asked once.

        Raises:
            AssertionError: the expression throws.
            PageReplaced: the page was replaced meanwhile.
        """
        from selenium.common.exceptions import WebDriverException

        try:
            answer = self.driver.execute_async_script(
                f"const given = [...arguments], done = given.pop(); (async () => ({expression}))()"
                ".then((value) => done([true, value ?? null]), (fault) => done([false, String(fault)]));",
                *given,
            )
        except WebDriverException as fault:
            if not any(words in str(fault) for words in UNLOADED):
                raise
            raise PageReplaced(expression) from fault
        if answer is None:
            raise PageReplaced(expression)
        ok, value = answer
        assert ok, f"{expression}: {value}"
        return value

    def wait_for_text(self, text: str, selector: str) -> None:
        """Wait until an element reads so."""
        self.wait_until(
            lambda: text in self.text(selector), lambda: f"{text!r} in {selector}, not {self.text(selector)!r}"
        )

    def wait_until(self, condition: Callable[[], Any], wanted: str | Callable[[], str]) -> Any:
        """Wait until a condition holds, and return what it returned; an element or a page that comes too late is no error.

        Raises:
            AssertionError: it does not hold in time; `wanted` says what does not, or why that cannot be said.
        """
        from selenium.common.exceptions import WebDriverException

        end = time.monotonic() + PATIENCE_S
        fault: Exception | None = None
        while time.monotonic() < end:
            try:
                if value := condition():
                    return value
                fault = None
            except (WebDriverException, PageReplaced) as error:
                fault = error
            time.sleep(POLL_S)
        raise AssertionError(f"waited {PATIENCE_S} s: {_told(wanted)}") from fault

    def _find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def _scroll_to(self, element: Any) -> Any:
        """Scroll an element to the middle, where no bar that stands still lies above it; the box or circle that it labels, if any."""
        return self._script(
            "(([element]) => { element.scrollIntoView({ block: 'center' });"
            " return ['radio', 'checkbox'].includes(element.control?.type) ? element.control : null; })(given)",
            element,
        )


def _told(wanted: str | Callable[[], str]) -> str:
    """What was waited for; whatever goes wrong while a page is asked for it does not hide that it was waited for."""
    if isinstance(wanted, str):
        return wanted
    try:
        return wanted()
    except Exception as fault:
        return f"what, cannot be said ({type(fault).__name__}: {fault})"


# --- starting them ---


@contextmanager
def launch(engine: str, folder: Path) -> Iterator[Browser]:
    """Start Firefox or WebKitGTK (`firefox`, `webkit`) with an empty profile in `folder`; it is killed in the end."""
    with ENGINES[engine](folder) as browser:
        browser.driver.set_script_timeout(PATIENCE_S)
        browser.driver.set_page_load_timeout(PATIENCE_S)
        browser.driver.set_window_size(*PHONE)
        yield browser


def missing_programs() -> list[str]:
    """Return the programs of either engine that cannot be found."""
    return [name for programs in PROGRAMS.values() for name in programs if not _program(name)]


def _program(name: str) -> str | None:
    if name == "firefox":
        return shutil.which("firefox-esr") or shutil.which("firefox")
    if name == "MiniBrowser":  # it lies beside the library, not on the path
        return next((str(found) for pattern in MINI_BROWSERS for found in sorted(Path("/usr").glob(pattern))), None)
    return shutil.which(name)


@contextmanager
def _run(
    command: list[str], log: Path, environment: dict[str, str], *, end: signal.Signals = signal.SIGKILL, **options: Any
) -> Iterator[subprocess.Popen]:
    """A process with a group of its own; the whole group gets the signal `end` in the end."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
            **options,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, end)
        process.wait(PATIENCE_S)


def _wait(process: subprocess.Popen, ready: Callable[[], Any], log: Path) -> Any:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        if found := ready():
            return found
        time.sleep(POLL_S)
    raise AssertionError(f"{process.args[0]} did not start: {log.read_text(errors='replace')[-2000:]}")


# --- WebKitGTK ---


@contextmanager
def _webkit(folder: Path) -> Iterator[Browser]:
    from selenium.webdriver import WebKitGTKOptions
    from selenium.webdriver.common.proxy import Proxy, ProxyType
    from selenium.webdriver.remote.client_config import ClientConfig
    from selenium.webdriver.remote.file_detector import UselessFileDetector
    from selenium.webdriver.remote.remote_connection import RemoteConnection
    from selenium.webdriver.remote.webdriver import WebDriver

    log = folder / "webkit.log"
    options = WebKitGTKOptions()
    options.binary_location = _program("MiniBrowser")
    options.add_argument("--automation")
    port = _free_port()
    with _display(folder) as display:
        environment = {
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "no_proxy": "127.0.0.1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",  # no graphics card is there: drawn at once it takes a third less
            # Neither a desktop's settings nor its helpers for people who cannot see are there.
            "GSETTINGS_BACKEND": "memory",
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
            **{f"XDG_{name}": str(folder) for name in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "RUNTIME_DIR")},
        }
        with _run(["WebKitWebDriver", f"--port={port}"], log, environment) as process:
            _wait(process, lambda: _listens(port), log)
            direct = Proxy({"proxyType": ProxyType.DIRECT})
            connection = RemoteConnection(client_config=ClientConfig(f"http://127.0.0.1:{port}", proxy=direct))
            try:
                driver = WebDriver(connection, options=options, file_detector=UselessFileDetector())
                yield Browser(driver)
            finally:
                connection.close()


@contextmanager
def _display(folder: Path) -> Iterator[str]:
    log = folder / "xvfb.log"
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-screen", "0", "800x800x24"]
    # Killed it would leave its lock behind.
    with os.fdopen(reading) as number, _run(command, log, {}, end=signal.SIGTERM, pass_fds=[writing]):
        os.close(writing)
        found = number.readline().strip()
        assert found, f"Xvfb did not start: {log.read_text(errors='replace')}"
        yield f":{found}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


# --- Firefox ---


# Selenium's names of the commands that are used here, and Marionette's.
MARIONETTE_COMMANDS = {
    "newSession": "WebDriver:NewSession",
    "get": "WebDriver:Navigate",
    "addCookie": "WebDriver:AddCookie",
    "findElement": "WebDriver:FindElement",
    "findElements": "WebDriver:FindElements",
    "findChildElement": "WebDriver:FindElement",
    "findChildElements": "WebDriver:FindElements",
    "clickElement": "WebDriver:ElementClick",
    "clearElement": "WebDriver:ElementClear",
    "sendKeysToElement": "WebDriver:ElementSendKeys",
    "w3cExecuteScript": "WebDriver:ExecuteScript",
    "w3cExecuteScriptAsync": "WebDriver:ExecuteAsyncScript",
    "setTimeouts": "WebDriver:SetTimeouts",
    "setWindowRect": "WebDriver:SetWindowRect",
    "printPage": "WebDriver:Print",
}


class _Marionette:
    """A connection for Selenium to the Marionette of a Firefox: the commands of WebDriver, over a socket.

    A message is the length of its JSON, a colon, and the JSON: [0, number, command, parameters], answered by [1, number, error, result].
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S * 2)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._receive()  # it says who it is

    def execute(self, command: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Do a command of Selenium's and return its answer as Selenium expects it."""
        given = {name: value for name, value in parameters.items() if name != "sessionId"}
        if command.startswith("findChild"):
            given["element"] = given.pop("id")
        self._number += 1
        message = json.dumps([0, self._number, MARIONETTE_COMMANDS[command], given]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, number, error, result = self._receive()
        assert number == self._number
        if error:
            return {"status": 500, "value": json.dumps({"value": error})}
        return result if isinstance(result, dict) and "value" in result else {"value": result}

    def _receive(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            assert byte, "Firefox closed the connection"
            length += byte
        return json.loads(self._stream.read(int(length)))

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@contextmanager
def _firefox(folder: Path) -> Iterator[Browser]:
    from selenium.webdriver import FirefoxOptions
    from selenium.webdriver.remote.file_detector import UselessFileDetector
    from selenium.webdriver.remote.webdriver import WebDriver

    profile, log = folder / "profile", folder / "firefox.log"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in FIREFOX_PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines))
    command = [
        _program("firefox"),
        "--headless",
        "--marionette",
        "--no-remote",
        "--profile",
        str(profile),
        "about:blank",
    ]
    with _run(command, log, {"HOME": str(folder)}) as process:
        port = profile / "MarionetteActivePort"
        connection = _Marionette(int(_wait(process, lambda: port.exists() and port.read_text().strip(), log)))
        try:
            driver = WebDriver(connection, options=FirefoxOptions(), file_detector=UselessFileDetector())
            yield Browser(driver)
        finally:
            connection.close()


PROGRAMS = {"firefox": ("firefox",), "webkit": ("WebKitWebDriver", "MiniBrowser", "Xvfb")}
ENGINES: dict[str, Callable[[Path], Any]] = {"firefox": _firefox, "webkit": _webkit}
