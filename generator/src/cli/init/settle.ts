import { CommandError } from "../command-error.ts";
import { place } from "../terminal.ts";
import type { ConfigFile } from "./config-file.ts";
import { configText } from "./config-text.ts";
import { whyUnknown } from "./missing-server.ts";
import {
  type ApiAnswers,
  type ApiProposal,
  mergeProposals,
  type Proposal,
  type ProposeOptions,
  proposeClients,
} from "./proposal.ts";
import type { Api } from "./read-api.ts";

/** Asks on a terminal. */
export type Ask = typeof import("./ask.ts");

export interface SettleOptions extends ProposeOptions {
  readonly file: ConfigFile;
  readonly whole: Pick<Proposal, "output" | "remoteHosts">;
  /** Undefined where nobody can be asked. */
  readonly ask: Ask | undefined;
}

/**
 * Settles what the config says: what documents and flags do, and on a terminal what is answered.
 *
 * @throws {CommandError} saying which flags are needed, where nobody can be asked; or that nothing is wanted
 */
export async function settle(
  apis: readonly Api[],
  given: readonly ApiAnswers[],
  options: SettleOptions,
): Promise<Proposal> {
  const { ask, file, whole } = options;
  let answers = given;
  for (;;) {
    const proposals = proposeClients(apis, answers, options);
    const missing = missingServers(proposals);
    if (missing.length > 0) {
      if (ask === undefined) throw unknownServers(missing);
      answers = await askMissing(ask, answers, missing);
      continue;
    }
    const proposal = mergeProposals(proposals, whole);
    if (ask === undefined || file.existing !== undefined) return proposal;
    const decision = await ask.askDecision(file.name, configText(proposal, file.format));
    if (decision === "write") return proposal;
    if (decision === "cancel") throw new CommandError("ERR_STOPPED", "stopped; nothing was written");
    const changed: ApiAnswers[] = [];
    for (const entry of proposals) changed.push(await ask.askAll(entry));
    answers = changed;
  }
}

interface Missing {
  readonly entry: ApiProposal;
  /** Of the API, and of its token client. */
  readonly place: readonly [api: number, tokenClient: number];
}

function missingServers(proposals: readonly ApiProposal[]): Missing[] {
  return proposals.flatMap((entry, api) =>
    entry.tokenClients.flatMap(({ server }, tokenClient) =>
      server === undefined ? [{ entry, place: [api, tokenClient] as const }] : [],
    ),
  );
}

function reasonOf({ entry, place: [, tokenClient] }: Missing): string {
  return `${place(entry.api.spec.target.spec)}: ${whyUnknown(entry.api, tokenClient)}`;
}

function unknownServers(missing: readonly Missing[]): CommandError {
  const takesNone = missing.some(({ entry }) => entry.api.withToken === 0);
  const fix = `${takesNone ? "if it takes tokens all the same, " : ""}name their token endpoint with --token-endpoint, or --issuer`;
  const reasons = missing.map(reasonOf);
  const [only = ""] = reasons;
  if (reasons.length === 1) return new CommandError("ERR_TOKEN_SERVER", only, fix);
  const message = `nothing says where the tokens of ${reasons.length} token clients are from:`;
  return new CommandError("ERR_TOKEN_SERVER", message, fix, { details: reasons });
}

/** One answer for all that are missing of one name. */
async function askMissing(
  ask: Ask,
  answers: readonly ApiAnswers[],
  missing: readonly Missing[],
): Promise<ApiAnswers[]> {
  const changed = [...answers];
  for (const next of missing) {
    const [api, index] = next.place;
    const name = next.entry.tokenClients[index]?.name ?? "";
    const server = await ask.askServer(name, reasonOf(next));
    const { tokenClients, ...rest } = changed[api] ?? { tokenClients: [] };
    const all = next.entry.tokenClients.map((_, place) => tokenClients[place] ?? {});
    changed[api] = { ...rest, tokenClients: all.with(index, { ...all[index], server }) };
  }
  return changed;
}
