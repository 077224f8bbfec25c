import type { Authorization } from "../model.ts";
import { type Alternative, type Circumstances, readAlternative, UNSENT } from "./read-alternative.ts";
import type { Remark } from "./remarks.ts";
import type { Requirement } from "./requirements.ts";

export interface Choice {
  readonly authorization: Authorization;
  readonly remarks: readonly Remark[];
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
      ...(chosen.some(({ certificate }) => certificate) && { certificate: true as const }),
    },
    remarks: isOptional && best.token === undefined ? [] : chosen.flatMap(({ remarks }) => remarks),
  };
}

/** Whether one is as good as the best as far as the token goes, so that its credentials will do too. */
function isAlike(best: Alternative, other: Alternative): boolean {
  if (other === best) return true;
  if (best.rank >= UNSENT || other.rank >= UNSENT) return false;
  return identifyToken(best) === identifyToken(other);
}

function identifyToken({ token }: Alternative): string | undefined {
  return token && JSON.stringify([token.tokenClient, token.scopes.toSorted()]);
}

/** Empty when none is needed; where they may be left out, an empty one comes last. */
function listCredentials(chosen: readonly Alternative[], isOptional: boolean): (readonly string[])[] {
  const lists = new Map(chosen.map(({ credentials }) => [JSON.stringify(credentials), credentials]));
  const needed = [...lists.values()].filter((names) => names.length > 0);
  const isEnough = chosen.some(({ credentials, token }) => credentials.length === 0 && token !== undefined);
  if (needed.length === 0 || isEnough) return [];
  return isOptional || needed.length < lists.size ? [...needed, []] : needed;
}
