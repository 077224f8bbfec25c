import { readFileSync } from "node:fs";

/** What the page runs and how it looks, at the same distance from here before and after this is built. */
export function readPageFiles(): { script: string; style: string } {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  return { script: read("dist/page/report.js"), style: read("page/report.css") };
}
