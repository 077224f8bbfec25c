// Preloaded into each process that runs a snippet (`node --import`): connections to hosts that the pages name lead to
// the servers of the test, as by a resolver that knows of ports. Nothing else is reached.
import { type NetConnectOpts, Socket } from "node:net";

/** `HOST:PORT`, or `*:PORT`, to a port on loopback. */
const hosts: Readonly<Record<string, number>> = JSON.parse(process.env["SNIPPET_HOSTS"] ?? "{}");

type Connect = (options: NetConnectOpts, listener?: () => void) => Socket;
const connect = Socket.prototype.connect as Connect;

/** `net.connect` gives it its arguments as one list, others give them one by one. */
Socket.prototype.connect = function connectToTest(this: Socket, ...args: unknown[]): Socket {
  const [options, listener] = (Array.isArray(args[0]) ? args[0] : args) as Parameters<Connect>;
  if (!("port" in options)) return connect.call(this, options, listener);
  const { host = "localhost", port } = options;
  const served = hosts[`${host}:${port}`] ?? hosts[`*:${port}`];
  if (served === undefined && host !== "127.0.0.1") {
    process.exitCode = 1;
    process.stderr.write(`${host}:${port} is none of the hosts that the snippets' test serves\n`);
    return this.destroy(new Error(`${host}:${port} is not served`));
  }
  const where = served === undefined ? { host, port } : { host: "127.0.0.1", port: served };
  return connect.call(this, { ...options, ...where }, listener);
};
