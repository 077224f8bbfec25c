import { createPublicKey, createSecretKey, KeyObject } from "node:crypto";
import { invalidOption, refuseUnknownOptions } from "../../errors.ts";
import type { JsonWebKey } from "../../private-key.ts";
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

/** One whose key was read. */
interface KnownClient {
  readonly secret: string | undefined;
  readonly key: KeyObject | undefined;
  readonly scope: string | undefined;
}

/** The clients that the server lets in. */
export class RegisteredClients {
  readonly #clients: ReadonlyMap<string, KnownClient> | undefined;

  /**
   * @param clients - by id; undefined lets everybody in
   * @throws {TypeError} `ERR_INVALID_OPTION` naming the client, never quoting a secret or a key
   */
  constructor(clients: Readonly<Record<string, RegisteredClient>> | undefined) {
    this.#clients =
      clients && new Map(Object.entries(clients).map(([id, client]) => [id, readClient(id, client)]));
  }

  /** @returns undefined for one that is unknown, or does not prove who it is */
  authenticate(
    form: TokenForm,
    audiences: readonly string[],
    now: number,
  ): { readonly scope?: string | undefined } | undefined {
    if (form.clientId === undefined) return undefined;
    if (this.#clients === undefined) return {};
    const client = this.#clients.get(form.clientId);
    return client !== undefined && hasProof(client, form, audiences, now) ? client : undefined;
  }
}

/** A misspelt option would let a client in by its id alone. */
function readClient(id: string, client: RegisteredClient): KnownClient {
  const { secret, publicKey, scope, ...unknown } = client;
  const where = `clients["${id}"].`;
  refuseUnknownOptions(unknown, where);
  if (secret !== undefined && (typeof secret !== "string" || secret === ""))
    throw invalidOption(`${where}secret`, "must be a text that is not empty");
  if (scope !== undefined && typeof scope !== "string")
    throw invalidOption(`${where}scope`, "must be a text: scopes, separated by spaces");
  return { secret, scope, key: readKey(publicKey, `${where}publicKey`) };
}

function readKey(key: RegisteredClient["publicKey"], where: string): KeyObject | undefined {
  if (key === undefined) return undefined;
  try {
    if (key instanceof KeyObject) return key.type === "public" ? key : createPublicKey(key as never);
    return createPublicKey(typeof key === "string" ? key : { key, format: "jwk" });
  } catch {
    // Not as a cause: what node says of a key may quote it.
    throw invalidOption(where, "must be a public key, as PEM, JWK or KeyObject");
  }
}

function hasProof(
  { secret, key }: KnownClient,
  form: TokenForm,
  audiences: readonly string[],
  now: number,
): boolean {
  if (secret === undefined && key === undefined) return true;
  const { assertion, clientId } = form;
  if (assertion === undefined) return secret !== undefined && form.secrets.includes(secret);
  const { iss, sub, aud, exp } = assertion.claims;
  const isMeant = [aud].flat().some((one) => audiences.includes(String(one)));
  if (iss !== clientId || sub !== clientId || !isMeant || !(Number(exp) * 1000 > now)) return false;
  const verifier = form.authentication === "client_secret_jwt" ? toSecretKey(secret) : key;
  return verifier !== undefined && isSignedBy(assertion, verifier);
}

function toSecretKey(secret: string | undefined): KeyObject | undefined {
  return secret === undefined ? undefined : createSecretKey(Buffer.from(secret));
}
