import { createServer } from "node:http";

const padding = "x".repeat(700);
let issued = 0;

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    issued++;
    const body = { access_token: `${issued}.${padding}`, token_type: "Bearer", expires_in: 3600 };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
});
// Longer than any pause between two passes.
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}/token` });
});
process.on("message", () => process.send({ issued }));
process.on("disconnect", () => process.exit());
