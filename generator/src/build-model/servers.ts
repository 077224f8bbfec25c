import { asArray, asObject, asString, formatPointer, type JsonObject, own } from "../document.ts";
import { type Diagnostic, diagnosticAt, errorAt } from "../errors.ts";
import { operationTitle } from "../http-method.ts";
import type { LoadedSpec, ServerModel, ServerVariableModel, SourceOperation } from "../model.ts";
import { urlProblem } from "../secure-url.ts";
import { hostVariable } from "./host-variables.ts";

/** What of a client's base URL is decided when it is generated. */
export interface ServerChoice {
  /** Known; undefined where the constructor asks for it, or chooses it among `servers`. */
  readonly baseUrl?: string;
  /** Of a document that is trusted with its servers; the first is the default. */
  readonly servers?: readonly ServerModel[];
}

/**
 * Decides where a client's calls go: where the config says, or where the document does if the config trusts it.
 *
 * @throws {GeneratorError} `ERR_DOCUMENT_INVALID` when the first server of a trusted document cannot be the base URL
 */
export function chooseServers(spec: LoadedSpec): ServerChoice {
  const { target, document, operations } = spec;
  if (target.baseUrl !== "document") return target.baseUrl === undefined ? {} : { baseUrl: target.baseUrl };
  const written = asArray(document["servers"]);
  // OpenAPI 3.1 §4.8.1.1: without servers, the one at `/`.
  const all = (written.length > 0 ? written : [{ url: "/" }]).map((server) =>
    readServer(server, target.spec),
  );
  const [first] = all;
  const problem = first && problemOf(first);
  if (first === undefined || problem !== undefined) {
    const [pointer, reason] =
      written.length > 0 ? ["#/servers/0/url", `: ${problem}`] : ["#", ", and the document names none"];
    const message = `${target.className} takes its baseUrl from the first server${reason}`;
    const fix = "write the URL in the config instead of `document`";
    throw errorAt("ERR_DOCUMENT_INVALID", spec.locate(pointer), { pointer, message, fix });
  }
  const servers = all.filter((server) => problemOf(server) === undefined);
  const isPlain = servers.length === 1 && first.variables === undefined;
  const isOnly = isPlain && !operations.some((source) => ownServers(spec, source).length > 0);
  return isOnly ? { baseUrl: first.url } : { servers };
}

/** The servers of one operation that can be called, where it has some of its own. */
export function ownServers(spec: LoadedSpec, source: SourceOperation): readonly ServerModel[] {
  const servers = readOwnServers(spec, source);
  return servers.filter((server) => problemOf(server, "relative") === undefined);
}

/**
 * What has to be known of the servers, once for each: of a trusted document, those that can't be called, and those whose
 * variables decide who gets tokens; of any other, those of single operations that are called only if the constructor
 * allows it.
 */
export function serverWarnings(spec: LoadedSpec): Diagnostic[] {
  const findings = spec.target.baseUrl === "document" ? trustedServers(spec) : unallowedServers(spec);
  return [...findings.values()].map((finding) =>
    diagnosticAt(spec.locate(finding.pointer), { severity: "warning", ...finding }),
  );
}

interface Remark {
  readonly pointer: string;
  readonly message: string;
  readonly fix: string;
}

/** By URL. */
type Findings = Map<string, Remark>;

function trustedServers(spec: LoadedSpec): Findings {
  const { target, operations, document } = spec;
  const findings: Findings = new Map();
  const check = (server: ServerModel, pointer: string, relative?: "relative") => {
    const remark = remarkOn(server, relative);
    if (remark !== undefined && !findings.has(server.url)) findings.set(server.url, { pointer, ...remark });
  };
  for (const [index, server] of asArray(document["servers"]).entries())
    check(readServer(server, target.spec), formatPointer(["servers", index, "url"]));
  for (const source of operations) {
    for (const server of readOwnServers(spec, source)) check(server, source.pointer, "relative");
  }
  return findings;
}

function remarkOn(server: ServerModel, relative?: "relative"): Omit<Remark, "pointer"> | undefined {
  const problem = problemOf(server, relative);
  // Its URL may hold a secret.
  if (problem !== undefined) return { message: `a server is left out: ${problem}`, fix: "correct its URL" };
  const variable = hostVariable(server);
  if (variable === undefined) return undefined;
  const message = `whoever sets the variable "${variable}" of ${server.url} decides which host tokens go to`;
  return { message, fix: "list its values in an `enum` of the document, or set baseUrl in the config" };
}

function unallowedServers(spec: LoadedSpec): Findings {
  const findings: Findings = new Map();
  for (const source of spec.operations) {
    const [first] = ownServers(spec, source);
    if (first === undefined || !isAbsolute(first.url) || findings.has(first.url)) continue;
    const { pointer } = source;
    const message = `${operationTitle(source)} is at ${first.url}: its calls go there only where \`allowedOrigins\` has that origin, else to the client's base URL`;
    const fix = 'list it in the constructor, or trust the document with baseUrl: "document"';
    findings.set(first.url, { pointer, message, fix });
  }
  return findings;
}

/** Those that are its own or its path item's, but not the document's. */
function readOwnServers({ document, target }: LoadedSpec, source: SourceOperation): readonly ServerModel[] {
  if (source.servers === document["servers"]) return [];
  return source.servers.map((server) => readServer(server, target.spec, "keep"));
}

/** @param relative - what becomes of a relative URL: it is resolved against the document's, where that has one, or kept */
function readServer(
  value: unknown,
  documentUrl: string,
  relative: "resolve" | "keep" = "resolve",
): ServerModel {
  const url = asString(asObject(value)["url"]) ?? "";
  const declared = asObject(asObject(value)["variables"]);
  const names = [...new Set([...url.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name))];
  const variables = names.map((name) => [name, readVariable(asObject(own(declared, name)))] as const);
  const isResolved = relative === "resolve" && !isAbsolute(url) && URL.canParse(documentUrl);
  return {
    // A parser would encode the braces.
    url: isResolved ? resolveAgainst(documentUrl, url) : url,
    ...(variables.length > 0 && { variables: Object.fromEntries(variables) }),
  };
}

function readVariable(variable: JsonObject): ServerVariableModel {
  const values = asArray(variable["enum"]).flatMap((value) => asString(value) ?? []);
  const fallback = asString(variable["default"]);
  return { ...(fallback !== undefined && { default: fallback }), ...(values.length > 0 && { enum: values }) };
}

function resolveAgainst(documentUrl: string, url: string): string {
  return new URL(url, documentUrl).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

function isAbsolute(url: string): boolean {
  return /^([a-z][a-z\d+.-]*|\{[^{}]*\}):|^\/\/|^\{[^{}]*\}/i.test(url);
}

/** What is wrong with a server, whatever is chosen for its variables; a stand-in takes the place of what is open. */
function problemOf({ url, variables = {} }: ServerModel, relative?: "relative"): string | undefined {
  const text = url.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = own(variables, name) as ServerVariableModel | undefined;
    return variable?.default ?? variable?.enum?.[0] ?? "1";
  });
  if (relative !== undefined && !isAbsolute(url))
    return urlProblem(`https://a.example/${text}`, ["query", "fragment"]);
  return urlProblem(text, ["query", "fragment"]);
}
