/** Parts that a URL may have elsewhere and must not have here. */
export type UrlPart = "query" | "fragment";

/**
 * What is wrong with a URL that the generated code or the generator will call; it never repeats the URL,
 * which may hold a secret.
 *
 * User names and passwords are wrong in any: what the config says is written into files that are committed.
 *
 * @returns what was expected instead; undefined when nothing is wrong
 */
export function urlProblem(text: string, without: readonly UrlPart[] = []): string | undefined {
  if (!URL.canParse(text)) return "expected an absolute URL";
  const url = new URL(text);
  if (!isSecure(url)) return "expected https (http on loopback only)";
  if (url.username !== "" || url.password !== "") return "expected a URL without user name and password";
  const part = without.find((candidate) => PARTS[candidate].test(url.href));
  return part && `expected a URL without a ${part}`;
}

/** Empty ones too: `https://a.example/?` has a query. */
const PARTS: Readonly<Record<UrlPart, RegExp>> = { query: /^[^#]*\?/, fragment: /#/ };

/** https, or http to this machine itself. */
function isSecure(url: URL): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
}
