import type { Instant } from '@pilotwire/machine';
import type { EvseState, Register, Told } from './evse.js';
import type { NetworkLink } from './inputs.js';
import type { FirmwareStatus, LogStatus, Message } from './message.js';
import type { Profile } from './profile.js';
import type { QueueRecord, Transaction } from './transaction.js';
import type { BootReason, Protocol, Token, TokenInfo } from './values.js';

/** What the operator and the hardware say once; it does not change while the process lives. */
export interface Configuration {
  /** A UUID of this life of the process. Ids of messages and transactions are made from it. */
  readonly life: string;
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
  readonly iccid?: string;
  readonly imsi?: string;
  /** Why the process began, as far as the host knows. What the station itself kept before a restart comes first. */
  readonly bootReason?: BootReason;
  /** The first is EVSE 1. */
  readonly evses: readonly EvseConfiguration[];
  /** Values of the device model in place of their defaults, by `Component.Variable`. The CSMS may change them. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The vendors whose DataTransfer somebody here understands. */
  readonly dataTransfer?: readonly { readonly vendorId: string; readonly messageIds?: readonly string[] }[];
}
export interface EvseConfiguration {
  readonly maxWatts: number;
  readonly maxAmperes: number;
  /** Volts, to turn amperes into watts while no voltage is measured. */
  readonly nominalVoltage: number;
  readonly connector: 'cCCS1' | 'cCCS2' | 'cTesla';
  /** The cable cannot be taken off, so there is nothing to unlock. */
  readonly tethered: boolean;
}

export interface ListEntry {
  readonly token: Token;
  readonly info: TokenInfo;
}
/** What a CSMS said of a token before; `heard`: when, to forget the oldest first. */
export interface CacheEntry extends ListEntry {
  readonly heard: number;
}
export interface Reservation {
  readonly id: number;
  /** 0: any outlet. */
  readonly evse: number;
  readonly token: Token;
  readonly group: Token | undefined;
  readonly expiry: number;
}

/** What outlives the process. Each part is written when it changes. */
export interface Durable {
  readonly variables: Readonly<Record<string, string>>;
  readonly list: { readonly version: number; readonly entries: Readonly<Record<string, ListEntry>> };
  readonly cache: Readonly<Record<string, CacheEntry>>;
  readonly profiles: readonly Profile[];
  readonly reservations: readonly Reservation[];
  /** What the CSMS wants to be inoperative; 0 is the station. */
  readonly inoperative: readonly number[];
  readonly transactions: Readonly<Record<number, Transaction>>;
  /** The energy registers, as they were when they were last told. */
  readonly registers: Readonly<Record<number, Register>>;
  /** The slots that SetNetworkProfile filled, and the security profile of each. */
  readonly networks: Readonly<Record<number, number>>;
  /** Transaction ids that a 1.6 CSMS gave. */
  readonly ids: Readonly<Record<string, number>>;
  /** UTC of instant 0, by lives; the latest few. */
  readonly clocks: readonly { readonly life: string; readonly offset: number }[];
  /** Why the next boot happens, where we know it beforehand. */
  readonly bootReason: BootReason | undefined;
  /** A firmware update that ends with a restart. */
  readonly firmware: { readonly request: number | undefined; readonly signed: boolean } | undefined;
}
export type DurablePart = keyof Durable;

/** A record of the queue, and how its sending went. */
export interface Entry {
  readonly key: number;
  readonly record: QueueRecord;
  /** It is on disk, or the disk is full and it is held in memory. */
  readonly stored: boolean;
  readonly attempts: number;
  readonly answers: readonly string[];
  readonly notBefore: Instant | undefined;
}
export interface Item {
  readonly key: number;
  readonly message: Message;
  /** Asked for by TriggerMessage: may go out while the registration is pending. */
  readonly triggered: boolean;
}

/** The one call that waits for its answer. */
export interface Outstanding {
  readonly id: string;
  readonly what: { readonly entry: number } | { readonly item: Item };
  readonly until: Instant;
}

/** A reply that waits for the gateway or the host. */
export interface Later {
  readonly id: string;
  readonly action: string;
  readonly until: Instant;
}

export interface Reset {
  readonly evse: number;
  readonly hard: boolean;
  /** Waiting for transactions to end by themselves; ending them; giving the CSMS time to hear of it. */
  readonly at: 'scheduled' | 'stopping' | 'leaving';
  readonly until: Instant | undefined;
}

export interface StationState {
  readonly configuration: Configuration;
  /** When this life began. */
  readonly began: Instant;
  readonly durable: Durable;
  readonly link: { readonly protocol: Protocol; readonly resumeAt: Instant; readonly network?: NetworkLink } | undefined;
  readonly offlineSince: Instant | undefined;
  readonly registration:
    | { readonly at: 'none' | 'accepted' }
    | { readonly at: 'pending' | 'rejected'; readonly until: Instant };
  /** The version that accepted the boot. */
  readonly registeredAs: Protocol | undefined;
  /** The CSMS knows that the device has started. */
  readonly greeted: boolean;
  readonly bootAt: Instant | undefined;
  /** UTC of instant 0, by the host's clock and by the CSMS's. */
  readonly clock: { readonly host: number | undefined; readonly csms: number | undefined };
  readonly evses: readonly EvseState[];
  /** Status of the station as a whole (connector 0 of 1.6). */
  readonly told: Told;
  readonly entries: readonly Entry[];
  readonly outbox: readonly Item[];
  readonly outstanding: Outstanding | undefined;
  readonly heartbeatAt: Instant | undefined;
  /** The record whose end is on its way to the disk; until it is there no other is sent. */
  readonly dropping: number | undefined;
  readonly diskFull: boolean;
  /** Records written since the last compaction that are no longer needed. */
  readonly dead: number;
  readonly reset: Reset | undefined;
  readonly later: Readonly<Record<string, Later>>;
  readonly alignedAt: number | undefined;
  readonly log: { readonly status: LogStatus; readonly request: number | undefined; readonly diagnostics: boolean } | undefined;
  readonly firmware: { readonly status: FirmwareStatus; readonly request: number | undefined; readonly signed: boolean } | undefined;
  readonly counters: { readonly key: number; readonly call: number; readonly transaction: number; readonly request: number; readonly event: number };
}
