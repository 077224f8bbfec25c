import { reasonOf } from "../../errors.ts";
import { placeOfError } from "../../import-module.ts";
import { CommandError } from "../command-error.ts";
import { processRedactor } from "../redactor.ts";
import { place } from "../terminal.ts";

/** What befalls the process beside the work of a command. */
export interface ProcessWatch {
  /** Rejects with the first thing that keeps the work from being done. */
  readonly failed: Promise<never>;
  readonly hasFailed: () => boolean;
  /** The work is done: what befalls the process from now on changes nothing of it. */
  readonly end: () => void;
}

interface Listeners {
  /** The process is ending before the work is done. */
  readonly onExit: (error: CommandError) => void;
  /** Something failed when the work was done. */
  readonly onLateFailure: (error: CommandError) => void;
}

/** Watches the process for what modules of the user's do to it. What they deal with themselves is left to them. */
export function watchProcess({ onExit, onLateFailure }: Listeners): ProcessWatch {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {}); // The work may be done, and nobody waiting.
  let [isDone, hasFailed] = [false, false];
  const fail = (error: CommandError) => {
    // One may bring many others, and there is nothing more to say.
    if (hasFailed) return;
    hasFailed = true;
    if (isDone) onLateFailure(error);
    else reject(error);
  };
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (caught: unknown) => {
      if (process.listenerCount(event) === 1) fail(uncaught(caught));
    });
  }
  process.once("exit", () => {
    if (!isDone && !hasFailed) onExit(ended());
  });
  const end = () => {
    isDone = true;
  };
  return { failed, hasFailed: () => hasFailed, end };
}

function uncaught(caught: unknown): CommandError {
  const message = `nothing caught an error${placeText(caught)}: ${processRedactor().error(reasonOf(caught))}`;
  const fix = "catch it there, or in what calls it; a promise needs an await, or a catch";
  return new CommandError("ERR_UNCAUGHT", message, fix, { cause: caught });
}

function ended(): CommandError {
  const call = new Error();
  // Whoever called it, and not what it calls before it ends the process: us.
  Error.captureStackTrace(call, process.exit);
  const message = `a module ended the process before the work was done${placeText(call)}`;
  return new CommandError("ERR_ENDED", message, "have it throw an error instead of calling process.exit()");
}

function placeText(error: unknown): string {
  const at = placeOfError(error);
  return at === undefined ? "" : ` at ${place(at.file)}:${at.line}:${at.column}`;
}
