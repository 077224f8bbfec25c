import { commentLine, identifier, stringLiteral } from "../encode.ts";
import { fileHeader } from "../file-header.ts";
import type { ApiModel, OutputFile, TokenClientMapping } from "../model.ts";
import { RUNTIME } from "./imports.ts";
import { type Literal, printLiteral } from "./print-literal.ts";
import { typeAlias } from "./type-text.ts";

const TOKEN_CLIENTS =
  "export const tokenClients: TokenClientsFunction<TokenClientName> = /* @__PURE__ */ bindTokenClients(";

/** `token-clients.ts`: the mapping as data, and the function that lays credentials over it. */
export function tokenClientsFile(
  source: string,
  tokenClients: Readonly<Record<string, TokenClientMapping>>,
): OutputFile {
  const names = Object.keys(tokenClients);
  const mapping = tokenClients as Readonly<Record<string, Literal & object>>;
  const [example = "name"] = names;
  // The type is spelled out for declarations: inferred, it would name modules that the runtime does not export.
  const content = `${fileHeader(source)}
import { bindTokenClients, type TokenClientsFunction } from ${stringLiteral(RUNTIME)};

/** The token clients of the mapping. */
${typeAlias("TokenClientName", names.length > 0 ? names.map(stringLiteral) : ["never"])}

/**
 * Lays credentials over the mapping, for \`createTokenManager({ clients })\`. A subset of the names is fine; a
 * misspelt one does not compile. A given \`tokenEndpoint\` or \`issuer\` replaces the mapping's pair as one.
 *
 * @example
 * tokenClients({ ${commentLine(stringLiteral(example))}: { clientId, clientAuthentication: clientSecretBasic(secret) } })
 */
${TOKEN_CLIENTS}${printLiteral(mapping, 0, TOKEN_CLIENTS.length + 2)});
`;
  return { path: "token-clients.ts", content };
}

/** What an index says of a client. */
export type IndexedClient = Pick<ApiModel, "className" | "tableName" | "folder">;

/**
 * `index.ts` of the output folder: what a worker imports. Not from the clients' own indexes: those have all names of a
 * document, which an editor would put together anew at every letter that somebody types.
 */
export function indexFile(
  source: string,
  models: readonly IndexedClient[],
  extension: "js" | "ts",
): OutputFile {
  const exports = models.map(({ className, tableName, folder }) => {
    const from = (name: string) => stringLiteral(`./${folder}/${name}.${extension}`);
    return `export { ${identifier(className)} } from ${from("client")};
export { ${identifier(tableName)} } from ${from("operations")};
`;
  });
  const content = `${fileHeader(source)}\n${exports.join("")}export * from "./token-clients.${extension}";\n`;
  return { path: "index.ts", content };
}
