"""Run the command line as `python -m rba_audit.cli`, for when `rba-audit` is not on the path."""

import sys

from rba_audit.cli import main

sys.exit(main())
