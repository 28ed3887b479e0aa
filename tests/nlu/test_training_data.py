"""Training files in Rasa's format, and the list of categories."""

from pathlib import Path

import pytest

from nlu import training_data
from nlu.categories import BadCategories, load_categories
from nlu.training_data import BadTrainingData, Example

GOOD = """version: "3.1"
nlu:
- intent: jalan
  metadata: {class: aspirasi, urgency: tinggi, supervised: true, lang: bjn}
  examples: |
    - jalan: "rusak" banar
    - baris satu\\nbaris dua
- intent: bukan_laporan
  metadata: {kind: percakapan, lang: id}
  examples:
  - text: selamat pagi
- regex: nomor
  examples: |
    - \\d+
"""


def test_labels_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(GOOD)
    assert training_data.load(tmp_path) == [
        Example('jalan: "rusak" banar', "jalan", "aspirasi", "tinggi", supervised=True, lang="bjn"),
        Example("baris satu\nbaris dua", "jalan", "aspirasi", "tinggi", supervised=True, lang="bjn"),
        Example("selamat pagi", "bukan_laporan", kind="percakapan"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "nlu: [",
        "intents: []",
        "- 3",
        "nlu:\n- intent: a\n",
        "nlu:\n- intent: a\n  examples: |\n    tanpa tanda\n",
        "nlu:\n- intent: a\n  metadata: {class: marah}\n  examples: |\n    - x\n",
        "nlu:\n- intent: bukan_laporan\n  metadata: {kind: salam}\n  examples: |\n    - x\n",
        "nlu:\n- intent: a\n  metadata: {kelas: x}\n  examples: |\n    - x\n",
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "salah.yml").write_text(content)
    with pytest.raises(BadTrainingData, match=r"salah\.yml"):
        training_data.load(tmp_path)


def test_no_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadTrainingData):
        training_data.load(tmp_path)


def test_written_is_read_again_without_markup(tmp_path: Path) -> None:
    examples = [
        Example("dua\nbaris", "jalan", "pengaduan", "normal", lang="mix"),
        Example("halo", "bukan_laporan", kind="percakapan", lang="bjn"),
        Example("/restart [kota](x) {y}\x07", "listrik", "pengaduan", "darurat", supervised=True),
    ]
    training_data.write(tmp_path / "out.yml", examples)
    again = training_data.load(tmp_path)
    assert {e.intent: e for e in again if e.intent != "listrik"} == {e.intent: e for e in examples[:2]}
    assert next(e.text for e in again if e.intent == "listrik") == "restart (kota)(x) (y)"


def test_categories(tmp_path: Path) -> None:
    path = tmp_path / "categories.yml"
    path.write_text("- {code: jalan, name: Jalan, unit: pupr, about: x}\n")
    assert load_categories(path)["jalan"].unit == "pupr"
    path.write_text("- {code: jalan, name: Jalan}\n")
    with pytest.raises(BadCategories, match=r"categories\.yml"):
        load_categories(path)


def test_every_intent_of_ours_is_a_category() -> None:
    data = Path(__file__).parents[2] / "data"
    intents = {example.intent for example in training_data.load(data / "nlu")}
    assert intents - {training_data.NO_REPORT} == set(load_categories(data / "categories.yml"))
