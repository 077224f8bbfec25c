import { hash } from "node:crypto";
import { type ClientAssertion, JWT_BEARER, type TypedAssertion } from "./client-authentication.ts";
import { invalidOption } from "./errors.ts";
import { decodeClaims } from "./jwt.ts";
import { parseText } from "./text.ts";

/**
 * What a single request for a token may change of its client's definition.
 *
 * `scope`, `resource` and `audience` replace the configured values; `parameters` are merged over them by name.
 */
export interface TokenParameters<Scope extends string = string> {
  /** One scope or a list of them; a plain string may hold several, separated by spaces as on the wire. */
  readonly scope?: Scope | readonly Scope[];
  /** Absolute URIs (RFC 8707), sent in this order. */
  readonly resource?: string | readonly string[];
  readonly audience?: string;
  /**
   * Replaces the configured client authentication. A cached token is given to whoever presents the same `iss` and
   * `sub`, unverified: pass only assertions that come from where you trust.
   */
  readonly clientAssertion?: ClientAssertion;
  /** Further form fields of the token request; those that the protocol owns are refused. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Asks the authorization server although a token is cached; the new token replaces the cached one. */
  readonly forceRenewal?: boolean;
}

/** Parameters in the one form that the rest of the runtime knows: validated, defaults filled in. */
export interface Grant {
  readonly scope: string | undefined;
  readonly resources: readonly string[];
  readonly audience: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly clientAssertion: TypedAssertion | undefined;
}

const OWNED = new Set([
  "grant_type",
  "scope",
  "resource",
  "audience",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
]);

const EMPTY: Grant = {
  scope: undefined,
  resources: [],
  audience: undefined,
  parameters: {},
  clientAssertion: undefined,
};

/**
 * Lays parameters over a grant; without a grant, over nothing.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` naming the option, after `context`, and the rule
 */
export function mergeGrant(given: TokenParameters, base: Grant = EMPTY, context = ""): Grant {
  const laid = <Given, Merged>(
    key: keyof Grant | "resource",
    value: Given | undefined,
    parse: (value: Given, option: string) => Merged,
    otherwise: Merged,
  ) => (value === undefined ? otherwise : parse(value, `${context}${key}`));
  return Object.freeze({
    scope: laid("scope", given.scope, parseScope, base.scope),
    resources: laid("resource", given.resource, parseResources, base.resources),
    audience: laid("audience", given.audience, parseText, base.audience),
    parameters: Object.freeze({
      ...base.parameters,
      ...laid("parameters", given.parameters, parseParameters, base.parameters),
    }),
    clientAssertion: laid("clientAssertion", given.clientAssertion, parseAssertion, base.clientAssertion),
  });
}

/**
 * Builds the cache key: a SHA-256 of everything that changes the token, so that it is safe to print and to share.
 *
 * Scopes and resources count as sets. An assertion counts by its `iss` and `sub`, or by its hash when it is no JWT.
 */
export function buildCacheKey(fingerprint: string, grant: Grant): string {
  const parts = [
    fingerprint,
    grant.scope === undefined ? null : [...new Set(grant.scope.split(" "))].sort(),
    [...new Set(grant.resources)].sort(),
    grant.audience ?? null,
    Object.entries(grant.parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
    grant.clientAssertion === undefined ? null : identifyAssertion(grant.clientAssertion),
  ];
  return hash("sha256", JSON.stringify(parts), "base64url");
}

function parseScope(scope: string | readonly string[], option: string): string | undefined {
  const text = Array.isArray(scope) ? scope.join(" ") : scope;
  // RFC 6749 §3.3: printable ASCII without " and \, separated by spaces.
  if (typeof text !== "string" || !/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text)) {
    throw invalidOption(option, "must be printable ASCII without quotation marks and backslashes");
  }
  const tokens = text.split(" ").filter((token) => token !== "");
  return tokens.length === 0 ? undefined : tokens.join(" ");
}

function parseResources(resource: string | readonly string[], option: string): readonly string[] {
  const uris = typeof resource === "string" ? [resource] : [...resource];
  // RFC 8707 §2
  if (!uris.every((uri) => URL.canParse(uri) && !uri.includes("#"))) {
    throw invalidOption(option, "must be an absolute URI without a fragment");
  }
  return Object.freeze(uris);
}

function parseParameters(given: Readonly<Record<string, string>>, option: string) {
  for (const [name, value] of Object.entries(given)) {
    if (OWNED.has(name))
      throw invalidOption(`${option}.${name}`, "is owned by the protocol: use its own option");
    parseText(value, `${option}.${name}`);
  }
  return given;
}

function parseAssertion(given: ClientAssertion, option: string): TypedAssertion {
  const { assertion, type } = typeof given === "string" ? { assertion: given, type: JWT_BEARER } : given;
  return Object.freeze({
    assertion: parseText(assertion, `${option}.assertion`),
    type: parseText(type, `${option}.type`),
  });
}

function identifyAssertion({ assertion, type }: TypedAssertion): readonly string[] {
  const { iss, sub } = decodeClaims(assertion);
  if (typeof iss === "string" && typeof sub === "string") return [type, iss, sub];
  return [type, hash("sha256", assertion, "base64url")];
}
