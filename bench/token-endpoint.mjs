import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * Starts a token endpoint on loopback, in a process of its own so that its work is not measured. Whatever it is asked,
 * it answers with a new token of about 700 characters that lives for an hour.
 */
export async function startTokenEndpoint() {
  const server = fork(new URL("./token-endpoint-server.mjs", import.meta.url), { execArgv: [] });
  const [{ url }] = await once(server, "message");
  return {
    url,
    /** How many tokens it has issued so far. */
    async countIssued() {
      server.send("count");
      const [{ issued }] = await once(server, "message");
      return issued;
    },
    [Symbol.dispose]() {
      server.disconnect();
    },
  };
}
