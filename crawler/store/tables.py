"""The six tables of a campaign: rounds, visits, reasons for a visit, observations, findings, and openings between."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

metadata = MetaData()

# One dated pass over a campaign. `plan` is the resolved plan as JSON; `state` is open, visited or closed.
rounds = Table(
    "rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("as_of", Text),
    Column("seed", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    Column("versions", Text, nullable=False),
    UniqueConstraint("campaign", "name"),
)

# The frontier and its outcome: one row an address and way of asking; `post` is the body of a catalogue query that goes
# by POST, else empty, and tells queries to one address apart. `state` is planned, in_flight or done;
# a row that was never asked is done with outcome untested and a cause.
visits = Table(
    "visits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", ForeignKey("rounds.id"), nullable=False),
    Column("city", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("post", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try", Float, nullable=False),
    Column("outcome", Text),
    Column("cause", Text),
    Column("vendor", Text),
    Column("detail", Text),
    Column("status", Integer),
    Column("final_url", Text),
    Column("redirected_to", Text),
    Column("started_at", Text),
    Column("fetched_at", Text),
    Column("elapsed_ms", Integer),
    Column("size_bytes", Integer),
    Column("archive", Text),
    Column("screenshot", Text),
    UniqueConstraint("round", "url", "way", "post", name="visits_asked_once"),
    Index("visits_by_state", "round", "state"),
)

# Why a page is visited: a page may stand for several roles, in several cities.
reasons = Table(
    "reasons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("visit", ForeignKey("visits.id"), nullable=False),
    Column("city", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("found_on", Text),
    UniqueConstraint("visit", "city", "role"),
    Index("reasons_by_city", "city", "role"),
)

# Append-only: a later look adds rows with a later id, and the latest row of a probe counts.
observations = Table(
    "observations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("visit", ForeignKey("visits.id"), nullable=False),
    Column("probe", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("cause", Text),
    Column("detail", Text, nullable=False),
    Column("elapsed_ms", Integer, nullable=False),
    Column("seen", Text),
    Index("observations_by_visit", "visit", "probe"),
)

# Derived from observations and cards; rewritten whole by every judging of the round.
findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", ForeignKey("rounds.id"), nullable=False),
    Column("city", Text, nullable=False),
    Column("feature", Text, nullable=False),
    Column("finding", Text, nullable=False),
    UniqueConstraint("round", "city", "feature"),
)

# Home pages opened between rounds: one row a try. `robots` is the site's robots.txt as JSON where it was read for this
# try; empty where an earlier copy was still fresh.
openings = Table(
    "openings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("cause", Text),
    Column("status", Integer),
    Column("elapsed_ms", Integer),
    Column("retry_after_s", Float),
    Column("robots", Text),
    Index("openings_by_city", "campaign", "city", "at"),
)
