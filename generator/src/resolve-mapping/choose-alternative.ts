import type { Authorization } from "../model.ts";
import { suggestion } from "../names.ts";
import { placeOf } from "./credential-schemes.ts";
import type { Remark, Requirement } from "./requirements.ts";
import { remarksOnScopes } from "./scope-remarks.ts";
import { RANK, type Scheme, type TokenScheme } from "./security-schemes.ts";

export interface Choice {
  readonly authorization: Authorization;
  /** What the reader should know of the choice. */
  readonly remarks: readonly Remark[];
}

/** What the alternatives are judged by. */
export interface Circumstances {
  readonly find: (scheme: string) => Scheme;
  /** Names of the declared schemes. */
  readonly declared: readonly string[];
  /** The scopes that a token client asks for, where the config says. */
  readonly configured: (tokenClient: string) => ReadonlySet<string> | undefined;
}

/** A token that needs a credential beside it comes after any that does not. */
const INCOMPLETE = 10;

/** More than both: scopes that the token client does not ask for cannot be had. */
const BEYOND_SCOPE = 100;

const WITHOUT_TOKEN = 1000;

/** Something of it is not sent: only where there is nothing else. */
const UNSENT = 10_000;

interface Alternative {
  readonly token: { readonly tokenClient: string; readonly scopes: readonly string[] } | undefined;
  readonly credentials: readonly string[];
  readonly remarks: readonly Remark[];
  readonly rank: number;
}

/**
 * Chooses the alternatives that can be sent: those that a token satisfies best, else those that credentials do. Where
 * a token goes along, the credentials are those of the alternatives with that same token.
 *
 * @see OpenAPI 3.1 §4.8.30: one requirement of a list is enough, all schemes of a requirement are needed
 */
export function chooseAlternative(
  requirements: readonly Requirement[],
  circumstances: Circumstances,
): Choice {
  const alternatives = requirements.map((requirement) => readAlternative(requirement, circumstances));
  const [best] = alternatives.toSorted((a, b) => a.rank - b.rank);
  if (best === undefined) return { authorization: { token: false }, remarks: [] };
  const chosen = alternatives.filter((other) => isAlike(best, other));
  const isOptional = requirements.some((requirement) => requirement.length === 0);
  const credentials = listCredentials(chosen, isOptional);
  return {
    authorization: {
      ...(best.token === undefined ? { token: false } : { token: true, ...best.token }),
      ...(credentials.length > 0 && { credentials }),
    },
    remarks: isOptional && best.token === undefined ? [] : chosen.flatMap(({ remarks }) => remarks),
  };
}

/** Whether one is as good as the best as far as the token goes, so that its credentials will do too. */
function isAlike(best: Alternative, other: Alternative): boolean {
  if (other === best) return true;
  if (best.rank >= UNSENT || other.rank >= UNSENT) return false;
  const identify = ({ token }: Alternative) =>
    token && JSON.stringify([token.tokenClient, token.scopes.toSorted()]);
  return identify(best) === identify(other);
}

/** Empty when none is needed; one that may be left out comes last. */
function listCredentials(chosen: readonly Alternative[], isOptional: boolean): (readonly string[])[] {
  const lists = new Map(chosen.map(({ credentials }) => [JSON.stringify(credentials), credentials]));
  const needed = [...lists.values()].filter((names) => names.length > 0);
  const isComplete = chosen.some(({ credentials, token }) => credentials.length === 0 && token !== undefined);
  if (needed.length === 0 || isComplete) return [];
  return isOptional || needed.length < lists.size ? [...needed, []] : needed;
}

function readAlternative(requirement: Requirement, circumstances: Circumstances): Alternative {
  const parts = requirement.map((part) => ({ ...part, scheme: circumstances.find(part.name) }));
  const remarks: Remark[] = [];
  const unsent = (message: string, fix: string) => {
    remarks.push({ message, fix });
  };
  const tokens = parts.filter(isToken).toSorted((a, b) => a.scheme.rank - b.scheme.rank);
  const [first] = tokens;
  const taken = new Map<string, string>(first && [["header authorization", first.name]]);
  const others = tokens.filter(({ scheme }) => scheme.tokenClient !== first?.scheme.tokenClient);
  for (const { name } of others) unsent(...conflict(first?.name ?? "", name));
  const credentials: string[] = [];
  for (const { name, scheme } of parts) {
    if (scheme.by === "nothing") unsent(`security scheme "${name}" ${scheme.why}`, scheme.fix);
    if (scheme.by !== "credential") continue;
    const place = placeOf(scheme.scheme);
    const other = taken.get(place);
    if (other !== undefined) unsent(...conflict(other, name));
    else credentials.push(name);
    taken.set(place, other ?? name);
  }
  const isUnsent = remarks.length > 0;
  const sent = tokens.filter((part) => !others.includes(part));
  const token = first && { tokenClient: first.scheme.tokenClient, scopes: scopesOf(sent) };
  const isBeyond =
    token !== undefined && !isWithin(token.scopes, circumstances.configured(token.tokenClient));
  const rank =
    first === undefined ? WITHOUT_TOKEN : first.scheme.rank + (credentials.length > 0 ? INCOMPLETE : 0);
  return {
    token,
    credentials,
    remarks: [...remarks, ...remarksOnParts(parts, token !== undefined, circumstances)],
    rank: rank + (isBeyond ? BEYOND_SCOPE : 0) + (isUnsent ? UNSENT : 0),
  };
}

type Part = Requirement[number] & { readonly scheme: Scheme };

function isToken(part: Part): part is Part & { readonly scheme: TokenScheme } {
  return part.scheme.by === "token";
}

function conflict(first: string, second: string): [message: string, fix: string] {
  return [
    `security schemes "${first}" and "${second}" take the same place, and only "${first}" is sent`,
    "make them alternatives, of which one is sent",
  ];
}

/** Bearer schemes list roles, which are no scopes. */
function scopesOf(parts: readonly (Part & { readonly scheme: TokenScheme })[]): string[] {
  return [...new Set(parts.flatMap(({ scheme, scopes }) => (scheme.scopes === undefined ? [] : scopes)))];
}

function isWithin(scopes: readonly string[], configured: ReadonlySet<string> | undefined): boolean {
  return configured === undefined || scopes.every((scope) => configured.has(scope));
}

function remarksOnParts(parts: readonly Part[], hasToken: boolean, { declared }: Circumstances): Remark[] {
  return parts.flatMap(({ name, scheme, scopes }): Remark[] => {
    if (scheme.by === "certificate" && !hasToken) {
      const message = `security scheme "${name}" wants a certificate, which only calls with a token have by themselves`;
      return [{ message, fix: "give the client a `dispatcher` that presents it" }];
    }
    if (scheme.by !== "token") return [];
    if (scheme.rank !== RANK.undeclared)
      return scheme.scopes ? remarksOnScopes(name, scopes, scheme.scopes) : [];
    const fix = suggestion(name, declared) ?? "declare it under components.securitySchemes";
    return [{ message: `security scheme "${name}" is not declared; a token is sent`, fix }];
  });
}
