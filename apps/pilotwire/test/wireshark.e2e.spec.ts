import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const charge = fileURLToPath(new URL('../../../libs/simulation/test/fixtures/charge.pcapng', import.meta.url));
const tshark = (...args: string[]) => spawnSync('tshark', ['-r', charge, ...args], { encoding: 'utf8' });
const installed = spawnSync('tshark', ['--version']).status === 0;
if (!installed) console.warn('skipped: tshark is not installed');

describe.skipIf(!installed)('Wireshark, with the capture that simulate wrote', () => {
  test('reads every packet', () => {
    const protocols = new Set(tshark('-T', 'fields', '-e', '_ws.col.Protocol').stdout.trim().split('\n'));
    expect([...protocols].toSorted()).toEqual(['HomePlug AV', 'TCP', 'UDP']);
  });

  test('finds nothing malformed, no wrong checksum, nothing odd in TCP', () => {
    const odd = '_ws.malformed || tcp.checksum.status == 0 || udp.checksum.status == 0 || tcp.analysis.flags';
    const { status, stdout } = tshark('-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-Y', odd);
    expect([status, stdout]).toEqual([0, '']);
  });
});
