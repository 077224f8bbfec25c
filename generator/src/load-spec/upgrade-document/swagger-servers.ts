import { asArray, asString, type JsonObject } from "../../document.ts";
import { isUrl } from "../source-location.ts";

/**
 * `host`, `basePath` and `schemes` as servers, https first: the first is the default, and a token goes over nothing else.
 *
 * Without a host, the server is where the document is (OpenAPI 2.0, Swagger Object).
 */
export function serversOf({ host, basePath, schemes }: JsonObject, location: string): JsonObject[] {
  const path = pathOf(asString(basePath) ?? "");
  const name = (asString(host) ?? "")
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/\/+$/, "");
  if (name === "") return [{ url: path === "" ? "/" : path }];
  const listed = asArray(schemes).filter((scheme) => scheme === "https" || scheme === "http") as string[];
  const known = isUrl(location) ? new URL(location).protocol.slice(0, -1) : "https";
  const order = listed.length === 0 ? [known] : [...new Set(listed)].toSorted().toReversed();
  return order.map((scheme) => ({ url: `${scheme}://${name}${path}` }));
}

function pathOf(basePath: string): string {
  const path = basePath.trim().replace(/\/+$/, "");
  return path === "" || path.startsWith("/") ? path : `/${path}`;
}
