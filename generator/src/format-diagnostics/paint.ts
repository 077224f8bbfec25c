import { styleText } from "node:util";

/** What a part of a report is. */
export type Part = "place" | "error" | "warning" | "gutter" | "fix";

/** Colours a part of a report, or does not. */
export type Paint = (part: Part, text: string) => string;

const COLORS = {
  place: "bold",
  error: ["bold", "red"],
  warning: ["bold", "yellow"],
  gutter: "dim",
  fix: "cyan",
} as const satisfies Record<Part, Parameters<typeof styleText>[0]>;

/** Whether a stream shows colours is for whoever has the stream to say. */
export function paintWith(isColored: boolean): Paint {
  if (!isColored) return (_, text) => text;
  return (part, text) => styleText([COLORS[part]].flat(), text, { validateStream: false });
}
