import { asObject, asString, isObject, type JsonObject, own, resolve } from "../document.ts";
import type { ClientTarget, CredentialScheme } from "../model.ts";
import { isAuthorization, readCredential, type Unsendable } from "./credential-schemes.ts";

/** What satisfies a security scheme. */
export type Scheme = TokenScheme | CredentialedScheme | CertificateScheme | UnsentScheme;

export interface TokenScheme {
  readonly by: "token";
  /** How sure it is that a client-credentials token is meant: 0 is surest. */
  readonly rank: number;
  readonly tokenClient: string;
  /** Undefined where what a requirement lists are roles, and no scopes. */
  readonly scopes?: RequestableScopes;
  /** Of any flow, in the order of the document. */
  readonly declared?: readonly string[];
  /** Why nobody can tell what is asked for, and how to mend it: a token it is then, since nothing would be less. */
  readonly mistake?: Omit<Unsendable, "isMistake">;
}

export interface RequestableScopes {
  /** Undefined where the document does not list them. */
  readonly requestable: ReadonlySet<string> | undefined;
  /** Of other flows than client credentials: scope to flow. */
  readonly ofOtherFlows: ReadonlyMap<string, string>;
}

export interface CredentialedScheme {
  readonly by: "credential";
  readonly scheme: CredentialScheme;
  readonly description?: string;
}

/** That of the token client's `tls` goes with its tokens. */
export interface CertificateScheme {
  readonly by: "certificate";
}

export interface UnsentScheme extends Unsendable {
  readonly by: "nothing";
}

export type Schemes = ReadonlyMap<string, Scheme>;

const RANK = { clientCredentials: 0, openIdConnect: 1, otherFlow: 2, bearer: 3, mistaken: 4 };

/**
 * Reads `components.securitySchemes`.
 *
 * A token satisfies OAuth 2.0, OpenID Connect and bearer schemes, or where the mapping names schemes, just those; the
 * others are credentials of the constructor.
 */
export function readSchemes(document: JsonObject, { tokenClient }: ClientTarget): Schemes {
  return new Map(
    declaredSchemes(document).map(([name, scheme]) => {
      const mapped = mappedTo(name, tokenClient);
      if (mapped === undefined) return [name, asOther(scheme)];
      const byName = typeof tokenClient !== "string" && canBeToken(scheme);
      const token = asToken(byName ? withoutPlace(scheme) : scheme, mapped) ?? asMistaken(scheme, mapped);
      return [name, token ?? asOther(scheme)];
    }),
  );
}

/** The token client of a scheme, as far as the mapping goes. */
function mappedTo(name: string, tokenClient: ClientTarget["tokenClient"]): string | undefined {
  return typeof tokenClient === "string" ? tokenClient : asString(own(tokenClient, name));
}

/** An API key in the Authorization field, which many documents say where they mean a bearer token. */
function withoutPlace(scheme: JsonObject): JsonObject {
  return scheme["type"] === "apiKey" ? { type: "http", scheme: "bearer" } : scheme;
}

/** Every scheme of the document, references resolved. */
export function declaredSchemes(document: JsonObject): [name: string, scheme: JsonObject][] {
  const schemes = Object.entries(asObject(asObject(document["components"])["securitySchemes"]));
  return schemes.map(([name, value]) => [name, resolve(document, value)]);
}

/**
 * A scheme that operations name and the document lacks: a token, as far as the mapping allows it. One without a name
 * stands for a requirement that nobody can read, which is a token's in any case, by default that of the first client.
 */
export function undeclaredScheme(name: string, { tokenClient }: ClientTarget): Scheme {
  const [first] = name === "" ? Object.values(tokenClient) : [];
  const mapped = mappedTo(name, tokenClient) ?? first;
  const mistake = { problem: "is not declared", fix: "declare it under components.securitySchemes" };
  return mapped === undefined ? { by: "nothing", ...mistake, isMistake: true } : mistaken(mistake, mapped);
}

/** A scheme whose declaration says nothing that can be sent, though it should. */
function asMistaken(scheme: JsonObject, tokenClient: string): TokenScheme | undefined {
  if (scheme["type"] === "mutualTLS") return undefined;
  const read = readCredential(scheme);
  return "problem" in read && read.isMistake ? mistaken(read, tokenClient) : undefined;
}

function mistaken({ problem, fix }: Omit<Unsendable, "isMistake">, tokenClient: string): TokenScheme {
  const mistake = { problem, fix };
  return { by: "token", rank: RANK.mistaken, tokenClient, scopes: UNLISTED, mistake };
}

/** Whether a token can be what a scheme asks for, if the mapping says so. */
export function canBeToken(scheme: JsonObject): boolean {
  if (asToken(scheme, "") !== undefined) return true;
  if (scheme["type"] !== "apiKey") return false;
  const read = readCredential(scheme);
  return !("problem" in read) && isAuthorization(read);
}

const UNLISTED: RequestableScopes = { requestable: undefined, ofOtherFlows: new Map() };

function asToken(scheme: JsonObject, tokenClient: string): TokenScheme | undefined {
  const by = "token";
  switch (scheme["type"]) {
    case "oauth2": {
      const flows = asObject(scheme["flows"]);
      const rank = isObject(flows["clientCredentials"]) ? RANK.clientCredentials : RANK.otherFlow;
      const declared = Object.values(flows).flatMap(scopesOf);
      return { by, rank, tokenClient, scopes: readScopes(flows), declared };
    }
    case "openIdConnect":
      return { by, rank: RANK.openIdConnect, tokenClient, scopes: UNLISTED };
    case "http":
      // A token client with `dpop` sends its tokens so.
      if (!/^(bearer|dpop)$/i.test(asString(scheme["scheme"]) ?? "")) return undefined;
      return { by, rank: RANK.bearer, tokenClient };
    default:
      return undefined;
  }
}

function readScopes(flows: JsonObject): RequestableScopes {
  const { clientCredentials, ...others } = flows;
  const ofOthers = Object.entries(others).flatMap(([name, flow]) =>
    scopesOf(flow).map((scope): [string, string] => [scope, name]),
  );
  if (!isObject(clientCredentials))
    return { requestable: new Set(ofOthers.map(([scope]) => scope)), ofOtherFlows: new Map() };
  const requestable = new Set(scopesOf(clientCredentials));
  return { requestable, ofOtherFlows: new Map(ofOthers.filter(([scope]) => !requestable.has(scope))) };
}

function scopesOf(flow: unknown): string[] {
  return Object.keys(asObject(asObject(flow)["scopes"]));
}

function asOther(scheme: JsonObject): Scheme {
  if (scheme["type"] === "mutualTLS") return { by: "certificate" };
  const read = readCredential(scheme);
  if ("problem" in read) return { by: "nothing", ...read };
  const description = asString(scheme["description"]);
  return { by: "credential", scheme: read, ...(description !== undefined && { description }) };
}
