import type { AccessReport } from "../model.ts";

/** What there is, and how often. */
export function sumsOf({ clients, tokenClients, findings }: AccessReport): [noun: string, sum: number][] {
  const operations = clients.flatMap((client) => client.operations);
  const scopes = tokenClients.flatMap((tokenClient) => tokenClient.scopes.map(({ name }) => name));
  const levels = findings.map(({ level }) => level);
  return [
    ["API", clients.length],
    ["operation", operations.length],
    ["token client", tokenClients.length],
    ["scope", new Set(scopes).size],
    ["warning", levels.filter((level) => level === "warning").length],
    ["note", levels.filter((level) => level === "note").length],
  ];
}
