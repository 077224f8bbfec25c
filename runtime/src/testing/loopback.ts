import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on a free port of 127.0.0.1 that answers once it is told how: its answers may name its origin. */
export interface Loopback {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  serve(listener: RequestListener): void;
  /** Cuts off whoever is connected. */
  close(): Promise<void>;
}

export async function listenOnLoopback(): Promise<Loopback> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let closing: Promise<unknown> | undefined;
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (listener) => void server.on("request", listener),
    async close() {
      if (closing === undefined) {
        closing = once(server, "close");
        server.close();
        server.closeAllConnections();
      }
      await closing;
    },
  };
}
