import { CommanderError } from "commander";
import { CommandError } from "./command-error.ts";
import { watchProcess } from "./contain/watch-process.ts";
import { writeAside, writeOwn } from "./own-output.ts";
import { printCommandError } from "./terminal.ts";

/** How long what a module of the user's left open may take to close by itself. */
const GRACE_MS = 200;

/**
 * Does the work of a command, and has the process end with what comes of it, whatever a module of the user's does beside
 * it: an error that nothing catches fails the work, so does an end before it is done; what is left open holds up nobody.
 *
 * @param work - gives the exit code
 * @param printFailure - says why nothing came of the work
 */
export async function contain(
  work: () => Promise<number>,
  printFailure: (error: unknown) => void,
): Promise<void> {
  const onExit = (error: CommandError) => {
    printFailure(error);
    process.exitCode = 1;
  };
  const watch = watchProcess({ onExit, onLateFailure: printCommandError });
  try {
    assertFolder();
    process.exitCode = await Promise.race([work(), watch.failed]);
  } catch (error) {
    if (error instanceof CommanderError) throw error;
    printFailure(error);
    process.exitCode = 1;
  } finally {
    watch.end();
  }
  await written();
  // The work may go on although it failed, and nobody is to see what comes of it.
  if (watch.hasFailed()) process.exit();
  setTimeout(() => process.exit(), GRACE_MS).unref();
}

function assertFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    const message = "the folder that this is run in is not there any more";
    throw new CommandError("ERR_NO_FOLDER", message, "change to one that is, and run it again", { cause });
  }
}

/** However slowly somebody reads. */
async function written(): Promise<void> {
  await new Promise<void>((resolve) => writeOwn("", resolve));
  await new Promise<void>((resolve) => writeAside("", resolve));
}
