import { suggestion } from "../names.ts";
import { placeOf } from "./credential-schemes.ts";
import type { Remark } from "./remarks.ts";
import type { Requirement } from "./requirements.ts";
import { remarksOnScopes } from "./scope-remarks.ts";
import type { Scheme, TokenScheme } from "./security-schemes.ts";

/** One requirement, and how well it can be met. */
export interface Alternative {
  readonly token: { readonly tokenClient: string; readonly scopes: readonly string[] } | undefined;
  readonly credentials: readonly string[];
  /** Whether the connection is to have a certificate. */
  readonly certificate: boolean;
  readonly remarks: readonly Remark[];
  /** The lowest is the best. */
  readonly rank: number;
}

/** What requirements are judged by. */
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

/** More than without: scopes of another flow are for users, and no machine gets them. */
const OTHER_FLOW = 2000;

/** Something of it is not sent: only where there is nothing else. */
export const UNSENT = 10_000;

type Part = Requirement[number] & { readonly scheme: Scheme };
type TokenPart = Part & { readonly scheme: TokenScheme };

/** Finds what goes with a call to meet a requirement; of what can't go together, the token or the first does. */
export function readAlternative(requirement: Requirement, circumstances: Circumstances): Alternative {
  const parts = requirement.map((part): Part => ({ ...part, scheme: circumstances.find(part.name) }));
  const { tokens, remarks: conflicting } = takeTokens(parts);
  const [first] = tokens;
  const { credentials, remarks: unsent } = takeCredentials(parts, first?.name);
  const lacks = [...conflicting, ...unsent];
  const token = first && { tokenClient: first.scheme.tokenClient, scopes: scopesOf(tokens) };
  const configured = token && circumstances.configured(token.tokenClient);
  const isBeyond = configured !== undefined && token?.scopes.some((scope) => !configured.has(scope));
  const isOfUsers = tokens.some(({ scheme, scopes }) =>
    scopes.some((scope) => scheme.scopes?.ofOtherFlows.has(scope)),
  );
  const base =
    first === undefined ? WITHOUT_TOKEN : first.scheme.rank + (credentials.length > 0 ? INCOMPLETE : 0);
  return {
    token,
    credentials,
    certificate: parts.some(({ scheme }) => scheme.by === "certificate"),
    remarks: [...lacks, ...parts.flatMap((part) => remarksOn(part, circumstances))],
    rank:
      base + (isBeyond ? BEYOND_SCOPE : 0) + (isOfUsers ? OTHER_FLOW : 0) + (lacks.length > 0 ? UNSENT : 0),
  };
}

/** Those of one token client, the surest first: a call has room for one token. */
function takeTokens(parts: readonly Part[]): { tokens: readonly TokenPart[]; remarks: readonly Remark[] } {
  const all = parts.filter((part): part is TokenPart => part.scheme.by === "token");
  const [first] = all.toSorted((a, b) => a.scheme.rank - b.scheme.rank);
  if (first === undefined) return { tokens: [], remarks: [] };
  const { tokenClient } = first.scheme;
  const others = all.filter(({ scheme }) => scheme.tokenClient !== tokenClient);
  const tokens = all.filter((part) => part !== first && part.scheme.tokenClient === tokenClient);
  return { tokens: [first, ...tokens], remarks: others.map(({ name }) => conflict(first.name, name)) };
}

function takeCredentials(
  parts: readonly Part[],
  token: string | undefined,
): { credentials: readonly string[]; remarks: readonly Remark[] } {
  const taken = new Map<string, string>(token === undefined ? [] : [["header authorization", token]]);
  const credentials: string[] = [];
  const remarks: Remark[] = [];
  for (const { name, scheme } of parts) {
    if (scheme.by === "nothing") {
      const { problem, fix, isMistake } = scheme;
      remarks.push({
        message: `security scheme "${name}" ${problem}`,
        fix,
        isMistake,
        about: { scheme: name },
      });
    }
    if (scheme.by !== "credential") continue;
    const place = placeOf(scheme.scheme);
    const other = taken.get(place);
    if (other === undefined) credentials.push(name);
    else remarks.push(conflict(other, name));
    taken.set(place, other ?? name);
  }
  return { credentials, remarks };
}

function conflict(first: string, second: string): Remark {
  return {
    message: `security schemes "${first}" and "${second}" take the same place, and only "${first}" is sent`,
    fix: "make them alternatives, of which one is sent",
    isMistake: true,
    about: { scheme: second },
  };
}

/** Bearer schemes list roles, which are no scopes. */
function scopesOf(parts: readonly TokenPart[]): string[] {
  return [...new Set(parts.flatMap(({ scheme, scopes }) => (scheme.scopes === undefined ? [] : scopes)))];
}

function remarksOn({ name, scheme, scopes }: Part, { declared }: Circumstances): Remark[] {
  if (scheme.by !== "token" || name === "") return []; // Whoever read the document told of what has no name.
  const { mistake } = scheme;
  if (mistake === undefined) return scheme.scopes ? remarksOnScopes(name, scopes, scheme.scopes) : [];
  const fix = (declared.includes(name) ? undefined : suggestion(name, declared)) ?? mistake.fix;
  return [
    {
      message: `security scheme "${name}" ${mistake.problem}; a token is sent`,
      fix,
      isMistake: true,
      about: { scheme: name },
    },
  ];
}
