import * as prompts from "@clack/prompts";
import { type UrlPart, urlProblem } from "../../secure-url.ts";
import { visible } from "../../visible.ts";
import { CommandError } from "../command-error.ts";
import { place, print } from "../terminal.ts";
import type { ApiAnswers, ApiProposal, TokenAnswers, TokenClientProposal } from "./proposal.ts";
import type { TokenServer } from "./token-schemes.ts";

export type Decision = "write" | "change" | "cancel";

/** @throws {CommandError} when whoever is asked gives up */
export async function askDocuments(
  options: readonly { readonly value: string; readonly label: string }[],
  chosen: readonly string[],
): Promise<string[]> {
  const message = "Which documents? (space selects, Enter goes on)";
  return await answered((signal) =>
    prompts.multiselect({
      message,
      options: options.map((option) => ({ ...option })),
      initialValues: [...chosen],
      required: true,
      signal,
    }),
  );
}

/** @throws {CommandError} when whoever is asked gives up */
export async function askDocument(): Promise<string> {
  const message = "Which OpenAPI document? A path, or a URL";
  return await askText(message, "", (text) =>
    text === "" ? "Name one, such as specs/catalog.yaml" : undefined,
  );
}

/** Shows a config, and asks what is to become of it. */
export async function askDecision(name: string, text: string): Promise<Decision> {
  // A frame would break lines, and nobody could copy it.
  print(`\n${text.replaceAll(/^(?=.)/gm, "  ")}\n`);
  return await answered<Decision>((signal) =>
    prompts.select<Decision>({
      signal,
      message: "Is that right?",
      options: [
        { value: "write", label: `Yes, write ${name}` },
        { value: "change", label: "No, change something" },
        { value: "cancel", label: "Stop here, and write nothing" },
      ],
    }),
  );
}

/**
 * Asks where the tokens of a token client are from.
 *
 * @param why - the document does not say it
 */
export async function askServer(name: string, why: string): Promise<TokenServer> {
  prompts.log.warn(visible(why));
  return await askServerText(`Token endpoint of ${name}, or its issuer`, "");
}

/** Asks for everything that a proposal says; Enter keeps it. */
export async function askAll({ api, client, tokenClients }: ApiProposal): Promise<ApiAnswers> {
  prompts.log.step(place(client.spec));
  const className = await askText("Class name", client.className, (text) =>
    /^[A-Z][A-Za-z\d]*$/.test(text) ? undefined : "A class name such as CatalogClient: letters and digits",
  );
  const answers: TokenAnswers[] = [];
  for (const tokenClient of tokenClients) answers.push(await askTokenClient(tokenClient));
  const baseUrl = await askBaseUrl(client.baseUrl ?? "", api.server);
  return { className, tokenClients: answers, ...(baseUrl !== undefined && { baseUrl }) };
}

async function askTokenClient({ name, server, scopes }: TokenClientProposal): Promise<TokenAnswers> {
  const answer = await askText("Token client", name, (text) => (text === "" ? "Name it" : undefined));
  const known = Object.values(server ?? {})[0] ?? "";
  return {
    name: answer,
    server: await askServerText("Token endpoint, or issuer", known, server),
    scopes: wordsOf(await askText("Scope (empty: the server decides)", scopes.join(" "))),
  };
}

export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

async function askServerText(message: string, known: string, server?: TokenServer): Promise<TokenServer> {
  const url = await askText(message, known, (text) => urlProblem(text, ["fragment"]));
  if (server !== undefined && url === known) return server;
  const kind = await answered<"tokenEndpoint" | "issuer">((signal) =>
    prompts.select<"tokenEndpoint" | "issuer">({
      signal,
      message: "Which of them is it?",
      options: [
        { value: "tokenEndpoint", label: "the token endpoint" },
        { value: "issuer", label: "the issuer, which tells the token endpoint (discovery)" },
      ],
      initialValue: isEndpoint(url) ? "tokenEndpoint" : "issuer",
    }),
  );
  return kind === "issuer" ? { issuer: url } : { tokenEndpoint: url };
}

/** What is at the end of most of them. */
export function isEndpoint(url: string): boolean {
  return /\/[^/]*token[^/]*\/?(\?.*)?$/i.test(url);
}

/** Undefined for one that the constructor is given. */
async function askBaseUrl(known: string, documentServer: string | undefined): Promise<string | undefined> {
  const choice = await answered<string>((signal) =>
    prompts.select<string>({
      signal,
      message: "Where do calls go?",
      options: [
        { value: "", label: "where the worker says" },
        ...(documentServer === undefined
          ? []
          : [{ value: "document", label: `where the document says: ${place(documentServer)}` }]),
        { value: "url", label: "to a URL of the config" },
      ],
      initialValue: /^https?:/.test(known) ? "url" : known,
    }),
  );
  if (choice !== "url") return choice || undefined;
  const without: UrlPart[] = ["query", "fragment"];
  return await askText("Base URL", known === "document" ? "" : known, (text) => urlProblem(text, without));
}

async function askText(
  message: string,
  initialValue: string,
  check: (text: string) => string | undefined = () => undefined,
): Promise<string> {
  const validate = (text = "") => check(text.trim());
  const text = (signal: AbortSignal) =>
    prompts.text({ message, initialValue, defaultValue: "", validate, signal });
  return (await answered(text)).trim();
}

/** Asks, for as long as somebody can answer: until Ctrl-C, Ctrl-D, Escape, or the end of the terminal. */
async function answered<Value>(
  ask: (signal: AbortSignal) => Promise<Value | typeof prompts.CANCEL_SYMBOL>,
): Promise<Value> {
  const { stdin } = process;
  const controller = new AbortController();
  const stop = () => controller.abort();
  // Node.js makes an end of input of it, which nobody tells the prompt.
  const stopByKey = (_: unknown, key: { name?: string; ctrl?: boolean }) => {
    if (key.ctrl === true && key.name === "d") stop();
  };
  stdin.once("end", stop).on("keypress", stopByKey);
  try {
    const answer = await ask(controller.signal);
    if (answer !== prompts.CANCEL_SYMBOL) return answer;
  } finally {
    stdin.off("end", stop).off("keypress", stopByKey);
  }
  throw new CommandError("ERR_STOPPED", "stopped; nothing was written");
}
