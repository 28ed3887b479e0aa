"""How to reach the bot from elsewhere: links that open a conversation with it (t.me and wa.me deep links)."""

from __future__ import annotations

import re
from urllib.parse import quote

HELLO = "Saya mau lapor"
"""What stands ready to be sent on WhatsApp: the bot answers it by asking for the problem."""


LINKED = "Saya ingin melanjutkan laporan saya: "
"""The same in front of the token of a link that is for one person."""


def ways(telegram: str, whatsapp: str, origin: str, token: str = "") -> str:
    """A line for each way to the bot that is set up, "" where none is.

    `telegram` is the bot's user name, `whatsapp` its number as people read it. `origin` (the channel that people come
    from, [A-Za-z0-9_-]) is all that the link tells; `token` stands in its place in a link by which one person may take
    over a complaint, and tells nothing by itself.
    """
    name, number = telegram.strip().lstrip("@"), re.sub(r"\D", "", whatsapp)
    lines = []
    if name:
        lines.append(f"Telegram: https://t.me/{name}?start={token or origin}")
    if number:
        lines.append(f"WhatsApp: https://wa.me/{number}?text={quote(LINKED + token if token else HELLO)}")
    return "".join(f"\n{line}" for line in lines)
