import { createPublicKey, createSecretKey, type JsonWebKey, KeyObject } from "node:crypto";
import { isSignedBy } from "./jws.ts";
import type { TokenForm } from "./token-form.ts";

/** What the server knows of a client; without secret and key it is let in by its id alone. */
export interface RegisteredClient {
  /** For `client_secret_basic`, `client_secret_post` and `client_secret_jwt`. */
  readonly secret?: string;
  /** For `private_key_jwt`: PEM, JWK or KeyObject. */
  readonly publicKey?: string | JsonWebKey | KeyObject;
  /** What it may ask for, and gets where it asks for nothing; default: whatever it asks for. */
  readonly scope?: string;
}

/** The clients that the server lets in. */
export class RegisteredClients {
  readonly #clients: ReadonlyMap<string, RegisteredClient> | undefined;

  /** @param clients - by id; undefined lets everybody in */
  constructor(clients: Readonly<Record<string, RegisteredClient>> | undefined) {
    this.#clients = clients && new Map(Object.entries(clients));
  }

  /** @returns undefined for one that is unknown, or does not prove who it is */
  authenticate(form: TokenForm, audiences: readonly string[], now: number): RegisteredClient | undefined {
    if (form.clientId === undefined) return undefined;
    if (this.#clients === undefined) return {};
    const client = this.#clients.get(form.clientId);
    return client !== undefined && hasProof(client, form, audiences, now) ? client : undefined;
  }
}

function hasProof(
  { secret, publicKey }: RegisteredClient,
  form: TokenForm,
  audiences: readonly string[],
  now: number,
): boolean {
  if (secret === undefined && publicKey === undefined) return true;
  const { assertion, clientId } = form;
  if (assertion === undefined) return secret !== undefined && form.secrets.includes(secret);
  const { iss, sub, aud, exp } = assertion.claims;
  const isMeant = [aud].flat().some((one) => audiences.includes(String(one)));
  if (iss !== clientId || sub !== clientId || !isMeant || !(Number(exp) * 1000 > now)) return false;
  const key = form.authentication === "client_secret_jwt" ? toSecretKey(secret) : toKey(publicKey);
  return key !== undefined && isSignedBy(assertion, key);
}

function toSecretKey(secret: string | undefined): KeyObject | undefined {
  return secret === undefined ? undefined : createSecretKey(Buffer.from(secret));
}

function toKey(key: RegisteredClient["publicKey"]): KeyObject | undefined {
  if (key === undefined || key instanceof KeyObject) return key;
  return typeof key === "string" ? createPublicKey(key) : createPublicKey({ key, format: "jwk" });
}
