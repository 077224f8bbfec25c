import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { report } from "../../../generator/src/report.ts";
import { visible } from "../../../generator/src/visible.ts";
import { checkAccessibility, openPage, startBrowser } from "../../support/browser.ts";
import { describeInBrowser } from "../../support/describe-in-browser.ts";
import { documentOf, okResponses } from "../../support/documents.ts";
import { folderWith } from "../../support/folder.ts";
import { guardedApis } from "../../support/guarded-apis.ts";
import { evilTexts, hostileTexts } from "../../support/hostile-texts.ts";

async function pageOf(files = guardedApis()): Promise<string> {
  return (await report({ cwd: folderWith(files) })).text;
}

/** One API of so many operations. */
function largeApi(amount: number): Record<string, unknown> {
  const paths = Array.from({ length: amount }, (_, index) => [
    `/repos/{owner}/{repo}/resource-${index}/{id}`,
    {
      [index % 3 === 0 ? "delete" : "get"]: {
        ...okResponses,
        summary: `Do what is done with resource ${index}`,
      },
    },
  ]);
  const clients = { LargeClient: { spec: "large.json", tokenClient: "a" } };
  const tokenClients = { a: { issuer: "https://login.example.com" } };
  return {
    "large.json": documentOf(Object.fromEntries(paths)),
    "openapi-m2m.config.json": { output: "generated", tokenClients, clients },
  };
}

/** The operations that are to be seen. */
async function shown(page: Page): Promise<string[]> {
  const names = page.locator("section[data-client] tbody tr:visible td:last-child");
  return (await names.allTextContents()).toSorted();
}

const hashOf = (page: Page) => new URL(page.url()).hash;

describeInBrowser("the page of a report", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("asks for nothing, and has nothing to complain of", async () => {
    const { page, requests, messages } = await openPage(browser, await pageOf());
    await page.getByLabel("Search").fill("delete");
    await page.getByRole("button").click();
    await page.emulateMedia({ media: "print" });
    expect(requests).toEqual([""]);
    expect(messages).toEqual([]);
  });

  test("has all operations there where no script runs", async () => {
    const { page } = await openPage(browser, await pageOf(), { javaScriptEnabled: false });
    expect(await page.locator("section[data-client] tbody tr:visible").count()).toBe(13);
    expect(await page.getByRole("search").isVisible()).toBe(false);
    await page.getByRole("link", { name: "Show the 2 operations" }).first().click();
    expect(hashOf(page)).toBe("#operations");
  });

  test.each<[words: string, want: string[]]>([
    ["delete order", ["deleteOrder"]],
    ["ORDERS:READ", ["listOrders"]],
    ["bills.client read", ["listBills", "listOrders"]],
    ["anybody", ["getHealth", "ping"]],
    ["deprecated", ["deleteOrder"]],
    ["no such thing", []],
  ])("finds what has all words: %s", async (words, want) => {
    const { page } = await openPage(browser, await pageOf());
    await page.getByLabel("Search").fill(words);
    expect(await shown(page)).toEqual(want);
    const status = page.getByRole("status").filter({ hasText: `${want.length} of 13 operations` });
    await status.waitFor();
  });

  test.each<[label: string, option: string, want: string[]]>([
    ["API", "BillsClient", ["listBills"]],
    ["Token client", "bills.client", ["getMe", "listBills", "listOrders"]],
    ["Scope", "orders:write", ["createOrder", "deleteOrder", "importOrders"]],
    ["Effect", "Deletes", ["deleteOrder"]],
    ["Finding", "No security declared", ["createThing", "listThings"]],
    ["Finding", "Other token clients could call", ["getMe", "listOrders"]],
  ])("filters by %s: %s", async (label, option, want) => {
    const { page } = await openPage(browser, await pageOf());
    await page.getByLabel(label, { exact: true }).selectOption({ label: option });
    expect(await shown(page)).toEqual(want);
  });

  test("has the filters in its address, and takes them from there", async () => {
    const content = await pageOf();
    const { page } = await openPage(browser, content);
    await page.getByLabel("Search").fill("order & more=1");
    await page.getByLabel("Scope", { exact: true }).selectOption("orders:write");
    await page.waitForURL(/scope=orders%3Awrite/);
    const { page: other } = await openPage(browser, content, { hash: hashOf(page) });
    expect(await other.getByLabel("Search").inputValue()).toBe("order & more=1");
    expect(await other.getByLabel("Scope", { exact: true }).inputValue()).toBe("orders:write");
    await other.getByRole("button", { name: "Show all" }).click();
    await other.waitForURL((url) => url.hash === "");
    expect(await shown(other)).toHaveLength(13);
  });

  test("filters nothing by an address that means nothing", async () => {
    const hash = "#scope=none&effect=%3Cscript%3E&__proto__=1&client=";
    const { page, messages } = await openPage(browser, await pageOf(), { hash });
    expect(await shown(page)).toHaveLength(13);
    const scope = page.getByLabel("Scope", { exact: true });
    expect(await scope.evaluate(({ selectedIndex }) => selectedIndex)).toBe(0);
    expect(messages).toEqual([]);
  });

  test("leads from a finding and from a number to just the operations that it is about, and back", async () => {
    const { page } = await openPage(browser, await pageOf());
    await page.getByRole("link", { name: "Show the 2 operations" }).first().click();
    await expect.poll(() => shown(page)).toEqual(["createThing", "listThings"]);
    expect(await page.locator(":focus").textContent()).toBe("Operations");
    await page.getByRole("link", { name: "1 deletes: orders.client, OrdersClient", exact: true }).click();
    await expect.poll(() => shown(page)).toEqual(["deleteOrder"]);
    await page.goBack();
    await expect.poll(() => shown(page)).toEqual(["createThing", "listThings"]);
  });

  test("leads keys to everything that can be used, in the order in which it is seen", async () => {
    const { page } = await openPage(browser, await pageOf(), { viewport: { width: 360, height: 800 } });
    const usable = await page.locator("a, input, select, button, .box").count();
    const places: { top: number; isSeen: boolean }[] = [];
    for (let pressed = 0; pressed < usable; pressed += 1) {
      await page.keyboard.press("Tab");
      places.push(
        await page.locator("html").evaluate(({ ownerDocument: { activeElement: element, defaultView } }) => ({
          top: Math.round(element.getBoundingClientRect().top + defaultView.scrollY),
          isSeen: defaultView.getComputedStyle(element).outlineStyle !== "none",
        })),
      );
    }
    expect(places.every(({ isSeen }) => isSeen)).toBe(true);
    const tops = places.map(({ top }) => top);
    // Of one line, some are higher than others.
    expect(tops.filter((top, index) => top < (tops[index - 1] ?? 0) - 40)).toEqual([]);
    expect(tops.at(-1)).toBeGreaterThan(1000);
  });

  test.each(["light", "dark"] as const)("has nothing that somebody can't use: %s", async (colorScheme) => {
    const options = { colorScheme, reducedMotion: "reduce" } as const;
    const { page } = await openPage(browser, await pageOf(), options);
    expect(await checkAccessibility(page)).toEqual({ violations: [], incomplete: [] });
    await page.getByLabel("Search").fill("no such thing");
    expect(await checkAccessibility(page)).toEqual({ violations: [], incomplete: [] });
  });

  test("stays within a phone's width: only tables are wider, each in a box of its own", async () => {
    const viewport = { width: 360, height: 640 };
    const { page } = await openPage(browser, await pageOf(hostileLengths()), { viewport });
    const widths = await page.locator("html").evaluate((html) => {
      const right = html.ownerDocument.defaultView.innerWidth;
      const wide = [...html.querySelectorAll("body :not(.box *)")].filter((element) => {
        return element.getBoundingClientRect().right > right;
      });
      return { page: html.scrollWidth, wide: wide.map(({ outerHTML }) => outerHTML) };
    });
    expect(widths).toEqual({ page: 360, wide: [] });
    // What is out of its box, nobody can tell the contrast of.
    expect((await checkAccessibility(page)).violations).toEqual([]);
  });

  test("prints everything, whatever is filtered, and cuts off nothing", async () => {
    const { page } = await openPage(browser, await pageOf(), { colorScheme: "dark" });
    await page.getByLabel("Search").fill("no such thing");
    await page.setViewportSize({ width: 600, height: 900 });
    await page.emulateMedia({ media: "print" });
    expect(await shown(page)).toHaveLength(13);
    expect(await page.getByRole("search").isVisible()).toBe(false);
    const cut = await page.locator(".box").evaluateAll((boxes) => {
      return boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length;
    });
    expect(cut).toBe(0);
    const colour = await page.locator("body").evaluate((body) => {
      return body.ownerDocument.defaultView.getComputedStyle(body).backgroundColor;
    });
    expect(colour).toBe("rgb(255, 255, 255)");
  });

  test("shows hostile texts as what they are", async () => {
    const texts = [...evilTexts, ...hostileTexts].map((text) => text.slice(0, 200));
    const operations = texts.map((summary, index) => [`/${index}`, { get: { ...okResponses, summary } }]);
    const files = { ...guardedApis(), "things.json": documentOf(Object.fromEntries(operations)) };
    const { page, requests, messages } = await openPage(browser, await pageOf(files));
    const rows = page.locator("section[data-client=ThingsClient] tbody tr");
    const seen = await rows.locator("th").allTextContents();
    const want = texts.map((text, index) => `GET /${index}${visible(text.trim().replaceAll(/\s+/g, " "))}`);
    expect(seen).toEqual(want);
    expect(requests).toEqual([""]);
    expect(messages).toEqual([]);
    expect(await page.locator("script, style").count()).toBe(2);
  });

  test("filters 1,200 operations without making anybody wait, and is small", async () => {
    const content = await pageOf(largeApi(1200));
    expect(content.length / 1200).toBeLessThan(450);
    const { page } = await openPage(browser, content);
    const time = await page.getByLabel("Search").evaluate((input) => {
      const { defaultView: view, body } = input.ownerDocument;
      const type = (text: string) => {
        const start = view.performance.now();
        input.value = text;
        input.dispatchEvent(new view.Event("input", { bubbles: true }));
        body.getBoundingClientRect(); // With the new layout.
        return view.performance.now() - start;
      };
      return ["d", "de", "delete 11", "", "resource-7"].map(type).toSorted((a, b) => a - b)[2];
    });
    expect(time).toBeLessThan(200);
    expect(await shown(page)).toHaveLength(111);
  });
});

/** Names that are longer than any line. */
function hostileLengths(): Record<string, unknown> {
  const long = "a".repeat(400);
  const files = guardedApis((text) =>
    text === "orders.client" || text === "orders:admin" ? text + long : text,
  );
  const document = Object(files["orders.json"]);
  document.info.title = long;
  document.paths["/orders"].get.summary = long;
  return files;
}
