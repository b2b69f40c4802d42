import {
  dissect,
  etherType,
  type Packet,
  type TcpConnection,
  type TcpLimits,
  TcpReassembler,
} from '@pilotwire/capture';
import { formatEnd, isLinkLocal } from './address.js';
import { type ConnectionContext, V2gConnection } from './connection.js';
import { readUdp } from './datagram.js';
import type { Decoders } from './decoders.js';
import { homeplugRecord } from './homeplug.js';
import type { ConversationRecord, SdpRecord } from './record.js';
import { newStats, type Stats } from './stats.js';
import { KeyLog } from './tls/key-log.js';

/** Ends that SDP answers named and are remembered. */
const MAX_ANNOUNCED = 64;

/** EtherTypes counted apart; more than any link has. The rest count as 0xffff, which is reserved. */
const MAX_ETHER_TYPES = 256;

/** Below this an EtherType is a length. IEEE 802.3 */
const FIRST_ETHER_TYPE = 0x0600;

/**
 * From packets to what a car and a charger said: pushed in the order of the capture, they come out as records, each
 * as soon as its last byte is there. What a conversation remembers does not grow with its length.
 */
export class Conversation {
  readonly #decoders: Decoders;
  readonly #emit: (record: ConversationRecord) => void;
  readonly #tcp: TcpReassembler;
  /** `address:port` that SDP answers named. */
  readonly #announced = new Set<string>();
  readonly #keyLog = new KeyLog();
  readonly stats: Stats;

  constructor(decoders: Decoders, emit: (record: ConversationRecord) => void, limits: Partial<TcpLimits> = {}) {
    this.#decoders = decoders;
    this.#emit = (record) => {
      this.stats.records[record.kind]++;
      if (record.error !== undefined) this.stats.errors++;
      emit(record);
    };
    const context: ConnectionContext = {
      decoders,
      keyLog: this.#keyLog,
      emit: this.#emit,
      mayCharge: (connection) => this.#mayCharge(connection),
      other: () => this.stats.otherConnections++,
    };
    this.#tcp = new TcpReassembler((connection) => new V2gConnection(connection, context), limits);
    this.stats = newStats(this.#tcp.stats);
  }

  /**
   * Lines of a TLS key log in NSS format: of a file, or of a secrets block of the capture. They may come before or
   * after what they open; returns how many secrets they held. Key-log datagrams in the capture are used by themselves.
   */
  secrets(keyLog: string): number {
    return this.#keyLog.add(keyLog);
  }

  packet(packet: Packet): void {
    this.stats.packets++;
    this.stats.bytes += packet.bytes.length;
    const found = dissect(packet);
    switch (found.kind) {
      case 'tcp':
        return this.#tcp.segment(found, packet);
      case 'udp': {
        const record = readUdp(found, packet);
        if (record === undefined) {
          this.stats.otherUdp++;
          return;
        }
        this.#emit(record);
        if (record.kind === 'sdp') this.#remember(record);
        else this.secrets(record.lines.join('\n'));
        return;
      }
      case 'frame':
        if (found.etherType === etherType.homeplug) return this.#emit(homeplugRecord(packet, found, this.#decoders));
        return this.#countEtherType(found.etherType);
      case 'unread':
        this.stats.unread[found.why]++;
    }
  }

  /** The capture has ended: messages that wait for missing bytes are given up. */
  end(): void {
    this.#tcp.end();
  }

  #remember({ decoded }: SdpRecord): void {
    const answer = decoded?.SDPRes;
    if (answer === undefined) return;
    this.#announced.add(`${answer.ip}:${answer.port}`);
    const [oldest] = this.#announced;
    if (this.#announced.size > MAX_ANNOUNCED && oldest !== undefined) this.#announced.delete(oldest);
  }

  /** Charging stays on its link; elsewhere only an SDP answer tells its TLS from any other. */
  #mayCharge({ ends }: TcpConnection): boolean {
    return ends.every(({ address }) => isLinkLocal(address)) || ends.some((end) => this.#announced.has(formatEnd(end)));
  }

  #countEtherType(type: number): void {
    const { etherTypes } = this.stats;
    let key = type < FIRST_ETHER_TYPE ? 0 : type;
    if (!etherTypes.has(key) && etherTypes.size >= MAX_ETHER_TYPES) key = 0xffff;
    etherTypes.set(key, (etherTypes.get(key) ?? 0) + 1);
  }
}
