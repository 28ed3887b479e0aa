"""What people of the storm say in the shapes in which the platforms deliver it."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from feeds import ACCOUNT, NUMBER, PAGE


def telegram(one, update, topic=0, album="", *, edited=False):
    """An update: a message or its newest edition, with a photo where it stands in an album."""
    chat_id = int(one.key[2].partition("/")[0])
    who = chat_id if one.direct else abs(hash_of(one.author))
    chat = {"id": chat_id, "type": "private"} if one.direct else {"id": chat_id, "type": "supergroup"}
    chat |= {"first_name": "Warga Rekaan"} if one.direct else {"title": "Warga Rekaan"}
    message = {"message_id": int(one.id), "chat": chat, "date": one.at}
    message["from"] = {"id": who, "is_bot": False, "first_name": "Warga Rekaan"}
    if topic:
        message |= {"message_thread_id": topic, "is_topic_message": True}
    if album:
        message |= {"media_group_id": album, "photo": [{"file_id": one.photo, "width": 800, "height": 600}]}
    message |= ({"caption": one.text} if album else {"text": one.text}) if one.text else {}
    if edited:
        message["edit_date"] = one.edited
    return _bytes({"update_id": update, "edited_message" if edited else "message": message})


def whatsapp(one):
    """One message, and its contact."""
    said = {"from": one.author, "id": one.id, "timestamp": str(one.at)}
    said |= {} if one.direct else {"group_id": one.key[2]}
    if one.photo:
        said |= {"type": "image", "image": {"id": one.photo, "mime_type": "image/jpeg", "caption": one.text}}
    else:
        said |= {"type": "text", "text": {"body": one.text}}
    return json.dumps(said)


def whatsapp_change(one, number):
    """An edit or a revoke."""
    said = {"from": one.author, "id": f"wamid.UBAH{number}", "timestamp": str(one.edited)}
    said |= {} if one.direct else {"group_id": one.key[2]}
    if one.removed:
        return json.dumps(said | {"type": "revoke", "revoke": {"original_message_id": one.id}})
    edit = {"original_message_id": one.id, "message": {"type": "text", "text": {"body": one.text}}}
    return json.dumps(said | {"type": "edit", "edit": edit})


def whatsapp_status(identity, state, at, tracker=""):
    """What became of a message of ours, with our own key where we sent one along."""
    told = {"id": identity, "status": state, "timestamp": str(at), "recipient_id": "6281255550201"}
    told |= {"biz_opaque_callback_data": tracker} if tracker else {}
    return json.dumps({"status": told | ({"errors": [{"code": 131026}]} if state == "failed" else {})})


def whatsapp_batch(parts, rng):
    """Several messages and statuses in one body: each in an entry, a change or a list with others."""
    entries = []
    for part in map(json.loads, parts):
        name, told = ("statuses", part["status"]) if "status" in part else ("messages", part)
        where = rng.randrange(3)
        if where == 0 or not entries:
            entries.append({"id": "102030405060708", "changes": [_change()]})
        elif where == 1:
            entries[-1]["changes"].append(_change())
        value = entries[-1]["changes"][-1]["value"]
        value.setdefault(name, []).append(told)
        if name == "messages":
            value["contacts"].append({"profile": {"name": "Warga Rekaan"}, "wa_id": told["from"]})
    return _bytes({"object": "whatsapp_business_account", "entry": entries})


def _change():
    metadata = {"phone_number_id": NUMBER, "display_phone_number": "62812-5555-0100"}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "contacts": []}
    return {"field": "messages", "value": value}


def facebook(one):
    """A comment or a visitor's post as it is now: added, edited or removed."""
    _, _, post, identity = one.key
    verb = "remove" if one.removed else "edited" if one.edited else "add"
    value = {"item": "post" if post == identity else "comment", "verb": verb, "post_id": post, "created_time": one.at}
    if post != identity:
        value |= {"comment_id": identity, "parent_id": one.parent or post}
    if not one.removed:
        value |= {"from": {"id": one.author, "name": "Warga Rekaan"}, "message": one.text}
    return _page({"field": "feed", "value": value}, one.edited or one.at)


def facebook_mention(one):
    """That a comment elsewhere names us."""
    value = {"item": "comment", "verb": "add", "post_id": one.key[2], "comment_id": one.id}
    return _page({"field": "mention", "value": value | {"created_time": one.at}}, one.at)


def _page(change, at):
    return _bytes({"object": "page", "entry": [{"id": PAGE, "time": at, "changes": [change]}]})


def instagram(one, shape, field="comments"):
    """A comment, in each of the three shapes in which Meta delivers one."""
    value = {"id": one.id, "text": one.text, "media": {"id": one.key[2]}}
    value |= {"from": {"id": one.author, "username": f"akun.{one.author}"}}
    value |= {"parent_id": one.parent} if one.parent else {}
    return _account({"field": field, "value": value}, one.at, shape)


def instagram_mention(one):
    """That a comment elsewhere names us."""
    value = {"media_id": one.key[2], "comment_id": one.id}
    return _account({"field": "mentions", "value": value}, one.at, 0)


def _account(change, at, shape):
    entry = {"id": ACCOUNT, "time": at}
    told = {"object": "instagram", "entry": [entry | (change if shape else {"changes": [change]})]}
    return _bytes([told] if shape == 2 else told)


def private(channel, who, identity, text, at):
    """A direct message to the page or the account."""
    account = PAGE if channel == "facebook" else ACCOUNT
    event = {"sender": {"id": who}, "recipient": {"id": account}, "timestamp": at * 1000}
    event["message"] = {"mid": identity, "text": text}
    name = "page" if channel == "facebook" else "instagram"
    return _bytes({"object": name, "entry": [{"id": account, "time": at, "messaging": [event]}]})


def sms(one, shape):
    """A message to the short number: an object, a list or a form."""
    told = {"from": f"+{one.author}", "to": one.key[1], "id": one.id, "text": f"BATOLA {one.text}"}
    return urlencode(told).encode() if shape == 2 else _bytes([told] if shape else told)


def hash_of(author):
    """A number for somebody in a Telegram group."""
    return int(author) if author.isdigit() else sum(ord(letter) * 131**n for n, letter in enumerate(author)) % 10**9


def _bytes(body):
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
