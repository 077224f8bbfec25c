// Makes docs/report.png: what `openapi-m2m report` shows of this repository's own documents. Needs chromium.
//
//   npm run screenshot
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { report } from "../generator/src/report.ts";
import { browserProgram } from "../test/support/browser-program.ts";

if (browserProgram === undefined) throw new Error("this needs chromium: apt-get install chromium");
const { text } = await report({ cwd: fileURLToPath(new URL("..", import.meta.url)) });
const browser = await chromium.launch({ executablePath: browserProgram });
try {
  const page = await browser.newPage({ viewport: { width: 940, height: 1010 }, colorScheme: "light" });
  await page.setContent(text);
  await page.screenshot({ path: fileURLToPath(new URL("../docs/report.png", import.meta.url)) });
} finally {
  await browser.close();
}
