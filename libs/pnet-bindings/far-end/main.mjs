// The far end of a wire, in a process of its own, told what to do by the process that made it (`src/veth.ts`). It stands on the
// native module alone, so that it runs without a build: `node main.mjs` with an IPC channel.
import { createRequire } from 'node:module';

const { PacketSocket } = createRequire(import.meta.url)('../native/dist/pnet.node');
const place = 2_048;
const slab = new Uint8Array(place * 64);
const facts = new Float64Array(5 * 64);
let socket;
/** What to do with a frame: `tell` it, `echo` it, or only `count` it. */
let mode = 'tell';

const tell = (message) => process.send?.(message);

function frames(count) {
  for (let i = 0; i < count && mode !== 'count'; i++) {
    const start = facts[i * 5];
    const frame = slab.subarray(start, start + facts[i * 5 + 1]);
    if (mode === 'echo') socket.send(frame);
    else tell({ kind: 'heard', hex: Buffer.from(frame).toString('hex') });
  }
}

const orders = {
  open({ name, etherType, promiscuous }) {
    socket = PacketSocket.open(name, { etherType, promiscuous, place }, slab, facts, frames, (state, address) => tell({ kind: 'link', state, address }));
    tell({ kind: 'open', address: socket.address() });
  },
  mode({ mode: wanted }) {
    mode = wanted;
  },
  send({ hex, count }) {
    const frame = Buffer.from(hex, 'hex');
    for (let i = 0; i < count; i++) socket.send(frame);
  },
  counters() {
    tell({ kind: 'counters', ...socket.counters() });
  },
};

process.on('message', (order) => {
  try {
    orders[order.kind](order);
  } catch (error) {
    tell({ kind: 'error', code: error.code, message: error.message });
  }
});
// Whoever made it has gone.
process.on('disconnect', () => process.exit());
