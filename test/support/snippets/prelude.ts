// What the pages use without saying where it is from: their prose does. Snippets are compiled with these types, and run
// with the values of values.ts, beside which it is copied.
import type { TokenRequestEvent as RequestEvent } from "@openapi-m2m/runtime";
import type { CatalogScope as Scope } from "./generated/catalog/index.ts";
import { declared, values } from "./values.ts";

type Values = typeof values;

declare global {
  type CatalogScope = Scope;
  type TokenRequestEvent = RequestEvent;
  const CatalogClient: Values["CatalogClient"];
  const OrdersClient: Values["OrdersClient"];
  const catalog: Values["catalog"];
  const clientAssertionFrom: Values["clientAssertionFrom"];
  const clientAuthentication: Values["clientAuthentication"];
  const clientId: string;
  const clientSecretBasic: Values["clientSecretBasic"];
  const clients: Values["clients"];
  const createTokenManager: Values["createTokenManager"];
  const database: Values["database"];
  const dpopKey: Values["dpopKey"];
  const generateKeyPairSync: Values["generateKeyPairSync"];
  const invoices: Values["invoices"];
  const issuer: string;
  const key: string;
  const privateKey: string;
  const production: Values["production"];
  const secret: string;
  const tenant: Values["tenant"];
  const tenantUrl: string;
  const tokenClients: Values["tokenClients"];
  const tokens: Values["tokens"];
  const unwrap: Values["unwrap"];
  const vault: Values["vault"];
}

Object.assign(globalThis, values, declared);
