import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { readMapping } from "../load-config.ts";
import { createConfigCommand, type ExitCode, exitWith } from "./command.ts";
import { describeToken } from "./describe-token.ts";
import { printJson } from "./json.ts";
import type { TokenParameters } from "./open-tokens.ts";
import { print, printAside, whileWaiting } from "./terminal.ts";
import { tokenText } from "./token/token-text.ts";
import { tokenJson } from "./token-json.ts";
import { addTokenOptions, readTokenFlags, type TokenFlags, withTokens } from "./token-options.ts";

interface TokenCommandFlags extends TokenFlags {
  readonly scope?: readonly string[];
  readonly resource?: readonly string[];
  readonly audience?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly force?: boolean;
  readonly reveal?: boolean;
}

/** Creates the command that obtains a token and shows what is in it. */
export function createToken(): Command {
  const command = createConfigCommand({
    name: "token",
    summary: "obtain a token and show its claims and lifetime",
    description:
      "Obtains a token of a token client, as a worker does, and shows its claims and lifetime; the token itself only with --reveal. Credentials are those of a TokenManager of yours, or of the environment: CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET and so on for catalog.client.",
    examples: {
      "openapi-m2m token catalog.client": "with credentials of the environment",
      "openapi-m2m token catalog.client --manager tokens.ts": "as your worker does",
      "openapi-m2m token catalog.client --scope catalog:read": "with another scope",
      "TOKEN=$(openapi-m2m token catalog.client --reveal)": "the token alone",
    },
  }).argument("<name>", "name of the token client");
  return addTokenOptions(command)
    .option("--scope <scope>", "ask for this scope instead; may be repeated", collect)
    .option("--resource <uri>", "ask for this resource instead; may be repeated", collect)
    .option("--audience <audience>", "ask for this audience instead")
    .option("--parameter <name=value>", "send this parameter too; may be repeated", collectPair)
    .option("--force", "ask the server even if the TokenManager has a token")
    .option("--reveal", "print the token itself, and the rest to the standard error")
    .action(exitWith(showToken));
}

async function showToken(name: string, flags: TokenCommandFlags): Promise<ExitCode> {
  const origin = readTokenFlags(flags);
  const { redact } = origin.options;
  const mapping = () => readMapping(process.cwd(), flags.config);
  return withTokens(origin, mapping, async (tokens) => {
    const token = await whileWaiting("asking for the token…", () => tokens.obtain(name, parametersOf(flags)));
    const description = describeToken(token, redact);
    const { json, reveal } = flags;
    if (json) {
      printJson({ name, ...tokenJson(description), ...(reveal && { token: token.value }) });
    } else if (reveal) {
      printAside(tokenText(name, description, Date.now()));
      print(`${token.value}\n`);
    } else {
      print(`${tokenText(name, description, Date.now())}  token     not shown; --reveal prints it\n`);
    }
    return 0;
  });
}

function parametersOf({ scope, resource, audience, parameter, force }: TokenCommandFlags): TokenParameters {
  return {
    ...(scope !== undefined && { scope: scope.join(" ") }),
    ...(resource !== undefined && { resource }),
    ...(audience !== undefined && { audience }),
    ...(parameter !== undefined && { parameters: parameter }),
    ...(force && { forceRenewal: true }),
  };
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function collectPair(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It must be a name and a value: tenant=42");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
