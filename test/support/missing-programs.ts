import { browserProgram } from "./browser-program.ts";
import { redisProgram } from "./redis-server.ts";

/** Programs that tests start, by the names of Debian's packages. */
const PROGRAMS = [
  { name: "redis-server", path: redisProgram, tests: "the tests that start a redis-server" },
  { name: "chromium", path: browserProgram, tests: "the tests in a browser" },
];

/**
 * Set up once for all tests: says at the end what was not run for want of a program.
 *
 * @throws where nobody would read that: in CI
 */
export function setup(): (() => void) | undefined {
  const missing = PROGRAMS.filter(({ path }) => path === undefined);
  if (missing.length === 0) return undefined;
  const tests = missing.map((program) => program.tests).join(" and ");
  const names = missing.map(({ name }) => name).join(" ");
  const notice = `Not run: ${tests}, since this machine lacks ${names}. To run them: apt-get install ${names} && npm test`;
  if (process.env["CI"]) throw new Error(notice);
  return () => void process.stdout.write(`\n${notice}\n`);
}
