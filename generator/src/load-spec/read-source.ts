import { readFile } from "node:fs/promises";
import { errorAt, reasonOf, startOf } from "../errors.ts";

const TIMEOUT_MS = 30_000;

/** The text of a document. */
export async function readSource(spec: string): Promise<string> {
  try {
    const text = isUrl(spec) ? await download(spec) : await readFile(spec, "utf8");
    return text.replace(/^\uFEFF/, "");
  } catch (cause) {
    throw errorAt("ERR_DOCUMENT_UNREADABLE", startOf(spec), { message: reasonOf(cause) }, { cause });
  }
}

export function isUrl(spec: string): boolean {
  return /^https?:\/\//i.test(spec);
}

async function download(url: string): Promise<string> {
  // A redirect could leave https; the config then has to name the new place itself.
  const init = { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new Error(reasonOfFetch(cause), { cause });
  });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return await response.text();
}

/** fetch says no more than that it failed; why is in the cause. */
function reasonOfFetch(caught: unknown): string {
  const why = caught instanceof Error ? caught.cause : undefined;
  if (!(why instanceof Error)) return reasonOf(caught);
  return `${reasonOf(caught)}: ${"code" in why ? why.code : why.message}`;
}
