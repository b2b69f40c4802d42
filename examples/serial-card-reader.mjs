#!/usr/bin/env node
/**
 * A card reader on a serial line that presents its cards at a station: docs/how-to/connect-to-a-csms.md. It suits readers that write
 * the number of a card as letters and digits, each number ended by anything else (a line, or ETX as the RDM6300 does).
 * `node examples/serial-card-reader.mjs /dev/ttyUSB0 [mqtt://127.0.0.1:1883] [station] [evse] [baud]`
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { connect } from 'mqtt';

const [path, url = 'mqtt://127.0.0.1:1883', station = 'demo', evse, baud = '9600'] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: node examples/serial-card-reader.mjs DEVICE [BROKER] [STATION] [EVSE] [BAUD]; those that are there: ls /dev/serial/by-id');
  process.exit(2);
}
/** A reader says the same card again and again while it is held; away for so long, it is held a second time. Milliseconds. */
const heldFor = 3_000;
/** Nobody waits longer at a reader; also how long a command may be under way. Milliseconds. */
const patience = 10_000;
/** No card has more characters, and fewer are noise of the line. */
const [shortest, longest] = [4, 64];

const topic = `pilotwire/v1/${station}`;
const client = connect(url, { clean: true, clientId: `card-reader-${randomUUID()}` });
client.on('connect', () => {
  client.subscribe(`${topic}/cmd-result/present-token`, { qos: 1 });
  console.log(`broker: connected; cards of ${path} are presented at ${station}`);
});
client.on('error', ({ message }) => console.error(`broker: ${message}`));

/** Cards that wait for their result. */
const asked = new Set();
client.on('message', (_, payload) => {
  const { requestId, code, message } = resultIn(payload);
  if (!asked.delete(requestId)) return;
  // What comes of it is told by events; a number of a card is written nowhere.
  console.log(`card: ${code}${message === undefined ? '' : `, ${message}`}`);
});

function resultIn(payload) {
  try {
    return JSON.parse(payload.toString()) ?? {};
  } catch {
    return {};
  }
}

function present(token) {
  // One that is presented when the broker is there again surprises whoever holds the cable then.
  if (!client.connected) return console.error('card: there is no broker');
  const [requestId, now] = [randomUUID(), Date.now()];
  asked.add(requestId);
  setTimeout(() => asked.delete(requestId) && console.error('card: no ocpp-bridge answers'), patience).unref();
  client.publish(`${topic}/cmd/present-token`, JSON.stringify({
    requestId, source: 'card-reader', issuedAt: new Date(now).toISOString(), expiresAt: new Date(now + patience).toISOString(),
    args: { token, ...(evse !== undefined && { evse: Number(evse) }) },
  }), { qos: 1 });
}

let last = { token: '', at: -Infinity };
function read(token) {
  if (token.length < shortest) return;
  const at = performance.now();
  const again = token === last.token && at - last.at < heldFor;
  last = { token, at };
  if (!again) present(token);
}

/** Opens the line, and again every two seconds once it has been pulled out. */
function open() {
  let said = '';
  let line;
  const later = (why) => {
    console.error(`${path}: ${why}; it is tried again`);
    setTimeout(open, 2_000);
  };
  try {
    execFileSync('stty', ['-F', path, baud, 'raw', '-echo', 'cs8', '-parenb', '-cstopb', 'clocal', '-crtscts'], { stdio: ['ignore', 'ignore', 'pipe'] });
    line = new ReadStream(openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK));
  } catch (error) {
    return later(error.stderr?.toString().trim() || error.message);
  }
  line.setEncoding('latin1');
  line.on('data', (text) => {
    for (const character of text) {
      if (/[0-9A-Za-z]/.test(character)) {
        said += character;
        // Nobody knows where a card begins in endless noise.
        if (said.length > longest) said = '';
      } else {
        read(said.toUpperCase());
        said = '';
      }
    }
  });
  line.on('error', () => undefined); // `close` follows
  line.once('close', () => later('it was pulled out'));
}

open();
