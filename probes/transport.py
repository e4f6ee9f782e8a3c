"""How a page came: status, encryption, headers that protect the visitor, and how long each step took."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TransportSeen:
    """The transport of one plain answer. Times in milliseconds; `tls_valid` is None for plain HTTP.

    `redirects_to_https` is known only for an `http:` address: whether it answers with a redirect to `https:` on the
    same host. `hsts_max_age_s` is the max-age of Strict-Transport-Security, None when the header is absent.
    """

    scheme: str
    status: int
    http_version: str
    location: str | None = None
    tls_version: str | None = None
    tls_valid: bool | None = None
    tls_fault: str | None = None
    tls_not_after: str | None = None
    hsts_max_age_s: int | None = None
    redirects_to_https: bool | None = None
    server: str | None = None
    media_type: str = ""
    size_bytes: int = 0
    ttfb_ms: int | None = None
    total_ms: int | None = None
    security_headers: tuple[str, ...] = ()
    cookie_names: tuple[str, ...] = ()
