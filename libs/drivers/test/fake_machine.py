"""The world of a pilot board, played: pins, converters, a car, and time that passes with what is done."""

import sys

WRAP = 1 << 30


class World:
    us = 0
    pilot = 12.0  # high level of the pilot in volts
    proximity = 1500  # ohms
    readback = True  # an output can be read
    broken = None  # what a converter throws
    stage = True  # the stage behind the PWM works
    duty = None  # of a charger that this board is plugged into, in percent
    fed = 0

    def pass_us(self, us):
        self.us += us

    def to_ms(self, ms):
        self.us = max(self.us, int(ms * 1000))


world = World()
pins = {}


class Pin:
    IN, OUT = 0, 1

    def __new__(cls, id, *args, **named):
        if id not in pins:
            pin = object.__new__(cls)
            pin.id, pin.mode, pin.level, pin.pwm = id, None, 0, None
            pins[id] = pin
        return pins[id]

    def __init__(self, id, mode=None, value=None):
        self.init(mode, value)

    def init(self, mode=None, value=None):
        if mode is not None:
            self.mode = mode
        if value is not None:
            self.level = value

    def now(self):
        if self.mode == Pin.IN:
            return 1 if world.duty is not None and world.us % 1000 < world.duty * 10 else 0
        if self.pwm is None:
            return self.level
        # Its periods begin when they like.
        return 1 if (world.us + 437) % 1000 < self.pwm // 1000 else 0

    def value(self, level=None):
        if level is not None:
            self.level = level
            return
        world.pass_us(8)
        return self.now() if world.readback or self.mode == Pin.IN else 0


class PWM:
    def __init__(self, pin, freq=None, duty_ns=None):
        if freq != 1000:
            raise ValueError("1 kHz, please")
        self._pin = pin
        pin.pwm = duty_ns

    def deinit(self):
        self._pin.pwm = None
        self._pin.level = 0


class ADC:
    ATTN_11DB = 3

    def __init__(self, pin, atten=None):
        self._pin = pin

    def read_uv(self):
        if world.broken:
            raise OSError(world.broken)
        # The sample is taken at the beginning, the count comes later.
        world.pass_us(10)
        volts = self._volts()
        world.pass_us(30)
        return int(volts * 1_000_000)

    def _volts(self):
        if self._pin.id == 21:
            return 3.3 * world.proximity / (1000 + world.proximity)
        high = pins[4].now() if world.stage else 0
        return ((world.pilot if high else -12.0) + 13.2) / 8


class WDT:
    def __init__(self, timeout):
        self.timeout = timeout

    def feed(self):
        world.fed += 1


def time_pulse_us(pin, level, timeout):
    began = world.us
    while pin.now() == level and world.us - began < timeout:
        world.us += 1
    while pin.now() != level:
        world.us += 1
        if world.us - began >= timeout:
            return -2
    rose = world.us
    while pin.now() == level:
        world.us += 1
        if world.us - rose >= timeout:
            return -1
    return world.us - rose


class Time:
    def ticks_us(self):
        world.pass_us(1)
        return world.us % WRAP

    def ticks_ms(self):
        return (world.us // 1000) % WRAP

    def ticks_diff(self, a, b):
        return (a - b + WRAP // 2) % WRAP - WRAP // 2

    def sleep_ms(self, ms):
        world.pass_us(ms * 1000)


class Line:
    """sys.stdin and sys.stdout, and select.poll over them."""

    POLLIN = 1

    def __init__(self):
        self.octets, self.said = b"", ""
        self.stdin = self.stdout = self.buffer = self

    def poll(self, *_):
        return self if not _ else [self] if self.octets else []

    def register(self, *_):
        pass

    def read(self, count):
        octet, self.octets = self.octets[:count], self.octets[count:]
        return octet

    def write(self, text):
        self.said += text


line = Line()
sys.modules.update({"machine": sys.modules["fake_machine"], "time": Time(), "select": line, "sys": line})
