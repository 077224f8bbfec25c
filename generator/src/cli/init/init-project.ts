import { resolve } from "node:path";
import { mapAll } from "../../errors.ts";
import { visible } from "../../visible.ts";
import { writeConfig } from "../../write-files.ts";
import type { ExitCode } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { place, print } from "../terminal.ts";
import { chooseDocuments } from "./choose-documents.ts";
import { type ConfigFile, chooseConfigFile } from "./config-file.ts";
import { additionsText, configText } from "./config-text.ts";
import { findExistingSetup } from "./existing-setup.ts";
import { answersFor, flagOfOne, type InitFlags, replacedServers } from "./flags.ts";
import { inspectProject } from "./inspect-project.ts";
import { nextSteps, setupText } from "./next-steps.ts";
import type { Proposal } from "./proposal.ts";
import type { Api } from "./read-api.ts";
import { type Ask, settle } from "./settle.ts";
import { instanceName, workerText } from "./worker-text.ts";

/** Writes the config of a project, and says what comes next. */
export async function initProject(documents: readonly string[], flags: InitFlags): Promise<ExitCode> {
  const folder = process.cwd();
  const project = inspectProject(folder);
  const setup = findExistingSetup(folder, project);
  const ask = canAsk(flags) ? await import("./ask.ts") : undefined;
  const file = await chooseConfigFile(folder, { ...flags, isCommonJs: project.isCommonJs });
  const locations = await chooseDocuments(documents, { folder, setup, ask, mapping: file.existing?.mapping });
  if (locations.length === 0) return sayThatAllIsThere(file);
  const apis = await readApis(locations, flags);
  const proposal = await propose(apis, { flags, folder, file, ask });
  const { buildModels } = await import("./build-models.ts");
  const { models, importExtension } = buildModels(file.path, proposal, apis);
  if (file.existing !== undefined) return sayAdditions(file, file.existing.name, proposal);
  const inputs = apis.flatMap(({ spec }) => Object.keys(spec.sources));
  writeConfig(file.path, configText(proposal, file.format), { replace: flags.force ?? false, inputs });
  print(`${file.name}: written, with ${models.map(({ className }) => className).join(", ")}\n`);
  if (setup !== undefined) print(`\n${setupText(setup, models.map(instanceName)[0] ?? "")}`);
  const clients = models.flatMap((model, index) => {
    const { spec, server } = apis[index] ?? {};
    return spec === undefined ? [] : [{ model, spec, server }];
  });
  const generated = `${importedAs(proposal.output)}/index.${importExtension}`;
  print(`\n${nextSteps(project, workerText(clients, generated), proposal.output)}`);
  return 0;
}

/** CI may look like a terminal. */
function canAsk({ yes }: InitFlags): boolean {
  return !yes && process.stdin.isTTY && process.stdout.isTTY && !process.env["CI"];
}

function sayThatAllIsThere({ existing }: ConfigFile): ExitCode {
  print(
    `${existing?.name} has clients of all these documents already; npx openapi-m2m generate makes them\n`,
  );
  return 0;
}

async function readApis(locations: readonly string[], flags: InitFlags): Promise<Api[]> {
  const ofOne = flagOfOne(flags);
  if (ofOne !== undefined && locations.length > 1) {
    const message = `${ofOne} is for one document, and these are ${locations.map(place).join(", ")}`;
    throw new CommandError("ERR_SEVERAL_DOCUMENTS", message, "name one of them");
  }
  const { readApi } = await import("./read-api.ts");
  const { specRoot, remoteHost } = flags;
  const options = {
    ...(specRoot !== undefined && { specRoot: resolve(specRoot) }),
    ...(remoteHost !== undefined && { remoteHosts: remoteHost }),
  };
  const apis = await mapAll(locations, (location) => readApi(location, options));
  for (const api of apis) print(`${describe(api)}\n`);
  return apis;
}

/** `specs/catalog.yaml: Catalog API 1.2.0, 14 operations, 13 with a token` */
function describe({ spec, title, version, withToken }: Api): string {
  const count = spec.operations.length;
  const operations = count === 1 ? "1 operation" : `${count} operations`;
  const name = visible(`${title} ${version}`.trim());
  return `${place(spec.target.spec)}: ${name}, ${operations}, ${withToken} with a token`;
}

interface Circumstances {
  readonly flags: InitFlags;
  readonly folder: string;
  readonly file: ConfigFile;
  readonly ask: Ask | undefined;
}

async function propose(apis: readonly Api[], { flags, folder, file, ask }: Circumstances): Promise<Proposal> {
  const { clients = [], tokenClients = {} } = file.existing?.mapping ?? {};
  const answers = answersFor(apis, flags);
  for (const line of replacedServers(apis, answers)) print(`${line}\n`);
  return await settle(apis, answers, {
    folder,
    file,
    ask,
    takenClasses: clients.map(({ className }) => className),
    takenTokenClients: Object.keys(tokenClients),
    whole: { output: flags.output, remoteHosts: flags.remoteHost ?? [] },
  });
}

/** What is there is somebody's work. */
function sayAdditions(file: ConfigFile, existing: string, proposal: Proposal): ExitCode {
  print(
    `\n${existing} is there already and stays as it is. Add to it:\n\n${additionsText(proposal, file.format)}`,
  );
  print("\nor replace it with --force.\n");
  return 1;
}

/** `generated` -> `./generated` */
function importedAs(output: string): string {
  const path = output.replace(/\/+$/, "");
  return /^(\.{0,2}\/|\.{1,2}$)/.test(path) ? path : `./${path}`;
}
