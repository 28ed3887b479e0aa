"""The folder that Rasa trains from."""

from pathlib import Path

import pytest
import yaml

from nlu import rasa_training, training_data
from nlu.categories import load_categories
from nlu.training_data import Example

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    codes = ROOT / "data" / "categories.yml"
    (tmp_path / "data" / "categories.yml").write_text(codes.read_text("utf-8"), "utf-8")
    lines = ["/jalan{x} di [muka](place) pasar", "air\\nmati\x7f \u200b", "/ //", '- "lampu": mati #2']
    content = "nlu:\n- intent: jalan\n  examples:\n" + "".join(f"  - text: {json_text(one)}\n" for one in lines)
    (tmp_path / "data" / "nlu" / "a.yml").write_text(content, "utf-8")
    return tmp_path / "data"


def json_text(text):
    return yaml.safe_dump(text, default_style='"', width=1000).strip()


def test_messages_are_without_markup_commands_and_control_characters(data, tmp_path):
    assert rasa_training.prepare(data, ROOT / "config.yml", tmp_path / "copy") == 3
    assert sorted(one.text for one in training_data.load_file(tmp_path / "copy" / "nlu.yml")) == [
        '- "lampu": mati #2',
        "air mati",
        "jalan(x) di (muka)(place) pasar",
    ]


def test_the_domain_holds_every_intent(data, tmp_path):
    rasa_training.prepare(data, ROOT / "config.yml", tmp_path / "copy")
    domain = yaml.safe_load((tmp_path / "copy" / "domain.yml").read_text("utf-8"))
    assert domain["intents"] == ["bukan_laporan", *load_categories(data / "categories.yml")]


def test_the_recipe_has_a_fixed_assistant_and_nothing_of_ours(data, tmp_path):
    before = (ROOT / "config.yml").read_bytes()
    rasa_training.prepare(data, ROOT / "config.yml", tmp_path / "copy", epochs=3)
    made = yaml.safe_load((tmp_path / "copy" / "config.yml").read_text("utf-8"))
    ours = yaml.safe_load(before)
    assert made.keys() == {"recipe", "language", "pipeline", "assistant_id"}
    assert made["assistant_id"] == "elapor"
    assert [one.get("epochs") for one in made["pipeline"]] == [None, None, None, None, 3]
    assert rasa_training.recipe(ours)["pipeline"] == ours["pipeline"]
    assert (ROOT / "config.yml").read_bytes() == before


def test_what_a_message_says_stays(data):
    said = "Kd hujan gin banjir 😭 (RT 3), lapor/aduan 50%"
    assert rasa_training.plain(said) == said
    assert Example(rasa_training.plain(" /\n/ "), "jalan").text == ""
