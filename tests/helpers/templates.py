"""Templates compiled once in each process, whichever application asks for them."""

from jinja2.bccache import BytecodeCache


class CompiledTemplates(BytecodeCache):
    """Keeps the code of each template in memory, for as long as its source is the same."""

    def __init__(self):
        self._codes = {}

    def load_bytecode(self, bucket):
        """Give a bucket the code that was kept for the same source."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        """Keep the code of a bucket."""
        self._codes[bucket.key, bucket.checksum] = bucket.code
