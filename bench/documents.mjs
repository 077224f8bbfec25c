// Whether clients of many real documents generate and compile clean: npm run documents -- [--sample 150] [--seed 1] [--biggest 8] [--only xero]
import { parseArgs } from "node:util";
import { countClean, documentColumns, documentRows, listDocuments } from "./generator/documents.mjs";
import { printHeading, report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    sample: { type: "string", default: "150" },
    seed: { type: "string", default: "1" },
    biggest: { type: "string", default: "8" },
    /** Part of a path: only documents that have it. */
    only: { type: "string", default: "" },
    /** Leaves what was generated where it was written. */
    keep: { type: "boolean", default: false },
  },
});
const { sample, seed, biggest, only, keep } = values;

printHeading("Documents that generate, and compile under the strictest flags");
const groups = listDocuments({ sample: Number(sample), seed: Number(seed), biggest: Number(biggest), only });
const counts = await countClean(groups, { keep });
await report({
  title: "Real documents",
  titles: documentColumns,
  rows: documentRows(counts),
  note: `Compiled under the strictest flags, libraries checked too. Drawn: ${sample}, the same ones each time. Documents without operations and Microsoft Graph's are left out.`,
  targets: [{ text: "all compile clean", isMet: counts.every(({ tried, clean }) => clean === tried) }],
});
