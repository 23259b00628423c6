"""`python -m cairn` is the command `cairn`."""

import sys

from cairn.cli.main import main

sys.exit(main())
