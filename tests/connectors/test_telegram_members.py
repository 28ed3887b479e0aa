"""Who leads a Telegram group, asked of the stand-in of the Bot API."""

from __future__ import annotations

import pytest

from aggregator.demo.platforms.server import serving
from connectors.poll import AskLater
from connectors.telegram_members import TelegramMembers

GROUP = "-100777"


@pytest.fixture(scope="module")
def server():
    with serving() as platforms:
        yield platforms


@pytest.fixture
def platforms(server):
    server.reset()
    server.account.admins.add((GROUP, "5550001"))
    return server


@pytest.fixture
def members(platforms):
    return TelegramMembers("1:rekaan", platforms.base_url, timeout=5)


@pytest.mark.parametrize(
    ("thread", "author", "leads"),
    [
        (GROUP, "5550001", True),
        (f"{GROUP}/12", "5550001", True),
        (GROUP, "5550002", False),
        ("-100888", "5550001", False),
        (GROUP, GROUP, True),  # an administrator who stays unnamed writes as the group
    ],
)
def test_who_leads(members, thread, author, leads):
    assert members.leads(thread, author) is leads


def test_who_is_unknown_there_leads_nothing(members, platforms):
    platforms.fail_next("telegram", 400, words="Bad Request: user not found")
    assert members.leads(GROUP, "5550001") is False


@pytest.mark.parametrize("status", [401, 429, 502])
def test_no_answer_is_asked_for_again_and_tells_no_token(members, platforms, status):
    platforms.fail_next("telegram", status)
    with pytest.raises(AskLater) as caught:
        members.leads(GROUP, "5550001")
    assert "rekaan" not in str(caught.value)
    assert caught.value.__cause__ is None
