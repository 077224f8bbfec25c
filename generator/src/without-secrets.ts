import type { Position } from "./errors.ts";

/**
 * Takes the lines out of a place in a module or a config whose text holds a secret, or looks like it: none should, and of one that
 * does not a line is to be printed, whatever is wrong with it. What is printed ends up in the logs of a build.
 */
export function withoutSecrets<At extends Position>(at: At, text: string): At {
  if (!SECRET.test(text)) return at;
  const { excerpt: _, ...place } = at;
  return place as At;
}

/**
 * A private key; a name that secrets have with a value behind it that is written there and not looked up; a URL with a
 * password, or with such a name in its query.
 */
const SECRET =
  /-----BEGIN |(secret|client_?assertion|password|passphrase|private_?key|(access|refresh)_?token)\w*["'\]]*\s*[:=]\s*(?!\s|(process|env|await)\b)|:\/\/[^\s/?#"'`]*:[^\s/"'`]*@|:\/\/[^\s"'`]*[?&]\w*(token|key|secret|sig|pass|auth|cred)\w*=(?!\$\{)/i;
