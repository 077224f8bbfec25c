import { invalidOption } from "../errors.ts";
import type { Operation, Server } from "../operation.ts";
import { parseBaseUrl, parseOrigins } from "../origin.ts";
import { resolveServer, type ServerVariables } from "./servers.ts";

/** Where an API is. */
export interface Base {
  readonly origin: string;
  /** Without a slash at its end. */
  readonly path: string;
}

/** What a client's definition and its options say of where the API is. */
export interface AddressOptions {
  readonly baseUrl?: string | URL | undefined;
  /** Of a document that is trusted with it; the first is the default. */
  readonly servers?: readonly Server[] | undefined;
  /** URL of one of them, as the document has it. */
  readonly server?: string | undefined;
  readonly serverVariables?: ServerVariables | undefined;
  readonly allowedOrigins?: readonly (string | URL)[] | undefined;
}

/** Where the calls of a client may go. */
export interface Addresses {
  readonly base: Base;
  readonly allowedOrigins: readonly (string | URL)[];
  /** Present where operations are on the servers that the document names for them. */
  readonly documentServers?: { readonly server: string | undefined; readonly variables: ServerVariables };
}

/**
 * Finds a client's base URL: the one that it was given, else a server of the document.
 *
 * @param context - `CatalogClient: `, for errors
 * @throws {TypeError} `ERR_INVALID_OPTION`
 */
export function findAddresses(options: AddressOptions, context: string): Addresses {
  const { baseUrl, servers = [], server, serverVariables = {}, allowedOrigins = [] } = options;
  if (baseUrl !== undefined) {
    if (server !== undefined || options.serverVariables !== undefined)
      throw invalidOption(
        `${context}server and serverVariables`,
        "are of no use beside baseUrl: leave it out",
      );
    return { base: parseBase(baseUrl), allowedOrigins };
  }
  const chosen = server === undefined ? servers[0] : servers.find(({ url }) => url === server);
  if (chosen === undefined) {
    if (server === undefined) throw invalidOption(`${context}baseUrl`, "is required");
    throw invalidOption(`${context}server`, `must be one of ${servers.map(({ url }) => url).join(", ")}`);
  }
  const base = parseBase(resolveServer(chosen, serverVariables));
  return { base, allowedOrigins, documentServers: { server, variables: serverVariables } };
}

/**
 * Finds where an operation is that has servers of its own: one of those, if the client may go there. That is so where
 * the document is trusted with its base URL, and for origins that the client was given.
 */
export function findOwnServer({ servers }: Operation, addresses: Addresses): Base | undefined {
  if (servers === undefined) return undefined;
  const { base, allowedOrigins, documentServers } = addresses;
  const own = servers.find(({ url }) => url === documentServers?.server) ?? servers[0];
  if (own === undefined) return undefined;
  const below = `${base.origin}${base.path}/`;
  if (documentServers !== undefined)
    return parseBase(new URL(resolveServer(own, documentServers.variables), below));
  // Where the client was given its base URL, it has no values for what the document leaves open.
  if (Object.values(own.variables ?? {}).some((variable) => variable.default === undefined)) return undefined;
  const url = new URL(resolveServer(own), below);
  return parseOrigins(base.origin, allowedOrigins).has(url.origin) ? parseBase(url) : undefined;
}

export function parseBase(baseUrl: string | URL): Base {
  const url = parseBaseUrl(baseUrl, "baseUrl");
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, "") };
}
