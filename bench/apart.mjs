import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * Starts a program in a process of its own, which has done nothing else before.
 *
 * @param program - its URL
 * @param args - given to it as JSON
 */
export function startApart(program, ...args) {
  const texts = args.map((arg) => JSON.stringify(arg));
  return fork(program, texts, { execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning"] });
}

/** The next message of such a process. */
async function answerOf(child) {
  const ending = new AbortController();
  const ended = once(child, "exit", ending).then(([code]) => {
    throw new Error(`${child.spawnargs.slice(1).join(" ")}: no figures, exit ${code}`);
  });
  try {
    const [answer] = await Promise.race([once(child, "message", ending), ended]);
    return answer;
  } finally {
    ended.catch(() => {});
    ending.abort();
  }
}

/** Sends it a message, and waits for the one that it answers with. */
export function ask(child, message) {
  child.send(message);
  return answerOf(child);
}

/** @returns what a program sends that then ends */
export function runApart(program, ...args) {
  return answerOf(startApart(program, ...args));
}
