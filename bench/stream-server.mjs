import { once } from "node:events";
import { createServer } from "node:http";

const item = JSON.stringify({ id: 1, text: "x".repeat(200) });
const forms = {
  "/bytes": { contentType: "application/octet-stream", text: "x".repeat(1000) },
  "/events": { contentType: "text/event-stream", text: `data: ${item}\n\n` },
  "/lines": { contentType: "application/x-ndjson", text: `${item}\n` },
};

/** `GET /lines?megabytes=50`: as many, as fast as they are read. What is put is read away. */
const server = createServer(async (request, response) => {
  if (request.method === "PUT") {
    request.resume().on("end", () => response.writeHead(204).end());
    return;
  }
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const { contentType, text } = forms[pathname];
  const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
  response.writeHead(200, { "content-type": contentType });
  for (let left = Number(searchParams.get("megabytes")) * 1e6; left > 0; left -= chunk.length) {
    if (!response.write(chunk)) await once(response, "drain");
  }
  response.end();
});
server.listen(0, "127.0.0.1", () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` });
});
process.on("disconnect", () => process.exit());
