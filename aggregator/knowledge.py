"""Knowledge: what the program knows before anybody writes: the region, the categories, the places, the reading engine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aggregator.rules.match import MatchSettings
from aggregator.rules.routing import Region, load_region
from aggregator.rules.vocabulary import load_vocabulary
from aggregator.settings import ROOT, Settings
from nlu.categories import Category, load_categories
from nlu.embedded import EmbeddedEngine, load_engine
from nlu.gazetteer import Gazetteer
from nlu.rasa import RasaEngine, chosen

log = logging.getLogger("elapor")

DATA = ROOT / "data"


def _nothing(_step: str) -> None:
    pass


@dataclass
class Knowledge:
    """Everything of `data/` and the trained models, each read when it is first needed."""

    settings: Settings
    progress: Callable[[str], None] = _nothing
    """Told when a model is being trained."""

    @cached_property
    def categories(self) -> dict[str, Category]:
        """The categories by code."""
        return load_categories(DATA / "categories.yml")

    @cached_property
    def category_names(self) -> dict[str, str]:
        """What people read for a category's code."""
        return {code: category.name for code, category in self.categories.items()}

    @cached_property
    def region(self) -> Region:
        """The home kabupaten."""
        return load_region(DATA / "units" / f"{self.settings.region}.yml")

    @cached_property
    def engine(self) -> EmbeddedEngine | RasaEngine:
        """What reads texts: the built-in engine, trained if need be, alone or with Rasa's judgement."""
        built_in = load_engine(DATA, self.models, self.progress)
        return chosen(self.settings.engine, built_in, self.categories, self.settings.rasa_url, log.warning)

    @property
    def models(self) -> Path:
        """Where trained models are kept."""
        return Path(self.settings.get("MODELS") or self.settings.data / "models")

    @cached_property
    def match_settings(self) -> MatchSettings:
        """The thresholds of config.yml, and what is known of words."""
        return MatchSettings.of(self.settings.match, load_vocabulary(DATA))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places of all regions that we know."""
        return self.engine.gazetteer
