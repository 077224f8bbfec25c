import { place } from "../terminal.ts";
import type { ExistingSetup } from "./existing-setup.ts";
import type { Project } from "./inspect-project.ts";
import type { Worker } from "./worker-text.ts";

const RUNTIME = "@openapi-m2m/runtime";

/** What is to be done before a worker runs: command lines, and what they are for. */
export function nextSteps(project: Project, worker: Worker, output: string): string {
  const { install, hasRuntime, missingDevDependencies: missing } = project;
  const dev = install === "npm install" ? "--save-dev" : "-D";
  const commands = [
    ...(project.manifest === undefined ? [["npm init -y"]] : []),
    ...(project.isModule ? [] : [["npm pkg set type=module", "what is generated are ES modules"]]),
    ...(hasRuntime ? [] : [[`${install} ${RUNTIME}`]]),
    ...(missing.length === 0 ? [] : [[`${install} ${dev} ${missing.join(" ")}`]]),
    ["npx openapi-m2m generate", `and commit ${output}`],
  ];
  const width = Math.max(...commands.map(([line = ""]) => line.length));
  const lines = commands.map(([line = "", why]) =>
    why === undefined ? `  ${line}` : `  ${line.padEnd(width)}  # ${why}`,
  );
  const notes = notesOn(project).map((note) => `${note}\n`);
  return `Next:
${lines.join("\n")}
${notes.join("")}
Then, with ${listOf(worker.variables)} in the environment,
npx openapi-m2m check says whether the tokens are what the operations need, and this worker ${whatItDoes(worker)}:

${worker.text}`;
}

function whatItDoes({ calls, clients }: Worker): string {
  if (calls === 0) return "is where to begin";
  if (clients === 1) return "makes a first call";
  return `calls ${calls === clients ? "each API" : `${calls} of ${clients} APIs`} once`;
}

function notesOn({ hasTsconfig, oldNode }: Project): string[] {
  return [
    ...(hasTsconfig
      ? []
      : [
          "There is no tsconfig.json: imports of what is generated end in .ts, as Node.js runs it. To build it, write one first.",
        ]),
    ...(oldNode === undefined
      ? []
      : [
          `package.json says node ${oldNode}: what is generated needs 22.19 or later, here and where it runs.`,
        ]),
  ];
}

/** What a project with openapi-typescript or openapi-fetch should know. */
export function setupText({ packages, clients, urls }: ExistingSetup, instance: string): string {
  const lines = [
    `This project uses ${packages.length > 0 ? packages.join(" and ") : "openapi-typescript"}.`,
    ...(clients.length > 0 ? [`  clients are created at ${clients.map(place).join(", ")}`] : []),
    ...(packages.includes("openapi-fetch")
      ? [`  ${instance}.paths is such a client, with tokens: calls can stay as they are, and middleware too`]
      : []),
    "  the types that openapi-typescript writes are part of what is generated: schema.d.ts",
    ...(urls.length > 0
      ? [`  documents of it that are elsewhere are read if you name them: ${urls.map(place).join(", ")}`]
      : []),
    '  how to move, step by step: docs/migrating.md, "From openapi-fetch"',
  ];
  return `${lines.join("\n")}\n`;
}

function listOf(names: readonly string[]): string {
  if (names.length > MOST_NAMES)
    return `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The worker has all of them. */
const MOST_NAMES = 6;
