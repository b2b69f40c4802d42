/** What Grafana puts into a query before it is sent. */
export interface Range {
  readonly from: Date;
  readonly to: Date;
  /** `$__interval`, in seconds. */
  readonly intervalS: number;
  /** SQL literals, or what stands for all: `'demo'`. */
  readonly variables: Readonly<Record<string, string>>;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const quoted = (at: Date): string => `'${at.toISOString()}'`;

/**
 * A query as Grafana's Postgres data source would send it, to run it without a Grafana. Throws where a macro or a variable
 * is none that we use, so that a misspelt one is found.
 */
export function expanded(sql: string, { from, to, intervalS, variables }: Range): string {
  const seconds = (text: string): number => {
    if (text === '$__interval') return intervalS;
    const [, count, unit] = /^(\d+)([smhd])$/.exec(text.replaceAll("'", '')) ?? [];
    if (count === undefined || unit === undefined) throw new Error(`${text} is no interval`);
    return Number(count) * (units[unit] as number);
  };
  const group = (column: string, interval: string): string => `floor(extract(epoch from ${column})/${seconds(interval)})*${seconds(interval)}`;
  const done = sql
    .replace(/\$__timeFilter\(([^()]+)\)/g, (_, column: string) => `${column} BETWEEN ${quoted(from)} AND ${quoted(to)}`)
    .replace(/\$__timeGroupAlias\(([^(),]+),\s*([^()]+)\)/g, (_, column: string, interval: string) => `${group(column, interval)} AS "time"`)
    .replace(/\$__timeGroup\(([^(),]+),\s*([^()]+)\)/g, (_, column: string, interval: string) => group(column, interval))
    .replaceAll('$__timeFrom()', quoted(from))
    .replaceAll('$__timeTo()', quoted(to))
    .replaceAll('$__interval', `${intervalS}s`)
    .replace(/\$(\w+)/g, (name, variable: string) => {
      const value = variables[variable];
      if (value === undefined) throw new Error(`${name} is neither a macro nor a variable that we know`);
      return value;
    });
  return done;
}
