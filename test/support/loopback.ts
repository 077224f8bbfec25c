import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";

/** A server on loopback that answers once it is told how: its answers may depend on its origin. */
export interface Loopback extends AsyncDisposable {
  /** `http(s)://127.0.0.1:PORT` */
  readonly origin: string;
  serve(listener: RequestListener): void;
}

/** Listens on a free port of 127.0.0.1, for https if `tls` is given. */
export async function listenOnLoopback(tls?: ServerOptions): Promise<Loopback> {
  const server: Server = tls ? createHttpsServer(tls) : createHttpServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(listener) {
      server.on("request", listener);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** The certificate that a client showed, whoever issued it. */
export function certificateOf({ socket }: IncomingMessage): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}
