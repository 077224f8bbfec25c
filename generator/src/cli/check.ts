import type { Command } from "commander";
import { type Mapping, readMapping } from "../load-config.ts";
import { checkJson } from "./check/check-json.ts";
import { checkText, countText, type PlacedClient } from "./check/check-text.ts";
import { type CheckedClient, checkTokenClient } from "./check/check-token-client.ts";
import type { Problem } from "./check/problem.ts";
import { createChoice, createConfigCommand, type ExitCode, exitWith } from "./command.ts";
import { keepCompiled } from "./compile-cache.ts";
import { printJson } from "./json.ts";
import { findTokenClient } from "./open-tokens.ts";
import { fromHere, print, whileWaiting } from "./terminal.ts";
import { addTokenOptions, readTokenFlags, type TokenFlags, withTokens } from "./token-options.ts";

interface CheckFlags extends TokenFlags {
  readonly level: "warning" | "error";
}

/** Creates the command that compares tokens with what the operations of the documents need. */
export function createCheck(): Command {
  const command = createConfigCommand({
    name: "check",
    summary: "compare the tokens that servers grant with those that are needed",
    description:
      "Asks the authorization server of each token client for a token, and compares scopes, audience and lifetime with what the operations of the documents need. Credentials are those of a TokenManager of yours, or of the environment: CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET and so on for catalog.client.",
    examples: {
      "openapi-m2m check": "with credentials of the environment",
      "openapi-m2m check --env .env.staging": "or of a file",
      "openapi-m2m check --manager tokens.ts": "with those of your worker",
      "openapi-m2m check catalog.client --json": "one of them, for a program",
    },
  }).argument("[names...]", "names of token clients; default: all");
  return addTokenOptions(command)
    .addOption(
      createChoice("--level <level>", "what makes the exit code 1", ["warning", "error"]).default("warning"),
    )
    .action(exitWith(checkTokens));
}

async function checkTokens(given: readonly string[], flags: CheckFlags): Promise<ExitCode> {
  keepCompiled();
  // First: a config may read variables, too.
  const origin = readTokenFlags(flags);
  const mapping = await readMapping(process.cwd(), flags.config);
  for (const name of given) findTokenClient(mapping, name);
  const names = given.length > 0 ? [...new Set(given)] : Object.keys(mapping.tokenClients);
  // What reads documents takes longer to load than all else here.
  const { readNeeds } = await import("./check/token-needs.ts");
  const needs = await readNeeds(mapping, names);
  const { redact } = origin.options;
  return withTokens(
    origin,
    async () => mapping,
    async (tokens) => {
      const checks = [...needs].map(([name, needed]) =>
        checkTokenClient({
          name,
          mapping: findTokenClient(mapping, name),
          needed,
          tokens,
          byManager: origin.manager !== undefined,
          redact,
          now: Date.now,
        }),
      );
      const checked = await whileWaiting("asking for tokens…", () => Promise.all(checks));
      const mayLack = origin.manager !== undefined && given.length === 0;
      return report(mayLack ? leaveOut(checked) : checked, mapping, flags);
    },
  );
}

/** Takes it for no problem that the TokenManager lacks some of the token clients; all of them would be one. */
function leaveOut(checked: readonly CheckedClient[]): readonly CheckedClient[] {
  if (checked.every(({ isLeftOut }) => isLeftOut)) return checked;
  return checked.map((client) => (client.isLeftOut ? { ...client, problems: [] } : client));
}

function report(checked: readonly CheckedClient[], mapping: Mapping, { json, level }: CheckFlags): ExitCode {
  const problems = checked.flatMap((client) => client.problems);
  const failing = level === "error" ? problems.filter(({ severity }) => severity === "error") : problems;
  const isOk = failing.length === 0;
  const clients = checked.map((client) => withPlace(client, mapping));
  if (json) printJson(checkJson(clients, isOk));
  else print(`${clients.map(checkText).join("")}${summaryOf(checked, problems)}\n`);
  return isOk ? 0 : 1;
}

function withPlace(client: CheckedClient, { locate }: Mapping): PlacedClient {
  if (client.problems.length === 0) return client;
  const { file, line, column } = locate(["tokenClients", client.name]);
  return { ...client, place: `${fromHere(file)}:${line}:${column}` };
}

function summaryOf(checked: readonly CheckedClient[], problems: readonly Problem[]): string {
  const count = `${checked.length} token client${checked.length === 1 ? "" : "s"}`;
  return `${count}: ${problems.length === 0 ? "nothing wrong" : countText(problems)}`;
}
