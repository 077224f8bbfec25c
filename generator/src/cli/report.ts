import { extname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { AccessReport } from "../model.ts";
import type { ReportFormat } from "../report.ts";
import { createChoice, createConfigCommand, type ExitCode, exitWith, parsePath } from "./command.ts";
import { keepCompiled } from "./compile-cache.ts";
import { place, print, printDiagnostics } from "./terminal.ts";

interface ReportFlags {
  readonly config?: string;
  readonly format?: ReportFormat;
  readonly output?: string;
  readonly json?: boolean;
}

/** A page is nothing to be read on a terminal. */
const DEFAULT_PAGE = "openapi-m2m-report.html";

const STANDARD_OUTPUT = "-";

const FORMATS: Readonly<Record<string, ReportFormat>> = {
  ".html": "html",
  ".htm": "html",
  ".md": "markdown",
  ".markdown": "markdown",
  ".json": "json",
};

/** Creates the command that tells who can call what. */
export function createReport(): Command {
  const byName = "default: as the name of the file ends, else html";
  const format = createChoice("--format <format>", byName, ["html", "markdown", "json"]);
  return (
    createConfigCommand({
      name: "report",
      summary: "tell who can call what: APIs, operations, scopes, token clients",
      description:
        "Tells who can call what, by the config and its documents: which operations each token client calls and could call, which scopes nothing needs, which operations are not guarded, which are deprecated.",
      examples: {
        "openapi-m2m report": `writes ${DEFAULT_PAGE}, one page to look at and to send on`,
        "openapi-m2m report --format markdown": "for a pull request",
        "openapi-m2m report --format json | jq .findings": "for other programs",
      },
    })
      .addOption(format)
      // As other commands have it; here it is one of several formats.
      .addOption(new Option("--json").hideHelp())
      .option(
        "--output <file>",
        `where to; - is the standard output; default: ${DEFAULT_PAGE}, - for others`,
        parsePath,
      )
      .action(exitWith(writeReportFile, isJsonPrinted))
  );
}

/** Whether who reads the standard output reads JSON. */
function isJsonPrinted({ format, output = STANDARD_OUTPUT }: ReportFlags): boolean {
  return format === "json" && output === STANDARD_OUTPUT;
}

async function writeReportFile(flags: ReportFlags, command: Command): Promise<ExitCode> {
  const wrong = flags.json ? "there is no --json here; write --format json" : wrongOutput(flags);
  if (wrong !== undefined) command.error(`error: ${wrong}`);
  keepCompiled();
  const { config, format = formatOf(flags.output) ?? "html" } = flags;
  const target = flags.output ?? (format === "html" ? DEFAULT_PAGE : STANDARD_OUTPUT);
  // Loaded only when it is needed: what reads documents takes longer to load than all else here.
  const { report } = await import("../report.ts");
  const { text, report: access, warnings, inputs } = await report({ cwd: process.cwd(), config, format });
  printDiagnostics(warnings);
  if (target === STANDARD_OUTPUT) {
    print(text);
    return 0;
  }
  const [{ writeReport }, { isReport }] = await Promise.all([
    import("../write-files.ts"),
    import("../emit-report.ts"),
  ]);
  const file = resolve(target);
  writeReport(file, text, { inputs, mayReplace: isReport });
  print(`${place(file)}: ${countOf(access, "warning")}, ${countOf(access, "note")}\n`);
  return 0;
}

/** What can't be meant as a file to write to. */
function wrongOutput({ output, format }: ReportFlags): string | undefined {
  if (output === undefined) return undefined;
  if (/[/\\]$/.test(output))
    return `--output ${output} is a folder; name a file in it: ${output}${DEFAULT_PAGE}`;
  const ending = extname(output);
  if (format !== undefined || ending === "" || formatOf(output) !== undefined) return undefined;
  return `there is no report in ${ending}; end the name in .html, .md or .json, or choose with --format`;
}

/** As the name of the file ends; undefined where that says nothing. */
function formatOf(output = ""): ReportFormat | undefined {
  const ending = extname(output).toLowerCase();
  return Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
}

function countOf({ findings }: AccessReport, level: "warning" | "note"): string {
  const amount = findings.filter((finding) => finding.level === level).length;
  return `${amount} ${level}${amount === 1 ? "" : "s"}`;
}
