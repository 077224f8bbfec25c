import { asObject, getAt, isObject, own, parsePointer, refOf } from "../../generator/src/document.ts";

type Check = (value: unknown, at: string) => string[];

/**
 * What keeps a document from being one that the later stages can rely on: references that are not to a component of
 * the kind that is due, and values of another type than is due. A reader of its own, for tests of the one that makes it.
 *
 * @returns `where: what`, nothing for a sound document
 */
export function violationsIn(document: unknown): string[] {
  const kinds = {
    schemas: schema,
    parameters: parameter,
    responses: response,
    requestBodies: body,
    headers: header,
    securitySchemes: object,
  };
  const components = own(document, "components");
  return [
    ...objectOf(objectOf(operation))(own(document, "paths"), "paths"),
    ...Object.entries(asObject(components)).flatMap(([kind, group]) =>
      objectOf(kinds[kind as keyof typeof kinds] ?? fail)(group, kind),
    ),
    ...list(server)(own(document, "servers"), "servers"),
  ];

  function schema(value: unknown, at: string): string[] {
    if (!isObject(value)) return [`${at}: is no schema`];
    const single = ["not", "if", "then", "else", "contains", "propertyNames", "contentSchema"];
    const open = ["items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems"];
    const lists = ["allOf", "anyOf", "oneOf", "prefixItems"];
    const gone = ["$defs", "definitions", "nullable", "additionalItems", "$dynamicRef", "$recursiveRef"];
    return [
      ...refOr(() => [], "schemas")(value, at),
      ...single.flatMap((key) => optional(schema)(value[key], `${at}/${key}`)),
      ...open.flatMap((key) =>
        typeof value[key] === "boolean" ? [] : optional(schema)(value[key], `${at}/${key}`),
      ),
      ...lists.flatMap((key) => list(schema)(value[key], `${at}/${key}`)),
      ...["properties", "patternProperties", "dependentSchemas"].flatMap((key) =>
        optional(objectOf(schema))(value[key], `${at}/${key}`),
      ),
      ...["title", "description", "format"].flatMap((key) => optional(text)(value[key], `${at}/${key}`)),
      ...list(text)(value["required"], `${at}/required`),
      ...list(() => [])(value["enum"], `${at}/enum`),
      ...gone.filter((key) => key in value).map((key) => `${at}: has ${key}`),
      ...optional(discriminator)(value["discriminator"], `${at}/discriminator`),
    ];
  }

  function discriminator(value: unknown, at: string): string[] {
    const mapped = Object.values(asObject(own(value, "mapping")));
    return [
      ...text(own(value, "propertyName"), `${at}/propertyName`),
      ...mapped.flatMap((ref) => refOr(fail, "schemas")({ $ref: ref }, `${at}/mapping`)),
    ];
  }

  function operation(value: unknown, at: string): string[] {
    if (typeof value === "string") return []; // summary and description of the path item
    return [
      ...object(value, at),
      ...list(refOr(parameter, "parameters"))(own(value, "parameters"), `${at}/parameters`),
      ...optional(refOr(body, "requestBodies"))(own(value, "requestBody"), `${at}/requestBody`),
      ...objectOf(refOr(response, "responses"))(own(value, "responses"), `${at}/responses`),
      ...optional(text)(own(value, "operationId"), `${at}/operationId`),
    ];
  }

  function parameter(value: unknown, at: string): string[] {
    return [...text(own(value, "name"), at), ...text(own(value, "in"), at), ...header(value, at)];
  }

  function header(value: unknown, at: string): string[] {
    return [
      ...object(value, at),
      ...schema(own(value, "schema"), `${at}/schema`),
      ...optional(objectOf(media))(own(value, "content"), `${at}/content`),
      ...optional(text)(own(value, "style"), `${at}/style`),
    ];
  }

  function body(value: unknown, at: string): string[] {
    return [...object(value, at), ...objectOf(media)(own(value, "content"), `${at}/content`)];
  }

  function response(value: unknown, at: string): string[] {
    return [
      ...object(value, at),
      ...optional(objectOf(media))(own(value, "content"), `${at}/content`),
      ...optional(objectOf(refOr(header, "headers")))(own(value, "headers"), `${at}/headers`),
    ];
  }

  function media(value: unknown, at: string): string[] {
    return [
      ...object(value, at),
      ...optional(schema)(own(value, "schema"), `${at}/schema`),
      ...optional(schema)(own(value, "itemSchema"), `${at}/itemSchema`),
      ...optional(objectOf(object))(own(value, "encoding"), `${at}/encoding`),
    ];
  }

  function refOr(check: Check, kind: string): Check {
    return (value, at) => {
      if (own(value, "$ref") === undefined) return check(value, at);
      const ref = refOf(value) ?? "";
      const isSound =
        ref.startsWith(`#/components/${kind}/`) && isObject(getAt(document, parsePointer(ref) ?? [""]));
      return isSound ? [] : [`${at}: $ref ${JSON.stringify(own(value, "$ref"))} is to none of ${kind}`];
    };
  }
}

const fail: Check = (_, at) => [`${at}: is not known`];

const object: Check = (value, at) => (isObject(value) ? [] : [`${at}: is no object`]);

const text: Check = (value, at) => (typeof value === "string" ? [] : [`${at}: is no text`]);

const server: Check = (value, at) => text(own(value, "url"), at);

function optional(check: Check): Check {
  return (value, at) => (value === undefined ? [] : check(value, at));
}

function list(check: Check): Check {
  return (value, at) => {
    if (value === undefined) return [];
    return Array.isArray(value)
      ? value.flatMap((entry, index) => check(entry, `${at}/${index}`))
      : [`${at}: is no list`];
  };
}

function objectOf(check: Check): Check {
  return (value, at) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, entry]) => check(entry, `${at}/${key}`))
      : [`${at}: is no object`];
}
