"""Rasa chosen as the engine of the whole program, and of `classify`; nothing listens where it should be."""

import io
import json
import sys

import pytest

from aggregator.cli import main
from aggregator.knowledge import Knowledge
from aggregator.settings import load_settings

NOWHERE = "http://127.0.0.1:9"
HOLES = "jalan di muka pasar rusak parah, banyak lubang, tolong diperbaiki"


@pytest.fixture
def set_up(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("ELAPOR_RASA_URL", NOWHERE)
    monkeypatch.setenv("ELAPOR_DATA", str(tmp_path))
    for module in ("aggregator.knowledge", "aggregator.cli.reading"):
        monkeypatch.setattr(f"{module}.load_engine", lambda *_: engine)  # read once for all tests
    return monkeypatch


def test_classify_without_a_rasa_reads_on_and_says_so_once(set_up, capsys, engine):
    set_up.setattr(sys, "stdin", io.StringIO(f"{json.dumps({'text': HOLES, 'id': 1})}\n" * 700))
    assert main(["classify", "--engine", "rasa"]) == 0
    printed = capsys.readouterr()
    expected = {"id": 1, **engine.read(HOLES).as_json()}
    assert [json.loads(line) for line in printed.out.splitlines()] == [expected] * 700
    assert printed.err == "Rasa tidak dapat dipakai (tidak tersambung); mesin bawaan membaca sebagai gantinya.\n"


@pytest.mark.parametrize(("chosen", "asked", "tried"), [("rasa", [], True), ("rasa", ["--engine", "builtin"], False)])
def test_the_command_line_overrides_the_settings(set_up, capsys, chosen, asked, tried):
    set_up.setenv("ELAPOR_ENGINE", chosen)
    set_up.setattr(sys, "stdin", io.StringIO(json.dumps({"text": HOLES}) + "\n"))
    assert main(["classify", *asked]) == 0
    assert ("Rasa" in capsys.readouterr().err) == tried


def test_the_program_reads_with_what_the_settings_name(set_up, engine, tmp_path, caplog):
    known = Knowledge(load_settings({"ELAPOR_ENGINE": "rasa", "ELAPOR_RASA_URL": NOWHERE}, data=tmp_path))
    assert known.engine.name == "rasa"
    assert known.engine.read(HOLES) == engine.read(HOLES)
    assert known.gazetteer is engine.gazetteer
    assert [(one.levelname, one.name) for one in caplog.records] == [("WARNING", "elapor")]
    assert HOLES[:10] not in caplog.text
    assert Knowledge(load_settings({}, data=tmp_path)).engine is engine
