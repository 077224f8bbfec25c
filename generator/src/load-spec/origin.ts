import type { Position } from "../errors.ts";
import type { Place, SourceFile } from "./source-files.ts";

/** Where the value at a pointer of the normalised document is in the files that it was made of. */
export function locateOrigin(root: SourceFile, origins: ReadonlyMap<string, Place>) {
  return (pointer: string): Position => {
    for (let end = pointer.length; end > 0; end = pointer.lastIndexOf("/", end - 1)) {
      const origin = origins.get(pointer.slice(0, end));
      if (origin !== undefined) return origin.file.locate(origin.pointer + pointer.slice(end));
    }
    return root.locate(pointer);
  };
}
