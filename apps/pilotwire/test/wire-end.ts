import { openInterface } from '@pilotwire/pnet-bindings';
import { liveTimeline, systemClock } from '@pilotwire/runtime';
import { containedPib, MODEM } from '../../../libs/modem/test/bench.js';
import { EmulatedModem } from '../../../libs/modem/test/emulated-modem.js';

// An emulated modem at a network interface, until its process ends.
const [name = ''] = process.argv.slice(2);
const time = liveTimeline(systemClock(), (mishap) => {
  throw new Error(mishap.kind);
});
const wire = openInterface(name, { etherType: 0x88e1, promiscuous: true }, {
  frames: (batch) => batch.forEach(({ bytes }) => modem.hear(bytes)),
  link: ({ state }) => console.log(state),
});
const modem = new EmulatedModem(time, { mac: MODEM, pib: containedPib() }, (frame) => wire.send(frame));
