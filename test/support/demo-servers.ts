import type { ApiCall, ApiServer } from "../../examples/demo/api-server.ts";
import {
  type AuthorizationServer,
  demoClients,
  type RegisteredClient,
  startAuthorizationServer,
  type TokenRequest,
} from "../../examples/demo/authorization-server.ts";
import { startCatalogApi } from "../../examples/demo/catalog-api.ts";
import { startInvoiceApi } from "../../examples/demo/invoice-api.ts";

/** The authorization server and both APIs of the demo, on loopback. */
export interface DemoServers {
  readonly tokenEndpoint: string;
  readonly catalog: ApiServer;
  readonly invoices: ApiServer;
  /** Starts to note what the servers see, for tests that share them. */
  watch(): DemoTraffic;
  close(): Promise<void>;
}

/** What the servers have seen since the watch began. */
export interface DemoTraffic {
  readonly tokenRequests: readonly TokenRequest[];
  /** Every answer of the catalog API. */
  readonly calls: readonly ApiCall[];
  /** How many of them were 401. */
  readonly unauthorized: number;
}

export async function startDemoServers(
  clients: readonly RegisteredClient[] = demoClients,
): Promise<DemoServers> {
  const authorizationServer = await startAuthorizationServer({ tokenLifetimeSeconds: 600, clients });
  const catalog = await startCatalogApi({ ...authorizationServer, audience: "urn:catalog" });
  const invoices = await startInvoiceApi({ ...authorizationServer, audience: "urn:invoices" });
  return {
    tokenEndpoint: authorizationServer.tokenEndpoint,
    catalog,
    invoices,
    watch: () => watch(authorizationServer, catalog),
    async close() {
      await Promise.all([authorizationServer.close(), catalog.close(), invoices.close()]);
    },
  };
}

function watch({ tokenRequests }: AuthorizationServer, api: ApiServer): DemoTraffic {
  const before = {
    tokenRequests: tokenRequests.length,
    calls: api.calls.length,
    unauthorized: api.unauthorized,
  };
  return {
    get tokenRequests() {
      return tokenRequests.slice(before.tokenRequests);
    },
    get calls() {
      return api.calls.slice(before.calls);
    },
    get unauthorized() {
      return api.unauthorized - before.unauthorized;
    },
  };
}
