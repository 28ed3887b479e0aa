"""Facebook's way out: a public reply below a comment, the one private reply that Meta allows to it, private answers."""

from __future__ import annotations

from bots.meta import CommentBot
from connectors.graph import BASE_URL


class FacebookBot(CommentBot):
    """Replies to comments as the page `page_id`; `app_secret` proves our calls where the app asks for that."""

    channel = "facebook"
    edge = "comments"
    longest = 8000  # characters, Facebook's own limit for comments
    longest_message = 2000  # characters (Messenger Platform: Send API, message.text)

    def __init__(self, token: str, page_id: str, base_url: str = BASE_URL, app_secret: str = "") -> None:
        super().__init__(token, base_url, app_secret)
        self.account = page_id
