import { formatPointer } from "../../document.ts";
import type { Position } from "../../errors.ts";
import type { Place, SourceFile } from "../source-files.ts";
import type { Declared } from "./parameters.ts";
import type { Target } from "./resolve-ref.ts";

type At = Pick<Target, "file" | "parts">;

/**
 * Where the parts of a normalised document came from. Operations and components can come from anywhere; within them,
 * things are where they were, save the parameters of an operation.
 *
 * Pointers are put together when they are asked for: few ever are.
 */
export class Origins {
  readonly #root: SourceFile;
  readonly #targets = new Map<string, At>();
  readonly #parameters = new Map<string, readonly Declared[]>();

  constructor(root: SourceFile) {
    this.#root = root;
  }

  addComponent(kind: string, name: string, target: At): void {
    this.#targets.set(formatPointer(["components", kind, name]), target);
  }

  addOperation(pointer: string, target: At, declared: readonly Declared[]): void {
    this.#targets.set(pointer, target);
    this.#parameters.set(pointer, declared);
  }

  /** The position of the value at a pointer of the normalised document; of the nearest that there is. */
  locate(pointer: string): Position {
    const { file, pointer: origin } = this.placeOf(pointer);
    return file.locate(origin);
  }

  /** Where the value at a pointer of the normalised document was; operations and components are three levels deep. */
  placeOf(pointer: string): Place {
    const [, owner = "", rest = ""] = /^(#\/[^/]*\/[^/]*\/[^/]*)(.*)$/s.exec(pointer) ?? [];
    const target = this.#targets.get(owner);
    if (target === undefined) return { file: this.#root, pointer };
    const from = formatPointer(target.parts);
    const [, position, below = ""] = /^\/parameters\/(\d+)(.*)$/s.exec(rest) ?? [];
    const declared = position === undefined ? undefined : this.#parameters.get(owner)?.[Number(position)];
    if (declared === undefined) return { file: target.file, pointer: from + rest };
    const { index, list = { file: target.file, pointer: `${from}/parameters` } } = declared;
    // What only the path says was declared nowhere.
    if (index === undefined) return { file: target.file, pointer: from };
    return { file: list.file, pointer: `${list.pointer}/${index}${below}` };
  }
}
