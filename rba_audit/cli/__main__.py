"""`python -m rba_audit.cli`, for where the command itself is not on the path."""

import sys

from rba_audit.cli import main

sys.exit(main())
