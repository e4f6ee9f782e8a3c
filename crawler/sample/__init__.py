"""The sample country: five made-up city portals, served on this machine, with the truth about each written beside them.

None of its host names is ever looked up in the domain name system. They look like real ones because some rules judge
the form of a name, but they lead to loopback and nowhere else: the campaign's `[hosts]` table says so. Names of
places, people, offices, phone numbers and filings are invented; any likeness is chance.
"""
