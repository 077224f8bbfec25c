import type { components, operations } from "../../generated/invoice/schema.d.ts";
import { type ApiRequest, Problem, unprocessable } from "./api-request.ts";
import { type ApiOptions, type ApiServer, startApiServer } from "./api-server.ts";

type Invoice = components["schemas"]["Invoice"];
type InvoiceDraft = components["schemas"]["InvoiceDraft"];
type InvoiceSummary = components["schemas"]["InvoiceSummary"];
type NewPayment = components["schemas"]["NewPayment"];
type Payment = components["schemas"]["Payment"];

interface Entry {
  invoice: Invoice;
  version: number;
  readonly payments: Payment[];
  attachments: number;
}

/** Starts the API of specs/invoice.yaml with twenty invoices, `2001` to `2020`, in memory. */
export function startInvoiceApi(options: ApiOptions): Promise<ApiServer> {
  const entries = new Map(seed().map((entry) => [entry.invoice.id, entry]));
  let lastId = 2000 + entries.size;

  return startApiServer<operations>(
    "/invoice/",
    {
      getHealth: {
        on: "GET /health",
        answer: () => ({ status: 200, contentType: "text/plain", body: "up" }),
      },

      listInvoices: {
        on: "GET /invoices",
        scope: "invoice:read",
        answer(request) {
          const limit = request.queryInteger("limit", { min: 1, max: 100, otherwise: 20 });
          const found = filtered([...entries.values()], request);
          const cursor = request.query.get("cursor");
          const start = cursor === null ? 0 : found.findIndex(({ invoice }) => invoice.id === cursor);
          if (start < 0) throw new Problem(400, "The cursor is not one of ours");
          const include = request.headerList("X-Include") ?? [];
          const page = found.slice(start, start + limit).map((entry) => summary(entry, include));
          const nextCursor = found[start + limit]?.invoice.id ?? null;
          return { status: 200, body: { invoices: page, nextCursor } };
        },
      },

      createInvoice: {
        on: "POST /invoices",
        scope: "invoice:write",
        async answer(request) {
          const draft = await request.json<InvoiceDraft>();
          check(draft);
          const entry = draftEntry(String(++lastId), draft);
          entries.set(entry.invoice.id, entry);
          const headers = { location: `/invoice/invoices/${entry.invoice.id}`, etag: etag(entry) };
          return { status: 201, headers, body: entry.invoice };
        },
      },

      getInvoice: {
        on: "GET /invoices/{invoiceId}",
        scope: "invoice:read",
        answer: (request) => invoiceAnswer(find(request)),
      },

      updateInvoice: {
        on: "PUT /invoices/{invoiceId}",
        scope: "invoice:write",
        async answer(request) {
          const draft = await request.json<InvoiceDraft>();
          const entry = find(request);
          const wanted = request.header("If-Match");
          if (wanted === undefined) throw new Problem(400, "If-Match is required");
          if (wanted !== "*" && wanted !== etag(entry))
            throw new Problem(412, "The invoice has changed since it was read");
          expectStatus(entry, "draft");
          check(draft);
          const { id, createdAt } = entry.invoice;
          entry.invoice = { ...draftEntry(id, draft).invoice, createdAt };
          entry.version += 1;
          return invoiceAnswer(entry);
        },
      },

      deleteInvoice: {
        on: "DELETE /invoices/{invoiceId}",
        scope: "invoice:write",
        answer(request) {
          const entry = find(request);
          expectStatus(entry, "draft");
          entries.delete(entry.invoice.id);
          return { status: 204 };
        },
      },

      sendInvoice: {
        on: "POST /invoices/{invoiceId}/send",
        scope: "invoice:send",
        answer(request) {
          const entry = find(request);
          expectStatus(entry, "draft");
          entry.invoice = { ...entry.invoice, status: "sent", sentAt: new Date().toISOString() };
          entry.version += 1;
          return { status: 202, body: entry.invoice };
        },
      },

      downloadInvoicePdf: {
        on: "GET /invoices/{invoiceId}/pdf",
        scope: "invoice:read",
        answer(request) {
          const { id } = find(request).invoice;
          const headers = { "content-disposition": `attachment; filename="invoice-${id}.pdf"` };
          return { status: 200, headers, contentType: "application/pdf", body: pdf(`Invoice ${id}`) };
        },
      },

      attachFile: {
        on: "POST /invoices/{invoiceId}/attachments",
        scope: "invoice:write",
        async answer(request) {
          const form = await request.form();
          const file = form.get("file");
          const entry = find(request);
          if (!(file instanceof File)) throw new Problem(400, "The part named file is required");
          const description = form.get("description")?.toString() ?? null;
          const id = `${entry.invoice.id}-${++entry.attachments}`;
          return {
            status: 201,
            body: { id, name: file.name, size: file.size, contentType: file.type, description },
          };
        },
      },

      listPayments: {
        on: "GET /invoices/{invoiceId}/payments",
        scope: "invoice:read",
        answer: (request) => ({ status: 200, body: find(request).payments }),
      },

      recordPayment: {
        on: "POST /invoices/{invoiceId}/payments",
        scope: "invoice:write",
        async answer(request) {
          const payment = await request.json<NewPayment>();
          const entry = find(request);
          expectStatus(entry, "sent");
          checkPayment(payment);
          const id = `${entry.invoice.id}-p${entry.payments.length + 1}`;
          const recorded: Payment = { ...payment, id, receivedAt: new Date().toISOString() };
          entry.payments.push(recorded);
          const paid = entry.payments.reduce((sum, { amount }) => sum + amount, 0);
          if (paid >= entry.invoice.total) entry.invoice = { ...entry.invoice, status: "paid" };
          return { status: 201, body: recorded };
        },
      },

      getInvoiceStatus: {
        on: "GET /invoices/{invoiceId}/status",
        scope: "invoice:read",
        answer: (request) => ({ status: 200, contentType: "text/plain", body: find(request).invoice.status }),
      },
    },
    options,
  );

  function find(request: ApiRequest): Entry {
    const entry = entries.get(request.path("invoiceId"));
    if (!entry) throw new Problem(404, "No such invoice");
    return entry;
  }
}

function seed(): Entry[] {
  return Array.from({ length: 20 }, (_, index) => {
    const entry = draftEntry(String(2001 + index), {
      customerId: `c-${(index % 4) + 1}`,
      currency: "EUR",
      dueOn: null,
      lines: [{ description: "Spade", quantity: index + 1, unitPrice: 19.5 }],
    });
    const createdAt = new Date(Date.UTC(2026, 0, 1 + index)).toISOString();
    const sent = index % 2 ? ({ status: "sent", sentAt: createdAt } as const) : {};
    return { ...entry, invoice: { ...entry.invoice, createdAt, ...sent } };
  });
}

function draftEntry(id: string, draft: InvoiceDraft): Entry {
  const total = draft.lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const createdAt = new Date().toISOString();
  const invoice: Invoice = { ...draft, id, status: "draft", total, createdAt, sentAt: null };
  return { invoice, version: 1, payments: [], attachments: 0 };
}

function etag({ version }: Entry): string {
  return `"${version}"`;
}

function invoiceAnswer(entry: Entry) {
  return { status: 200, headers: { etag: etag(entry) }, body: entry.invoice } as const;
}

function summary({ invoice, payments }: Entry, include: readonly string[]): InvoiceSummary {
  const { id, customerId, currency, status, total, createdAt, lines } = invoice;
  return {
    ...{ id, customerId, currency, status, total, createdAt },
    ...(include.includes("lines") && { lines }),
    ...(include.includes("payments") && { payments }),
  };
}

function filtered(entries: readonly Entry[], request: ApiRequest): Entry[] {
  const statuses = request.query.getAll("status");
  const customers = request.queryList("customerIds", "|");
  const { from = "", to = "9999" } = request.queryObject("issued");
  return entries.filter(({ invoice: { status, customerId, createdAt } }) => {
    const day = createdAt.slice(0, 10);
    return (
      (statuses.length === 0 || statuses.includes(status)) &&
      (customers === undefined || customers.includes(customerId)) &&
      day >= from &&
      day <= to
    );
  });
}

function expectStatus({ invoice }: Entry, status: Invoice["status"]): void {
  if (invoice.status !== status) throw new Problem(409, `The invoice is ${invoice.status}, not ${status}`);
}

function check({ customerId, currency, lines }: InvoiceDraft): void {
  if (typeof customerId !== "string") throw unprocessable({ "/customerId": "is required" });
  if (!/^[A-Z]{3}$/.test(currency)) throw unprocessable({ "/currency": "is a code of three letters" });
  if (!Array.isArray(lines) || lines.length === 0) throw unprocessable({ "/lines": "has at least one line" });
  const wrong = lines.findIndex(({ quantity }) => !(quantity > 0));
  if (wrong >= 0) throw unprocessable({ [`/lines/${wrong}/quantity`]: "is more than 0" });
}

function checkPayment({ amount, method }: NewPayment): void {
  if (!(amount > 0)) throw unprocessable({ "/amount": "is more than 0" });
  switch (method?.type) {
    case "card":
      if (!/^\d{4}$/.test(method.lastDigits))
        throw unprocessable({ "/method/lastDigits": "are four digits" });
      return;
    case "transfer":
      if (!method.iban) throw unprocessable({ "/method/iban": "is required" });
      return;
    case "direct_debit":
      if (!method.mandateId) throw unprocessable({ "/method/mandateId": "is required" });
      return;
    default:
      throw unprocessable({ "/method/type": "is card, transfer or direct_debit" });
  }
}

/** The smallest thing that readers take for a PDF, with a byte that is no UTF-8. */
function pdf(title: string): Buffer {
  return Buffer.from(`%PDF-1.4\n%\xff\n1 0 obj <</Title (${title})>> endobj\n%%EOF\n`, "latin1");
}
