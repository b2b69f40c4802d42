import { CsmsError } from '@pilotwire/csms';
import type { Csms } from '@pilotwire/csms';
import type { Json } from '@pilotwire/station';
import { table } from '../options.js';
import { plain } from '../site/plain.js';
import { answerText, transactionLine } from './text.js';
import { helpRows, readWords } from './words.js';
import type { Asked } from './words.js';

/** Where answers go. */
export interface Desk {
  readonly csms: Csms;
  /** Several lines of text, or a value for machines. */
  readonly say: (text: string, value: Json) => void;
}

/** What was typed does not say enough. */
class Unclear extends Error {}

/** Someone who types to the CSMS. */
export class Operator {
  readonly #desk: Desk;
  #used: string | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Does what a line says; false where it was the last. */
  async take(line: string): Promise<boolean> {
    const read = readWords(line);
    if (read === undefined) return true;
    const { station, asked } = read;
    if (asked.kind === 'quit') return false;
    try {
      await this.#do(asked, station);
    } catch (error) {
      if (!(error instanceof CsmsError || error instanceof Unclear)) throw error;
      this.#say(plain(error.message), { kind: 'failed', code: error instanceof CsmsError ? error.code : 'unclear', why: error.message });
    }
    return true;
  }

  #say(text: string, value: Json): void {
    this.#desk.say(text, value);
  }

  async #do(asked: Asked, named: string | undefined): Promise<void> {
    const { csms } = this.#desk;
    switch (asked.kind) {
      case 'order': {
        const station = this.#station(named);
        return this.#answered(station, await csms.ask(station, asked.order));
      }
      case 'stop': {
        const station = this.#station(named);
        return this.#answered(station, await csms.ask(station, { do: 'stop', transaction: this.#transaction(station, asked.transaction) }));
      }
      case 'call': {
        const station = this.#station(named);
        return this.#answered(station, await csms.call(station, asked.action, asked.payload));
      }
      case 'boot':
        csms.setBoot(asked.answer, named);
        return this.#say(`boots of ${plain(named ?? 'all stations')} from now on: ${asked.answer}`, { kind: 'boot', station: named ?? null, answer: asked.answer });
      case 'use':
        if (named === undefined) return this.#say('write: @STATION use', { kind: 'problem' });
        this.#used = named;
        return this.#say(`what follows is for ${plain(named)}`, { kind: 'use', station: named });
      case 'stations': {
        const lines = csms.stations.map(({ identity, protocol, accepted }) => plain(`${identity}  ${protocol}${accepted ? '' : ', not accepted'}`));
        return this.#say(lines.join('\n') || 'no station is connected', { kind: 'stations', stations: csms.stations.map((one) => ({ ...one })) });
      }
      case 'transactions':
        return this.#say(csms.transactions.map(transactionLine).join('\n') || 'no transactions yet', {
          kind: 'transactions', transactions: csms.transactions.map((one) => ({ ...one })) as readonly Json[],
        });
      case 'help':
        return this.#say(table(helpRows).trimEnd(), { kind: 'help' });
      case 'problem':
        return this.#say(plain(asked.why), { kind: 'problem', why: asked.why });
      case 'quit':
    }
  }

  #answered(station: string, answer: Json): void {
    this.#say(plain(`${station}  answers: `) + answerText(answer), { kind: 'answer', station, answer });
  }

  /** The one that is named, or was; or the only one. */
  #station(named: string | undefined): string {
    const station = named ?? this.#used;
    if (station !== undefined) return station;
    const [only, ...more] = this.#desk.csms.stations;
    if (only === undefined) throw new Unclear('no station is connected');
    if (more.length > 0) throw new Unclear('there are several stations: write @STATION before it');
    return only.identity;
  }

  #transaction(station: string, given: string | undefined): string {
    const part = given?.replace(/^…/, '') ?? '';
    const running = this.#desk.csms.transactions.filter((one) => one.station === station && one.ended === undefined && (one.id.startsWith(part) || one.id.endsWith(part)));
    const [only, ...more] = running;
    if (only === undefined) {
      if (given !== undefined) return given;
      throw new Unclear(`nothing charges at ${station}`);
    }
    if (more.length > 0) throw new Unclear(`several transactions run at ${station}: ${running.map(({ id }) => id).join(', ')}`);
    return only.id;
  }
}
