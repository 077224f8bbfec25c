import { buildModel } from "../../build-model.ts";
import { checkMapping, completeConfig } from "../../load-config.ts";
import type { ApiModel } from "../../model.ts";
import { resolveMapping } from "../../resolve-mapping.ts";
import { configValue } from "./config-text.ts";
import type { Proposal } from "./proposal.ts";
import type { Api } from "./read-api.ts";

/** What generating makes of a proposed config. */
export interface Models {
  readonly importExtension: "js" | "ts";
  /** In the order of the APIs. */
  readonly models: readonly ApiModel[];
}

/**
 * Takes a proposed config as far as generating does before it prints.
 *
 * @param file - where it will be; absolute
 * @throws {GeneratorError} as generating does
 */
export function buildModels(file: string, proposal: Proposal, apis: readonly Api[]): Models {
  const mapping = checkMapping(file, configValue(proposal));
  const { config } = completeConfig(mapping);
  const specs = apis.flatMap(({ spec }, index) => {
    const target = mapping.clients[index];
    return target === undefined ? [] : [{ ...spec, target }];
  });
  const resolved = resolveMapping(config, specs);
  return { importExtension: config.importExtension, models: resolved.specs.map(buildModel) };
}
