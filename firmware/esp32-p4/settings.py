"""What differs from board to board: pins, and the circuits behind them. The README says how to find the numbers."""

NAME = "esp32-p4"

# "evse": the charger's side of the cable. "ev": the car's.
ROLE = "evse"

# The charger's oscillator.
PILOT_PWM = 4
# The stage behind it gives -12 V while the pin is high.
PILOT_INVERTED = False
# Where the pilot is measured. The converters of the ESP32-P4 are at GPIO 16 to 23 and 49 to 54; many boards need 14 to 19
# for their radio.
PILOT_ADC = 20
# Volts on the pilot = gain * volts at the pin + offset.
PILOT_GAIN = 8.0
PILOT_OFFSET = -13.2

# Where proximity is measured; None where it is not.
PROXIMITY_ADC = 21
# The resistor from there to its supply: ohms and volts.
PROXIMITY_PULL_UP = 1000.0
PROXIMITY_SUPPLY = 3.3

# The car's side: where the pilot's edges are seen (high while the pilot is), and what switches the load of state C on.
INLET_SENSE = 4
INLET_LOAD = 6
