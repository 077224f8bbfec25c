import { Injectable } from "@nestjs/common";
import { unwrap } from "@openapi-m2m/runtime";
import { CatalogClient } from "../../../generated/index.ts";

/**
 * Knows nothing of tokens: it has a client. NestJS finds out which by the metadata of the constructor; `import type` would
 * take that away.
 */
@Injectable()
export class StockReport {
  constructor(private readonly catalog: CatalogClient) {}

  async count(warehouse: string): Promise<number> {
    const stock = unwrap(await this.catalog.getStock({ path: { warehouses: [warehouse] } }));
    return stock.reduce((sum, { quantity }) => sum + quantity, 0);
  }
}
