"""Boards, one beside the other, each with modules and a world of its own: for test/firmware.ts."""

import sys

OWN = ("fake_machine", "machine", "time", "select", "sys", "settings", "line", "board", "hardware", "main")
modules = sys.modules
boards = []


class Played:
    """One board."""

    def __init__(self, role, start, extra):
        for name in OWN:
            modules.pop(name, None)
        import fake_machine
        import settings

        settings.ROLE = role
        exec(extra, settings.__dict__)
        import main

        self.machine, self.world, self.line, self.start = fake_machine, fake_machine.world, fake_machine.line, start
        self.world.to_ms(start)
        self.loop = main.Loop()


def begin(role, start, extra):
    boards.append(Played(role, start, extra))
    return len(boards) - 1


def push(which, text):
    boards[which].line.octets += bytes(ord(c) for c in text)


def once(which, ms):
    board = boards[which]
    board.world.to_ms(board.start + ms)
    board.loop.once()
    said, board.line.said = board.line.said, ""
    return said


def signal(which):
    pin = boards[which].machine.pins[4]
    if pin.pwm is not None:
        return "digital" if pin.pwm == 50_000 else "odd"
    return "x1" if pin.level else "f"


def load(which):
    return "C" if boards[which].machine.pins[6].level else "B"


def change(which, name, value):
    setattr(boards[which].world, name, value)


def fed(which):
    return boards[which].world.fed
