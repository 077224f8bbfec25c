import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * Runs a program in a process of its own, which has done nothing else before.
 *
 * @param program - its URL
 * @param args - given to it as JSON
 * @returns what it sends
 */
export async function runApart(program, ...args) {
  const child = fork(
    program,
    args.map((arg) => JSON.stringify(arg)),
    { execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"] },
  );
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${program} ${args[0]}: no figures, exit ${code}`);
  });
  const [answer] = await Promise.race([once(child, "message"), ended]);
  ended.catch(() => {}); // It ends, now that it has said all.
  return answer;
}
