"""Whoever exports a group, whenever, from whatever phone: the same messages; and whatever the file: only named refusals."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from channels import RECEIVED
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.whatsapp_export import (
    AmbiguousDates,
    ExportConnector,
    ImpossibleDates,
    NotAnExport,
    UnsafeArchive,
    attached,
    bodies,
    inbounds,
    media,
    media_names,
    read_export,
)

ZONE, GROUP = "Asia/Makassar", "Warga Rekaan"
BEGUN = datetime(2026, 9, 21, 6, 0)  # noqa: DTZ001 - as phones write it, without a zone
REFUSALS = (NotAnExport, UnsafeArchive, AmbiguousDates, ImpossibleDates)

FORMS = {
    "{0:%d/%m/%y %H.%M} - ": "dmy",
    "{0:%d.%m.%Y, %H:%M} - ": "dmy",
    "{0:%m/%d/%y, %I:%M}\u202f{0:%p} - ": "mdy",
    "{0:%Y-%m-%d, %I:%M} {0:%p} - ": "ymd",
    "{0:%d %b %Y pukul %H.%M} - ": None,
    "[{0:%d/%m/%y %H.%M.%S}] ": "dmy",
    "[{0:%m/%d/%y, %I:%M:%S}\u202f{0:%p}] ": "mdy",
    "\u200e[{0:%Y/%m/%d %H:%M:%S}] ": "ymd",
}
NAMES = (
    ("Pak Hamdan", "+62 812-5555-0102", "~\u202fSiti"),
    ("+62 812-5555-0101", "Budi 🏠", "Bu Siti"),
    ("Ayah", "~ Budi Santoso", "+62 812-5555-0103"),
)
SAID = {
    "text": ("{0}",) * 4,
    "photo": ("<Media tidak disertakan>", "<Media omitted>", "\u200egambar tidak disertakan", "\u200eimage omitted"),
    "captioned": (
        "\u200eIMG-1.jpg (file terlampir)\n{0}",
        "<Media omitted>\n{0}",
        "{0} \u200e<terlampir: 0001-PHOTO.jpg>",
        "{0} \u200eimage omitted",
    ),
    "mention": ("@6281255550101 {0}", "@6281255550101 {0}", "@\u2068Pak Lurah\u2069 {0}", "@\u2068Hamdan\u2069 {0}"),
    "edited": ("{0} <Pesan ini diedit>", "{0} <This message was edited>") * 2,
    "deleted": (
        "Pesan ini dihapus",
        "This message was deleted",
        "\u200ePesan ini dihapus.",
        "\u200eYou deleted this message.",
    ),
    "place": ("lokasi: {1}", "location: {1}", "\u200eLokasi: {1}", "\u200eLocation: {1}"),
    "remark": (
        "Panggilan suara tak terjawab",
        "Missed voice call",
        "\u200ePanggilan suara tak terjawab",
        "\u200eMissed voice call",
    ),
}
"""As phones write it: Android in Indonesian and English, iPhone in Indonesian and English."""
PLACE = "https://maps.google.com/?q=-3.1,114.6"

words = st.sampled_from(["iya", "Iya", "jalan rusak", "dua baris\nbegini", "😀", "jam 07.30: rapat", "21 orang"])
message = st.tuples(st.sampled_from(sorted(SAID)), words, st.integers(0, 2))
minutes = st.lists(st.tuples(st.integers(1, 90), st.lists(message, min_size=1, max_size=4)), min_size=1, max_size=8)
phone = st.tuples(st.sampled_from(sorted(FORMS)), st.booleans(), st.sampled_from(NAMES))


def exported(blocks, form, english, names):
    """The file that a member's phone makes of these minutes."""
    at, lines = BEGUN, []
    how = 2 * form.lstrip("\u200e").startswith("[") + english
    for wait, said in blocks:
        at += timedelta(minutes=wait)
        for second, (kind, text, author) in enumerate(said):
            header = form.format(at + timedelta(seconds=second * 7))
            lines.append(f"{header}{names[author]}: {SAID[kind][how].format(text, PLACE)}\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("exports") / "chat"


def told(path, blocks, phone):
    """What an export tells, by key."""
    path.write_text(exported(blocks, *phone), "utf-8")
    export = read_export(path, ZONE, FORMS[phone[0]])
    return {
        one.external_id: (one.sent_at.replace(second=0), bool(one.text), one.point) for one in inbounds(export, GROUP)
    }


@settings(max_examples=150, deadline=None)
@given(minutes, phone, st.data())
def test_exports_of_several_members_in_any_order_give_the_same_messages(file, blocks, phone_of_one, data):
    """Whole minutes overlap: who joined within a minute in which two said the same cannot know which they heard."""
    whole, known = told(file, blocks, phone_of_one), {}
    ends = sorted(data.draw(st.sets(st.integers(1, len(blocks)), max_size=3)) | {len(blocks)})
    pieces = [(max(0, start - data.draw(st.integers(0, 3))), end) for start, end in zip([0, *ends], ends, strict=False)]
    waits = [wait for wait, _ in blocks]
    for start, end in data.draw(st.permutations(pieces)):
        before = (sum(waits[: start + 1]), blocks[start][1])
        known |= told(file, [before, *blocks[start + 1 : end]], data.draw(phone))
    silent = {key for key, (_, text, point) in known.items() if not text and not point}
    assert {key: one for key, one in known.items() if key not in silent} == {
        key: one for key, one in whole.items() if one[1] or one[2]
    }


fragments = st.sampled_from(
    [
        "21/09/26 14.05 - ",
        "[9/21/26, 2:05:39\u202fPM] ",
        "Budi: ",
        "\u200e",
        "\n",
        "<attached: ",
        "a.jpg (file attached)",
        "null",
        "POLL:\n",
        "@\u2068",
        ": ",
        "\x00",
        "\ud800",
    ]
)
scribbles = st.lists(fragments | st.text(max_size=12), max_size=30).map("".join)


def imported(path):
    """What an import takes from a file: its messages and its pictures; None where it is refused by name."""
    try:
        export = read_export(path, ZONE)
        parsed = [ExportConnector().parse(body, RECEIVED) for body in bodies(export, GROUP, 3)]
        pictures = dict(media(path, attached(export, GROUP, media_names(path))))
    except REFUSALS:
        return None
    assert all(one.malformed == () for one in parsed)
    return [item for one in parsed for item in one.items], pictures


@settings(max_examples=200, deadline=None)
@given(scribbles | st.binary(max_size=300), st.booleans())
def test_any_lines_are_read_or_refused_by_name(file, content, begun):
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    file.write_bytes((b"21/09/26 14.05 - Budi: halo\n" if begun else b"") + raw)
    found = imported(file)
    if found is None:
        return
    keys = [one.external_id for one in found[0]]
    assert len(keys) == len(set(keys))
    assert not begun or any(one.author.name == "Budi" and one.text.startswith("halo") for one in found[0])


def archive():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("_chat.txt", "[21/09/26 14.05.39] Budi: \u200e<attached: a.jpg>\n" * 20)
        made.writestr("a.jpg", bytes(range(256)))
        made.writestr("b.jpg", b"b")
    return held.getvalue()


ARCHIVE = archive()


@settings(max_examples=300, deadline=None)
@example([(len(ARCHIVE) - 5, 2)], 0)  # the directory's offset: all stands before the beginning
@given(st.lists(st.tuples(st.integers(0, len(ARCHIVE) - 1), st.integers(0, 255)), max_size=6), st.integers(0, 60))
def test_any_archive_is_read_as_it_was_or_refused_by_name(file, changes, cut):
    file.write_bytes(ARCHIVE)
    messages, pictures = imported(file)
    assert (len(messages), list(pictures)) == (20, ["a.jpg"])
    spoilt = bytearray(ARCHIVE)
    for at, value in changes:
        spoilt[at] = value
    file.write_bytes(bytes(spoilt[: len(spoilt) - (cut if cut > 40 else 0)]))
    found = imported(file)
    assert found is None or (found[0] == messages and found[1] in ({}, pictures))
