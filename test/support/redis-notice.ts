import { redisProgram } from "./redis-server.ts";

/**
 * Set up once for all tests: says at the end what was not run for want of a redis-server.
 *
 * @throws where nobody would read that: in CI
 */
export function setup(): (() => void) | undefined {
  if (redisProgram !== undefined) return undefined;
  const why = "the tests that start a redis-server, since this machine has none";
  const how = "apt-get install redis-server && npm test";
  if (process.env["CI"]) throw new Error(`Not run: ${why}. To run them: ${how}`);
  return () => void process.stdout.write(`\nNot run: ${why}. To run them: ${how}\n`);
}
