"""The tables that people keep as YAML: read by libyaml where PyYAML was built with it, about ten times as quick."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_table(path: Path) -> Any:
    """What stands in a YAML file; raises OSError, and yaml.YAMLError where it is not YAML."""
    return yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - CSafeLoader is safe
