import { invalidOption } from "./errors.ts";

/** Timers take no fraction, and end at once beyond 31 bits. */
export function parseTimeoutMs(value: number, option: string): number {
  if (!Number.isInteger(value) || value < 1 || value >= 2 ** 31) {
    throw invalidOption(option, "must be a whole number of milliseconds from 1 to 2147483647");
  }
  return value;
}
