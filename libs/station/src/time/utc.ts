const dayMs = 86_400_000;
/** The years 0 and 9999: no other has four digits. */
const earliestUtc = -62_167_219_200_000;
const latestUtc = 253_402_300_799_999;

/** Whether a number can be a time at all. */
export const isUtc = (utc: number): boolean => utc >= earliestUtc && utc <= latestUtc;

/** Milliseconds since 1970 as OCPP wants them: `2026-01-01T12:00:00.000Z`. Proleptic Gregorian, after H. Hinnant. */
export function iso(utc: number): string {
  const whole = Math.round(Math.max(earliestUtc, Math.min(utc, latestUtc)));
  const day = Math.floor(whole / dayMs);
  const rest = whole - day * dayMs;
  const [year, month, date] = civil(day);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(Math.floor(rest / 3_600_000))}:${two(Math.floor(rest / 60_000) % 60)}:${two(Math.floor(rest / 1_000) % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}T${time}.${String(rest % 1_000).padStart(3, '0')}Z`;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/;

/**
 * An RFC 3339 time as milliseconds since 1970; undefined where it is none. Back offices also leave out the zone, which is
 * read as UTC, and the seconds.
 */
export function parseUtc(text: string): number | undefined {
  const found = pattern.exec(text.trim());
  if (found === null) return undefined;
  const [year, month, date, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number, number, number, number, number, number,
  ];
  if (month < 1 || month > 12 || date < 1 || date > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  const fraction = found[7] === undefined ? 0 : Math.round(Number(found[7]) * 1_000);
  const zone = found[9] === undefined ? 0 : (found[9] === '-' ? -1 : 1) * (Number(found[10]) * 60 + Number(found[11]));
  return days(year, month, date) * dayMs + ((hour * 60 + minute - zone) * 60 + second) * 1_000 + fraction;
}

/** Days since 1970-01-01. */
function days(year: number, month: number, date: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function civil(day: number): [year: number, month: number, date: number] {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  const date = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date];
}
