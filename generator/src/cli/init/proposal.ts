import { relative, sep } from "node:path";
import type { ClientTarget } from "../../model.ts";
import { abridge, firstFree, IMPORTED_NAMES, kebabCase } from "../../names.ts";
import { urlProblem } from "../../secure-url.ts";
import { shownLocation } from "../../shown-location.ts";
import { CommandError } from "../command-error.ts";
import { type Api, mapSchemes, type TokenNeed } from "./read-api.ts";
import type { TokenServer } from "./token-schemes.ts";

/** What is known better than the document says it: by a flag, or by an answer. */
export interface ApiAnswers {
  readonly className?: string;
  readonly baseUrl?: string;
  /** In the order of the API's token clients. */
  readonly tokenClients: readonly TokenAnswers[];
}

export interface TokenAnswers {
  readonly name?: string;
  readonly server?: TokenServer;
  readonly scopes?: readonly string[];
}

export interface TokenClientProposal {
  readonly name: string;
  /** Undefined where nobody said it yet. */
  readonly server?: TokenServer;
  /** Asked for; none: the server decides. */
  readonly scopes: readonly string[];
  /** What to know of the server, and of the scopes. */
  readonly serverNotes: readonly string[];
  readonly scopeNotes: readonly string[];
}

export interface ClientProposal {
  readonly className: string;
  /** As the config has them. */
  readonly spec: string;
  readonly specRoot?: string;
  readonly tokenClient: ClientTarget["tokenClient"];
  readonly baseUrl?: string;
  /** What to know of where calls go. */
  readonly baseUrlNotes: readonly string[];
}

/** The config that `init` would write. */
export interface Proposal {
  readonly output: string;
  readonly remoteHosts: readonly string[];
  readonly tokenClients: readonly TokenClientProposal[];
  readonly clients: readonly ClientProposal[];
}

export interface ApiProposal {
  readonly api: Api;
  readonly client: ClientProposal;
  readonly tokenClients: readonly TokenClientProposal[];
}

export interface ProposeOptions {
  /** Where the config will be; absolute. */
  readonly folder: string;
  /** Class names and folders that are there already. */
  readonly takenClasses?: readonly string[];
  readonly takenTokenClients?: readonly string[];
}

/** Proposes for each document a client and its token clients; their names are all different, unless the answers are not. */
export function proposeClients(
  apis: readonly Api[],
  answers: readonly ApiAnswers[],
  { folder, takenClasses = [], takenTokenClients = [] }: ProposeOptions,
): ApiProposal[] {
  const classes = new Set(takenClasses.map(folderName));
  const names = new Set(takenTokenClients);
  return apis.map((api, index) => {
    const given = answers[index] ?? { tokenClients: [] };
    const className = given.className ?? freeClass(api.className, classes);
    classes.add(folderName(className));
    const tokenClients = proposeTokenClients(api, className, given.tokenClients, names);
    const client = proposeClient(api, given, { className, folder, tokenClients });
    return { api, client, tokenClients };
  });
}

/** @param names - that are taken; those that are chosen become so */
function proposeTokenClients(
  api: Api,
  className: string,
  answers: readonly TokenAnswers[],
  names: Set<string>,
): TokenClientProposal[] {
  const base = folderName(className);
  // Whoever wants a client of an API without tokens has to name one all the same.
  const needs: readonly TokenNeed[] =
    api.tokenClients.length > 0 ? api.tokenClients : [{ schemes: [], scopes: [] }];
  return needs.map((need, index) => {
    const given = answers[index] ?? {};
    const suffix =
      index === 0 ? "" : `-${kebabCase(need.schemes[0]?.name ?? "").replaceAll(/[^a-z\d]+/g, "-")}`;
    const name = given.name ?? firstFree(`${base}${suffix}.client`, (free) => names.has(free));
    names.add(name);
    const server = given.server ?? need.server;
    const scopes = given.scopes ?? requestableScopes(need);
    return {
      name,
      ...(server !== undefined && { server }),
      scopes,
      serverNotes: given.server === undefined ? noteServer(need) : [],
      scopeNotes: given.scopes === undefined ? noteScopes(need) : [],
    };
  });
}

/** Those of other flows are for users: an authorization server gives a machine others, or none. */
function requestableScopes(need: TokenNeed): readonly string[] {
  return isOfUsers(need) || !need.scopes.every(isScope) ? [] : need.scopes;
}

function isOfUsers({ schemes, scopes }: TokenNeed): boolean {
  const [first] = schemes;
  return first?.kind === "otherFlow" || scopes.some((scope) => USER_SCOPES.test(scope));
}

/** OpenID Connect Core §5.4, §11 */
const USER_SCOPES = /^(openid|profile|email|address|phone|offline_access)$/;

/** RFC 6749 §3.3 */
function isScope(text: string): boolean {
  return /^[!#-[\]-~]+$/.test(text);
}

function noteServer({ schemes: [first], server }: TokenNeed): string[] {
  if (first?.kind !== "otherFlow" || server === undefined) return [];
  return [
    `The document has no client credentials flow: this is the token endpoint of its ${first.flow ?? "OAuth 2.0"} flow.`,
  ];
}

function noteScopes(need: TokenNeed): string[] {
  if (need.scopes.length === 0) return [];
  if (!need.scopes.every(isScope)) return ["The document's scopes are none that can be asked for."];
  if (!isOfUsers(need)) return ["What the operations need, and no more."];
  return [
    `The document's scopes are for users: ${abridge(need.scopes)}.`,
    "Without `scope` the server decides what a machine gets. Name here what it has to be asked for.",
  ];
}

function proposeClient(
  api: Api,
  { baseUrl }: ApiAnswers,
  chosen: {
    className: string;
    folder: string;
    tokenClients: readonly TokenClientProposal[];
  },
): ClientProposal {
  const { className, folder, tokenClients } = chosen;
  const { spec, specRoot } = api.spec.target;
  const nameOf = (index: number) => tokenClients[index]?.name ?? "";
  const isByScheme = api.isByScheme && api.tokenClients.length > 0;
  return {
    className,
    spec: pathFrom(folder, spec),
    ...(specRoot !== undefined && { specRoot: pathFrom(folder, specRoot) }),
    tokenClient: mapSchemes(api.tokenClients, isByScheme, nameOf),
    ...(baseUrl !== undefined && { baseUrl }),
    baseUrlNotes: baseUrl === undefined ? noteBaseUrl(api) : [],
  };
}

function noteBaseUrl({ server }: Api): string[] {
  const start = "Calls go where the worker says.";
  if (server === undefined) return [start];
  return [`${start} The document says ${shownLocation(server)}${trustOf(server)}.`];
}

/** Why a document's server can be trusted or not, without what is secret in it. */
function trustOf(server: string): string {
  const { username, password } = new URL(server);
  const isPlain = username === "" && password === "";
  if (isPlain && urlProblem(server, ["query", "fragment"]) === undefined)
    return ': baseUrl: "document" would trust it';
  if (urlProblem(shownLocation(server)) !== undefined) return ", which can't be trusted: it is no https";
  const part = isPlain ? "a query or a fragment" : "a user name or a password";
  return `, which can't be trusted: it has ${part} besides`;
}

/** `./specs/catalog.yaml`; a URL as it is. */
function pathFrom(folder: string, location: string): string {
  if (/^https?:/i.test(location)) return location;
  const path = relative(folder, location).split(sep).join("/");
  return path.startsWith("../") ? path : `./${path}`;
}

function freeClass(className: string, taken: ReadonlySet<string>): string {
  const base = className.replace(/Client$/, "");
  for (let count = 1; ; count += 1) {
    const candidate = `${base}${count === 1 ? "" : count}Client`;
    if (!taken.has(folderName(candidate)) && !IMPORTED_NAMES.has(candidate)) return candidate;
  }
}

/** `CatalogClient` -> `catalog` */
function folderName(className: string): string {
  return kebabCase(className.replace(/(?<=.)Client$/, ""));
}

/** Puts the proposals of all documents together; what several have in common is one token client. */
export function mergeProposals(
  proposals: readonly ApiProposal[],
  { output, remoteHosts }: Pick<Proposal, "output" | "remoteHosts">,
): Proposal {
  const byName = new Map<string, TokenClientProposal>();
  for (const next of proposals.flatMap(({ tokenClients }) => tokenClients)) {
    const known = byName.get(next.name);
    byName.set(next.name, known === undefined ? next : mergeTokenClients(known, next));
  }
  const clients = proposals.map(({ client }) => client);
  const twice = clients.find((client, index) =>
    clients.some((other, place) => place < index && other.className === client.className),
  );
  if (twice !== undefined) {
    const message = `two documents can't both have the class ${twice.className}`;
    throw new CommandError("ERR_NAME_TAKEN", message, "name each otherwise");
  }
  return { output, remoteHosts, tokenClients: [...byName.values()], clients };
}

/** One that asks for no scopes leaves them to the server, for all. */
function mergeTokenClients(a: TokenClientProposal, b: TokenClientProposal): TokenClientProposal {
  const server = a.server ?? b.server;
  if (JSON.stringify(server) !== JSON.stringify(b.server ?? server)) {
    const message = `the documents have their tokens from different servers, which one token client "${a.name}" can't`;
    const fix = "leave --token-client out, or name the server with --token-endpoint";
    throw new CommandError("ERR_TOKEN_SERVER", message, fix);
  }
  const scopes = a.scopes.length > 0 && b.scopes.length > 0 ? [...new Set([...a.scopes, ...b.scopes])] : [];
  return {
    name: a.name,
    ...(server !== undefined && { server }),
    scopes: scopes.toSorted(),
    serverNotes: [...new Set([...a.serverNotes, ...b.serverNotes])],
    scopeNotes: [...new Set([...a.scopeNotes, ...b.scopeNotes])],
  };
}
