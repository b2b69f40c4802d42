import { linkType } from '@pilotwire/capture';
import { Conversation, recordToJson, standardDecoders } from '@pilotwire/conversation';
import type { ConversationRecord } from '@pilotwire/conversation';
import type { Io } from '../io.js';
import { recordText } from '../render.js';
import { keyIn, keyText } from './keys.js';
import type { Recording } from './recording.js';
import type { HeardFrame } from './source.js';

/** Lines that wait for a reader who does not read; of what is beyond only the number is kept. */
const MOST_WAITING = 10_000;
/** Keys that are remembered, so that each is pointed out once. */
const MOST_KEYS = 64;

export interface Heard {
  /** Frames of any kind, and their octets. */
  readonly frames: number;
  readonly octets: number;
  readonly messages: number;
  /** Messages that could not be decoded. */
  readonly errors: number;
  /** Keys of networks that passed in clear. */
  readonly keys: number;
  /** Lines that nobody took off our hands. */
  readonly unprinted: number;
}

/** Decodes and prints what is heard on a link, for as long as it lasts: what it remembers is bounded. */
export class Listener {
  readonly #io: Io;
  readonly #json: boolean;
  readonly #recording: Recording | undefined;
  readonly #conversation: Conversation;
  readonly #keys = new Set<string>();
  #keyCount = 0;
  #waiting: string[] = [];
  #blocked = false;
  #unprinted = 0;

  constructor(io: Io, { json, recording }: { readonly json: boolean; readonly recording: Recording | undefined }) {
    this.#io = io;
    this.#json = json;
    this.#recording = recording;
    this.#conversation = new Conversation(standardDecoders, (record) => this.#tell(record));
  }

  get heard(): Heard {
    const { packets, bytes, records, errors } = this.#conversation.stats;
    const messages = Object.values(records).reduce((sum, count) => sum + count, 0);
    return { frames: packets, octets: bytes, messages, errors, keys: this.#keyCount, unprinted: this.#unprinted };
  }

  /** Throws a `CliError` where the recording cannot be written. */
  hear(frame: HeardFrame): void {
    this.#recording?.write(frame);
    const { packets } = this.#conversation.stats;
    this.#conversation.packet({ ...frame, n: packets + 1, linkType: linkType.ethernet, interfaceId: 0 });
  }

  /** Nothing more will be heard: messages that wait for missing octets are given up. */
  end(): void {
    this.#conversation.end();
  }

  #tell(record: ConversationRecord): void {
    const shown = recordToJson(record);
    this.#print(this.#json ? JSON.stringify(shown) : recordText(shown));
    const key = keyIn(record);
    if (key === undefined || this.#keys.has(key.nmk)) return;
    this.#keyCount++;
    const [oldest] = this.#keys;
    if (this.#keys.size >= MOST_KEYS && oldest !== undefined) this.#keys.delete(oldest);
    this.#keys.add(key.nmk);
    this.#print(this.#json ? JSON.stringify({ kind: 'key', n: record.n, t: record.t, ...key }) : keyText(key));
  }

  #print(text: string): void {
    if (this.#blocked) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(text);
      else this.#unprinted++;
      return;
    }
    const full = this.#io.out.line(text);
    if (full === undefined) return;
    this.#blocked = true;
    void full.then(() => {
      this.#blocked = false;
      const lines = this.#waiting;
      this.#waiting = [];
      for (const line of lines) this.#print(line);
    });
  }
}
