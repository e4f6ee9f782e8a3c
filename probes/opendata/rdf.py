"""Read RDF in its three usual spellings into a graph, without letting a document call out."""

from __future__ import annotations

import re
from typing import Any

from rdflib import Graph
from rdflib.plugins.parsers.jsonld import to_rdf

from probes.opendata.loose_values import BrokenAnswer, parsed_json

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"<!ENTITY", re.I)
_TURTLE = re.compile(r"^\s*(?:@prefix|@base|prefix\s+[\w-]*:|base\s+<|<[a-z][a-z0-9+.-]*:[^>\s]*>\s|_:\w|#)", re.I)

_CONTEXT: dict[str, Any] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def syntax_of(text: str, media_type: str) -> str | None:
    """The spelling of an RDF document by its first characters: xml, turtle, json-ld, else None."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        return "json-ld"
    if start[:1] == "<" and re.search(r"<(?:\w+:)?RDF[\s>]", start[:20_000]):
        return "xml"
    if _TURTLE.match(start) and (
        re.search(r"@prefix|^\s*prefix\s", start[:20_000], re.I | re.M) or "turtle" in media_type
    ):
        return "turtle"
    return None


def graph_of(text: str, syntax: str, base: str) -> Graph:
    """The graph of an RDF document; nothing outside the document is read.

    XML that declares entities is refused (they can multiply without bound or name files), and JSON-LD
    contexts that lie elsewhere are replaced by the usual prefixes. Raises `BrokenAnswer` with the reason.
    """
    # A store without named graphs: what JSON-LD tells inside one lands in the same graph as the rest.
    graph = Graph(store="SimpleMemory", bind_namespaces="none")
    if syntax == "xml":
        if _ENTITY.search(text):
            raise BrokenAnswer("XML that declares entities is not read")
        # What was checked is what is parsed: the text, under an encoding of ours instead of the declared one.
        text = _XML_DECLARATION.sub("", text, count=1).lstrip("\ufeff \t\r\n")
    value = _without_remote_contexts(parsed_json(text)) if syntax == "json-ld" else None
    try:
        if value is not None:
            to_rdf(value, graph, base)
        else:
            graph.parse(data=text.encode("utf-8", "replace"), format=syntax, publicID=base)
    except RecursionError:
        raise BrokenAnswer(f"RDF ({syntax}) nested too deeply") from None
    except Exception as error:  # the parsers raise a dozen unrelated kinds for a document that is wrong
        reason = " ".join(str(error).split())[:160]
        raise BrokenAnswer(f"not RDF ({syntax}): {type(error).__name__} {reason}") from None
    return graph


def _without_remote_contexts(value: Any, depth: int = 0) -> Any:
    if depth > 200:
        raise BrokenAnswer("JSON nested too deeply")
    if isinstance(value, list):
        return [_without_remote_contexts(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            key: _local(item, depth + 1) if key == "@context" else _without_remote_contexts(item, depth + 1)
            for key, item in value.items()
            if key != "@import"
        }
    return value


def _local(context: Any, depth: int) -> Any:
    """A context with every address of a context elsewhere replaced by the usual prefixes."""
    if isinstance(context, str):
        return _CONTEXT
    if isinstance(context, list):
        return [_local(item, depth + 1) for item in context]
    return _without_remote_contexts(context, depth + 1)
