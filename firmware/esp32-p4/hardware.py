"""The pins of a pilot board: the charger's oscillator and its measurement, or the car's load and what it sees."""

from machine import ADC, PWM, Pin, time_pulse_us
from time import ticks_diff, ticks_us

FREQUENCY = 1000
HIGH_NS = 50_000  # 5 % of a period
PERIOD_NS = 1_000_000
PERIOD_US = 1000

# Proximity without a plug, in ohms, as the protocol has it; and what may still be a plug.
OPEN = 100_000
PLUGGED = 4_500
# What a pilot can have, in volts.
MOST_VOLTS = 15.0
# A pilot that is driven high is never so low: its stage is dead. (Shorted to earth it is at 0.)
LOW_VOLTS = -3.0
# How many periods are looked at for one measurement.
PERIODS = 3


def ohms_of(volts, pull_up, supply):
    if volts <= 0:
        return 0
    if volts >= supply:
        return OPEN
    return min(OPEN, pull_up * volts / (supply - volts))


class Proximity:
    def __init__(self, pin, pull_up, supply):
        self._adc = None if pin is None else ADC(Pin(pin), atten=ADC.ATTN_11DB)
        self._pull_up = pull_up
        self._supply = supply

    def ohms(self):
        """None where it is not measured."""
        if self._adc is None:
            return None
        return ohms_of(self._adc.read_uv() / 1_000_000, self._pull_up, self._supply)


class ChargerPilot:
    """
    The oscillator, and the level of the pilot while it is high. That is 50 us of every millisecond: the end of the wait for
    a rising edge is the beginning of a measurement. Where the pin of the PWM cannot be read back, the highest of many counts.
    """

    def __init__(self, settings):
        self._id = settings.PILOT_PWM
        self._inverted = settings.PILOT_INVERTED
        self._gain = settings.PILOT_GAIN
        self._offset = settings.PILOT_OFFSET
        self._pin = Pin(self._id, Pin.OUT, value=0 if self._inverted else 1)
        self._pwm = None
        self._shown = "x1"
        self._adc = ADC(Pin(settings.PILOT_ADC), atten=ADC.ATTN_11DB)
        self._proximity = Proximity(settings.PROXIMITY_ADC, settings.PROXIMITY_PULL_UP, settings.PROXIMITY_SUPPLY)

    def show(self, signal):
        if self._pwm is not None:
            self._pwm.deinit()
            self._pwm = None
        if signal == "digital":
            self._pwm = PWM(self._pin, freq=FREQUENCY, duty_ns=PERIOD_NS - HIGH_NS if self._inverted else HIGH_NS)
        else:
            # A steady level is the pin's own: what a PWM makes of 0 and 100 % differs from port to port.
            self._pin.init(Pin.OUT, value=int((signal == "x1") != self._inverted))
        self._shown = signal

    def measure(self):
        volts = self._peak() / 1_000_000 * self._gain + self._offset
        ohms = self._proximity.ohms()
        possible = -MOST_VOLTS <= volts <= MOST_VOLTS and (self._shown == "f" or volts >= LOW_VOLTS)
        fields = ("%.2f" % volts, 1 if self._shown == "digital" else 0, "-" if ohms is None else "%d" % ohms)
        return fields, possible

    def _peak(self):
        """In microvolts, at the converter."""
        if self._shown != "digital":
            return self._adc.read_uv()
        high = 0 if self._inverted else 1
        best = 0
        for _ in range(PERIODS):
            began = ticks_us()
            # Out of the pulse that may be under way, and up to the next one.
            if self._wait(1 - high, began) and self._wait(high, began):
                best = max(best, self._adc.read_uv())
            else:
                best = max(best, self._window())
        return best

    def _wait(self, level, began):
        value = self._pin.value
        while value() != level:
            if ticks_diff(ticks_us(), began) > PERIOD_US + PERIOD_US // 5:
                return False
        return True

    def _window(self):
        best = 0
        began = ticks_us()
        while ticks_diff(ticks_us(), began) < 2 * PERIOD_US:
            best = max(best, self._adc.read_uv())
        return best


class CarPilot:
    """The load of the car, and the duty cycle that it sees."""

    def __init__(self, settings):
        self._sense = Pin(settings.INLET_SENSE, Pin.IN)
        self._load = Pin(settings.INLET_LOAD, Pin.OUT, value=0)
        self._proximity = Proximity(settings.PROXIMITY_ADC, settings.PROXIMITY_PULL_UP, settings.PROXIMITY_SUPPLY)

    def show(self, load):
        self._load.value(1 if load == "C" else 0)

    def measure(self):
        ohms = self._proximity.ohms()
        if ohms is not None and ohms > PLUGGED:
            return ("0", "-"), True
        high = time_pulse_us(self._sense, 1, 2 * PERIOD_US)
        low = time_pulse_us(self._sense, 0, 2 * PERIOD_US) if high > 0 else -1
        if high <= 0 or low <= 0:
            # Without an oscillator a plug shows in proximity alone.
            return ("1" if ohms is not None else "0", "-"), True
        return ("1", "%.1f" % (100 * high / (high + low))), True
