import type { CaptureRecord } from './record.js';

/** What one capture holds, counted. */
export interface Stats {
  readonly file: string;
  readonly messages: number;
  /** How many could not be decoded. */
  readonly errors: number;
  readonly anomalies: number;
  readonly connections: number;
  /** Seconds from the first message to the last. */
  readonly seconds: number;
  readonly types: readonly { readonly kind: string; readonly schema: string; readonly type: string; readonly count: number }[];
}

export interface Counter {
  add(record: CaptureRecord): void;
  result(): Stats;
}

export function counter(file: string): Counter {
  const types = new Map<string, { kind: string; schema: string; type: string; count: number }>();
  const connections = new Set<number>();
  let [messages, errors, anomalies] = [0, 0, 0];
  let [first, last] = [Infinity, -Infinity];
  return {
    add(record) {
      messages++;
      if (record.error !== undefined) errors++;
      anomalies += record.anomalies?.length ?? 0;
      if (record.conn !== undefined) connections.add(record.conn);
      if (record.t !== null) [first, last] = [Math.min(first, record.t), Math.max(last, record.t)];
      const { kind } = record;
      const [schema, type] = [record.schema ?? '', record.type ?? ''];
      const key = [kind, schema, type].join(' ');
      const row = types.get(key);
      if (row) row.count++;
      else types.set(key, { kind, schema, type, count: 1 });
    },
    result: () => ({
      file,
      messages,
      errors,
      anomalies,
      connections: connections.size,
      seconds: first > last ? 0 : Number((last - first).toFixed(6)),
      types: [...types.values()].toSorted((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1)),
    }),
  };
}

/** For people: a headline, then a line a type, the most frequent first. */
export function statsText({ file, messages, errors, anomalies, connections, seconds, types }: Stats): string {
  const rows = types.map(({ count, kind, schema, type }) => {
    const where = schema === '' || schema === kind ? kind : `${kind} ${schema}`;
    return `\n${String(count).padStart(9)}  ${type === '' ? '-' : type}  (${where})`;
  });
  const parts = [
    `${counted(messages, 'message', 'messages')} in ${seconds.toFixed(3)} s`,
    counted(connections, 'connection', 'connections'),
    `${errors} undecodable`,
    counted(anomalies, 'anomaly', 'anomalies'),
  ];
  return `${file}: ${parts.join(', ')}${rows.join('')}`;
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
