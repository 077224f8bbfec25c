import { asObject, formatPointer, isObject, type JsonObject } from "../../document.ts";
import type { Findings } from "../findings.ts";
import { isFile } from "./collection-format.ts";
import { flattenParameters } from "./flatten-operations/parameters.ts";
import { type PathItem, pointerTo, report, reportMissing } from "./flatten-operations/path-item.ts";
import { flattenResponses } from "./flatten-operations/responses.ts";
import { bodyTypes, formTypes, listedTypes } from "./media-types.ts";
import type { SwaggerRefs } from "./swagger-refs.ts";

/** Those of 2.0; there were no others. */
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

/** An operation with everything in it that it inherits or refers to, and where that is from. */
export interface FlatOperation {
  readonly path: string;
  readonly method: string;
  /** The method as the document writes it. */
  readonly key: string;
  readonly operation: JsonObject;
  /** Pointers in the original document: of the parameters that are no bodies, in their order. */
  readonly parameters: readonly string[];
  readonly body?: string;
  /** By name of the field. */
  readonly fields: ReadonlyMap<string, string>;
  /** By status. */
  readonly responses: ReadonlyMap<string, string>;
  /** Statuses whose answer is a file. */
  readonly files: ReadonlySet<string>;
}

/** Completes the operations of a Swagger 2.0 document, so that each can be upgraded by itself. */
export async function flattenOperations(refs: SwaggerRefs, findings: Findings): Promise<FlatOperation[]> {
  const flat: FlatOperation[] = [];
  for (const [path, value] of Object.entries(asObject(refs.main.root["paths"]))) {
    if (path.startsWith("x-")) continue;
    const pointer = formatPointer(["paths", path]);
    const found = await refs.follow(value, refs.main, pointer);
    if (found === undefined) {
      if (isObject(value)) reportMissing({ refs, findings }, pointer, "path item");
      continue;
    }
    const item = { refs, findings, path, ...found };
    for (const key of methodKeys(item)) flat.push(await flattenOperation(item, key));
  }
  return flat;
}

/** Methods of 2.0 in the item, in their order; those in capitals are taken for what they mean. */
function methodKeys(item: PathItem): string[] {
  return METHODS.flatMap((method) => {
    const keys = Object.keys(item.value).filter(
      (name) => name.toLowerCase() === method && isObject(item.value[name]),
    );
    const key = keys.includes(method) ? method : keys[0];
    if (key !== undefined && key !== method) {
      const message = `methods are in lower case; "${method}" is taken`;
      report(item, pointerTo(item, [key]), { message, fix: `write ${method}` });
    }
    return key ?? [];
  });
}

async function flattenOperation(item: PathItem, key: string): Promise<FlatOperation> {
  const placed = await flattenParameters(item, key);
  const [body] = placed.filter(({ parameter }) => parameter["in"] === "body");
  const fields = placed.filter(({ parameter }) => parameter["in"] === "formData");
  if (body !== undefined) for (const field of fields) reportBesideBody(item, field.pointer);
  const parameters = placed.filter(({ parameter }) => !/^(body|formData)$/.test(String(parameter["in"])));
  const responses = await flattenResponses(item, key);
  const { schemes: _, ...rest } = asObject(item.value[key]);
  const inBody = body === undefined ? fields : [body];
  return {
    path: item.path,
    method: key.toLowerCase(),
    key,
    operation: {
      ...rest,
      ...mediaTypes(
        item,
        rest,
        inBody.map(({ parameter }) => parameter),
      ),
      parameters: [...parameters, ...inBody].map(({ parameter }) => parameter),
      responses: Object.fromEntries([...responses].map(([status, { response }]) => [status, response])),
    },
    parameters: parameters.map(({ pointer }) => pointer),
    ...(body !== undefined && { body: body.pointer }),
    fields: new Map(
      (body === undefined ? fields : []).map(({ parameter, pointer }) => [
        String(parameter["name"]),
        pointer,
      ]),
    ),
    responses: new Map([...responses].map(([status, { pointer }]) => [status, pointer])),
    files: new Set([...responses].flatMap(([status, response]) => (response.isFile ? [status] : []))),
  };
}

function reportBesideBody(item: PathItem, pointer: string): void {
  const message = "a form's field can't be sent beside a body; it is left out";
  report(item, pointer, { message, fix: "keep the body, or make all of them fields of the form" });
}

/** @param inBody - the parameter that is the body, or the fields of the form */
function mediaTypes({ refs }: PathItem, operation: JsonObject, inBody: readonly JsonObject[]): JsonObject {
  const consumes = listedTypes(operation, refs.main.root, "consumes");
  const produces = listedTypes(operation, refs.main.root, "produces");
  const isBody = inBody.some((parameter) => parameter["in"] === "body");
  return {
    consumes: isBody ? bodyTypes(consumes) : formTypes(consumes, inBody.some(isFile)),
    produces: produces ?? ["application/json"],
  };
}
