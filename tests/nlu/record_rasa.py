"""`python tests/nlu/record_rasa.py URL`: ask a real Rasa server what the stand-in of test_rasa.py answers, and write it down."""

import json
import sys

from test_rasa import ANSWERS, SAID

from nlu.rasa import Server
from nlu.rasa_training import plain


def main(url):
    server = Server(url, 60)
    answers = {text: server.parse(text) for text in (plain(said) for said, _, _ in SAID)}
    kept = {
        text: {key: answer[key] for key in ("text", "intent", "entities", "intent_ranking")}
        for text, answer in answers.items()
    }
    lines = ",\n".join(
        f"{json.dumps(text, ensure_ascii=False)}: {json.dumps(kept[text], ensure_ascii=False)}" for text in kept
    )
    ANSWERS.write_text(f"{{\n{lines}\n}}\n", "utf-8")
    server.close()


if __name__ == "__main__":
    main(sys.argv[1])
