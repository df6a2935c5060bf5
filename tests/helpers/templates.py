"""Cache compiled templates for all applications of a test run; importing this module installs the cache.

Test servers are forked from a process that imports it (see `processes`); otherwise each would compile every page again.
"""

import atexit
import os
import shutil
import tempfile

from flask import Flask
from jinja2.bccache import FileSystemBytecodeCache

FOLDER = "RBA_TEST_TEMPLATES"
"""The variable that names the folder to every process of a run; the first one makes it, and takes it away."""


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps the code of each template in a folder and in memory, for as long as its source is the same."""

    def __init__(self, folder):
        super().__init__(folder)
        self._codes = {}

    def load_bytecode(self, bucket):
        """Give a bucket the code that was kept for the same source."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._codes[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket):
        """Keep the code of a bucket."""
        self._codes[bucket.key, bucket.checksum] = bucket.code
        super().dump_bytecode(bucket)


def _folder():
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="rba-templates-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)
    return os.environ[FOLDER]


Flask.jinja_options = {"bytecode_cache": CompiledTemplates(_folder())}
