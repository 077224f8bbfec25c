import { dirname, relative, resolve, sep } from "node:path";
import * as v from "valibot";
import { asObject, asString, isObject, own } from "../document.ts";
import { GeneratorError } from "../errors.ts";
import type { ClientTarget } from "../model.ts";
import { kebabCase, suggestion } from "../names.ts";
import { shownLocation } from "../shown-location.ts";
import { checkPlaces, isRemote } from "./check-places.ts";
import { configSchema, type ValidConfig } from "./config-schema.ts";
import { exampleAt } from "./examples.ts";
import { filterEntries } from "./filter-entries.ts";
import { diagnosticOf, type Problem } from "./problem.ts";
import type { ConfigSource } from "./read-config.ts";

type CheckedConfig = Omit<ValidConfig, "clients" | "tokenClients"> & {
  tokenClients: Record<string, ExactOptional<ValidConfig["tokenClients"][string]>>;
  clients: readonly ClientTarget[];
};

/** Valibot's optional entries allow undefined; parsed from a file or left out, they never are. */
type ExactOptional<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/**
 * Validates a config: its shape, what its parts say of each other, and where documents are.
 *
 * Where nothing but the place of a document is wrong, that client says so: the documents of the others are read, and one
 * run shows what is wrong with them too.
 *
 * @throws {GeneratorError} `ERR_CONFIG_INVALID` with every problem
 */
export function checkConfig(source: ConfigSource): CheckedConfig {
  const secrets = findSecrets(source.value, []);
  const parsed = v.safeParse(configSchema, source.value);
  const shape = (parsed.issues ?? []).flatMap((issue) => problemsOf(issue, source.value));
  const known = new Set(secrets.map(({ path }) => path.join("\0")));
  const problems = [
    ...secrets,
    ...shape.filter(({ path }) => !known.has(path.join("\0"))),
    ...checkClients(source),
  ];
  const places = checkPlaces(source);
  if (!parsed.success || problems.length > 0) {
    const all = [...problems, ...[...places.values()].flat()];
    throw new GeneratorError(
      "ERR_CONFIG_INVALID",
      all.map((problem) => diagnosticOf(problem, source)),
    );
  }
  const { remoteHosts, strict } = parsed.output;
  const clients = Object.entries(parsed.output.clients).map(([name, client]) => ({
    ...targetOf(name, client, source),
    ...problemsAt(places.get(name), source),
    ...(remoteHosts !== undefined && { remoteHosts }),
    ...(strict !== undefined && { strict }),
  }));
  return { ...(parsed.output as Omit<CheckedConfig, "clients">), clients };
}

function targetOf(
  className: string,
  client: ValidConfig["clients"][string],
  source: ConfigSource,
): ClientTarget {
  const { file } = source;
  const remote = isRemote(client.spec);
  const spec = remote ? client.spec : resolve(dirname(file), client.spec);
  return {
    className,
    folder: folderOf(className),
    spec,
    ...(client.specRoot !== undefined && { specRoot: resolve(dirname(file), client.specRoot) }),
    specName: remote ? shownLocation(spec) : relative(dirname(file), spec).split(sep).join("/"),
    tokenClient: client.tokenClient,
    ...(client.scopes !== undefined && { scopes: client.scopes }),
    ...(client.group !== undefined && { group: client.group }),
    ...(client.baseUrl !== undefined && { baseUrl: client.baseUrl }),
    ...filtersOf(className, client, source),
  };
}

function filtersOf(
  className: string,
  { include, exclude }: ValidConfig["clients"][string],
  source: ConfigSource,
): Pick<ClientTarget, "include" | "exclude"> {
  const entriesOf = (key: string, filter: object) =>
    filterEntries(["clients", className, key], filter, source);
  return {
    ...(include !== undefined && { include: entriesOf("include", include) }),
    ...(exclude !== undefined && { exclude: entriesOf("exclude", exclude) }),
  };
}

/** `CatalogClient` -> `catalog`. */
function folderOf(className: string): string {
  return kebabCase(className.replace(/(?<=.)Client$/, ""));
}

const SECRET =
  /^(client_?)?secret$|^client_?assertion$|password|passphrase|private_?key|^(access|refresh)_?token$/i;

/** What a token client is given beside the mapping; secrets are refused wherever they are. */
const RUN_TIME_OPTION =
  /^client_?(id|auth(entication)?)$|^(dispatcher|expiryMarginSeconds|defaultLifetimeSeconds|requestTimeoutMs)$/i;

const AT_RUN_TIME = "give it to tokenClients() at run time";

function findSecrets(value: unknown, path: readonly string[]): Problem[] {
  if (path.length > 5 || (path.length === 1 && !/^(tokenClients|clients)$/.test(path[0] ?? ""))) return [];
  return Object.entries(asObject(value)).flatMap(([key, inner]) => {
    const here = [...path, key];
    // Names of token clients and classes are the user's own.
    if (path.length === 1 || !SECRET.test(key)) return findSecrets(inner, here);
    return [{ path: here, about: "key", message: "no secret belongs in the mapping", fix: AT_RUN_TIME }];
  });
}

function problemsOf(issue: v.BaseIssue<unknown>, config: unknown): Problem[] {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  const parent = path.slice(0, -1);
  const isUnknown = issue.type === "strict_object" && issue.expected === "never" && path.length > 0;
  if (!isUnknown) return [problemOf(issue, path, config)];
  // Valibot tells the first of an object.
  const known = new Set(["$schema", ...knownKeys(parent)]);
  const keys = Object.keys(asObject(valueAt(config, parent)));
  return keys
    .filter((key) => !known.has(key) || key === path.at(-1))
    .map((key) => unknownKey([...parent, key]));
}

function problemOf(issue: v.BaseIssue<unknown>, path: readonly string[], config: unknown): Problem {
  const name = path.at(-1) ?? "";
  const about = issue.path?.at(-1)?.origin === "key" ? "key" : "value";
  const isMissing = issue.type === "strict_object" && valueAt(config, path) === undefined;
  if (isMissing && path.length > 0) return { path, message: `"${name}" is missing`, fix: exampleAt(path) };
  return { path, about, message: issue.message, fix: about === "key" ? "rename it" : exampleAt(path) };
}

function unknownKey(path: readonly string[]): Problem {
  const name = path.at(-1) ?? "";
  if (path.length === 3 && path[0] === "tokenClients" && RUN_TIME_OPTION.test(name))
    return { path, about: "key", message: `${name} is no part of the mapping`, fix: AT_RUN_TIME };
  const fix = suggestion(name, knownKeys(path.slice(0, -1))) ?? "leave it out";
  return { path, about: "key", message: `unknown key "${name}"`, fix };
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(own, config);
}

/** The keys that the schema has at a path. */
function knownKeys(path: readonly string[]): string[] {
  const [section] = path;
  const { tokenClients, clients } = configSchema.entries;
  if (section === "tokenClients") return Object.keys(tokenClients.value.entries);
  const client = clients.value.entries;
  // A filter is the only object with keys of its own in a client.
  if (section === "clients" && path.length > 2) return Object.keys(client.include.wrapped.entries);
  if (section === "clients") return Object.keys(client);
  return Object.keys(configSchema.entries).filter((key) => key !== "$schema");
}

function checkClients(source: ConfigSource): Problem[] {
  const folders = new Map<string, string>();
  const tokenClients = Object.keys(asObject(own(source.value, "tokenClients")));
  return Object.entries(asObject(own(source.value, "clients"))).flatMap(([className, client]) => {
    const path = ["clients", className];
    return [
      ...checkFolder(path, className, folders),
      ...checkTokenClients([...path, "tokenClient"], own(client, "tokenClient"), tokenClients),
    ];
  });
}

function problemsAt(problems: readonly Problem[] = [], source: ConfigSource): Pick<ClientTarget, "problems"> {
  return problems.length === 0 ? {} : { problems: problems.map((problem) => diagnosticOf(problem, source)) };
}

function checkFolder(path: string[], className: string, folders: Map<string, string>): Problem[] {
  const folder = folderOf(className);
  const other = folders.get(folder);
  folders.set(folder, className);
  if (other === undefined) return [];
  return [
    {
      path,
      about: "key",
      message: `${className} and ${other} would share the folder "${folder}"`,
      fix: "rename one",
    },
  ];
}

/** A name, or one for each security scheme. */
function checkTokenClients(path: string[], given: unknown, tokenClients: string[]): Problem[] {
  if (!isObject(given)) return checkTokenClient(path, asString(given), tokenClients);
  return Object.entries(given).flatMap(([scheme, name]) =>
    checkTokenClient([...path, scheme], asString(name), tokenClients),
  );
}

function checkTokenClient(path: string[], name: string | undefined, tokenClients: string[]): Problem[] {
  if (name === undefined || tokenClients.includes(name)) return [];
  const fix = suggestion(name, tokenClients) ?? "define it in tokenClients";
  return [{ path, message: `unknown token client "${name}"`, fix }];
}
