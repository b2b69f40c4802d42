/**
 * How fast raw Ethernet is on this machine, over a virtual wire to another process. Prints JSON. As root:
 * `npm run build:native`, then `node tools/run-ts.mjs libs/pnet-bindings/bench/main.ts`
 */
import { cpus } from 'node:os';
import { systemClock } from '@pilotwire/runtime';
import { makeVeth, measureInterface, whyNoVeth } from '../src/index.js';

const why = whyNoVeth();
if (why !== undefined) {
  console.error(`bench: ${why}`);
  process.exit(1);
}
const wire = await makeVeth();
try {
  const far = await wire.join({ etherType: 0x88b5 });
  const measured = await measureInterface({ clock: systemClock(), near: wire.near, far });
  console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, ...measured }, undefined, 2));
} finally {
  await wire.remove();
}
