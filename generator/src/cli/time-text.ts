const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/** `1 h 30 min`: the largest unit and the next; whole seconds. */
export function durationText(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first === -1) return "0 s";
  let rest = whole;
  const parts = UNITS.slice(first, first + 2).map(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count} ${name}`;
  });
  return `${seconds < 0 ? "-" : ""}${parts.filter(Boolean).join(" ")}`;
}

/** `in 5 min` or `5 min ago`. */
export function relativeText(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  if (seconds === 0) return "now";
  return seconds > 0 ? `in ${durationText(seconds)}` : `${durationText(-seconds)} ago`;
}

/** `2026-11-23 12:32:31 +01:00`: by the clock on the wall, wherever this runs. */
export function localText(at: number): string {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const [day, time] = new Date(at + offset * 60_000).toISOString().split(/[T.]/);
  const zone = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const [hours, minutes] = zone.map((part) => String(part).padStart(2, "0"));
  return `${day} ${time} ${offset < 0 ? "-" : "+"}${hours}:${minutes}`;
}

/** `2026-11-23 12:32:31 +01:00 (in 5 min)`. */
export function instantText(at: number, now: number): string {
  return `${localText(at)} (${relativeText(at, now)})`;
}

/** The instant of a NumericDate (RFC 7519 §2), epoch ms; undefined for what is none that a calendar has. */
export function readNumericDate(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value <= LAST_SECOND ? value * 1000 : undefined;
}

/** The end of the year 9999. */
const LAST_SECOND = 253_402_300_799;
