"""The trained engine that the demonstration's tests share with the product."""

import pytest

from aggregator.knowledge import DATA
from aggregator.settings import ROOT
from nlu.embedded import load_engine


@pytest.fixture(scope="session")
def models():
    folder = ROOT / "var" / "models"
    load_engine(DATA, folder)
    return folder
