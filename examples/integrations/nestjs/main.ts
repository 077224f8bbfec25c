// A worker of NestJS: an application context without HTTP. Where NestJS serves HTTP, call `app.enableShutdownHooks()`
// instead of `app.close()`.
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET
import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { untilStopped } from "../../until-stopped.ts";
import { ApiClientsModule } from "./api-clients.module.ts";
import { StockReport } from "./stock-report.ts";

@Module({ imports: [ApiClientsModule], providers: [StockReport] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: ["error", "warn"] });
const report = app.get(StockReport);

await untilStopped(async () => {
  console.log("in stock in Berlin:", await report.count("berlin"));
});
await app.close();
