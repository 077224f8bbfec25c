const FIRST_BACK_OFF_MS = 1000;
export const LONGEST_BACK_OFF_MS = 60_000;

/**
 * Decides how long to leave alone what has failed: a second, then two, and so on up to a minute.
 *
 * @param failures - how many there were in a row; at least 1
 */
export function chooseBackOffMs(failures: number): number {
  return Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), LONGEST_BACK_OFF_MS);
}
