import { expect, test } from 'vitest';
import { fakeIo } from '../test/console.js';
import { decode, encode } from './wiring.js';

/** A DIN SPEC 70121 CableCheckReq. */
const hex = '809a0201c0124b403fffc0101020000000';

test('decode and encode are made of the real codecs, and what one prints the other reads', async () => {
  const decoded = fakeIo();
  expect(await decode.run(['--json', hex, hex], decoded.io)).toBe(0);
  const DC_EVStatus = { EVReady: false, EVRESSConditioning: false, EVErrorCode: 'NO_ERROR', EVRESSSOC: 0 };
  expect(JSON.parse(decoded.printed[0] ?? '')).toEqual({
    schema: 'din',
    type: 'CableCheckReq',
    decoded: { V2G_Message: { Header: { SessionID: '0700492D00FFFF00' }, Body: { CableCheckReq: { DC_EVStatus } } } },
  });

  const encoded = fakeIo({ stdin: [decoded.printed.join('\n')] });
  expect(await encode.run(['-'], encoded.io)).toBe(0);
  expect(encoded.printed).toEqual([hex, hex]);
});

test('an error of the real codecs is told with its place in the message', async () => {
  const { io, printed } = fakeIo();
  expect(await decode.run(['--schema', 'din', '--json', hex.slice(0, 24)], io)).toBe(1);
  expect(JSON.parse(printed[0] ?? '')).toEqual({
    error: { code: 'truncated', byte: expect.any(Number), bit: expect.any(Number), path: expect.stringContaining('V2G_Message/'), message: expect.any(String) },
  });
});

test('XML that decode prints is read by encode, and its namespace names the schema', async () => {
  const decoded = fakeIo();
  expect(await decode.run(['--xml', hex], decoded.io)).toBe(0);
  expect(decoded.printed).toEqual([expect.stringMatching(/^<MsgDef:V2G_Message xmlns:MsgDef="urn:din:70121:2012:MsgDef" .*<\/MsgDef:V2G_Message>$/)]);

  const pretty = fakeIo();
  expect(await decode.run(['--xml', '--pretty', hex, hex], pretty.io)).toBe(0);
  expect(pretty.printed[0]?.split('\n').length).toBeGreaterThan(10);
  const again = fakeIo({ stdin: [pretty.printed.join('\n')] });
  expect(await encode.run(['-'], again.io)).toBe(0);
  expect(again.printed).toEqual([hex, hex]);

  const broken = fakeIo({ stdin: [(pretty.printed[0] ?? '').replace('SessionID>', 'SessionId>')] });
  expect(await encode.run(['-'], broken.io)).toBe(1);
  const { byte, message } = JSON.parse(broken.printed[0]?.slice(1) ?? '') as { byte: number; message: string };
  expect(message).toMatch(/^line 4, column \d+: /);
  expect(pretty.printed[0]?.slice(0, byte).split('\n')).toHaveLength(4);

  const encoded = fakeIo({ stdin: [decoded.printed.join('\n'), '\n<V2G_Message/>'] });
  expect(await encode.run(['-'], encoded.io)).toBe(1);
  expect(encoded.printed).toEqual([hex, expect.stringMatching(/^!\{"code":"unexpected".*V2G_Message is no message of the app schema, nor of any other"/)]);
});
