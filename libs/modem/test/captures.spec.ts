import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fromHex, toHex } from '@pilotwire/wire';
import { simulate } from '@pilotwire/machine';
import { describe, expect, test } from 'vitest';
import { sharedPath } from '../../../tools/shared.js';
import type { FoundModem, Received } from '../src/index.js';
import { findModems, modemStatus, receiveMme, setModemKey, taskInitial } from '../src/index.js';

const folder = sharedPath('captures');
/** The host that asked, in pyPLC's captures. */
const PYPLC = 'dc:0e:a1:11:67:08';
const ADAPTER = '98:de:d0:65:0e:f7';
const MODULE = 'bc:f2:af:f3:13:74';
const ALPITRONIC = '2022-12-20_alpi';

/** The management messages of a capture, as they came in. */
function recorded(capture: string): readonly Received[] {
  const name = readdirSync(folder ?? '').find((file) => file.startsWith(capture) && file.endsWith('.jsonl.gz'));
  const lines = gunzipSync(readFileSync(`${folder}/${name}`)).toString().trim().split('\n');
  const frames = lines.map((line) => JSON.parse(line) as { kind: string; hex: string }).filter(({ kind }) => kind === 'homeplug');
  return frames.flatMap(({ hex }) => receiveMme(fromHex(hex) ?? new Uint8Array()) ?? []);
}

describe.skipIf(folder === undefined)('answers that modems gave', () => {
  const all = folder === undefined ? [] : recorded(ALPITRONIC);
  const first = (from: string, name: string): Received =>
    all.find((one) => one.from === from && one.to === PYPLC && one.mme.mme === name) ?? expect.fail(`no ${name} from ${from}`);

  test('tell what they are', () => {
    const machine = simulate(findModems({ mac: PYPLC }), taskInitial);
    machine.feed({ kind: 'start' });
    machine.feed(first(ADAPTER, 'VS_SW_VER.CNF'));
    machine.advance(1_000);
    machine.feed(first(MODULE, 'VS_SW_VER.CNF'));
    machine.advance(1_000);
    const said = machine.log.at(-1)?.output;
    const found: readonly FoundModem[] = said?.kind === 'done' ? said.result : [];
    expect(found.map(({ mac, chip, firmware, local, tried }) => [mac, chip, firmware, local, tried])).toEqual([
      [ADAPTER, 'QCA7420', 'MAC-QCA7420-1.3.0.2134-00-20151212-CS', true, true],
      [MODULE, 'QCA7000', 'MAC-QCA7000-1.1.0.727-02-20130826-FINAL', false, true],
    ]);
  });

  test('tell of their network, in both forms', () => {
    const infos = all.filter(({ from, to, mme }) => from === ADAPTER && to === PYPLC && mme.mme === 'VS_NW_INFO.CNF' && !('info' in mme && mme.info.networks.length === 0));
    const forms = new Set(infos.map(({ mme }) => 'info' in mme));
    expect(forms).toEqual(new Set([true, false]));
    for (const form of forms) {
      const machine = simulate(modemStatus({ mac: PYPLC }), taskInitial);
      machine.feed({ kind: 'start' });
      machine.feed(first(ADAPTER, 'VS_SW_VER.CNF'));
      machine.advance(1_800); // the link is not answered: pyPLC did not ask
      machine.feed(first(ADAPTER, 'VS_OP_ATTRIBUTES.CNF'));
      const info = infos.find(({ mme }) => 'info' in mme === form) ?? expect.fail();
      if (!form) machine.advance(1_500);
      machine.feed(info);
      machine.advance(1_500);
      const said = machine.log.at(-1)?.output;
      const [network, ...more] = (said?.kind === 'done' ? said.result.networks : undefined) ?? [];
      expect(more).toEqual([]);
      expect(said).toMatchObject({ kind: 'done', result: { hardware: 'QCA7420', built: '20151212' } });
      expect(network).toMatchObject({ role: 'station', coordinator: MODULE, stations: [{ mac: MODULE, sends: 9, receives: 9 }] });
      expect(toHex(network?.nid ?? new Uint8Array())).toBe('5a97fe49d9ea0b');
    }
  });

  test('to a key say 1, and mean success', () => {
    const machine = simulate(setModemKey({ mac: PYPLC }), taskInitial);
    machine.feed({ kind: 'start', nmk: new Uint8Array(16) });
    machine.feed(first(ADAPTER, 'VS_SW_VER.CNF'));
    machine.advance(300);
    machine.feed(first(ADAPTER, 'CM_SET_KEY.CNF'));
    machine.advance(20_000);
    expect(machine.log.at(-1)?.output).toMatchObject({ kind: 'done', result: { result: 1, link: 'unknown' } });
  });
});
