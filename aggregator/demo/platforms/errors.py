"""Meta's form of an error, as WhatsApp, Facebook and Instagram answer it (Graph API: Handling errors)."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from aggregator.demo.platforms.platforms import Fault

_WORDS = {
    4: "(#4) Application request limit reached",
    190: "Error validating access token: Session has expired",
    10900: "(#10900) Activity already replied to",
    130429: "(#130429) Rate limit hit",
    131026: "(#131026) Message undeliverable",
    131047: "(#131047) Re-engagement message",
    132001: "(#132001) Template name does not exist in the translation",
}


def fail(fault: Fault) -> Response:
    """Answer as the fault says; one without a code is the bare answer of a server in trouble."""
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    if not fault.code:
        return Response("upstream failure", fault.status, headers, media_type="text/plain")
    return error(fault.status, fault.code, fault.subcode, headers)


def error(status: int, code: int, subcode: int = 0, headers: dict[str, str] | None = None) -> Response:
    """Give an error of Meta."""
    told: dict[str, object] = {
        "message": _WORDS.get(code, f"(#{code}) An error occurred"),
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "AAaaBBbbCCccDDdd",
    }
    if subcode:
        told["error_subcode"] = subcode
    if code > 100000:
        told["error_data"] = {"messaging_product": "whatsapp", "details": _WORDS.get(code, "An error occurred")}
    return JSONResponse({"error": told}, status, headers)
