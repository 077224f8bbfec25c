import { identifier, propertyKey, showInvisible, stringLiteral } from "../../encode.ts";
import type { ApiModel, CredentialModel, LoadedSpec, OperationModel, ServerModel } from "../../model.ts";
import { isTakenType, lowerFirst } from "../../names.ts";
import { urlProblem } from "../../secure-url.ts";
import { type Variables, variableName, variablesOf } from "../credential-variables.ts";
import { sampleInput } from "./sample-input.ts";

export interface WorkerClient {
  readonly model: ApiModel;
  readonly spec: LoadedSpec;
  /** Where the document says that it is. */
  readonly server: string | undefined;
}

export interface Worker {
  readonly text: string;
  /** Of the environment, that it reads. */
  readonly variables: readonly string[];
  /** How many APIs it calls, and of how many. */
  readonly calls: number;
  readonly clients: number;
}

/**
 * Writes a worker that calls each API once.
 *
 * @param generated - what it imports: `./generated/index.ts`
 */
export function workerText(clients: readonly WorkerClient[], generated: string): Worker {
  const tokenClients = [...new Set(clients.flatMap(({ model }) => model.tokenClients))];
  const variables = new Set(tokenClients.map(credentialsOf).flatMap(({ id, secret }) => [id, secret]));
  const instances = clients.map((client) => instanceText(client, variables));
  const classes = clients.map(({ model }) => identifier(model.className));
  const entries = tokenClients.map((name) => {
    const { id, secret } = credentialsOf(name);
    return `    ${propertyKey(name)}: {\n      clientId: ${id},\n      clientAuthentication: clientSecretBasic(${secret}),\n    },\n`;
  });
  const read = listText([...variables].map((name) => `${identifier(name)} = ""`));
  const calls = clients.map(callText);
  const made = calls.filter((call) => call.includes("unwrap(")).length;
  const called = made > 0 ? ", unwrap" : "";
  const text = `import { clientSecretBasic, createTokenManager${called} } from "@openapi-m2m/runtime";
import ${listText([...classes, "tokenClients"])} from ${stringLiteral(generated)};

const ${read} = process.env;

const tokens = createTokenManager({
  clients: tokenClients({
${entries.join("")}  }),
});
${instances.join("")}
${calls.join("")}
await tokens.close();
`;
  return { text: showInvisible(text), variables: [...variables], calls: made, clients: clients.length };
}

/** As `check` and `token` read them; a name of no letters has those of `client`. */
function credentialsOf(tokenClient: string): Pick<Variables, "id" | "secret"> {
  return variablesOf(tokenClient) ?? { id: "CLIENT_ID", secret: "CLIENT_SECRET" };
}

/** On one line where it fits. */
function listText(names: readonly string[]): string {
  const line = `{ ${names.join(", ")} }`;
  return line.length <= 80 ? line : `{\n${names.map((name) => `  ${name},\n`).join("")}}`;
}

/** @param variables - is told of those that are read */
function instanceText({ model, server }: WorkerClient, variables: Set<string>): string {
  const options = ["tokens"];
  const stem = variableName(model.folder);
  if (model.baseUrl === undefined && model.servers === undefined) {
    const isKnown = server !== undefined && isUsable(server);
    if (!isKnown) variables.add(`${stem}_BASE_URL`);
    options.push(`baseUrl: ${isKnown ? stringLiteral(server) : `${stem}_BASE_URL`}`);
  } else if (model.servers?.length === 1) options.push(...openVariables(model.servers[0]));
  const credentials = model.credentials.map((credential) => credentialText(credential, stem, variables));
  if (credentials.length > 0) options.push(`credentials: { ${credentials.join(", ")} }`);
  return `const ${instanceName(model)} = new ${identifier(model.className)}({ ${options.join(", ")} });\n`;
}

/** One on this machine is nobody else's. */
function isUsable(server: string): boolean {
  return /^https:/i.test(server) && urlProblem(server, ["query", "fragment"]) === undefined;
}

/** Those that have no default have to be given. */
function openVariables({ variables = {} }: Partial<ServerModel> = {}): string[] {
  const open = Object.entries(variables).filter(([, variable]) => variable.default === undefined);
  const values = open.map(
    ([name, variable]) => `${propertyKey(name)}: ${stringLiteral(variable.enum?.[0] ?? "")}`,
  );
  return values.length === 0 ? [] : [`serverVariables: { ${values.join(", ")} }`];
}

function credentialText({ name, scheme }: CredentialModel, stem: string, variables: Set<string>): string {
  const key = propertyKey(name);
  const variable = `${stem}_${variableName(name)}`;
  if ("http" in scheme && scheme.http.toLowerCase() === "basic") {
    const [username, password] = [`${variable}_USERNAME`, `${variable}_PASSWORD`];
    variables.add(username).add(password);
    return `${key}: { username: ${username}, password: ${password} }`;
  }
  variables.add(variable);
  return `${key}: ${variable}`;
}

/** What a worker calls a client: `CatalogClient` -> `catalog`. */
export function instanceName({ className }: ApiModel): string {
  const short = lowerFirst(className.replace(/(?<=.)Client$/, ""));
  const isFree = !(isTakenType(short) || RESERVED.has(short));
  return identifier(isFree ? short : lowerFirst(className));
}

/** What the worker itself has, or every script. */
const RESERVED = new Set(["tokens", "tokenClients", "unwrap", "process", "console", "arguments", "eval"]);

/** Of what can be written down for the reader, a call that shows that the token is right. */
function callText({ model, spec }: WorkerClient): string {
  const calls = model.operations.flatMap((operation) => {
    const source = spec.operations.find(({ pointer }) => pointer === operation.pointer);
    const input = source && isReading(operation) ? sampleInput(source, spec.document) : undefined;
    return input === undefined ? [] : [{ operation, input, worth: worthOf(operation, input) }];
  });
  const [best] = calls.toSorted((a, b) => b.worth - a.worth);
  if (best === undefined) return `void ${instanceName(model)}; // now call one of its methods\n`;
  const { group, name } = best.operation;
  const method = group === undefined ? identifier(name) : `${identifier(group)}.${identifier(name)}`;
  return `console.log(unwrap(await ${instanceName(model)}.${method}(${best.input})));\n`;
}

function isReading({ method, body, responses }: OperationModel): boolean {
  const isEndless = responses.some(({ content }) =>
    content.some((type) => /event-stream|jsonl|ndjson|json-seq/.test(mediaTypeOf(type))),
  );
  return method === "GET" && body === undefined && !isEndless;
}

function mediaTypeOf(type: string | { readonly mediaType: string }): string {
  return typeof type === "string" ? type : type.mediaType;
}

/** One with a token, of which something comes, and that needs nothing to be known. */
function worthOf({ authorization, responses, deprecated }: OperationModel, input: string): number {
  const hasData = responses.some(({ outcome, content }) => outcome !== "failure" && content.length > 0);
  return (authorization.token ? 8 : 0) + (hasData ? 4 : 0) + (input === "" ? 2 : 0) + (deprecated ? 0 : 1);
}
