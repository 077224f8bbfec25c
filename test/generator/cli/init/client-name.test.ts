import { describe, expect, test } from "vitest";
import { clientName } from "../../../../generator/src/cli/init/client-name.ts";

describe("clientName", () => {
  test.each([
    ["/a/specs/catalog.yaml", "Anything", "CatalogClient"],
    ["/a/specs/catalog.openapi.yaml", "", "CatalogClient"],
    ["/a/specs/order-items.v2.json", "", "OrderItemsClient"],
    ["/a/specs/petstore-v2.json", "", "PetstoreClient"],
    ["/a/openapi.json", "Orders API", "OrdersClient"],
    ["/a/swagger.json", "The Invoice Service REST API v3", "InvoiceClient"],
    ["/a/api.yaml", "Warehouse - stock and places", "WarehouseClient"],
    ["/a/openapi.yaml", "Überweisungen", "UberweisungenClient"],
    ["/a/billing/openapi.yaml", "", "BillingClient"],
    ["/a/billing/openapi.yaml", "API", "BillingClient"],
    ["https://apis.company.com/v1/openapi.json", "", "CompanyClient"],
    ["https://apis.company.com/orders/v1/openapi.json?key=1", "", "OrdersClient"],
    ["/openapi.yaml", "订单", "RemoteClient"],
    ["/2024.yaml", "", "RemoteClient"],
    ["/a/client.yaml", "Orders", "OrdersClient"],
  ])("calls that of %s, %j, %s", (location, title, want) => {
    expect(clientName(location, title)).toBe(want);
  });
});
