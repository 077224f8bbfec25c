import type { TokenClientMapping } from "../../model.ts";
import { abridge, closestName } from "../../names.ts";
import { requestedScopes } from "../../requested-scopes.ts";
import type { TokenDescription } from "../describe-token.ts";
import type { Problem } from "./problem.ts";
import type { NeededToken, ScopeNeeds } from "./token-needs.ts";

/** What granted scopes are judged by. */
export interface ScopeContext {
  readonly name: string;
  readonly mapping: TokenClientMapping;
  readonly token: NeededToken;
  /** Of any token of its token client. */
  readonly needs: ScopeNeeds;
  /** Whether a TokenManager of the user's asks, for what it alone knows. */
  readonly byManager: boolean;
}

/** Scopes of OpenID Connect (Core 1.0 §5.4): about a user, and nothing to a machine; some servers always grant them. */
const OF_USERS = new Set(["openid", "profile", "email", "address", "phone", "offline_access"]);

/** Compares what was granted with what operations need. */
export function judgeScopes(
  { granted, format }: Pick<TokenDescription, "granted" | "format">,
  context: ScopeContext,
): Problem[] {
  if (granted === undefined) return format === "jwt" ? judgeUnseen(context) : [];
  return [...judgeMissing(granted.scopes, context), ...judgeUnneeded(granted.scopes, context)];
}

/**
 * A JWT that shows no scope. What was asked for counts as granted then (RFC 6749 §5.1); where nothing was, nothing is
 * as far as anybody sees, and an API that reads the token sees no more.
 */
function judgeUnseen({ name, mapping, token, byManager }: ScopeContext): Problem[] {
  const asked = token.asked ?? requestedScopes(mapping);
  if (token.needs.size === 0 || asked !== undefined || byManager) return [];
  const scopes = [...token.needs.keys()];
  const operations = new Set([...token.needs.values()].flat());
  const message = `no scope was asked for, and neither the server nor the token says that one was granted; ${listText(scopes)} ${scopes.length === 1 ? "is" : "are"} needed by ${abridge([...operations])}`;
  const fix = `ask for what is needed: scope: "${listText(scopes)}" in tokenClients["${name}"]`;
  return [{ severity: "warning", code: "SCOPE_UNSEEN", message, fix }];
}

function judgeMissing(granted: readonly string[], context: ScopeContext): Problem[] {
  const { token, name } = context;
  const missing = [...token.needs.keys()].filter((scope) => !granted.includes(scope) && !isSweeping(scope));
  if (missing.length === 0) return [];
  const operations = new Set(missing.flatMap((scope) => token.needs.get(scope) ?? []));
  const asked = token.asked ?? requestedScopes(context.mapping);
  const how = asked === undefined ? "the token lacks" : "the server left out";
  const message = `${how} ${listText(missing)}, needed by ${abridge([...operations])}`;
  const register = "register the client for it at the server";
  const fix = asked === undefined ? `${register}, or ask for it: tokenClients["${name}"].scope` : register;
  return [
    { severity: "error", code: "SCOPE_MISSING", message, fix: explainNear(missing, granted, context) ?? fix },
  ];
}

/** A scope that is called otherwise at the server than in the document. */
function explainNear(missing: readonly string[], granted: readonly string[], { needs }: ScopeContext) {
  const spare = granted.filter((scope) => !needs.has(scope));
  for (const scope of missing) {
    const near = closestName(scope, spare);
    if (near !== undefined) return `the server granted "${near}": is it what the document calls "${scope}"?`;
  }
  return undefined;
}

function judgeUnneeded(granted: readonly string[], { name, mapping, needs }: ScopeContext): Problem[] {
  // Documents that declare no scopes at all say nothing of what is needed.
  if (needs.size === 0) return [];
  const unneeded = granted.filter((scope) => !needs.has(scope) && !OF_USERS.has(scope));
  if (unneeded.length === 0) return [];
  const message = `no operation needs ${listText(unneeded)}, which the token is good for`;
  const asked = requestedScopes(mapping);
  const place = `tokenClients["${name}"].scope`;
  const fix = unneeded.some((scope) => asked?.has(scope))
    ? `take it out of ${place}, and of the client's registration`
    : `take it out of the client's registration, or say in ${place} what is needed: ${listText([...needs.keys()])}`;
  return [{ severity: "warning", code: "SCOPE_UNNEEDED", message, fix }];
}

/** `api://catalog/.default` asks for all that there is, and is never granted by that name (Microsoft Entra ID). */
function isSweeping(scope: string): boolean {
  return scope.endsWith("/.default");
}

/** As they are written in a config, as far as anybody reads. */
function listText(scopes: readonly string[]): string {
  const more = scopes.length - MAX_LISTED;
  return scopes.slice(0, MAX_LISTED).join(" ") + (more > 0 ? ` and ${more} more` : "");
}

const MAX_LISTED = 20;
