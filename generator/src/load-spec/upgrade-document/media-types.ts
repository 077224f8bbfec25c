import { asArray, asObject, isObject, type JsonObject, own } from "../../document.ts";
import { essenceOf } from "../../media-type.ts";

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";

/** What an operation, or else the document, lists; undefined when that is nothing. */
export function listedTypes(operation: JsonObject, document: JsonObject, key: "consumes" | "produces") {
  const list = own(operation, key) === undefined ? document[key] : operation[key];
  const types = asArray(list).filter((type) => typeof type === "string" && type.includes("/")) as string[];
  return types.length === 0 ? undefined : types;
}

/**
 * The media types of a form: a file makes it multipart, whatever is listed, and nothing makes it JSON.
 *
 * @see OpenAPI 2.0, Parameter Object: formData
 */
export function formTypes(consumes: readonly string[] | undefined, hasFile: boolean): readonly string[] {
  if (hasFile) return [MULTIPART];
  const names = (consumes ?? []).map(essenceOf);
  const forms = names.filter((type) => type === FORM || type === MULTIPART);
  return forms.length === 0 ? [FORM] : [...new Set(forms)];
}

/** The media types of a body that is no form. */
export function bodyTypes(consumes: readonly string[] | undefined): readonly string[] {
  const types = (consumes ?? []).filter((type) => ![FORM, MULTIPART].includes(essenceOf(type)));
  return types.length === 0 ? ["application/json"] : types;
}

const DATA = /[/+](json|xml)\b|^application\/x-yaml$/i;

/**
 * Tells apart the media types of files and of data, which `produces` lists together: those of an operation that answers
 * with a file are then its other answers' too.
 *
 * @param responses - those of an operation that was upgraded; changed
 * @param fileStatuses - of the responses whose schema is a file
 */
export function separateFiles(responses: unknown, fileStatuses: ReadonlySet<string>): void {
  if (fileStatuses.size === 0) return;
  for (const [status, response] of Object.entries(asObject(responses))) {
    const content = asObject(own(response, "content"));
    const [media] = Object.values(content);
    if (!isObject(response) || media === undefined) continue;
    const isWanted = (type: string) => DATA.test(type) !== fileStatuses.has(status);
    const wanted = Object.keys(content).filter(isWanted);
    const types = wanted.length > 0 ? wanted : fileStatuses.has(status) ? ["*/*"] : Object.keys(content);
    response["content"] = Object.fromEntries(types.map((type) => [type, media]));
  }
}
