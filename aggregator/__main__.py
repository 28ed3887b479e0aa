"""`python -m aggregator` is `elapor`."""

import sys

from aggregator.cli import main

sys.exit(main())
