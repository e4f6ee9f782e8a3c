"""What kind of file an attachment really is, told from its first bytes, and whether that fits its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from probes.page import FetchedPage


@dataclass(frozen=True)
class FileSeen:
    """One file as it came.

    `kind` is told by the bytes: pdf, ofd, xlsx, xls, docx, doc, pptx, ppt, ole (an old Office file of unknown
    program), zip, rar, 7z, gzip, image, rtf, json, xml, csv, text, html, empty or other. `extension` is that
    of the file's name (from the Content-Disposition header, else the address), in lower case without a dot,
    None when there is none. `agrees` is whether the kind is one this extension may stand for; without a known
    extension, whether the kind is neither html nor empty. `size_bytes` counts the bytes that came.
    """

    kind: str
    extension: str | None
    agrees: bool
    size_bytes: int
    url: str = ""
    media_type: str = ""
    name: str = ""


_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "rtf"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Inside an old Office file the streams have names in UTF-16; inside a new one the parts lie in a folder a
# program.
_OLE_STREAMS = (("Workbook", "xls"), ("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Book", "xls"))
_ZIP_PARTS = ((b"xl/", "xlsx"), (b"word/", "docx"), (b"ppt/", "pptx"), (b"OFD.xml", "ofd"))
_HTML = re.compile(rb"^(?:<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|script|meta|title|div|form)\b", re.I | re.S)

_KINDS_OF: dict[str, frozenset[str]] = {
    "pdf": frozenset({"pdf"}),
    "ofd": frozenset({"ofd"}),
    "xlsx": frozenset({"xlsx"}),
    "xls": frozenset({"xls", "ole"}),
    "et": frozenset({"xls", "ole", "xlsx"}),
    "docx": frozenset({"docx"}),
    "doc": frozenset({"doc", "ole", "rtf"}),
    "wps": frozenset({"doc", "ole", "docx"}),
    "pptx": frozenset({"pptx"}),
    "ppt": frozenset({"ppt", "ole"}),
    "zip": frozenset({"zip", "xlsx", "docx", "pptx", "ofd"}),
    "rar": frozenset({"rar"}),
    "7z": frozenset({"7z"}),
    "gz": frozenset({"gzip"}),
    "csv": frozenset({"csv", "text"}),
    "tsv": frozenset({"csv", "text"}),
    "txt": frozenset({"text", "csv", "json"}),
    "json": frozenset({"json"}),
    "geojson": frozenset({"json"}),
    "jsonld": frozenset({"json"}),
    "xml": frozenset({"xml"}),
    "rdf": frozenset({"xml", "text"}),
    "ttl": frozenset({"text", "csv"}),
    "kml": frozenset({"xml"}),
    "kmz": frozenset({"zip"}),
    "shp": frozenset({"zip", "other"}),
    "rtf": frozenset({"rtf"}),
    "html": frozenset({"html"}),
    "htm": frozenset({"html"}),
    **{name: frozenset({"image"}) for name in ("jpg", "jpeg", "png", "gif", "tif", "tiff", "bmp")},
}


def look_at_file(page: FetchedPage) -> FileSeen:
    """The file's kind by its bytes, against the extension of its name; never fails."""
    name = file_name(page)
    extension = extension_of(name)
    kind = kind_of(page.body)
    return FileSeen(
        kind=kind,
        extension=extension,
        agrees=fits(kind, extension),
        size_bytes=len(page.body),
        url=page.url,
        media_type=page.media_type,
        name=name[:200],
    )


def fits(kind: str, extension: str | None) -> bool:
    """Whether a kind of file is one the extension or declared format may stand for."""
    expected = _KINDS_OF.get((extension or "").lower())
    return kind in expected if expected is not None else kind not in ("html", "empty")


def file_name(page: FetchedPage) -> str:
    """The name the server gives the file, else the last part of its address, else empty."""
    header = page.header("content-disposition") or ""
    # RFC 6266: filename* names its own encoding and goes first.
    if match := re.search(r"filename\*\s*=\s*[\w-]*'[^']*'([^;]+)", header, re.I):
        return unquote(match[1].strip().strip('"'))
    if match := re.search(r"filename\s*=\s*(?:\"([^\"]*)\"|([^;]+))", header, re.I):
        return unquote((match[1] or match[2] or "").strip())
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return ""
    last = unquote(parts.path.rsplit("/", 1)[-1])
    if extension_of(last) in _KINDS_OF:
        return last
    # Many download addresses name the file in their query (`download?name=budget.xlsx`).
    named = (value for _, value in parse_qsl(parts.query) if extension_of(value) in _KINDS_OF)
    return next(named, last)


def extension_of(name: str) -> str | None:
    """The extension of a file name in lower case without its dot, None when it has none."""
    match = re.search(r"\.([A-Za-z0-9]{1,8})$", name.strip())
    return match[1].lower() if match else None


def kind_of(body: bytes) -> str:
    """The kind of a file by its bytes (the values of `FileSeen.kind`)."""
    if not body.strip():
        return "empty"
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            return kind
    if body.startswith(_OLE):
        streams = ((kind, name.encode("utf-16-le")) for name, kind in _OLE_STREAMS)
        return next((kind for kind, name in streams if name in body), "ole")
    if body[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        # Looked ahead and not consumed: in a small archive the next header follows closely.
        names = re.findall(rb"PK(?=(?:\x03\x04.{26}|\x01\x02.{42})([^\x00-\x1f]{1,60}))", body, re.S)
        return next((kind for part, kind in _ZIP_PARTS if any(name.startswith(part) for name in names)), "zip")
    # Some PDF files begin with a few stray bytes; readers accept the mark within the first kilobyte.
    if b"%PDF-" in body[:1024] and not _HTML.match(body[:1024]):
        return "pdf"
    return _kind_of_text(body)


def _kind_of_text(body: bytes) -> str:
    head = body[:65_536]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\x00" in head:
        return "other"
    if _HTML.match(head):
        return "html"
    if head.startswith(b"<"):
        return "html" if re.search(rb"<(?:html|body)\b", head[:4096], re.I) else "xml"
    if re.match(rb"[{\[]\s*[\"{\[\]}\d\-tfn]", head):
        return "json"
    control = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in head[:4096])
    if control > 4:
        return "other"
    # A table has the same separator, equally often, in its first lines.
    lines = [line for line in head.splitlines()[:6] if line.strip()][: 5 if len(head) < 65_536 else 4]
    for separator in (b",", b"\t", b";", b"|"):
        counts = [re.sub(rb'"[^"]*"', b"", line).count(separator) for line in lines]
        if counts and min(counts) >= 1 and max(counts) == min(counts):
            return "csv"
    return "text"
