"""Server processes that tests kill, forked from a process with all imports done, so that they start fast."""

import multiprocessing
import os
from multiprocessing import forkserver
from pathlib import Path

PATIENCE_S = 60
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "helpers.routes",
        "helpers.templates",
        "helpers.phone_server",
        "helpers.faulty_server",
        "helpers.surveying_server",
        "helpers.register_work",
        "helpers.commands",
    ]
)
_TESTS = Path(__file__).parents[1]


class ServerProcess:
    """A server in a process of its own; on the same port however often it is started.

    `target(messages, folder, port, *arguments)` runs in the process. The first thing it sends through `messages` is its port.
    """

    def __init__(self, target, folder):
        self.target, self.folder, self.port, self.process = target, folder, 0, None

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def start(self, *arguments):
        """Start, and wait until the port is open."""
        start_fork_server()
        self._messages, there = CONTEXT.Pipe(duplex=False)
        self.process = CONTEXT.Process(
            target=self.target, args=(there, self.folder, self.port, *arguments), daemon=True
        )
        self.process.start()
        there.close()
        self.port = self.receive()

    def receive(self):
        """Return the next thing the server says."""
        assert self._messages.poll(PATIENCE_S), "the server says nothing"
        return self._messages.recv()

    def wait_until_paused(self):
        assert self.receive() == "paused"

    def kill(self):
        """kill -9, in the middle of whatever it does."""
        self.process.kill()
        self.died()

    def died(self):
        """Wait until the process has ended."""
        self.process.join(PATIENCE_S)
        assert not self.process.is_alive()
        self.process.close()
        self._messages.close()
        self.process = None

    def restart(self):
        self.kill()
        self.start()


def start_fork_server():
    """Start the process to fork from, once; Python 3.11 lets it find modules to preload by PYTHONPATH alone."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_TESTS), str(_TESTS.parent), *filter(None, [before])])
    try:
        forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def started(target, *arguments):
    """Start a process of its own that does something, and return it."""
    start_fork_server()
    process = CONTEXT.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def ended(*processes):
    """Wait until processes have ended, and return their exit codes."""
    for process in processes:
        process.join(PATIENCE_S)
    return [process.exitcode for process in processes]
