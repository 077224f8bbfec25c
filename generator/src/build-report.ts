import { basename } from "node:path";
import { apiOf } from "./build-report/apis.ts";
import { findAll } from "./build-report/findings.ts";
import { addOtherCallers } from "./build-report/other-callers.ts";
import { tokenClientAccess } from "./build-report/token-clients.ts";
import type { AccessReport, ApiModel, AuthorizedSpec, Config } from "./model.ts";

/** A document, and what is generated of it. */
export interface Client {
  readonly spec: AuthorizedSpec;
  readonly model: ApiModel;
}

/**
 * Puts together who can call what, and what of that nothing needs. Knows what the config and the documents say, not
 * what the authorization server grants.
 */
export function buildReport(
  config: Pick<Config, "file" | "tokenClients">,
  clients: readonly Client[],
): AccessReport {
  const apis = addOtherCallers(config.tokenClients, clients.map(apiOf));
  const tokenClients = Object.entries(config.tokenClients).map(([name, mapping]) =>
    tokenClientAccess(name, mapping, apis),
  );
  return {
    version: 1,
    config: basename(config.file),
    tokenClients,
    clients: apis,
    findings: findAll(tokenClients, apis),
  };
}
