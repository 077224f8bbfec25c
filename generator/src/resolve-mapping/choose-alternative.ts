import { asArray, asObject, asString } from "../document.ts";
import type { Authorization } from "../model.ts";
import { suggestion } from "../names.ts";
import type { SchemeKind, Schemes } from "./security-schemes.ts";

export interface Choice {
  readonly authorization: Authorization;
  /** What the reader should know of the choice. */
  readonly remarks: readonly Remark[];
}

export interface Remark {
  readonly message: string;
  readonly fix: string;
}

const RANK: Record<SchemeKind, number> = {
  clientCredentials: 0,
  openIdConnect: 1,
  otherFlow: 2,
  bearer: 3,
  undeclared: 4,
  foreign: Number.POSITIVE_INFINITY,
};

/** More than any rank: an alternative that a token satisfies alone comes before one that it does not. */
const INCOMPLETE = 10;

/** More than both: scopes that the token client does not ask for cannot be had. */
const BEYOND_SCOPE = 100;

interface Alternative {
  readonly scopes: readonly string[];
  readonly foreign: readonly string[];
  readonly undeclared: readonly string[];
  readonly rank: number;
}

/**
 * Chooses the alternative that a token satisfies best.
 *
 * @param security - a list of security requirements; undefined when the document declares none: a token
 * without particular scopes
 * @param configured - the scopes that the token client asks for, where the config says
 * @see OpenAPI 3.1 §4.8.30: one requirement of a list is enough, all schemes of a requirement are needed
 */
export function chooseAlternative(
  security: unknown,
  schemes: Schemes,
  configured: ReadonlySet<string> | undefined,
): Choice {
  if (security === undefined) return { authorization: { token: true, scopes: [] }, remarks: [] };
  const alternatives = asArray(security).map((requirement) =>
    readAlternative(requirement, schemes, configured),
  );
  const [best, ...others] = alternatives.toSorted((a, b) => a.rank - b.rank);
  if (best === undefined) return { authorization: { token: false }, remarks: [] };
  if (Number.isFinite(best.rank)) {
    return { authorization: { token: true, scopes: best.scopes }, remarks: remarksOn(best, schemes) };
  }
  const isOptional = [best, ...others].some(({ foreign }) => foreign.length === 0);
  return { authorization: { token: false }, remarks: isOptional ? [] : remarksOn(best, schemes) };
}

function readAlternative(
  requirement: unknown,
  schemes: Schemes,
  configured: ReadonlySet<string> | undefined,
): Alternative {
  const parts = Object.entries(asObject(requirement)).map(([name, scopes]) => {
    const kind = schemes.get(name)?.kind ?? "undeclared";
    return {
      name,
      kind,
      scopes: kind === "bearer" ? [] : asArray(scopes).flatMap((scope) => asString(scope) ?? []),
    };
  });
  const named = (kind: SchemeKind) => parts.filter((part) => part.kind === kind).map(({ name }) => name);
  const foreign = named("foreign");
  const scopes = [...new Set(parts.filter(({ kind }) => kind !== "foreign").flatMap((part) => part.scopes))];
  const base = Math.min(...parts.map(({ kind }) => RANK[kind]), Number.POSITIVE_INFINITY);
  const isBeyond = configured !== undefined && scopes.some((scope) => !configured.has(scope));
  const rank = base + (foreign.length > 0 ? INCOMPLETE : 0) + (isBeyond ? BEYOND_SCOPE : 0);
  return { scopes, foreign, undeclared: named("undeclared"), rank };
}

function remarksOn(alternative: Alternative, schemes: Schemes): Remark[] {
  const unsent = alternative.foreign.map((name) => ({
    message: `security scheme "${name}" is not sent; only OAuth 2.0 tokens are`,
    fix: "give its value in `headers` of the client",
  }));
  const unknown = alternative.undeclared.map((name) => ({
    message: `security scheme "${name}" is not declared; a token is sent`,
    fix: suggestion(name, schemes.keys()) ?? "declare it under components.securitySchemes",
  }));
  return [...unsent, ...unknown];
}
