"""The one list of categories that reading, routing, Open311 and the console share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from nlu.training_data import LOADER


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of report; `unit` is the unit that answers for it unless the regency routes otherwise."""

    code: str
    name: str
    about: str
    unit: str


class BadCategories(ValueError):
    """The list of categories cannot be read."""


def load_categories(path: Path) -> dict[str, Category]:
    """The categories by their codes, in the order of the file; BadCategories says what is wrong and where."""
    try:
        rows = yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506 - CSafeLoader is safe
        found = [Category(**row) for row in rows]
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise BadCategories(f"{path.name}: {error}") from error
    if len({category.code for category in found}) != len(found):
        raise BadCategories(f"{path.name}: a code stands twice")
    return {category.code: category for category in found}
