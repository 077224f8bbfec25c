import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { browserProgram } from "./browser-program.ts";
import { folderWith } from "./folder.ts";

export function startBrowser(): Promise<Browser> {
  if (browserProgram === undefined) throw new Error("this needs chromium: apt-get install chromium");
  return chromium.launch({ executablePath: browserProgram });
}

/** A page, and all that it does beside showing itself. */
export interface OpenPage {
  readonly page: Page;
  /** Addresses that it asked for. */
  readonly requests: readonly string[];
  /** What the console says, errors of scripts, violations of its policy and dialogs too. */
  readonly messages: readonly string[];
}

/** Opens a page from the disk, as somebody does who was sent it. */
export async function openPage(
  browser: Browser,
  content: string,
  options: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<OpenPage> {
  const { hash = "", ...rest } = options;
  const path = join(folderWith({ "report.html": content }), "report.html");
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...rest });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const messages: string[] = [];
  const url = pathToFileURL(path).href;
  page.on("request", (request) => requests.push(request.url().replace(url, "")));
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", ({ message }) => messages.push(message));
  page.on("dialog", (dialog) => {
    messages.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url + hash);
  return { page, requests, messages };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What somebody can't use of a page by the rules of axe, best practices too, and what those can't tell. */
export async function checkAccessibility(
  page: Page,
): Promise<{ violations: readonly string[]; incomplete: readonly string[] }> {
  // Not a script of the page: its policy would refuse that.
  await page.evaluate(axe);
  const { violations, incomplete } = await page.evaluate<Results>("axe.run()");
  const name = ({ id, nodes }: Result) => `${id}: ${nodes[0]?.html}`;
  return { violations: violations.map(name), incomplete: incomplete.map(name) };
}

interface Result {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

type Results = Record<"violations" | "incomplete", readonly Result[]>;
