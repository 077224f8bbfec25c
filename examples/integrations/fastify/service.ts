// A service that calls another one, with its own identity.
//
// `request.signal` is aborted when the caller hangs up: the call behind it is given up then, and nothing else. A token
// request that others wait for goes on.
//
// Environment: TOKEN_ENDPOINT, CATALOG_URL, CATALOG_CLIENT_ID, CATALOG_CLIENT_SECRET; PORT (default: one that is free)
import { unwrap } from "@openapi-m2m/runtime";
import fastify from "fastify";
import { apiClients } from "./api-clients.ts";

const app = fastify({ logger: { level: "error" }, forceCloseConnections: "idle" });
await app.register(apiClients);

app.get<{ Params: { id: string } }>("/prices/:id", async (request, reply) => {
  const result = await app.catalog.getItem({
    path: { id: request.params.id },
    signal: request.signal,
    timeoutMs: 5_000,
  });
  if (result.status === 404) return reply.status(404).send({ title: "No such item", status: 404 });
  const { name, price } = unwrap(result);
  return { name, price };
});

console.log(await app.listen({ host: "127.0.0.1", port: Number(process.env["PORT"] ?? 0) }));

const stop = () => app.close(); // Requests under way are answered, then tokens.close() runs.
process.once("SIGTERM", stop).once("SIGINT", stop);
