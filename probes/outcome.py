"""What a look at the web can end in: five outcomes, and a closed list of causes when nothing could be said."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The five outcomes of EARL 1.0, used for every visit, observation and finding."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


class Cause(StrEnum):
    """Why nothing could be said. The list is closed; `retryable` says whether asking again later may help."""

    # The network between us and the portal.
    DNS = "dns"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TLS = "tls"
    NO_ROUTE = "no_route"
    # The portal's answer.
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    BLOCKED = "blocked"
    CAPTCHA = "captcha"
    ROBOTS = "robots"
    TOO_LARGE = "too_large"
    NOT_HTML = "not_html"
    BAD_BODY = "bad_body"
    REDIRECT_LOOP = "redirect_loop"
    EMPTY_SHELL = "empty_shell"
    SOFT_404 = "soft_404"
    # Our own rules and bounds.
    FORBIDDEN_ADDRESS = "forbidden_address"
    NOT_SAMPLED = "not_sampled"
    BUDGET = "budget"
    # Our own instruments.
    PROBE_TIMEOUT = "probe_timeout"
    PROBE_ERROR = "probe_error"
    CRASHED = "crashed"
    # Rules that one visit, or a machine alone, cannot answer.
    NEEDS_TIME = "needs_time"
    NEEDS_PERSON = "needs_person"
    NEEDS_IMPORT = "needs_import"

    @property
    def retryable(self) -> bool:
        """Whether the same question may be answered by asking again later in the same round."""
        return self in _RETRYABLE


_RETRYABLE = frozenset(
    {
        Cause.DNS,
        Cause.REFUSED,
        Cause.RESET,
        Cause.TIMEOUT,
        Cause.HTTP_5XX,
        Cause.BLOCKED,
        Cause.CAPTCHA,
        Cause.BAD_BODY,
        Cause.EMPTY_SHELL,
        Cause.PROBE_TIMEOUT,
        Cause.CRASHED,
    }
)


class WebFault(Exception):
    """A fault of the web met on one request: it is recorded as data and never stops a campaign.

    `vendor` names the maker of a wall where its signature tells; `detail` is one line for the log.
    """

    def __init__(self, cause: Cause, detail: str = "", *, vendor: str | None = None) -> None:
        super().__init__(f"{cause}: {detail}" if detail else str(cause))
        self.cause = cause
        self.detail = detail
        self.vendor = vendor
