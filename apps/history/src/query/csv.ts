/** RFC 4180. What a spreadsheet would take for a formula is made text. `more`: rows that go on, without the names of the columns. */
export function csv(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[], more = false): string {
  const cell = (value: unknown): string => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [...(more ? [] : [columns]), ...rows.map((row) => columns.map((column) => row[column]))].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}
