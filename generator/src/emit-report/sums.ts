import type { AccessReport } from "../model.ts";

/** What there is, in numbers. */
export function sumsOf({ clients, tokenClients, findings }: AccessReport): [name: string, sum: number][] {
  const operations = clients.flatMap((client) => client.operations);
  const scopes = tokenClients.flatMap((tokenClient) => tokenClient.scopes.map(({ name }) => name));
  const levels = findings.map(({ level }) => level);
  return [
    ["APIs", clients.length],
    ["Operations", operations.length],
    ["Token clients", tokenClients.length],
    ["Scopes", new Set(scopes).size],
    ["Warnings", levels.filter((level) => level === "warning").length],
    ["Notes", levels.filter((level) => level === "note").length],
  ];
}
