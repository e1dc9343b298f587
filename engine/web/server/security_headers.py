"""Headers of every response that keep browsers from running or framing what is not ours."""

from __future__ import annotations

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)

SECURITY_HEADERS = {
    "content-security-policy": f"{_POLICY}'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

FRAMED_HEADERS = {
    name: value for name, value in SECURITY_HEADERS.items() if name != "x-frame-options"
} | {"content-security-policy": f"{_POLICY}*"}
"""Headers of the card that other sites show in a frame."""
