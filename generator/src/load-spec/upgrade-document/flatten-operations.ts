import {
  asArray,
  asObject,
  asString,
  formatPointer,
  isObject,
  type JsonObject,
  own,
} from "../../document.ts";
import type { Finding } from "../../errors.ts";
import type { Findings } from "../findings.ts";
import { isFile, mendCollectionFormat } from "./collection-format.ts";
import { bodyTypes, formTypes, listedTypes } from "./media-types.ts";
import type { Found, SwaggerRefs } from "./swagger-refs.ts";

/** Those of 2.0; there were no others. */
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

/** An operation with everything in it that it inherits or refers to, and where that is from. */
export interface FlatOperation {
  readonly path: string;
  readonly method: string;
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

/** A parameter of an operation, and where it is in the main file. */
type Placed = { parameter: JsonObject; pointer: string };

/** Completes the operations of a Swagger 2.0 document, so that each can be upgraded by itself. */
export async function flattenOperations(refs: SwaggerRefs, findings: Findings): Promise<FlatOperation[]> {
  const flat: FlatOperation[] = [];
  for (const [path, value] of Object.entries(asObject(refs.main.root["paths"]))) {
    if (path.startsWith("x-")) continue;
    const pointer = formatPointer(["paths", path]);
    const item = await refs.follow(value, refs.main, pointer);
    if (item === undefined) {
      if (isObject(value)) reportMissing({ refs, findings }, pointer, "path item");
      continue;
    }
    for (const method of METHODS) {
      if (!isObject(own(item.value, method))) continue;
      flat.push(await flattenOperation({ refs, findings, item, path, reference: pointer }, method));
    }
  }
  return flat;
}

interface Context {
  readonly refs: SwaggerRefs;
  readonly findings: Findings;
  readonly item: Found;
  readonly path: string;
  /** Of the path item in the main file. */
  readonly reference: string;
}

async function flattenOperation(context: Context, method: string): Promise<FlatOperation> {
  const { refs, item, path } = context;
  const source = asObject(item.value[method]);
  const placed = await parametersOf(context, method);
  const [bodies, fields, parameters] = [
    placed.filter(({ parameter }) => parameter["in"] === "body"),
    placed.filter(({ parameter }) => parameter["in"] === "formData"),
    placed.filter(({ parameter }) => !/^(body|formData)$/.test(String(parameter["in"]))),
  ];
  const { responses, pointers, files } = await responsesOf(context, method);
  const consumes = listedTypes(source, refs.main.root, "consumes");
  const hasFile = fields.some(({ parameter }) => isFile(parameter));
  const [body] = bodies;
  const produces = listedTypes(source, refs.main.root, "produces");
  const { schemes: _, ...rest } = source;
  return {
    path,
    method,
    operation: {
      ...rest,
      consumes: body === undefined ? formTypes(consumes, hasFile) : bodyTypes(consumes),
      ...(produces === undefined ? { produces: ["application/json"] } : { produces }),
      parameters: [...parameters, ...(body === undefined ? fields : [body])].map(
        ({ parameter }) => parameter,
      ),
      responses,
    },
    parameters: parameters.map(({ pointer }) => pointer),
    ...(body !== undefined && { body: body.pointer }),
    fields: new Map(fields.map(({ parameter, pointer }) => [String(parameter["name"]), pointer])),
    responses: pointers,
    files,
  };
}

/** Those of the path item first, unless the operation overrides them; there is one body at most. */
async function parametersOf(context: Context, method: string): Promise<Placed[]> {
  const { item } = context;
  const byKey = new Map<string, Placed>();
  for (const keys of [["parameters"], [method, "parameters"]]) {
    const list = asArray(keys.reduce<unknown>(own, item.value));
    for (const [index, value] of list.entries()) {
      const placed = await placedParameter(context, value, [...keys, index]);
      if (placed === undefined) continue;
      const { name, in: place } = placed.parameter;
      byKey.set(place === "body" ? "body" : `${place} ${name}`, placed);
    }
  }
  return [...byKey.values()];
}

async function placedParameter(
  context: Context,
  value: unknown,
  keys: readonly (string | number)[],
): Promise<Placed | undefined> {
  const { refs, item, reference } = context;
  const own = below(item, keys);
  const here = refs.pointerOf(own, reference);
  const found = await refs.follow(value, item.file, own.pointer);
  const name = asString(found?.value["name"]);
  const place = asString(found?.value["in"]);
  if (found === undefined || place === undefined || (name === undefined && place !== "body")) {
    reportMissing(context, here, "parameter");
    return undefined;
  }
  const pointer = refs.pointerOf(found, here);
  const { "x-example": _, "x-examples": __, ...parameter } = refs.moved(found);
  if (place === "body") return { parameter: withSchema(parameter), pointer };
  const mended = mendCollectionFormat(parameter);
  if (mended.finding !== undefined) report(context, pointer, mended.finding);
  return { parameter: mended.parameter, pointer };
}

/** A body's type belongs into a schema; some documents have it beside `in`, as other parameters do. */
function withSchema({ in: place, name, required, description, schema, ...others }: JsonObject): JsonObject {
  return {
    in: place,
    name,
    ...(required === true && { required }),
    ...(description !== undefined && { description }),
    schema: schema ?? others,
  };
}

async function responsesOf(context: Context, method: string) {
  const { refs, item, reference } = context;
  const responses = new Map<string, JsonObject>();
  const pointers = new Map<string, string>();
  const files = new Set<string>();
  const declared = asObject(own(item.value[method], "responses"));
  for (const [status, value] of Object.entries(declared)) {
    if (status.startsWith("x-")) continue;
    const place = below(item, [method, "responses", status]);
    const here = refs.pointerOf(place, reference);
    const found = await refs.follow(value, item.file, place.pointer);
    if (found === undefined) {
      reportMissing(context, here, "response");
      continue;
    }
    // Of examples, the upgrade would make media types.
    const { examples: _, headers, ...response } = refs.moved(found);
    const sound = Object.entries(asObject(headers)).filter(([, header]) => isObject(header));
    responses.set(status, {
      ...response,
      ...(sound.length > 0 && { headers: Object.fromEntries(sound) }),
    });
    pointers.set(status, refs.pointerOf(found, here));
    if (isFile(response["schema"])) files.add(status);
  }
  return { responses: Object.fromEntries(responses), pointers, files };
}

function below({ file, pointer }: Found, keys: readonly (string | number)[]): Found {
  return { value: {}, file, pointer: pointer + formatPointer(keys).slice(1) };
}

type Report = Pick<Context, "refs" | "findings">;

/** @param pointer - in the main file */
function report({ refs, findings }: Report, pointer: string, finding: Finding): void {
  findings.add("ERR_DOCUMENT_INVALID", { file: refs.main, pointer }, finding);
}

function reportMissing(context: Report, pointer: string, kind: string): void {
  const message = `is no ${kind}, nor a reference to one; it is left out`;
  report(context, pointer, { message, fix: "correct or remove it" });
}
