import { commentLine, identifier, propertyKey, stringLiteral } from "../encode.ts";
import type { ApiModel, CredentialModel, ServerModel, ServerVariableModel } from "../model.ts";
import { proseDoc } from "./docs.ts";
import type { RuntimeNames } from "./imports.ts";

/** Whether the constructor takes more than that of any client. */
export function hasOwnOptions({ credentials, servers, tokenClients }: ApiModel): boolean {
  return credentials.length > 0 || servers !== undefined || tokenClients.length > 1;
}

/** The type of the constructor's argument. */
export function optionsType(model: ApiModel, names: RuntimeNames): string {
  if (hasOwnOptions(model)) return `${identifier(model.optionsType)}<Bound>`;
  const required = needsBaseUrl(model) ? ` & ${names.use("RequiredBaseUrl")}` : "";
  return `${names.use("ApiClientOptions")}<Bound>${required}`;
}

/** The declaration of that type, where it has one of its own. */
export function optionsDeclaration(model: ApiModel, names: RuntimeNames): string[] {
  if (!hasOwnOptions(model)) return [];
  const { optionsType, className, tokenClients } = model;
  const several = tokenClients.length > 1;
  const binding = several ? `, Readonly<Record<${literalUnion(tokenClients)}, Bound>>` : "";
  const base = `${names.use("ApiClientOptions")}<Bound${binding}>`;
  const members = [
    ...baseUrlMember(model, names),
    ...credentialsMember(model, names),
    ...serverMembers(model),
  ];
  return [
    `/** What the constructor of \`${identifier(className)}\` takes. */
export interface ${identifier(optionsType)}<Bound extends string> extends ${base} {
${members.join("")}}
`,
  ];
}

/** A union of string literals. */
export function literalUnion(texts: readonly string[]): string {
  return [...new Set(texts)].map(stringLiteral).join(" | ");
}

function needsBaseUrl({ baseUrl, servers }: ApiModel): boolean {
  return baseUrl === undefined && servers === undefined;
}

/** An interface that extends two others with different `baseUrl`s does not compile. */
function baseUrlMember(model: ApiModel, names: RuntimeNames): string[] {
  if (!needsBaseUrl(model)) return [];
  return [`  readonly baseUrl: ${names.use("RequiredBaseUrl")}["baseUrl"];\n`];
}

function credentialsMember({ credentials }: ApiModel, names: RuntimeNames): string[] {
  if (credentials.length === 0) return [];
  const members = credentials.map((credential) => {
    const source = names.use("CredentialSource");
    const type = isBasic(credential) ? `${source}<${names.use("BasicCredentials")}>` : source;
    const doc = proseDoc([describe(credential), credential.description], "    ");
    return `${doc}\n    readonly ${propertyKey(credential.name)}?: ${type};\n`;
  });
  return [
    `  /** What calls need besides tokens: values, or functions that give them, asked by each call that needs one. */
  readonly credentials?: {
${members.join("")}  };
`,
  ];
}

function isBasic({ scheme }: CredentialModel): boolean {
  return "http" in scheme && scheme.http.toLowerCase() === "basic";
}

function describe({ scheme }: CredentialModel): string {
  if ("in" in scheme) {
    const place = scheme.in === "query" ? "in the query as" : `in the ${scheme.in}`;
    return `API key, ${place} \`${commentLine(scheme.name)}\`.`;
  }
  const word = scheme.http.toLowerCase();
  if (word === "basic") return "User name and password, for HTTP Basic.";
  return word === "bearer"
    ? "Bearer token, without that word."
    : `What follows \`${commentLine(scheme.http)}\` in \`Authorization\`.`;
}

function serverMembers(model: ApiModel): string[] {
  const { servers } = model;
  if (servers === undefined) return [];
  const choice = literalUnion(servers.map(({ url }) => url));
  const server = `  /** One of the document's servers; default the first. */\n  readonly server?: ${choice};\n`;
  const variables = variableMembers(servers, model);
  return servers.length > 1 ? [server, ...variables] : variables;
}

function variableMembers(servers: readonly ServerModel[], { operations }: ApiModel): string[] {
  const all = [...servers, ...operations.flatMap((operation) => operation.servers ?? [])];
  const names = [...new Set(all.flatMap(({ variables = {} }) => Object.keys(variables)))];
  if (names.length === 0) return [];
  // What the only server has no default for, every client has to say.
  const [only, ...others] = servers;
  const required = new Set(others.length > 0 ? [] : namesWithoutDefault(only));
  const members = names.map((name) => {
    const found = all.flatMap(({ variables = {} }) =>
      Object.hasOwn(variables, name) ? (variables[name] ?? []) : [],
    );
    return variableMember(name, found, required.has(name) ? "" : "?");
  });
  const mark = required.size > 0 ? "" : "?";
  return [
    `  /** What the addresses of the document leave open. */\n  readonly serverVariables${mark}: {\n${members.join("")}  };\n`,
  ];
}

function namesWithoutDefault({ variables = {} }: Partial<ServerModel> = {}): string[] {
  return Object.keys(variables).filter((name) => variables[name]?.default === undefined);
}

/** @param found - what the servers that have the variable say of it */
function variableMember(name: string, found: readonly ServerVariableModel[], mark: "?" | ""): string {
  const defaults = found.flatMap((variable) => variable.default ?? []);
  const [value = ""] = defaults;
  const doc = new Set(defaults).size === 1 ? `    /** Default: \`${commentLine(value)}\`. */\n` : "";
  const isListed = found.every((variable) => variable.enum !== undefined);
  const values = found.flatMap((variable) => variable.enum ?? []);
  const type = isListed ? literalUnion([...values, ...defaults]) : "string";
  return `${doc}    readonly ${propertyKey(name)}${mark}: ${type};\n`;
}
