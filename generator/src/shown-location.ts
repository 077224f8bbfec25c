/**
 * A path or URL as messages, the command line and generated files may have it: of a URL without user name, password,
 * query and fragment, which can hold a key. What is no URL stays as it is.
 */
export function shownLocation(location: string): string {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(location)) return location;
  const url = URL.parse(location);
  if (url === null) return location.replace(/[?#].*$/s, "").replace(/^([^/]*\/\/).*@/s, "$1");
  for (const part of ["username", "password", "search", "hash"] as const) url[part] = "";
  return url.href;
}
