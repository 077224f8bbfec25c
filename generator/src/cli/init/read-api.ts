import { asObject, asString } from "../../document.ts";
import { startOf } from "../../errors.ts";
import { loadSpec } from "../../load-spec.ts";
import type { ClientTarget, LoadedSpec } from "../../model.ts";
import { resolveMapping } from "../../resolve-mapping.ts";
import { clientName } from "./client-name.ts";
import { groupTokenSchemes, type TokenGroup } from "./token-groups.ts";
import { firstServer, readTokenSchemes } from "./token-schemes.ts";

/** What a document says that a config is made of. */
export interface Api {
  readonly spec: LoadedSpec;
  readonly title: string;
  readonly version: string;
  readonly className: string;
  /** How many operations take a token. */
  readonly withToken: number;
  /** Empty where no operation takes one. */
  readonly tokenClients: readonly TokenNeed[];
  /** Whether the mapping has to say which scheme is whose. */
  readonly isByScheme: boolean;
  /** Where the document says that it is; undefined where it does not. */
  readonly server?: string;
}

export interface TokenNeed extends TokenGroup {
  /** That operations need, sorted. */
  readonly scopes: readonly string[];
}

/** What a document is read by. */
export type ReadOptions = Pick<ClientTarget, "specRoot" | "remoteHosts">;

/**
 * Reads a document as generating does.
 *
 * @param location - absolute path or URL
 * @throws {GeneratorError} as generating does
 */
export async function readApi(location: string, options: ReadOptions): Promise<Api> {
  const target = { className: "Client", folder: "", spec: location, specName: location, tokenClient: "" };
  const spec = await loadSpec({ ...target, ...options });
  const { document, operations } = spec;
  const schemes = readTokenSchemes(document, location);
  const { groups, isByScheme } = groupTokenSchemes(schemes, operations);
  const info = asObject(document["info"]);
  const title = asString(info["title"]) ?? "";
  const needs = readNeeds(spec, groups, isByScheme);
  const server = firstServer(document, location);
  return {
    spec,
    title,
    version: asString(info["version"]) ?? "",
    className: clientName(location, title),
    isByScheme,
    ...needs,
    ...(server !== undefined && { server }),
  };
}

/** `{ machine: "0", partnerToken: "1" }`, or `"0"`: which scheme is satisfied by the token of which group. */
export function mapSchemes(
  groups: readonly TokenGroup[],
  isByScheme: boolean,
  name: (index: number) => string,
): ClientTarget["tokenClient"] {
  if (!isByScheme) return name(0);
  const entries = groups.flatMap(({ schemes }, index) => schemes.map((scheme) => [scheme.name, name(index)]));
  return Object.fromEntries(entries);
}

/** Which of several alternatives an operation is called with, the mapping decides: it is asked. */
function readNeeds(spec: LoadedSpec, groups: readonly TokenGroup[], isByScheme: boolean) {
  if (groups.length === 0) return { withToken: 0, tokenClients: [] };
  const target = { ...spec.target, tokenClient: mapSchemes(groups, isByScheme, String) };
  const file = spec.target.spec;
  const [resolved] = resolveMapping(
    {
      file,
      output: "",
      importExtension: "ts",
      schema: "d.ts",
      tokenClients: {},
      clients: [target],
      locate: () => startOf(file),
    },
    [{ ...spec, target }],
  ).specs;
  const tokens = (resolved?.operations ?? []).flatMap(({ authorization }) =>
    authorization.token ? [authorization] : [],
  );
  const tokenClients = groups.map((group, index) => {
    const own = tokens.filter(({ tokenClient }) => tokenClient === String(index));
    return { ...group, scopes: [...new Set(own.flatMap(({ scopes }) => scopes))].toSorted() };
  });
  return { withToken: tokens.length, tokenClients };
}
