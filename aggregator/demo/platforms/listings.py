"""How the stand-in of the Graph API tells of posts, media and comments: fields, their expansion, pages and errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from aggregator.demo.platforms.errors import error
from aggregator.demo.platforms.platforms import Platforms
from aggregator.demo.platforms.wall import Said, Wall

_EDGES = ("feed", "posts", "media", "comments", "replies")
_FIELD = re.compile(r"(?P<name>\w+)(?P<arguments>(?:\.\w+\([^)]*\))*)(?:\{(?P<inner>.*)\})?", re.DOTALL)
_ARGUMENT = re.compile(r"\.(\w+)\(([^)]*)\)")
_USUAL = 25
"""How many elements a page has where no limit is asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as asked for: `name.argument(value){inner}` (Graph API: Field expansion)."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    inner: tuple[Asked, ...] = ()


def tell(platforms: Platforms, object_: str, query: Mapping[str, str], token: str) -> Response | None:
    """Tell of one object or account on the wall; None where it never stood there and nobody asks for its words."""
    wall = platforms.wall
    accounts = {one.account for one in list(wall.said.values())} | set(wall.handles)
    asked = expand(query.get("fields", "id"))
    words = {"message", "text"} & {one.name for one in asked}
    if object_ not in {*wall.said, *wall.removed, *accounts} and not words:
        return None
    wall.reads.append(object_)
    refused = _refused(wall, token, object_, *(one.name for one in asked))
    if refused:
        return refused
    if object_ in wall.said:
        return _answer(wall, _node(wall, wall.said[object_], asked))
    return _account(wall, object_, asked) if object_ in accounts else error(400, 100, 33)


def page(platforms: Platforms, object_: str, edge: str, query: Mapping[str, str], token: str) -> Response | None:
    """Give one page of an edge; None where the stand-in has no such edge."""
    wall = platforms.wall
    if edge not in _EDGES:
        return None
    wall.reads.append(f"{object_}/{edge}")
    refused = _refused(wall, token, edge, object_)
    if refused or object_ in wall.removed:
        return refused or error(400, 100, 33)
    asked = Asked(edge, query, expand(query.get("fields", "id")))
    return _answer(wall, _page(wall, object_, asked))


def expand(fields: str) -> tuple[Asked, ...]:
    """Read a list of fields; one that cannot be read is left out."""
    found = (_FIELD.fullmatch(one.strip()) for one in _apart(fields))
    return tuple(
        Asked(one["name"], dict(_ARGUMENT.findall(one["arguments"])), expand(one["inner"] or ""))
        for one in found
        if one
    )


def _apart(fields: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    found, depth = [""], 0
    for letter in fields:
        depth += (letter in "({") - (letter in ")}")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def _refused(wall: Wall, token: str, *what: str) -> Response | None:
    if not token:
        return error(401, 190)
    met = wall.refusal(*what)
    if met is None:
        return None
    headers = {"Retry-After": str(met.retry_after)} if met.retry_after is not None else {}
    if not met.code:
        return Response("upstream failure", met.status, headers, media_type="text/plain")
    return error(met.status, met.code, met.subcode, headers)


def _answer(wall: Wall, told: Any) -> Response:
    if not wall.usage:
        return JSONResponse(told)
    use = {"call_count": wall.usage, "total_cputime": 5, "total_time": 5, "type": "pages"}
    use["estimated_time_to_regain_access"] = wall.regain_minutes
    return JSONResponse(told, headers={"X-Business-Use-Case-Usage": json.dumps({"5550101": [use]})})


def _account(wall: Wall, account: str, asked: tuple[Asked, ...]) -> Response:
    """Tell of an account: its handle, its media, and what elsewhere mentions it."""
    told: dict[str, Any] = {"id": account, "name": "E-LAPOR (peraga)"}
    told["username"] = wall.handles.get(account, "elapor.peraga")
    for one in asked:
        if one.name in _EDGES:
            told[one.name] = _page(wall, account, one)
        mentioned = one.arguments.get("comment_id") or one.arguments.get("media_id")
        if mentioned is None:
            continue
        if mentioned not in wall.said:
            return error(400, 100, 33)
        told[one.name] = _node(wall, wall.said[mentioned], one.inner)
    names = {"id", *(one.name for one in asked)}
    return _answer(wall, {name: value for name, value in told.items() if name in names})


def _page(wall: Wall, object_: str, asked: Asked) -> dict[str, Any]:
    """Give the elements after the cursor `after`, and whether more follow."""
    found = _listed(wall, object_, asked)
    after, limit = asked.arguments.get("after", ""), int(asked.arguments.get("limit", _USUAL))
    start = next((n + 1 for n, one in enumerate(found) if one.id == after), 0)
    here = found[start : start + limit]
    told: dict[str, Any] = {"data": [_node(wall, one, asked.inner) for one in here]}
    if here:
        told["paging"] = {"cursors": {"before": here[0].id, "after": here[-1].id}}
        if len(found) > start + limit:
            told["paging"]["next"] = f"https://graph.facebook.com/v26.0/{object_}/{asked.name}?after={here[-1].id}"
    return told


def _listed(wall: Wall, object_: str, asked: Asked) -> list[Said]:
    if asked.name == "replies":
        return wall.answers(object_)
    if asked.name != "comments":
        since = int(asked.arguments.get("since", 0))
        return [one for one in wall.on(object_) if one.at.timestamp() >= since]
    found = wall.below(object_)
    stream = asked.arguments.get("filter") == "stream"
    found = [one for one in found if stream or not one.parent]
    of_facebook = any(one.platform == "facebook" for one in found)
    return found[::-1] if of_facebook and asked.arguments.get("order") != "reverse_chronological" else found


def _node(wall: Wall, said: Said, asked: tuple[Asked, ...]) -> dict[str, Any]:
    """Tell of one element what was asked for and is there, its id always."""
    told: dict[str, Any] = {"id": said.id}
    for one in asked:
        value = _page(wall, said.id, one) if one.name in _EDGES else _value(said, one)
        if value is not None and value != {"data": []}:
            told[one.name] = value
    return told


def _value(said: Said, asked: Asked) -> Any:
    if asked.name in said.more:
        return said.more[asked.name]
    read = _VALUES.get((said.platform, asked.name))
    value = read(said) if read else None
    return value or None


def _time(said: Said) -> str:
    return said.at.strftime("%Y-%m-%dT%H:%M:%S%z")


_VALUES: dict[tuple[str, str], Callable[[Said], Any]] = {
    ("facebook", "message"): lambda said: said.text,
    ("facebook", "created_time"): _time,
    ("facebook", "from"): lambda said: {"id": said.by[0], "name": said.by[1]} if said.by[0] else None,
    ("facebook", "parent"): lambda said: {"id": said.parent} if said.parent else None,
    ("facebook", "permalink_url"): lambda said: f"https://www.facebook.com/{said.id}",
    ("instagram", "caption"): lambda said: None if said.within else said.text,
    ("instagram", "text"): lambda said: said.text if said.within else None,
    ("instagram", "timestamp"): _time,
    ("instagram", "username"): lambda said: said.by[1],
    ("instagram", "from"): lambda said: {"id": said.by[0], "username": said.by[1]} if said.by[0] else None,
    ("instagram", "parent_id"): lambda said: said.parent,
    ("instagram", "permalink"): lambda said: f"https://www.instagram.com/p/{said.within or said.id}/",
    ("instagram", "media"): lambda said: {"id": said.within} if said.within else None,
}
