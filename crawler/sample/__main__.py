"""`python -m crawler.sample`: serve the sample country and print its addresses until Ctrl-C."""

from __future__ import annotations

import threading

from crawler.sample.server import SampleCountry


def main() -> None:
    """Serve until interrupted; print what a browser needs to look at the made-up cities."""
    with SampleCountry() as country:
        print(f"HTTP  127.0.0.1:{country.http_port}")
        print(f"HTTPS 127.0.0.1:{country.https_port}   authority {country.ca_file}")
        for name, address in country.hosts.items():
            print(f"  {name} -> {address}")
        rules = ",".join(f"MAP {name} {address}" for name, address in country.hosts.items())
        print("\nTo look at it:")
        print(f'  chromium --ignore-certificate-errors --host-resolver-rules="{rules}"', flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
