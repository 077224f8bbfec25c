import { hash } from "node:crypto";

/** Who says that something happened to all tokens of a client. */
export interface ClientNotice {
  readonly clientKey: string;
  readonly processId: string;
}

/** Builds what tells a client's name without saying it. */
export function buildClientKey(clientName: string): string {
  return hash("sha256", `client ${clientName}`, "base64url");
}

/** Builds the key that is said to have changed when all tokens of a client are dropped. No token has it. */
export function buildClientNotice(clientName: string, processId: string): string {
  return `${buildClientKey(clientName)}.${processId}`;
}

/** @returns undefined for the key of a token: those have no dots */
export function parseClientNotice(key: string): ClientNotice | undefined {
  const [clientKey = "", processId] = key.split(".");
  return processId === undefined ? undefined : { clientKey, processId };
}
