import { mapAll } from "../../errors.ts";
import { operationTitle } from "../../http-method.ts";
import type { Mapping } from "../../load-config.ts";
import { loadSpec } from "../../load-spec.ts";
import type { AuthorizedSpec, ClientTarget, Config } from "../../model.ts";
import { resolveMapping } from "../../resolve-mapping.ts";

/** Scopes, and the operations that need each: `POST /items`. */
export type ScopeNeeds = ReadonlyMap<string, readonly string[]>;

/** A token that workers ask for. */
export interface NeededToken {
  /** What calls ask for themselves, all of them together; undefined for what the token client asks for. */
  readonly asked?: readonly string[];
  readonly needs: ScopeNeeds;
}

/** What a token client is for. */
export interface TokenClientNeeds {
  /** Of any token of it. */
  readonly needs: ScopeNeeds;
  /** Never empty. */
  readonly tokens: readonly NeededToken[];
  /** Whether a generated client uses it. */
  readonly isUsed: boolean;
}

/**
 * Reads from the documents which scopes the operations of each token client need, and which tokens are asked for.
 *
 * @param names - of token clients: documents of other clients are not read
 * @throws {GeneratorError} with what is wrong with the documents, or the mapping
 */
export async function readNeeds(
  mapping: Mapping,
  names: readonly string[],
): Promise<ReadonlyMap<string, TokenClientNeeds>> {
  // How imports end would take a compiler to find out, and nothing is written.
  const config: Config = { ...mapping, importExtension: mapping.importExtension ?? "ts" };
  const clients = config.clients.filter((client) =>
    tokenClientsOf(client).some((name) => names.includes(name)),
  );
  const specs = await mapAll(clients, loadSpec);
  const resolved = resolveMapping({ ...config, clients }, specs).specs;
  return new Map(names.map((name) => [name, needsOf(name, resolved)]));
}

function tokenClientsOf({ tokenClient }: ClientTarget): string[] {
  return typeof tokenClient === "string" ? [tokenClient] : Object.values(tokenClient);
}

function needsOf(name: string, specs: readonly AuthorizedSpec[]): TokenClientNeeds {
  const [all, ofClient, ofOperations] = [new Needs(), new Needs(), new Needs()];
  let isAskedByClient = false;
  for (const { target, operations } of specs) {
    for (const operation of operations) {
      const { authorization } = operation;
      if (!authorization.token || authorization.tokenClient !== name) continue;
      // One that declares no scope has the token of its token client.
      const isByOperation = target.scopes === "operation" && authorization.scopes.length > 0;
      isAskedByClient ||= !isByOperation;
      for (const needs of [all, isByOperation ? ofOperations : ofClient]) {
        needs.add(authorization.scopes, operationTitle(operation));
      }
    }
  }
  const byOperation =
    ofOperations.size === 0 ? [] : [{ asked: [...ofOperations.keys()], needs: ofOperations }];
  const byClient = isAskedByClient || byOperation.length === 0 ? [{ needs: ofClient }] : [];
  const isUsed = specs.some(({ tokenClients }) => tokenClients.includes(name));
  return { needs: all, tokens: [...byClient, ...byOperation], isUsed };
}

class Needs extends Map<string, string[]> {
  add(scopes: readonly string[], operation: string): void {
    for (const scope of scopes) {
      const operations = this.get(scope) ?? [];
      if (!operations.includes(operation)) operations.push(operation);
      this.set(scope, operations);
    }
  }
}
