import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CaptureReader, dissect, pcapngHeader, pcapngPacket, type Packet } from '@pilotwire/capture';
import { arbitraryMessage } from '@pilotwire/exi';
import type { Random } from '@pilotwire/machine';
import { codecs, type MessageCodec, type SchemaName } from '@pilotwire/v2g-messages';
import { EXI_MESSAGE, SDP_REQUEST, SDP_RESPONSE, writeFrame } from '@pilotwire/v2gtp';
import { fromHex } from '@pilotwire/wire';
import { barePib, containedPib } from '../../libs/homeplug/test/pib-files.js';
import { sharedPath } from '../../tools/shared.js';

/** Valid inputs of each target: real ones from the captures, and what only declarations know. */
export function corpus(random: Random): Readonly<Record<string, readonly Uint8Array[]>> {
  const folder = sharedPath('captures');
  if (folder === undefined) throw new Error('hostile bytes are made from captures');
  const records = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .flatMap((name) => gunzipSync(readFileSync(`${folder}/${name}`)).toString().trim().split('\n'))
    .map((line) => JSON.parse(line) as { kind: string; schema: string; hex: string; payloadType?: string });
  const of = (kind: string, schema?: string) =>
    records
      .filter((record) => record.kind === kind && (schema === undefined || record.schema === schema))
      .map(({ hex }) => fromHex(hex) as Uint8Array);
  const choose = (below: number) => random.int(0, below - 1);
  const messages = (name: SchemaName): Uint8Array[] => {
    const { set, encode }: MessageCodec<unknown> = codecs[name];
    const made = Array.from({ length: 1000 }, () => encode(arbitraryMessage(set, random.pick(set.messages).name, choose)));
    return [...of('v2gtp', name), ...made.filter(({ length }) => length < 400)];
  };
  const dins = of('v2gtp', 'din');
  const packets = packetsOf(readFileSync(`${folder}/2024-04-20_ModelY_pyPLC_stop_in_precharge.pcapng`));
  const few = (count: number) => Array.from({ length: 40 }, () => packets.slice(random.int(0, packets.length - count)).slice(0, count));
  return {
    ...Object.fromEntries((Object.keys(codecs) as SchemaName[]).map((name) => [`exi.${name}`, messages(name)])),
    v2gtp: Array.from({ length: 500 }, () => joined([0, 1, 2].map(() => writeFrame(EXI_MESSAGE, random.pick(dins))))),
    sdp: of('sdp').map((payload) => writeFrame(payload.length === 2 ? SDP_REQUEST : SDP_RESPONSE, payload)),
    mme: of('homeplug'),
    pib: [barePib(), containedPib()],
    pcap: few(6).map(pcap),
    pcapng: few(6).map((some) => joined([pcapngHeader([{ linkType: 1 }]), ...some.map(({ bytes, time }) => pcapngPacket({ bytes, time: time ?? { seconds: 0, nanos: 0 } }))])),
    tcp: packets.filter((packet) => dissect(packet).kind === 'tcp').map(({ bytes }) => bytes),
  };
}

function packetsOf(file: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  const reader = new CaptureReader({
    packet: (packet) => packets.push(packet),
    error(error) {
      throw error;
    },
  });
  reader.push(file);
  reader.end();
  return packets;
}

/** A pcap file of Ethernet packets, little-endian with microseconds. */
function pcap(packets: readonly Packet[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(24));
  [0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1].forEach((word, i) => header.setUint32(4 * i, word, true));
  const records = packets.flatMap(({ bytes, time }) => {
    const record = new DataView(new ArrayBuffer(16));
    [time?.seconds ?? 0, 0, bytes.length, bytes.length].forEach((word, i) => record.setUint32(4 * i, word, true));
    return [new Uint8Array(record.buffer), bytes];
  });
  return joined([new Uint8Array(header.buffer), ...records]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
