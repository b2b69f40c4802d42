"""What a pilot board does: obeys its host, measures, and looks after itself. It knows no pin: see hardware.py."""

from time import ticks_diff

from line import LAST_NUMBER, PROTOCOL, Reader, write_line

VERSION = "0.1.0"

# Milliseconds.
SILENT = 500  # without an order for so long, the host is gone
FAULT = 1000  # a fault lasts so long at least
MEASURE = 10
MEASURE_INLET = 20
# So many measurements in a row that cannot be: a fault.
ODD = 5


class Board:
    """
    One side of a cable. `hardware` has `measure()`, which gives the fields of a sample and whether they can be true, or
    throws; and `show(order)`, which throws where it cannot.
    """

    def __init__(self, name, role, hardware):
        self._name = name
        self._role = role
        self._hardware = hardware
        self._reader = Reader()
        self._number = 0
        self._rest = "x1" if role == "evse" else "B"
        self._refuse = "f" if role == "evse" else "B"
        self._wanted = self._rest
        self._shown = None
        self._heard = None
        self._failed = None
        self._odd = 0
        self._measured = None

    def start(self):
        """Shows what a board without a host shows. Gives what is to be said first."""
        self._show(self._rest)
        return self._hello()

    def hear(self, octets, now):
        """Takes what came from the host. Gives what is to be said at once."""
        said = ""
        for word, fields in self._reader.push(octets):
            if word == "who":
                said += self._hello()
            elif self._order(word, fields):
                self._heard = now
                self._settle(now)
        return said

    def step(self, now):
        """What is due now. To be called at least every few milliseconds. Gives what is to be said."""
        self._settle(now)
        period = MEASURE if self._role == "evse" else MEASURE_INLET
        if self._measured is not None and ticks_diff(now, self._measured) < period:
            return ""
        # Late is late: what was missed is not made up for.
        late = self._measured is None or ticks_diff(now, self._measured) >= 2 * period
        self._measured = now if late else self._measured + period
        return self._sample(now)

    def _sample(self, now):
        fields = None
        try:
            fields, possible = self._hardware.measure()
            self._odd = 0 if possible else self._odd + 1
        except (OSError, ValueError):
            self._odd = ODD
        if self._odd >= ODD:
            self._failed = now
        self._settle(now)
        if fields is None:
            fields = ("0", "0", "-") if self._role == "evse" else ("0", "-")
        return self._say("pilot" if self._role == "evse" else "inlet", *fields, self._shown, self._cause(now))

    def _order(self, word, fields):
        """Whether it was an order that this board understands."""
        if len(fields) != 1 or word != ("order" if self._role == "evse" else "load"):
            return False
        if fields[0] not in (("digital", "x1", "f") if self._role == "evse" else ("B", "C")):
            return False
        self._wanted = fields[0]
        return True

    def _cause(self, now):
        if self._failed is not None and ticks_diff(now, self._failed) < FAULT:
            return "fault"
        self._failed = None
        if self._heard is None or ticks_diff(now, self._heard) >= SILENT:
            self._heard = None
            return "silent"
        return "ordered"

    def _settle(self, now):
        cause = self._cause(now)
        if cause == "silent":
            # A host that comes back says what it wants.
            self._wanted = self._rest
        self._show(self._refuse if cause == "fault" else self._wanted)

    def _show(self, order):
        if order != self._shown:
            self._hardware.show(order)
            self._shown = order

    def _hello(self):
        return self._say("board", PROTOCOL, self._name, VERSION, self._role)

    def _say(self, word, *fields):
        line = write_line(word, self._number, *fields)
        self._number = 0 if self._number == LAST_NUMBER else self._number + 1
        return line
