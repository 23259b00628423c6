/** Numbers, money and moments as a person of this account reads them. */

export interface Formats {
  timezone: string;
  currency: string;
  number(value: number | null | undefined): string;
  compact(value: number | null | undefined): string;
  percent(value: number | null | undefined): string;
  money(value: number | null | undefined, currency?: string): string;
  moneyShort(value: number | null | undefined, currency?: string): string;
  date(value: string | Date | null | undefined): string;
  time(value: string | Date | null | undefined): string;
  moment(value: string | Date | null | undefined): string;
  exact(value: string | Date | null | undefined): string;
  ago(value: string | Date | null | undefined, now?: Date): string;
}

export const NOTHING = "–";

function instant(value: string | Date | null | undefined): Date | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const date = value instanceof Date ? value : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 minutes ago": the largest unit that fits, rounded towards zero; under five seconds it is "now". */
export function relative(value: Date, now: Date, locale: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const seconds = (value.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(Math.abs(seconds) < 5 ? 0 : Math.trunc(seconds), "second");
}

export function makeFormats(timezone: string, currency: string, locale = "en"): Formats {
  const known = <T>(value: T | null | undefined, show: (value: T) => string) =>
    value === null || value === undefined ? NOTHING : show(value);
  const at = (value: string | Date | null | undefined, options: Intl.DateTimeFormatOptions) =>
    known(instant(value), (date) => new Intl.DateTimeFormat(locale, { timeZone: timezone, ...options }).format(date));
  const amount = (value: number | null | undefined, code: string, options: Intl.NumberFormatOptions) =>
    known(value, (n) => new Intl.NumberFormat(locale, { style: "currency", currency: code, ...options }).format(n));
  return {
    timezone,
    currency,
    number: (value) => known(value, (n) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(n)),
    compact: (value) =>
      known(value, (n) => new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(n)),
    percent: (value) =>
      known(value, (n) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(n)),
    money: (value, code = currency) => amount(value, code, {}),
    moneyShort: (value, code = currency) => amount(value, code, { notation: "compact", maximumFractionDigits: 1 }),
    date: (value) => at(value, { day: "numeric", month: "short", year: "numeric" }),
    time: (value) => at(value, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    moment: (value) =>
      at(value, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    exact: (value) => known(instant(value), (date) => `${date.toISOString()} (${timezone})`),
    ago: (value, now = new Date()) => known(instant(value), (date) => relative(date, now, locale)),
  };
}

/** Change from one number to another as a fraction; nothing to compare with is nothing. */
export function change(now: number, before: number | null | undefined): number | undefined {
  return before ? (now - before) / before : undefined;
}

export function fullName(person: { first_name?: string | null; last_name?: string | null }): string {
  return [person.first_name, person.last_name].filter(Boolean).join(" ");
}

/** How to call somebody who may have told nothing about themselves. */
export function personLabel(
  person: {
    email?: string | null;
    first_name?: string | null;
    last_name?: string | null;
    phone_number?: string | null;
    external_id?: string | null;
  },
  id?: string,
): string {
  return fullName(person) || person.email || person.phone_number || person.external_id || id || NOTHING;
}
