import { type Stats, statSync } from "node:fs";
import { reasonOf } from "./errors.ts";

/** What is at a path. */
export interface Look {
  /** Of what is there, symbolic links followed. */
  readonly stats?: Stats;
  /** Why nobody can tell: rights, links in a circle, a name that is too long. */
  readonly reason?: string;
}

/** Looks what is at a path, which a user may have named; nothing is there where it gives neither. */
export function lookAt(path: string): Look {
  try {
    return { stats: statSync(path) };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? {} : { reason: reasonOf(error) };
  }
}
