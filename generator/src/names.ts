/** Names on every client class, or that JavaScript itself calls: a method of that name would be a trap. */
const TAKEN_METHODS = new Set(
  (
    "constructor paths then toJSON toString toLocaleString valueOf hasOwnProperty isPrototypeOf " +
    "propertyIsEnumerable __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__"
  ).split(" "),
);

/** What a type in generated code must not be called: keywords, and globals that a reader takes it for. */
const TAKEN_TYPES = new Set(
  (
    "any bigint boolean never null number object string symbol undefined unknown void " +
    "break case catch class const continue debugger default delete do else enum export extends false finally " +
    "for function if import in instanceof new return super switch this throw true try typeof var while with " +
    "as implements interface let package private protected public static yield await async type infer is keyof " +
    "readonly unique satisfies asserts abstract declare namespace module global " +
    "AbortController AbortSignal AggregateError Array ArrayBuffer ArrayLike AsyncIterable Awaited BigInt Blob " +
    "Boolean Buffer DataView Date Error EvalError Event EventTarget Exclude Extract File FormData Function " +
    "Headers Infinity Intl Iterable Iterator JSON Map Math NaN NonNullable Number Object Omit Parameters Partial " +
    "Pick Promise Proxy RangeError Readonly ReadonlyArray ReadonlyMap ReadonlySet ReadableStream Record " +
    "ReferenceError Reflect RegExp Request Required Response ReturnType Set String Symbol SyntaxError TypeError " +
    "URL URLSearchParams Uint8Array WeakMap WeakSet WritableStream"
  ).split(" "),
);

/** Everything that a client's files import from the runtime to run, in the order in which they do. */
export const RUNTIME_VALUES = ["ApiClient", "ApiGroup", "call"] as const;

/** Everything that a client's files may import from the runtime for its type, in the order in which they do. */
export const RUNTIME_TYPES = [
  "AcceptOption",
  "ApiClientOptions",
  "BasicCredentials",
  "BinaryBody",
  "CallOptions",
  "CredentialSource",
  "Failure",
  "ItemStream",
  "MediaTypeLike",
  "MultipartBody",
  "Operation",
  "PublicCallOptions",
  "RequiredBaseUrl",
  "SequenceBody",
  "ServerSentEvent",
  "StreamOption",
  "Success",
  "Undeclared",
] as const;

/** What openapi-typescript declares beside `paths`, `components` and `operations`, or may. */
const DOCUMENT_TYPES = ["paths", "webhooks", "components", "operations", "$defs", "WithRequired"];

/** What a client's files must not call anything of their own: an index exports all of them together. */
export const IMPORTED_NAMES: ReadonlySet<string> = new Set([
  ...RUNTIME_VALUES,
  ...RUNTIME_TYPES,
  ...DOCUMENT_TYPES,
]);

/**
 * What later versions of Unicode have for letters, which depends on the version of Node.js, and TypeScript does not know;
 * and what is beyond the first plane.
 */
const LATER =
  "\\u088f\\u0897\\u0c5c\\u0cdc\\u1acf-\\u1aff\\u1c80-\\u1c8f\\u2ffc-\\u2fff\\u31e4-\\u31ef\\ua7cb-\\ua7f1\\u{10000}-\\u{10ffff}";

const IDENTIFIER = new RegExp(`^[[\\p{ID_Start}$_]--[${LATER}]][[\\p{ID_Continue}$]--[${LATER}]]*$`, "v");

const WORDS = new RegExp(`[[\\p{ID_Continue}$]--[${LATER}]]+`, "gv");

export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

export function isTakenMethod(name: string): boolean {
  return TAKEN_METHODS.has(name);
}

export function isTakenType(name: string): boolean {
  return TAKEN_TYPES.has(name);
}

/** `orders.get` -> `ordersGet`; a valid identifier stays as it is. Empty when nothing of it can be used. */
export function methodName(text: string): string {
  if (isIdentifier(text)) return text;
  const pascal = pascalCase(text);
  return pascal === "" ? "" : startWithLetter(pascal[0]?.toLowerCase() + pascal.slice(1));
}

/** `foo.bar-baz` -> `FooBarBaz`; a valid identifier stays as it is. Empty when nothing of it can be used. */
export function typeName(text: string): string {
  if (isIdentifier(text)) return text;
  const pascal = pascalCase(text);
  return pascal === "" ? "" : startWithLetter(pascal);
}

/** `GET /items/{id}` -> `getItemsById`. */
export function methodNameFromPath(method: string, path: string): string {
  const words = path.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => `/By${pascalCase(name)}/`);
  return methodName(`${method.toLowerCase()}-${pascalCase(words) || "Root"}`);
}

/** Upper-cases the first letter of every word, drops what an identifier cannot hold. */
export function pascalCase(text: string): string {
  return wordsOf(text).map(capitalize).join("");
}

function wordsOf(text: string): string[] {
  return text.match(WORDS) ?? [];
}

export function capitalize(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x5f);
  return first.toUpperCase() + text.slice(first.length);
}

/** `APIKeys` -> `apiKeys`, `OAuth` -> `oAuth`. */
export function lowerFirst(text: string): string {
  return text.replace(/^(\p{Lu}+(?=\p{Lu}\p{Ll}|\P{L}|$)|\p{Lu})/u, (start) => start.toLowerCase());
}

/** `Pull Requests` -> `pullRequests`. Empty when nothing of it can be used. */
export function groupName(tag: string): string {
  const [first = "", ...rest] = wordsOf(tag);
  return methodName(lowerFirst(first) + rest.map(capitalize).join(""));
}

/** `InvoiceArchive` -> `invoice-archive`. */
export function kebabCase(identifier: string): string {
  return identifier
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1-$2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1-$2")
    .toLowerCase();
}

/** `invoice-archive` -> `invoiceArchive`. */
export function camelCase(kebab: string): string {
  return kebab.replaceAll(/-(.)/gu, (_, letter: string) => letter.toUpperCase());
}

/** The first of `name`, `name2`, `name3`, ... that is free. */
export function firstFree(name: string, isTaken: (candidate: string) => boolean): string {
  for (let count = 1; ; count += 1) {
    const candidate = numbered(name, count);
    if (!isTaken(candidate)) return candidate;
  }
}

/** `name`, `name2`, `name3`, ... */
export function numbered(name: string, count: number): string {
  return count === 1 ? name : `${name}${count}`;
}

/**
 * The candidate that a misspelt name most likely means; undefined when none is near. Of many candidates the first
 * thousand are looked at, and no endless names: a document could make the comparison take hours.
 */
export function closestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_COMPARED) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  let looked = 0;
  for (const candidate of candidates) {
    looked += 1;
    if (looked > MAX_CANDIDATES) break;
    if (Math.abs(name.length - candidate.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

const MAX_COMPARED = 200;
const MAX_CANDIDATES = 1000;

/** `did you mean "x"?`, else the names there are, else nothing. */
export function suggestion(name: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const closest = closestName(name, all);
  if (closest !== undefined) return `did you mean "${closest}"?`;
  return all.length > 0 && all.length <= 10 ? `there is ${all.join(", ")}` : undefined;
}

/** `a, b, c and 4 more`. */
export function abridge(items: readonly string[]): string {
  const more = items.length - ABRIDGED;
  return items.slice(0, ABRIDGED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** So many are named. */
const ABRIDGED = 3;

/** Counts no further than `enough`. */
function editDistance(a: string, b: string, enough: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) >= enough) return enough;
    row = next;
  }
  return row[b.length] ?? 0;
}

function startWithLetter(name: string): string {
  return isIdentifier(name) ? name : `_${name}`;
}
