import { suggestion } from "../names.ts";
import type { Remark } from "./remarks.ts";
import type { RequestableScopes } from "./security-schemes.ts";

/** What is wrong with the scopes that an operation asks for, by what its scheme declares. */
export function remarksOnScopes(
  name: string,
  scopes: readonly string[],
  { requestable, ofOtherFlows }: RequestableScopes,
): Remark[] {
  if (requestable === undefined) return [];
  const undeclared = scopes.filter((scope) => !requestable.has(scope));
  if (undeclared.length > 0 && requestable.size + ofOtherFlows.size === 0) {
    const message = `operations need scopes of security scheme "${name}", which declares none`;
    const fix = "list them in the `scopes` of its flows";
    return [{ message, fix, isMistake: true, about: { scheme: name } }];
  }
  return undeclared.map((scope, index) => {
    const flow = ofOtherFlows.get(scope);
    if (flow === undefined) {
      // To look for what each of a thousand was meant to be takes minutes.
      const meant = index < SUGGESTED ? suggestion(scope, requestable) : undefined;
      const fix = meant ?? "declare it in the `scopes` of its flows";
      const message = `security scheme "${name}" declares no scope "${scope}"`;
      return { message, fix, isMistake: true, about: { scheme: name, scope } };
    }
    const message = `the scope "${scope}" of security scheme "${name}" is for its ${flow} flow, not for client credentials`;
    return {
      message,
      fix: "declare it in the clientCredentials flow too, if machines may have it",
      isMistake: false,
      about: { scheme: name, scope },
    };
  });
}

const SUGGESTED = 20;
