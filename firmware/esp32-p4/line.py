"""The line protocol between a pilot board and its host: docs/reference/pilot-board.md."""

from binascii import crc32

PROTOCOL = 1
LONGEST = 96
LAST_NUMBER = 65535


def _check(body):
    return "%08X" % (crc32(body.encode()) & 0xFFFFFFFF)


def write_line(word, number, *fields):
    body = " ".join([word, str(number)] + [str(field) for field in fields])
    return body + "*" + _check(body) + "\n"


def read_line(text):
    """The word and its fields, or None for what is no line: noise, or the half of one."""
    if len(text) > LONGEST or len(text) < 12 or text[-9] != "*":
        return None
    body = text[:-9]
    if _check(body) != text[-8:]:
        return None
    parts = body.split(" ")
    if len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) > LAST_NUMBER:
        return None
    return parts[0], parts[2:]


class Reader:
    """Puts lines together from octets, as they come."""

    def __init__(self):
        self._held = bytearray()

    def push(self, octets):
        """What is whole now, as read_line gives it; noise left out."""
        found = []
        for octet in octets:
            if octet == 0x0A:
                line = self._take()
                if line is not None:
                    found.append(line)
            elif octet != 0x0D and len(self._held) <= LONGEST:
                self._held.append(octet)
        return found

    def _take(self):
        octets = bytes(self._held)
        self._held = bytearray()
        for octet in octets:
            if octet < 0x20 or octet > 0x7E:
                return None
        return read_line(octets.decode())
