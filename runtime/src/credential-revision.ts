import { createHmac, randomBytes } from "node:crypto";

let processKey: Buffer | undefined;

/**
 * Builds a text that changes with any part and reveals none.
 *
 * It is keyed with what this process alone knows: where it is printed or stored, it is no hash with which somebody
 * could try out secrets. Another process builds another one of the same parts.
 *
 * @param parts - undefined where there is none; their order counts
 */
export function buildRevision(...parts: readonly (string | undefined)[]): string {
  processKey ??= randomBytes(32);
  return createHmac("sha256", processKey).update(JSON.stringify(parts)).digest("base64url");
}
