"""What an export adds to what is known: the same, a longer or another member's export brings only what is new."""

import json
from itertools import chain

import pytest
from channels import RECEIVED

from connectors.whatsapp_export import ExportConnector, attached, batches, inbounds, read_export

ZONE = "Asia/Makassar"
GROUP = "Info Warga Handil Bakti"
ANDROID = """\
20/09/26 21.40 - Pesan dan panggilan dilindungi enkripsi end-to-end.
20/09/26 21.41 - Pak Hamdan: Lampu jalan RT 3 mati
20/09/26 21.41 - Bu Siti: iya
20/09/26 21.41 - Budi: iya
20/09/26 21.43 - Budi: <Media tidak disertakan>
20/09/26 21.44 - Pak Hamdan: @628125550101 tolong dicek
21/09/26 06.10 - Bu Siti: Pesan ini dihapus
21/09/26 06.11 - Bu Siti: banyak nyamuk
di got depan <Pesan ini diedit>
"""
IPHONE = """\
[9/20/26, 9:40:01\u202fPM] Info Warga Handil Bakti: \u200eMessages and calls are end-to-end encrypted.
[9/20/26, 9:41:07\u202fPM] +62 812-5555-0104: Lampu jalan RT 3 mati
[9/20/26, 9:41:31\u202fPM] ~\u202fSiti: Iya
[9/20/26, 9:41:58\u202fPM] Anak RT: iya
\u200e[9/20/26, 9:43:00\u202fPM] Anak RT: \u200eimage omitted
[9/20/26, 9:44:20\u202fPM] +62 812-5555-0104: @\u2068Pak Lurah\u2069 tolong dicek
[9/21/26, 6:11:00\u202fAM] ~\u202fSiti: banyak nyamuk
di got depan \u200e<This message was edited>
[9/21/26, 6:12:00\u202fAM] ~\u202fSiti: sampahnya juga
"""


@pytest.fixture
def chat(tmp_path):
    def written(text):
        path = tmp_path / "chat.txt"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def keys(path, group=GROUP):
    return [one.external_id for one in inbounds(read_export(path, ZONE), group)]


def test_what_people_said_becomes_inbounds(chat):
    found = list(inbounds(read_export(chat(ANDROID), ZONE), GROUP))
    assert [one.text for one in found] == [
        "Lampu jalan RT 3 mati",
        "iya",
        "iya",
        "@628125550101 tolong dicek",
        "banyak nyamuk\ndi got depan",
    ]
    first = found[0]
    assert (first.channel, first.account, first.thread, first.thread_name) == ("whatsapp_export", GROUP, GROUP, GROUP)
    assert first.author.id == "Pak Hamdan"
    assert first.sent_at.isoformat() == "2026-09-20T13:41:00+00:00"
    assert not first.direct
    assert not first.addressed


def test_every_message_has_its_own_key(chat):
    found = keys(chat(ANDROID))
    assert len(set(found)) == len(found)


def test_another_members_phone_gives_the_same_keys_and_the_new_message(chat):
    known, other = keys(chat(ANDROID)), keys(chat(IPHONE))
    assert set(known) < set(other)
    assert len(other) == len(known) + 1


def test_longer_export_adds_only_its_end(chat):
    known = keys(chat(ANDROID))
    assert keys(chat(ANDROID + "21/09/26 07.00 - Budi: banjir di gang 2\n"))[:-1] == known


def test_member_who_joined_later_adds_nothing(chat):
    known = keys(chat(ANDROID))
    assert keys(chat("".join(ANDROID.splitlines(keepends=True)[4:]))) == known[3:]


def test_same_words_in_another_minute_or_group_are_another_message(chat):
    once, again = keys(chat("13/09/26 07.00 - Budi: banjir\n13/09/26 07.01 - Budi: banjir\n"))
    assert once != again
    assert keys(chat(ANDROID), "RT 05") != keys(chat(ANDROID))


def test_photo_of_one_member_and_photo_of_another_are_two(chat):
    one = keys(chat("13/09/26 07.00 - A: a.jpg (file attached)\n13/09/26 07.00 - B: <Media omitted>\n"))
    other = keys(chat("13/09/26 07.00 - A: <Media omitted>\n13/09/26 07.00 - B: b.jpg (file attached)\n"))
    assert len({*one, *other}) == 2


def test_batches_hold_what_the_export_holds(chat):
    path = chat(ANDROID)
    bodies = list(batches(path, GROUP, ZONE, size=2))
    parsed = [ExportConnector().parse(body, RECEIVED) for body in bodies]
    assert [len(one.items) for one in parsed] == [2, 2, 1]
    assert list(chain.from_iterable(one.items for one in parsed)) == list(inbounds(read_export(path, ZONE), GROUP))


def test_batches_are_the_same_bytes_for_the_same_file(chat):
    first = list(batches(chat(ANDROID), GROUP, ZONE, size=2))
    longer = list(batches(chat(ANDROID + "21/09/26 07.00 - Budi: banjir\n"), GROUP, ZONE, size=2))
    assert first == list(batches(chat(ANDROID), GROUP, ZONE, size=2))
    assert longer[:2] == first[:2]


def test_remarks_of_the_phone_are_not_stored(chat):
    (body,) = batches(chat(ANDROID), GROUP, ZONE)
    assert {one["kind"] for one in json.loads(body)["messages"]} == {"message"}
    assert b"enkripsi" not in body


def test_line_of_the_dry_run(chat):
    message = list(read_export(chat(ANDROID), ZONE))[1]
    assert message.as_json() == {
        "sent_at": "2026-09-20T21:41:00+08:00",
        "author": "Pak Hamdan",
        "text": "Lampu jalan RT 3 mati",
        "kind": "message",
        "media": None,
    }


def test_export_tells_what_it_found(chat):
    export = read_export(chat(IPHONE), ZONE)
    assert export.date_order == "mdy"
    assert export.headers == len(list(export)) == 8


SAME = {
    "votes of a poll, which grow": (
        "- A: POLL:\nKapan?\nOPTION: Sabtu (2 votes)\nOPTION: Minggu (0 votes)",
        "- A: JAJAK PENDAPAT:\nKapan?\nOPSI: Sabtu (9 suara)\nOPSI: Minggu (1 suara)",
    ),
    "mention under a photo": (
        "- A: \u200eIMG-1.jpg (file terlampir)\n@6281255550101 lihat",
        "- A: <Media omitted>\n@\u2068Pak Lurah\u2069 lihat",
    ),
    "place": (
        "- A: lokasi: https://maps.google.com/?q=-3.1,114.6",
        "- B: location: https://maps.google.com/?q=-3.1,114.6",
    ),
    "capitals, white space, wide letters": ("- A: Jalan  rusak", "- A: jalan \uff52usak"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_phones_write_differently_has_one_key(chat, one, other):
    assert keys(chat(f"13/09/26 07.00 {one}\n")) == keys(chat(f"13/09/26 07.00 {other}\n"))


def test_files_are_told_with_the_messages_that_name_them(chat):
    export = read_export(
        chat("13/09/26 07.00 - A: \u200ea.jpg (file terlampir)\n13/09/26 07.01 - B: b.jpg (file attached)\nx\n"), ZONE
    )
    first, second = (one.external_id for one in inbounds(export, GROUP))
    assert attached(export, GROUP, {"a.jpg", "b.jpg", "c.jpg"}) == {"a.jpg": [first], "b.jpg": [second]}
    assert attached(export, GROUP, {"b.jpg"}) == {"b.jpg": [second]}
