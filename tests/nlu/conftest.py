"""A small data folder with its own engine, trained once for all tests of reading."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nlu import training_data
from nlu.embedded import EmbeddedEngine, load_engine
from nlu.gazetteer import Gazetteer
from nlu.normalise import Lexicon
from nlu.places import Places

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.load(DATA / "language")


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.load(DATA / "wilayah")


@pytest.fixture(scope="session")
def places(gazetteer: Gazetteer, lexicon: Lexicon) -> Places:
    return Places(gazetteer, lexicon.ordinary)


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real data folder with every eighth training message."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("language", "wilayah"):
        shutil.copytree(DATA / name, folder / name)
    shutil.copy(DATA / "categories.yml", folder)
    (folder / "nlu").mkdir()
    training_data.write(folder / "nlu" / "few.yml", training_data.load(DATA / "nlu")[::8])
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def engine(small_data: Path, models: Path) -> EmbeddedEngine:
    return load_engine(small_data, models)
