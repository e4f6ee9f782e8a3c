"""Small pictures made in code: photographs' stand-ins, code squares, emblems; all the same at every start."""

from __future__ import annotations

import hashlib
import math
import struct
import zlib


def scene(seed: str, width: int = 320, height: int = 180) -> bytes:
    """A PNG of hills under a sky, coloured by the seed; stands where a portal would show a news photograph."""
    digest = hashlib.sha256(seed.encode()).digest()
    sky, hill, near = _colour(digest[0:3], 150), _colour(digest[3:6], 70), _colour(digest[6:9], 30)
    slope, bump = digest[9] % 60 - 30, digest[10] % 40 + 20
    rows = []
    for y in range(height):
        row = bytearray(b"\0")
        for x in range(width):
            far_edge = height * 0.55 + slope * (x / width - 0.5) + bump * _wave(x + digest[11], 130)
            near_edge = height * 0.78 + bump * 0.6 * _wave(x + digest[12], 90)
            if y > near_edge:
                row += bytes(near)
            elif y > far_edge:
                row += bytes(hill)
            else:
                row += bytes(min(255, part + (y * 60) // height) for part in sky)
        rows.append(bytes(row))
    return _png(width, height, b"".join(rows))


def code_square(seed: str, cells: int = 25, scale: int = 4) -> bytes:
    """A PNG that looks like a QR code and holds no message."""
    bits = hashlib.shake_128(seed.encode()).digest((cells * cells) // 8 + 1)
    size = (cells + 2) * scale
    rows = []
    for y in range(size):
        row = bytearray(b"\0")
        for x in range(size):
            dark = _module(x // scale - 1, y // scale - 1, cells, bits)
            row += b"\x18\x18\x18" if dark else b"\xff\xff\xff"
        rows.append(bytes(row))
    return _png(size, size, b"".join(rows))


def heavy(seed: str, side: int) -> bytes:
    """A PNG of noise, `side` pixels square and three times that many bytes: a photograph nobody has made smaller."""
    noise = hashlib.shake_128(seed.encode()).digest(3 * side * side)
    rows = b"".join(b"\0" + noise[3 * side * y : 3 * side * (y + 1)] for y in range(side))
    return _png(side, side, rows, effort=0)


def plate(seed: str, colour: tuple[int, int, int], width: int = 40, height: int = 48) -> bytes:
    """A PNG badge of one colour with a lighter disc: the stand-in for an official mark."""
    rows = []
    for y in range(height):
        row = bytearray(b"\0")
        for x in range(width):
            inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) * 0.32) ** 2
            row += bytes((255, 236, 170)) if inside else bytes(colour)
        rows.append(bytes(row))
    return _png(width, height, b"".join(rows))


def _module(x: int, y: int, cells: int, bits: bytes) -> bool:
    if not (0 <= x < cells and 0 <= y < cells):
        return False
    for left, top in ((0, 0), (cells - 7, 0), (0, cells - 7)):
        dx, dy = x - left, y - top
        if -1 <= dx <= 7 and -1 <= dy <= 7:
            ring = max(abs(dx - 3), abs(dy - 3))
            return ring in (0, 1, 3)
    place = y * cells + x
    return bool(bits[place // 8] >> (place % 8) & 1)


def _wave(x: int, period: int) -> float:
    return 0.6 * math.sin(2 * math.pi * x / period) + 0.4 * math.sin(2 * math.pi * x / (period * 2.7))


def _colour(raw: bytes, base: int) -> tuple[int, int, int]:
    red, green, blue = (base + part % 60 for part in raw)
    return red, min(255, green + 20), min(255, blue + 30)


def _png(width: int, height: int, rows: bytes, *, effort: int = 9) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(rows, effort)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
