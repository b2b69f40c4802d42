#!/usr/bin/env node
/**
 * Plays the hardware of one outlet over MQTT: docs/how-to/play-the-hardware-over-mqtt.md. Put your own devices where it says
 * so; the rest is what keeps it safe. `node examples/hardware-over-mqtt.mjs mqtt://127.0.0.1:1883 [station] [evse]`
 */
import { connect } from 'mqtt';

const [url = 'mqtt://127.0.0.1:1883', station = 'demo', evse = '1'] = process.argv.slice(2);
const base = `pilotwire/v1/${station}/evse/${evse}/hw`;

// --- Your devices ---------------------------------------------------------------------------------------------------------
const pilot = { volts: 12, signal: 'x1' }; // what is measured on the pilot, and what is put on it
const source = { on: false, voltage: 0, current: 0 };
const contactors = { closed: false };
let energy = 0;
const showSignal = (signal) => (pilot.signal = signal);
const setSource = (voltage, current) => Object.assign(source, { on: true, voltage, current });
const sourceOff = () => Object.assign(source, { on: false, voltage: 0, current: 0 });
const closeContactors = () => (contactors.closed = true);
const openContactors = () => (contactors.closed = false);
// --------------------------------------------------------------------------------------------------------------------------

/** A steady clock: it never goes back, whatever the time of day does. */
const clock = () => performance.now();

/** Whether the orders of one sender are fresh, against the quickest of them: one that was held up on its way is not obeyed. */
function freshness(most) {
  let quickest = Infinity;
  let lastSent = -Infinity;
  return (sent) => {
    const offset = clock() - sent;
    if (sent < lastSent) quickest = Infinity; // the sender has begun anew
    lastSent = sent;
    quickest = Math.min(quickest + 0.01, offset); // two clocks never run quite alike
    return offset - quickest <= most;
  };
}
const pilotOrderIsFresh = freshness(250);
const powerOrderIsFresh = freshness(40);

/** Does `off` where `again` was not called for so long; `fallen` then, until it was `rest`ed. */
function watchdog(ms, off) {
  let timer;
  let fallen = false;
  return {
    again() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fallen = true;
        off();
      }, ms);
    },
    rest() {
      clearTimeout(timer);
      fallen = false;
    },
    get fallen() {
      return fallen;
    },
  };
}
const pilotHeld = watchdog(500, () => showSignal('x1'));
const sourceHeld = watchdog(80, sourceOff);
const contactorsHeld = watchdog(80, openContactors);

function obeyPilot({ signal, clock: sent }) {
  if (!pilotOrderIsFresh(sent)) return;
  pilotHeld.again();
  showSignal(signal);
}

function obeyPower(order) {
  if (order.kind === 'supply.off') {
    sourceHeld.rest();
    sourceOff();
  }
  if (order.kind === 'contactors.open') {
    contactorsHeld.rest();
    openContactors();
  }
  if (!powerOrderIsFresh(order.clock)) return; // what switches off is obeyed always, what keeps on only while it is fresh
  // What fell to off by itself stays off until it was told to be off: nobody knows what was done at the plug meanwhile.
  if (order.kind === 'supply.set' && !sourceHeld.fallen) {
    sourceHeld.again();
    setSource(order.voltage, order.current);
  }
  if (order.kind === 'contactors.close' && !contactorsHeld.fallen) {
    contactorsHeld.again();
    closeContactors();
  }
}

const client = connect(url, { clientId: `pilotwire-hardware-${station}-${evse}`, queueQoSZero: false });
client.on('connect', () => client.subscribe([`${base}/pilot/order`, `${base}/power/order`]));
client.on('message', (topic, payload) => {
  try {
    const order = JSON.parse(payload.toString());
    if (topic === `${base}/pilot/order`) obeyPilot(order);
    else obeyPower(order);
  } catch (error) {
    console.error(`${topic}: ${error.message}`);
  }
});
client.on('error', (error) => console.error(error.message));

/** `ageMs`: how long ago it was measured. Say the truth: an old value is worse than none. */
const tell = (topic, measured) => client.publish(`${base}/${topic}`, JSON.stringify({ clock: clock(), ageMs: 0, ...measured }));

setInterval(() => tell('pilot', { volts: pilot.signal === 'f' ? -12 : pilot.volts, pwm: pilot.signal === 'digital', proximity: 1500 }), 10);
setInterval(() => {
  energy += (source.voltage * source.current * 0.1) / 3600;
  tell('power', { kind: 'supply', voltage: source.voltage, fault: false });
  tell('power', { kind: 'contactors', closed: contactors.closed });
  tell('power', { kind: 'meter', voltage: source.voltage, current: contactors.closed ? source.current : 0, energy });
}, 100);
