"""The sample country's own certificate authority: it signs the certificates of the made-up hosts that speak HTTPS."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path

import trustme


def server_context(hosts: Iterable[str], folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A TLS context that holds one certificate for all `hosts`, and the authority's certificate as a PEM file.

    Keys live in memory and in `folder` only, and are made anew at every start.
    """
    authority = trustme.CA(organization_name="CivicProbe sample country")
    certificate = authority.issue_cert(*sorted(hosts))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    certificate.configure_cert(context)
    ca_file = folder / "sample-ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    return context, ca_file
