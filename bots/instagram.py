"""Instagram's way out, by the official API: a public reply below a comment, one private reply to it, private answers."""

from __future__ import annotations

from bots.meta import CommentBot


class InstagramBot(CommentBot):
    """Replies to comments as the account that `token` stands for (Instagram Platform: IG Comment replies; Private replies)."""

    channel = "instagram"
    edge = "replies"
    longest = 2200  # characters, Instagram's own limit for comments
    longest_message = 1000  # bytes of UTF-8 (Instagram Platform: Send messages, text); what we write there is ASCII
