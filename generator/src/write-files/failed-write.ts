import { errorAt, type GeneratorError, reasonOf, startOf } from "../errors.ts";

/** Says of what could not be written why, and what to do about it. */
export function failedWrite(file: string, cause: unknown): GeneratorError {
  const { code = "" } = Object(cause) as NodeJS.ErrnoException;
  const finding = {
    message: `cannot be written: ${reasonOf(cause)}`,
    fix: REMEDIES[code] ?? "let whoever runs this write there, or choose another place",
  };
  return errorAt("ERR_OUTPUT_PATH", startOf(file), finding, { cause });
}

/** Of those that rights are no remedy for. */
const REMEDIES: Readonly<Record<string, string>> = {
  EROFS: "choose another place: nobody can write to this one",
  ENOSPC: "make room on that disk, or choose another place",
  EDQUOT: "make room within the quota, or choose another place",
  EISDIR: "name a file in it, or choose another place",
  EEXIST: "choose another place: what is there is no folder",
  ENOTDIR: "choose another place: what is to be a folder is a file",
  ENOENT: "make the folder that it is to be in",
  ENAMETOOLONG: "choose a shorter name",
  ELOOP: "choose another place: symbolic links on the way there lead in a circle",
};
