"""Runs the pilot board: what comes over USB or UART goes to the board, what it says goes back."""

import select
import sys
import time

import machine
import settings
from board import Board
from hardware import CarPilot, ChargerPilot

# Milliseconds: a loop that hangs for so long starts again, with the pin at rest meanwhile.
WATCHDOG = 2000


class Loop:
    def __init__(self):
        hardware = ChargerPilot(settings) if settings.ROLE == "evse" else CarPilot(settings)
        self._board = Board(settings.NAME, settings.ROLE, hardware)
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._watchdog = machine.WDT(timeout=WATCHDOG)
        self._say(self._board.start())

    def once(self):
        heard = bytearray()
        # An octet at a time: more would be waited for.
        while len(heard) < 128 and self._poll.poll(0):
            heard += sys.stdin.buffer.read(1)
        now = time.ticks_ms()
        self._say(self._board.hear(heard, now) + self._board.step(now))
        self._watchdog.feed()

    def _say(self, text):
        if text:
            sys.stdout.write(text)


def run():
    # The time to press Ctrl-C and have a prompt; then it is an octet like any other.
    time.sleep_ms(1500)
    try:
        import micropython

        micropython.kbd_intr(-1)
    except (ImportError, AttributeError):
        pass
    loop = Loop()
    while True:
        loop.once()
        time.sleep_ms(1)


if __name__ == "__main__":
    run()
