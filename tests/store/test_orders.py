"""Order is never assumed: a thread's history, each delivery by itself, ends alike in any order and however often told.

The deliveries are the platforms' own, read by the real connectors; what they end in is what people and other programs see.
"""

import itertools
import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from aggregator.store.conversing import Answered
from aggregator.store.findings import NewFinding
from aggregator.store.secrets import Vault
from aggregator.store.store import Store
from aggregator.store.tables import attachments, conversations, findings, messages
from connectors.facebook import FacebookConnector
from connectors.telegram import TelegramConnector
from connectors.whatsapp import WhatsAppConnector
from tests.store.conftest import Desk

T = 1_790_000_000
RECEIVED = datetime.fromtimestamp(T + 5_000, UTC)
CONNECTORS = {
    "telegram": TelegramConnector("rahasia", "elapor_uji_bot"),
    "whatsapp": WhatsAppConnector("rahasia", "sandi"),
    "facebook": FacebookConnector("rahasia", "sandi", "61000"),
}
USER = {"id": 501, "is_bot": False, "first_name": "Rusdi", "last_name": "Hakim"}
BOT = {"id": 9000, "is_bot": True, "first_name": "E-LAPOR"}
PRIVATE = {"id": 501, "type": "private", "first_name": "Rusdi"}
GROUP = {"id": -1900, "type": "group", "title": "Warga RT 3"}


def telegram(chat):
    """Writes one update after the other in a chat."""
    numbers = itertools.count(7001)

    def update(kind, second, **content):
        held = {"chat": chat, "from": USER, "date": T + second, **content}
        return {"update_id": next(numbers), kind: held}

    return update


def photo(name):
    return [{"file_id": name, "file_unique_id": name, "width": 90, "height": 60}]


def member(status):
    return {"old_chat_member": {"user": BOT, "status": "left"}, "new_chat_member": {"user": BOT, "status": status}}


def telegram_private():
    update = telegram(PRIVATE)
    return [
        update("message", 0, message_id=1, text="jalan rusk"),
        update("edited_message", 0, message_id=1, text="jalan rusak", edit_date=T + 30),
        update("edited_message", 0, message_id=1, text="jalan rusak parah", edit_date=T + 40),
        update("message", 2, message_id=2, media_group_id="9", photo=photo("satu"), caption="di sini"),
        update("message", 2, message_id=3, media_group_id="9", photo=photo("dua")),
        update("my_chat_member", 50, **member("kicked")),
        update("my_chat_member", 60, **member("member")),
        update("message", 61, message_id=4, text="sudah?", reply_to_message={"message_id": 1, "chat": PRIVATE}),
    ]


def telegram_group():
    update = telegram(GROUP)
    return [
        update("my_chat_member", 0, **member("member")),
        update("message", 1, message_id=1, text="mati lampu"),
        update("edited_message", 1, message_id=1, text="mati lampu di RT 3", edit_date=T + 900),
        update("message", 90, message_id=2, text="dari tadi malam"),
        update("message", 180, message_id=3, text="tolong pak"),
        update("message", 2_000, message_id=4, text="masih mati"),
        update("my_chat_member", 2_100, **member("administrator")),
        update("message", 2_200, message_id=5, migrate_to_chat_id=-1001900),
        update("my_chat_member", 2_201, **member("left")),
    ]


def whatsapp(field="messages", **value):
    meta = {"display_phone_number": "+62 511-555-0100", "phone_number_id": "310001"}
    value = {"messaging_product": "whatsapp", "metadata": meta, **value}
    change = {"field": field, "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "220001", "changes": [change]}]}


def said(second, name, **content):
    held = {"from": "6281255550101", "id": f"wamid.{name}", "timestamp": str(T + second), "type": "text", **content}
    contact = {"profile": {"name": "Siti Rekaan"}, "wa_id": "6281255550101"}
    return whatsapp(contacts=[contact], messages=[held])


def edit(of, text):
    return {"original_message_id": f"wamid.{of}", "message": {"type": "text", "text": {"body": text}}}


def whatsapp_private():
    receipts = [
        {"id": "wamid.OUT", "status": state, "timestamp": str(T + 5)} for state in ("sent", "delivered", "read")
    ]
    return [
        said(0, "A", text={"body": "air keruh"}),
        said(10, "B", type="edit", edit=edit("A", "air keruh di gang 2")),
        said(20, "C", text={"body": "nomor saya 0812"}),
        said(30, "D", type="revoke", revoke={"original_message_id": "wamid.C"}),
        said(31, "E", type="image", image={"id": "9901", "mime_type": "image/jpeg"}, context={"id": "wamid.A"}),
        *(whatsapp(statuses=[one]) for one in receipts),
    ]


def whatsapp_group():
    told = {"group_id": "GRP1"}
    gone = [{"timestamp": str(T + 4_000), "group_id": "GRP1", "type": "group_delete"}]
    made = [{"timestamp": str(T - 10), "group_id": "GRP1", "type": "group_create", "subject": "Warga RT 3"}]
    return [
        whatsapp("group_lifecycle_update", groups=made),
        said(0, "A", text={"body": "banjir"}, **told),
        said(100, "B", text={"body": "di gang 3"}, **told),
        said(3_000, "C", type="edit", edit=edit("A", "banjir selutut"), **told),
        said(3_010, "D", text={"body": "sudah surut"}, **told),
        said(3_020, "E", type="revoke", revoke={"original_message_id": "wamid.B"}, **told),
        whatsapp("group_lifecycle_update", groups=gone),
    ]


def comment(second, number, verb="add", **content):
    held = {"item": "comment", "verb": verb, "post_id": "61000_801", "comment_id": f"801_{number}"}
    held |= {"parent_id": "61000_801", "created_time": T + second, "from": {"id": "7201", "name": "Norhayati"}}
    entry = {"id": "61000", "time": T + second + 1, "changes": [{"field": "feed", "value": held | content}]}
    return {"object": "page", "entry": [entry]}


def facebook():
    return [
        comment(0, 901, message="jembatan goyang"),
        comment(600, 901, "edited", message="jembatan goyang di RT 2"),
        comment(700, 901, "edited", message="jembatan goyang di RT 4"),
        comment(100, 902, message="bahaya", parent_id="801_901"),
        comment(200, 903, message="tolong cepat"),
        comment(800, 902, "remove"),
        comment(3_000, 904, message="sudah bagus, terima kasih"),
        comment(3_100, 904, "remove"),
    ]


HISTORIES = {
    "telegram private": telegram_private,
    "telegram group": telegram_group,
    "whatsapp private": whatsapp_private,
    "whatsapp group": whatsapp_group,
    "facebook comments": facebook,
}


def words(turn):
    return [one.text for one in turn.messages if one.text]


def ends(desk, deliveries, channel, sent_after):
    """Tell a store the deliveries, have a reply noted as sent after so many of them, and its turns read: how it ends."""
    pair = owed(desk)
    for n, delivery in enumerate([*deliveries, None]):
        if n == sent_after:
            desk.store.sent(*pair, "wamid.OUT", RECEIVED)
        if delivery is not None:
            parsed = CONNECTORS[channel].parse(json.dumps(delivery).encode(), RECEIVED)
            assert parsed.items, (parsed, delivery)
            desk.read(channel, parsed, RECEIVED)
    read = []
    while pairs := desk.claim_turns(RECEIVED + timedelta(minutes=1)):  # those of one conversation after each other
        read += [end_of(desk, job, turn) for job, turn in pairs]
    return sorted(filter(None, read)), seen(desk.store)


def owed(desk):
    """A reply on its way to somebody on WhatsApp."""
    own = {"channel": "whatsapp", "account": "310001", "thread": "6281255550999"}
    job, turn = desk.turn(desk.said("halo", **own))
    new = desk.new(channel="whatsapp", conversation_id=turn.conversation_id, contact_id=turn.contact_id)
    desk.store.answer(job, turn, Answered({}, [{"key": "filed"}], [new], about=new.code), desk.never, desk.now)
    (pair,) = desk.send_jobs()
    return pair


def end_of(desk, job, turn):
    """Read a turn as review does; what it says, and what of it was removed."""
    left = [one for one in turn.messages if not one.removed]
    if turn.direct:
        desk.store.answer(job, turn, Answered({}), desk.never, desk.now)
    else:
        text = "\n".join(words(turn))
        fields = {"text": text, "original": text, "reading": {}, "confidence": 0.5, "urgency": "normal"}
        new = NewFinding(**fields, supervised=False, sent_at=left[0].sent_at) if left else None
        desk.store.find(job, turn, new)
    media = sorted(one["ref"] for said in left for one in said.media)  # those of an album are of the same second
    return [turn.direct, words(turn), media, sorted(one.external_id for one in left)] if left else None


def seen(store):
    """What stands in the store: texts in review, words kept, tombstones, memberships, and the reply's receipt."""
    m = messages.c
    with store.reading() as tx:
        rows = tx.execute(select(m.key, m.content, m.removed_at)).all()
        return {
            "review": sorted(tx.execute(select(findings.c.text).where(findings.c.state == "waiting")).scalars()),
            "messages": len(rows),
            "removed": sum(row.content is None for row in rows),
            "half removed": sum((row.content is None) != (row.removed_at is not None) for row in rows),
            "places": sorted(
                (row.name, row.membership, store.vault.open_json(row.address).get("thread", ""))
                for row in tx.execute(select(conversations))
            ),
            "files": len(tx.execute(select(attachments.c.id).where(attachments.c.state == "owed")).all()),
            "replies": [(row["state"], row["receipt"]) for row in store.outbox()],
        }


@pytest.fixture
def told(migrated_sqlite, tmp_path, secret):
    """Tells a fresh store of SQLite a history, and gives how it ends."""
    numbers = itertools.count()

    def tell(channel, deliveries, sent_after=0):
        path = tmp_path / f"{next(numbers)}.db"
        shutil.copy(migrated_sqlite, path)
        store = Store(f"sqlite:///{path}", Vault(secret))
        event.listen(
            store.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA synchronous=OFF")
        )  # 10 times quicker
        try:
            return ends(Desk(store), deliveries, channel, sent_after)
        finally:
            store.close()

    return tell


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_ends_alike_in_any_order_and_however_often_told(told, name):
    channel, history = name.partition(" ")[0], HISTORIES[name]()
    natural = told(channel, history)

    @settings(
        max_examples=5,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        order=st.permutations(range(len(history))),
        again=st.lists(st.integers(0, len(history) - 1), max_size=4),
        sent_after=st.integers(0, len(history)),
    )
    def ends_alike(order, again, sent_after):
        assert told(channel, [history[n] for n in [*order, *again]], sent_after) == natural

    assert told(channel, history[::-1], len(history)) == natural
    ends_alike()


def test_the_natural_ends_are_as_people_expect(told):
    """So that the orders are compared with what is right."""
    turns, end = told("telegram", telegram_private())
    assert turns == [[True, ["jalan rusak parah", "di sini", "sudah?"], ["dua", "satu"], ["1", "2", "3", "4"]]]
    assert ("", "member", "501") in end["places"]
    _, end = told("telegram", telegram_group())
    assert end["review"] == ["masih mati", "mati lampu di RT 3\ndari tadi malam\ntolong pak"]
    assert ("Warga RT 3", "left", "-1001900") in end["places"]
    turns, end = told("whatsapp", whatsapp_private())
    assert turns == [[True, ["air keruh di gang 2"], ["9901"], ["wamid.A", "wamid.E"]]]
    assert (end["removed"], end["half removed"], end["replies"]) == (2, 0, [("sent", "read")])
    _, end = told("whatsapp", whatsapp_group())
    assert end["review"] == ["banjir selutut", "sudah surut"]
    assert ("Warga RT 3", "left", "GRP1") in end["places"]
    _, end = told("facebook", facebook())
    assert end["review"] == ["jembatan goyang di RT 4\ntolong cepat"]
