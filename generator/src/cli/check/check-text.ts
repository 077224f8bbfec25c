import { visible } from "../../visible.ts";
import { paint } from "../terminal.ts";
import { durationText } from "../time-text.ts";
import type { CheckedClient, CheckedToken } from "./check-token-client.ts";

/** A token client with what the config says of it. */
export interface PlacedClient extends CheckedClient {
  /** `openapi-m2m.config.ts:6:5`; undefined where nothing is wrong. */
  readonly place?: string;
}

/** Writes what became of a token client. */
export function checkText({ name, place, problems, notes, tokens, isLeftOut }: PlacedClient): string {
  const heading = `${visible(name)}${place === undefined ? "" : ` (${visible(place)})`}: `;
  if (isLeftOut && problems.length === 0) return `${heading}not in the TokenManager, and not checked\n`;
  const lines = [
    heading + (problems.length === 0 ? paint("green", "ok") : countText(problems)),
    ...problems.flatMap(({ severity, message, fix }) => [
      `  ${paint(severity === "error" ? "red" : "yellow", severity)}: ${visible(message)}`,
      ...(fix === undefined ? [] : [`    fix: ${visible(fix)}`]),
    ]),
    ...tokens.map((token) => paint("dim", `  ${visible(tokenLine(token))}`)),
    ...notes.map((note) => `  note: ${visible(note)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** `2 errors, 1 warning`. */
export function countText(problems: readonly { readonly severity: "error" | "warning" }[]): string {
  const counts = (["error", "warning"] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : `${count} ${severity}${count === 1 ? "" : "s"}`;
  });
  return counts.join(", ");
}

function tokenLine({ asked, needs, description }: CheckedToken): string {
  const { format, granted, audience, issuedAt, expiresAt } = description;
  const lifetime = durationText((expiresAt - issuedAt) / 1000);
  const parts = [
    `${format === "opaque" ? format : format.replace("jwt", "JWT")} for ${lifetime}`,
    ...(granted === undefined ? [] : [`scope ${shorten(granted.scopes.join(" ")) || "none"}`]),
    ...(audience === undefined ? [] : [`audience ${shorten(audience.join(", ")) || "none"}`]),
    ...(needs.size === 0 ? [] : [`${needs.size} ${needs.size === 1 ? "scope" : "scopes"} needed`]),
    ...(asked === undefined ? [] : ["asked for by operation"]),
  ];
  return parts.join("; ");
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

const MAX_TEXT = 500;
