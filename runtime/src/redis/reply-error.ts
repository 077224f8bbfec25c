/**
 * Gives the error of a client a code that says what is wrong: the clients' own have none, and their names say little.
 *
 * @returns an error whose `code` is that of Redis, `NOPERM` or `OOM`, where it is an error reply (the first word of its
 *   message, RESP "Simple errors"); else its class; the error itself where it has a code
 */
export function nameReplyError(error: unknown): unknown {
  if (!(error instanceof Error) || "code" in error) return error;
  const [, reply] = /^([A-Z]+) /.exec(error.message) ?? [];
  const code = reply ?? error.constructor.name;
  return Object.assign(new Error(error.message, { cause: error }), { code });
}
