"""Colour profiles made here, for pictures in print colours and in a phone's wide ones."""

import struct

from PIL import ImageCms


def fixed(value):
    """As an ICC profile writes a number."""
    return struct.pack(">i", round(value * 65536))


def display_p3():
    """sRGB's own profile with the wider primaries of a phone's screen, and another name."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    primaries = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for tag, numbers in primaries.items():
        at = struct.unpack(">I", profile[(entry := profile.index(tag)) + 4 : entry + 8])[0] + 8
        profile = profile[:at] + b"".join(map(fixed, numbers)) + profile[at + 12 :]
    return profile.replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))


def odd_inks():
    """A press whose cyan ink is red: 16 corners of a table from CMYK to Lab, everything else between them."""
    corners = bytearray()
    for corner in range(16):
        cyan, magenta, yellow, black = (corner >> shift & 1 for shift in (3, 2, 1, 0))
        lightness, a, b = (136, 208, 195) if cyan else (255, 128, 128)
        if magenta or yellow or black:
            lightness, a, b = 0, 128, 128
        corners += bytes((lightness, a, b))
    identity = b"".join(fixed(float(i == j)) for i in range(3) for j in range(3))
    straight = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + straight * 4 + bytes(corners) + straight * 3
    name = b"Odd inks\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)
    white = b"XYZ \0\0\0\0" + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return _profile({b"desc": described, b"wtpt": white, b"cprt": b"text\0\0\0\0none\0", b"A2B0": table})


def _profile(tags):
    at, entries, bodies = 128 + 4 + 12 * len(tags), b"", b""
    for tag, body in tags.items():
        entries += tag + struct.pack(">II", at + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    header = struct.pack(">I", at + len(bodies)) + b"\0\0\0\0" + b"\x02\x40\0\0" + b"prtrCMYKLab " + bytes(12) + b"acsp"
    header += bytes(28) + fixed(0.9642) + fixed(1) + fixed(0.8249) + bytes(48)
    return header[:128] + struct.pack(">I", len(tags)) + entries + bodies
