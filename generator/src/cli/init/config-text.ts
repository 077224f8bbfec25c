import { commentLine, propertyKey, showInvisible, stringLiteral } from "../../encode.ts";
import type { UserConfig } from "../../model.ts";
import type { ClientProposal, Proposal, TokenClientProposal } from "./proposal.ts";

/** How a config is written. */
export type ConfigFormat = "ts" | "json" | "yaml";

interface Entry {
  readonly key: string;
  readonly value: string | readonly string[] | readonly Entry[];
  readonly notes?: readonly string[];
  /** Behind the last of its entries. */
  readonly notesAtEnd?: readonly string[];
}

/** The config as text, with comments where the format has them. */
export function configText(proposal: Proposal, format: ConfigFormat): string {
  return showInvisible(rawText(proposal, format));
}

function rawText(proposal: Proposal, format: ConfigFormat): string {
  if (format === "json")
    return `${JSON.stringify({ $schema: SCHEMA, ...configValue(proposal) }, undefined, 2)}\n`;
  const entries = entriesOf(proposal);
  if (format === "yaml")
    return `# yaml-language-server: $schema=${SCHEMA}\n# ${HEAD}\n\n${yamlText(entries, "")}`;
  const body = objectText(entries, "");
  return `import { defineConfig } from "openapi-m2m";\n\n// ${HEAD}\nexport default defineConfig(${body});\n`;
}

/** What is in it. */
export function configValue(proposal: Proposal): UserConfig {
  return toValue(entriesOf(proposal)) as unknown as UserConfig;
}

/** What a config of another name would have to have besides. */
export function additionsText({ tokenClients, clients }: Proposal, format: ConfigFormat): string {
  const entries = [
    { key: "tokenClients", value: tokenClients.map(tokenClientEntry) },
    { key: "clients", value: clients.map(clientEntry) },
  ];
  const lines = {
    json: () => [JSON.stringify(toValue(entries), undefined, 2).slice(2, -2), "\n"],
    yaml: () => [yamlText(entries, "")],
    ts: () => entries.map((entry) => lineOf(entry, "  ")),
  };
  return showInvisible(lines[format]().join(""));
}

/** For editors. */
const SCHEMA = "./node_modules/openapi-m2m/config.schema.json";

const HEAD =
  "Which API gets whose tokens. No secret belongs here: the worker gives client IDs and secrets to tokenClients().";

function entriesOf({ output, remoteHosts, tokenClients, clients }: Proposal): Entry[] {
  return [
    { key: "output", value: output },
    ...(remoteHosts.length > 0 ? [{ key: "remoteHosts", value: remoteHosts }] : []),
    { key: "tokenClients", value: tokenClients.map(tokenClientEntry) },
    { key: "clients", value: clients.map(clientEntry) },
  ];
}

function tokenClientEntry({ name, server, scopes, serverNotes, scopeNotes }: TokenClientProposal): Entry {
  const [address] = Object.entries(server ?? {});
  const value = [
    ...(address === undefined ? [] : [{ key: address[0], value: address[1], notes: serverNotes }]),
    ...(scopes.length > 0 ? [{ key: "scope", value: scopes.join(" "), notes: scopeNotes }] : []),
  ];
  return { key: name, value, ...(scopes.length === 0 && { notesAtEnd: scopeNotes }) };
}

function clientEntry({
  className,
  spec,
  specRoot,
  tokenClient,
  baseUrl,
  baseUrlNotes,
}: ClientProposal): Entry {
  const mapped =
    typeof tokenClient === "string"
      ? tokenClient
      : Object.entries(tokenClient).map(([key, value]) => ({ key, value }));
  const value = [
    { key: "spec", value: spec },
    ...(specRoot === undefined ? [] : [{ key: "specRoot", value: specRoot }]),
    { key: "tokenClient", value: mapped },
    ...(baseUrl === undefined ? [] : [{ key: "baseUrl", value: baseUrl }]),
  ];
  return { key: className, value, notesAtEnd: baseUrlNotes };
}

function isEntries(value: Entry["value"]): value is readonly Entry[] {
  return typeof value !== "string" && value.every((item) => typeof item === "object");
}

function toValue(entries: readonly Entry[]): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(({ key, value }) => [key, isEntries(value) ? toValue(value) : value]),
  );
}

function objectText(entries: readonly Entry[], indent: string, notesAtEnd: readonly string[] = []): string {
  const inner = `${indent}  `;
  const lines = entries.map((entry) => lineOf(entry, inner));
  return `{\n${lines.join("")}${comments(notesAtEnd, `${inner}// `)}${indent}}`;
}

function lineOf({ key, value, notes, notesAtEnd }: Entry, indent: string): string {
  const text = isEntries(value) ? objectText(value, indent, notesAtEnd) : plainText(value);
  return `${comments(notes, `${indent}// `)}${indent}${propertyKey(key)}: ${text},\n`;
}

function comments(notes: readonly string[] = [], prefix: string): string {
  return notes.map((note) => `${prefix}${commentLine(note)}\n`).join("");
}

function plainText(value: string | readonly string[]): string {
  return typeof value === "string" ? stringLiteral(value) : `[${value.map(stringLiteral).join(", ")}]`;
}

/** A JSON string is one of YAML too. */
function yamlText(entries: readonly Entry[], indent: string): string {
  const lines = entries.map(({ key, value, notes, notesAtEnd }) => {
    const name = `${indent}${/^[A-Za-z]\w*$/.test(key) ? key : stringLiteral(key)}:`;
    const inner = `${indent}  `;
    const text = isEntries(value)
      ? `${name}\n${yamlText(value, inner)}${comments(notesAtEnd, `${inner}# `)}`
      : `${name} ${plainText(value)}\n`;
    return comments(notes, `${indent}# `) + text;
  });
  return lines.join("");
}
