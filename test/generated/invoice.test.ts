import {
  type ApiResult,
  clientSecretPost,
  createTokenManager,
  type Operation,
  type TokenManager,
  unwrap,
} from "@openapi-m2m/runtime";
import { afterAll, assert, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { InvoiceClient, invoiceOperations, tokenClients } from "../../generated/index.ts";
import type {
  Attachment,
  BankTransfer,
  CardPayment,
  DirectDebit,
  Invoice,
  InvoiceDraft,
  InvoicePage,
  ListInvoicesInput,
  NewPayment,
  Payment,
  Problem,
  ValidationProblem,
} from "../../generated/invoice/index.ts";
import { type DemoServers, startDemoServers } from "../support/demo-servers.ts";
import { using } from "../support/disposal.ts";

let servers: DemoServers;
let tokens: TokenManager<"invoice.client">;
let invoices: InvoiceClient;

const draft: InvoiceDraft = {
  customerId: "c-17",
  currency: "EUR",
  lines: [
    { description: "Spade", quantity: 2, unitPrice: 10, itemId: null },
    { description: "Delivery", quantity: 1, unitPrice: 5 },
  ],
  metadata: { order: "4711" },
};

beforeAll(async () => {
  servers = await startDemoServers();
  tokens = createTokens();
  invoices = new InvoiceClient({ tokens, baseUrl: servers.invoices.baseUrl });
});

afterAll(async () => {
  await tokens.close();
  await servers.close();
});

function createTokens(scope?: readonly string[]): TokenManager<"invoice.client"> {
  return createTokenManager({
    clients: tokenClients({
      "invoice.client": {
        tokenEndpoint: servers.tokenEndpoint,
        clientId: "invoice-worker",
        clientAuthentication: clientSecretPost("invoice secret: + & %"),
        ...(scope && { scope }),
      },
    }),
  });
}

/** The path of an invoice of the test's own. */
async function createDraft() {
  return { invoiceId: unwrap(await invoices.createInvoice({ body: draft })).id };
}

async function createSent() {
  const path = await createDraft();
  unwrap(await invoices.sendInvoice({ path }));
  return path;
}

describe("every operation", () => {
  const calls: Record<keyof typeof invoiceOperations, (client: InvoiceClient) => Promise<ApiResult>> = {
    getHealth: (client) => client.getHealth(),
    listInvoices: (client) => client.listInvoices(),
    createInvoice: (client) => client.createInvoice({ body: draft }),
    getInvoice: (client) => client.getInvoice({ path: { invoiceId: "2001" } }),
    updateInvoice: (client) =>
      client.updateInvoice({ path: { invoiceId: "2005" }, headers: { "If-Match": "*" }, body: draft }),
    deleteInvoice: (client) => client.deleteInvoice({ path: { invoiceId: "2007" } }),
    sendInvoice: (client) => client.sendInvoice({ path: { invoiceId: "2009" } }),
    downloadInvoicePdf: (client) => client.downloadInvoicePdf({ path: { invoiceId: "2001" } }),
    attachFile: (client) =>
      client.attachFile({ path: { invoiceId: "2001" }, body: { file: new Blob(["text"]) } }),
    listPayments: (client) => client.listPayments({ path: { invoiceId: "2001" } }),
    recordPayment: (client) =>
      client.recordPayment({
        path: { invoiceId: "2020" },
        body: { amount: 1, method: { type: "direct_debit", mandateId: "m-1" } },
      }),
    getInvoiceStatus: (client) => client.getInvoiceStatus({ path: { invoiceId: "2001" } }),
  };

  test.each(Object.entries(calls))("%s is answered, with no more than its own scopes", async (name, call) => {
    const operation: Operation = invoiceOperations[name as keyof typeof invoiceOperations];
    const { scopes } = operation;
    const own = await using(createTokens(scopes));
    const traffic = servers.watch();

    const result = await call(new InvoiceClient({ tokens: own, baseUrl: servers.invoices.baseUrl }));

    expect(result).toMatchObject({ ok: true });
    expect(servers.invoices.calls.at(-1)).toMatchObject({ operation: name, status: result.status });
    expect(traffic.tokenRequests.map(({ scope }) => scope)).toEqual(scopes ?? []);
  });
});

describe("getHealth", () => {
  test("resolves to text, and needs no token", async () => {
    const traffic = servers.watch();
    const result = await invoices.getHealth();
    assert(result.status === 200);
    expectTypeOf(result.data).toEqualTypeOf<string>();
    expect(result.data).toBe("up");
    expect(traffic.tokenRequests).toEqual([]);
  });
});

describe("listInvoices", () => {
  const list = async (query: ListInvoicesInput["query"]) =>
    unwrap(await invoices.listInvoices({ query: { limit: 100, ...query } })).invoices;

  test("resolves to a typed page, and its cursor leads to the next", async () => {
    const first = await invoices.listInvoices({ query: { limit: 3 } });
    assert(first.status === 200);
    expectTypeOf(first.data).toEqualTypeOf<InvoicePage>();
    const cursor = first.data.nextCursor;
    assert(cursor !== null);
    const [next] = unwrap(await invoices.listInvoices({ query: { limit: 3, cursor } })).invoices;
    expect(next?.id).toBe(cursor);
    expect(first.data.invoices).toHaveLength(3);
  });

  test("repeats `status`", async () => {
    const sent = await list({ status: ["sent"] });
    const both = await list({ status: ["sent", "draft"] });
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set(["sent"]));
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set(["sent", "draft"]));
  });

  test("sends `customerIds` as one list", async () => {
    const body = { ...draft, customerId: "a,b & ü" };
    const { id } = unwrap(await invoices.createInvoice({ body }));
    const customers = await list({ customerIds: ["a,b & ü", "c-1"] });
    expect(new Set(customers.map(({ customerId }) => customerId))).toEqual(new Set(["a,b & ü", "c-1"]));
    expect((await list({ customerIds: ["a,b & ü"] })).map((invoice) => invoice.id)).toEqual([id]);
  });

  test("sends `issued` as a deep object", async () => {
    const found = await list({ issued: { from: "2026-01-02", to: "2026-01-04" } });
    expect(found.map(({ id }) => id)).toEqual(["2002", "2003", "2004"]);
  });

  test("sends `X-Include` as a list", async () => {
    const query = { issued: { from: "2026-01-04", to: "2026-01-04" } };
    const [plain] = await list(query);
    expect(plain).not.toHaveProperty("lines");
    const headers: ListInvoicesInput["headers"] = { "X-Include": ["lines", "payments"] };
    const [full] = unwrap(await invoices.listInvoices({ query, headers })).invoices;
    expect(full).toMatchObject({ id: "2004", lines: [{ description: "Spade", quantity: 4 }], payments: [] });
  });

  test("resolves to 400 for a limit out of range", async () => {
    const result = await invoices.listInvoices({ query: { limit: 101 } });
    assert(result.status === 400);
    expectTypeOf(result.error).toEqualTypeOf<Problem>();
    expect(result.error.title).toBe("limit is a whole number from 1 to 100");
  });
});

describe("drafts", () => {
  test("are created as sent, with what the service adds", async () => {
    const result = await invoices.createInvoice({ body: draft });
    assert(result.status === 201);
    expectTypeOf(result.data).toEqualTypeOf<Invoice>();
    expect(result.data).toMatchObject({ ...draft, status: "draft", total: 25, sentAt: null });
    expect(result.response.headers).toMatchObject({
      etag: '"1"',
      location: `/invoice/invoices/${result.data.id}`,
    });
  });

  test("that break rules are told by pointer, those that cannot be read by 400", async () => {
    const broken = await invoices.createInvoice({
      body: { ...draft, lines: [{ description: "Spade", quantity: 0, unitPrice: 1 }] },
    });
    assert(broken.status === 422);
    expectTypeOf(broken.error).toEqualTypeOf<ValidationProblem>();
    expect(broken.error.violations).toEqual([{ pointer: "/lines/0/quantity", message: "is more than 0" }]);

    const unreadable = await invoices.createInvoice({ body: null as unknown as InvoiceDraft });
    assert(unreadable.status === 400);
    expectTypeOf(unreadable.error).toEqualTypeOf<Problem>();
  });

  test("are replaced under the entity tag that was read, else 412", async () => {
    const path = await createDraft();
    const read = await invoices.getInvoice({ path });
    const headers = { "If-Match": String(read.response.headers["etag"]) };
    const replaced = await invoices.updateInvoice({ path, headers, body: { ...draft, note: "Thanks" } });
    assert(replaced.status === 200);
    expect(replaced.data).toMatchObject({ note: "Thanks", createdAt: unwrap(read).createdAt });

    const late = await invoices.updateInvoice({ path, headers, body: draft });
    assert(late.status === 412);
    expectTypeOf(late.error).toEqualTypeOf<Problem>();
    expect(late.error.title).toBe("The invoice has changed since it was read");
  });

  test("tell 400, 404, 409 and 422 of a replacement apart", async () => {
    const update = (invoiceId: string, body = draft) =>
      invoices.updateInvoice({ path: { invoiceId }, headers: { "If-Match": "*" }, body });
    expect((await update("2001", [] as unknown as InvoiceDraft)).status).toBe(400);
    expect((await update("none")).status).toBe(404);
    expect((await update("2002")).status).toBe(409);
    expect((await update("2001", { ...draft, currency: "euro" })).status).toBe(422);
  });

  test("are deleted; what was sent is not", async () => {
    const path = await createDraft();
    const deleted = await invoices.deleteInvoice({ path });
    assert(deleted.status === 204);
    expectTypeOf(deleted.data).toEqualTypeOf<undefined>();
    expect((await invoices.deleteInvoice({ path })).status).toBe(404);

    const sent = await invoices.deleteInvoice({ path: { invoiceId: "2002" } });
    assert(sent.status === 409);
    expectTypeOf(sent.error).toEqualTypeOf<Problem>();
    expect(sent.error.title).toBe("The invoice is sent, not draft");
  });
});

describe("getInvoice", () => {
  test("resolves to the invoice, or to 404", async () => {
    const found = await invoices.getInvoice({ path: { invoiceId: "2004" } });
    assert(found.status === 200);
    expectTypeOf(found.data).toEqualTypeOf<Invoice>();
    expect(found.data).toMatchObject({ id: "2004", status: "sent", total: 78 });

    const missing = await invoices.getInvoice({ path: { invoiceId: "2004/pdf" } });
    assert(missing.status === 404);
    expect(missing.error).toEqual({ title: "No such invoice", status: 404 });
  });
});

describe("sendInvoice", () => {
  test.each([
    ["without a body", undefined],
    ["with its optional body", { recipients: ["a@company.com"], message: null }],
  ])("%s resolves to 202 once, then to 409", async (_, body) => {
    const path = await createDraft();
    const send = () => invoices.sendInvoice({ path, ...(body && { body }) });
    const sent = await send();
    assert(sent.status === 202);
    expectTypeOf(sent.data).toEqualTypeOf<Invoice>();
    expect(sent.data).toMatchObject({ status: "sent", sentAt: expect.any(String) });

    const again = await send();
    assert(again.status === 409);
    expect(again.error.status).toBe(409);
  });

  test("resolves to 404 for an unknown invoice", async () => {
    expect((await invoices.sendInvoice({ path: { invoiceId: "none" } })).status).toBe(404);
  });
});

describe("downloadInvoicePdf", () => {
  test("resolves to the bytes of the document", async () => {
    const result = await invoices.downloadInvoicePdf({ path: { invoiceId: "2001" } });
    assert(result.status === 200);
    expectTypeOf(result.data).toEqualTypeOf<Uint8Array>();
    expect(Buffer.from(result.data).toString("latin1")).toMatch(/^%PDF-1.4\n%\xff\n.*Invoice 2001/s);
    expect(result.response.headers["content-disposition"]).toBe('attachment; filename="invoice-2001.pdf"');
  });

  test("resolves to 404 with problem details, not bytes", async () => {
    const result = await invoices.downloadInvoicePdf({ path: { invoiceId: "none" } });
    assert(result.status === 404);
    expectTypeOf(result.error).toEqualTypeOf<Problem>();
    expect(result.error.title).toBe("No such invoice");
  });
});

describe("attachFile", () => {
  const path = { invoiceId: "2001" };
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);

  test("sends a file with its name and type, and a text", async () => {
    const file = new File([bytes], 'Lageplan "Süd".pdf', { type: "application/pdf" });
    const result = await invoices.attachFile({ path, body: { file, description: "Ä\r\nB" } });
    assert(result.status === 201);
    expectTypeOf(result.data).toEqualTypeOf<Attachment>();
    expect(result.data).toMatchObject({
      name: 'Lageplan "Süd".pdf',
      size: 256,
      contentType: "application/pdf",
      description: "Ä\r\nB",
    });
  });

  test("leaves out what is not given", async () => {
    const attached = unwrap(await invoices.attachFile({ path, body: { file: new Blob([bytes]) } }));
    expect(attached).toMatchObject({ size: 256, description: null });
  });

  test("sends the file again when the token was revoked", async () => {
    servers.invoices.revoke((await tokens.getAccessToken("invoice.client")).value);
    const attached = unwrap(await invoices.attachFile({ path, body: { file: new Blob([bytes]) } }));
    expect(attached.size).toBe(256);
    expect(servers.invoices.calls.slice(-2).map(({ status }) => status)).toEqual([401, 201]);
  });

  test("tells 400 from 404", async () => {
    const file = "no file" as unknown as Blob;
    expect((await invoices.attachFile({ path, body: { file } })).status).toBe(400);
    const unknown = await invoices.attachFile({
      path: { invoiceId: "none" },
      body: { file: new Blob([bytes]) },
    });
    assert(unknown.status === 404);
    expectTypeOf(unknown.error).toEqualTypeOf<Problem>();
  });
});

describe("payments", () => {
  test("are a union told apart by `type`, up and down", async () => {
    const path = await createSent();
    const methods = [
      { type: "card", network: "visa", lastDigits: "4242" },
      { type: "transfer", iban: "DE02120300000000202051", reference: null },
      { type: "direct_debit", mandateId: "m-1" },
    ] satisfies NewPayment["method"][];
    for (const method of methods) {
      const recorded = await invoices.recordPayment({ path, body: { amount: 1, method } });
      assert(recorded.status === 201);
      expectTypeOf(recorded.data).toEqualTypeOf<Payment>();
    }

    const listed = await invoices.listPayments({ path });
    assert(listed.status === 200);
    expectTypeOf(listed.data).toEqualTypeOf<Payment[]>();
    expect(listed.data.map(({ method }) => method)).toEqual(methods);
    expect(listed.data.map(({ method }) => account(method))).toEqual([
      "visa 4242",
      "DE02120300000000202051",
      "m-1",
    ]);
  });

  function account(method: Payment["method"]): string {
    switch (method.type) {
      case "card":
        expectTypeOf(method).toEqualTypeOf<CardPayment>();
        return `${method.network} ${method.lastDigits}`;
      case "transfer":
        expectTypeOf(method).toEqualTypeOf<BankTransfer>();
        return method.iban;
      case "direct_debit":
        expectTypeOf(method).toEqualTypeOf<DirectDebit>();
        return method.mandateId;
    }
  }

  test("pay the invoice", async () => {
    const path = await createSent();
    const method = { type: "transfer", iban: "DE02120300000000202051" } as const;
    unwrap(await invoices.recordPayment({ path, body: { amount: 25, method } }));
    expect(unwrap(await invoices.getInvoiceStatus({ path }))).toBe("paid");
  });

  test("tell 404, 409 and 422 apart", async () => {
    const method = { type: "card", network: "amex", lastDigits: "42" } as const;
    const pay = (invoiceId: string) =>
      invoices.recordPayment({ path: { invoiceId }, body: { amount: 1, method } });
    expect((await pay("none")).status).toBe(404);
    const early = await pay("2001");
    assert(early.status === 409);
    expectTypeOf(early.error).toEqualTypeOf<Problem>();
    const broken = await pay("2002");
    assert(broken.status === 422);
    expectTypeOf(broken.error).toEqualTypeOf<ValidationProblem>();
    expect(broken.error.violations.map(({ pointer }) => pointer)).toEqual(["/method/lastDigits"]);
  });

  test("of an unknown invoice are 404", async () => {
    const listed = await invoices.listPayments({ path: { invoiceId: "none" } });
    assert(listed.status === 404);
    expect(listed.error.title).toBe("No such invoice");
  });
});

describe("getInvoiceStatus", () => {
  test("resolves to text, and its 404 to problem details", async () => {
    const found = await invoices.getInvoiceStatus({ path: { invoiceId: "2002" } });
    assert(found.status === 200);
    expect(found.data).toBe("sent");

    const missing = await invoices.getInvoiceStatus({ path: { invoiceId: "none" } });
    assert(missing.status === 404);
    expectTypeOf(missing.error).toEqualTypeOf<Problem>();
    expect(missing.error.title).toBe("No such invoice");
  });
});
