import type { Command } from "commander";
import { createChoice, parsePath } from "../command.ts";
import { place } from "../terminal.ts";
import type { ConfigFormat } from "./config-text.ts";
import type { ApiAnswers } from "./proposal.ts";
import type { Api } from "./read-api.ts";
import type { TokenServer } from "./token-schemes.ts";

export interface InitFlags {
  readonly client?: string;
  readonly tokenClient?: string;
  readonly tokenEndpoint?: string;
  readonly issuer?: string;
  readonly scope?: string;
  readonly baseUrl?: string;
  readonly output: string;
  readonly specRoot?: string;
  readonly remoteHost?: readonly string[];
  readonly format?: ConfigFormat;
  readonly yes?: boolean;
  readonly force?: boolean;
}

export function addInitOptions(command: Command): Command {
  return command
    .option("--client <name>", "the class, such as CatalogClient; default: after the document")
    .option(
      "--token-client <name>",
      "the token client; default: one for each document, such as catalog.client",
    )
    .option("--token-endpoint <url>", "where its tokens are from; default: what the document says")
    .option("--issuer <url>", "the authorization server, instead of its token endpoint")
    .option("--scope <scopes>", 'what it asks for; "" leaves it to the server; default: what operations need')
    .option("--base-url <url>", "where calls go; `document` trusts its servers; default: the worker says it")
    .option("--output <folder>", "the folder of what is generated", parsePath, "./generated")
    .option(
      "--spec-root <folder>",
      "the folder that has all files of the document; default: its own",
      parsePath,
    )
    .option("--remote-host <host...>", "hosts that its references may lead to")
    .addOption(
      createChoice("--format <format>", "how the config is written; default: ts", ["ts", "json", "yaml"]),
    )
    .option("-y, --yes", "ask nothing; fail where a flag is needed")
    .option("--force", "replace a config that is there");
}

/** What of the flags can't be meant, for so many documents. */
export function wrongFlags(flags: InitFlags): string | undefined {
  return flags.tokenEndpoint !== undefined && flags.issuer !== undefined
    ? "--token-endpoint does not go with --issuer"
    : undefined;
}

/** What can't be meant of several documents. */
export function flagOfOne({ client, baseUrl, specRoot }: InitFlags): string | undefined {
  if (client !== undefined) return "--client";
  if (specRoot !== undefined) return "--spec-root";
  return baseUrl !== undefined && baseUrl !== "document" ? "--base-url" : undefined;
}

/**
 * What the flags say of each document. A server that is named is for the documents that do not say where tokens are from,
 * where there are such; else it replaces what they say, as it does for a token client that is named too.
 */
export function answersFor(apis: readonly Api[], flags: InitFlags): ApiAnswers[] {
  const fillsGaps = flags.tokenClient === undefined && apis.some((api) => ownServer(api) === undefined);
  const { tokenEndpoint: _, issuer: __, ...others } = flags;
  return apis.map((api) => answersOf(fillsGaps && ownServer(api) !== undefined ? others : flags));
}

/** What a server that is named replaces, a line for each document that has another. */
export function replacedServers(apis: readonly Api[], answers: readonly ApiAnswers[]): string[] {
  return apis.flatMap((api, index) => {
    const [own, given] = [ownServer(api), answers[index]?.tokenClients[0]?.server].map(addressOf);
    if (own === undefined || given === undefined || own === given) return [];
    return [`${place(api.spec.target.spec)}: tokens of ${place(given)}, not of ${place(own)} as it says`];
  });
}

function ownServer({ tokenClients: [first] }: Api): TokenServer | undefined {
  return first?.server;
}

function addressOf(server: TokenServer | undefined): string | undefined {
  return Object.values(server ?? {})[0];
}

function answersOf({ client, tokenClient, tokenEndpoint, issuer, scope, baseUrl }: InitFlags): ApiAnswers {
  const server =
    tokenEndpoint !== undefined ? { tokenEndpoint } : issuer !== undefined ? { issuer } : undefined;
  return {
    ...(client !== undefined && { className: client }),
    ...(baseUrl !== undefined && { baseUrl }),
    tokenClients: [
      {
        ...(tokenClient !== undefined && { name: tokenClient }),
        ...(server !== undefined && { server }),
        ...(scope !== undefined && { scopes: scope.split(/\s+/).filter(Boolean) }),
      },
    ],
  };
}
