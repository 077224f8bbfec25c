import { identifier, stringLiteral } from "../encode.ts";
import type { ApiModel, OperationModel, ParameterModel, ResponseModel, TypeModel } from "../model.ts";
import { bodyChoices } from "./body-types.ts";
import { RuntimeNames } from "./imports.ts";
import { operationType, typeAlias, unionOf } from "./type-text.ts";

/** The types of a method's argument and of its results. */
export function operationTypes(model: ApiModel, operation: OperationModel, names: RuntimeNames): string {
  const input = inputType(model, operation, names);
  const types = [input, ...resultTypes(operation, names)];
  const isApart = types.some((type) => type.includes("\n"));
  return `${types.join(isApart ? "\n\n" : "\n")}\n`;
}

/** Whether a call needs nothing at all: the method's argument is optional then. */
export function isInputOptional(operation: OperationModel): boolean {
  // Nothing of it is printed: what it uses is not used.
  const [body = []] = bodyProperties(operation, new RuntimeNames());
  return [...parameterProperties(operation), ...body].every(({ isOptional }) => isOptional);
}

function inputType(model: ApiModel, operation: OperationModel, names: RuntimeNames): string {
  const options = operation.authorization.token
    ? `${names.use("CallOptions")}<${identifier(model.scopeType)}>`
    : names.use("PublicCallOptions");
  const parameters = parameterProperties(operation);
  const bodies = bodyProperties(operation, names);
  if (bodies.length > 1) return choiceOfBodies(operation, `${options}${intersected(parameters)}`, bodies);
  const properties = [...parameters, ...bodies.flat()];
  if (properties.length === 0) return typeAlias(operation.inputType, [options]);
  const lines = properties.map((property) => `  ${propertyText(property)}\n`);
  return `export interface ${identifier(operation.inputType)} extends ${options} {\n${lines.join("")}}`;
}

/** An interface can't be a union. */
function choiceOfBodies(
  operation: OperationModel,
  common: string,
  bodies: readonly (readonly InputProperty[])[],
): string {
  const members = bodies.map((properties) => `\n  | { ${properties.map(propertyText).join(" ")} }`);
  return `export type ${identifier(operation.inputType)} = ${common} & (${members.join("")}\n);`;
}

function intersected(properties: readonly InputProperty[]): string {
  return properties.length === 0 ? "" : ` & { ${properties.map(propertyText).join(" ")} }`;
}

function propertyText({ key, type, isOptional }: InputProperty): string {
  return `${key}${isOptional ? "?" : ""}: ${type};`;
}

type InputProperty = { key: string; type: string; isOptional: boolean };

function parameterProperties(operation: OperationModel): InputProperty[] {
  const path = operation.path.filter((part) => typeof part !== "string");
  return [
    ...parameterProperty(operation, "path", "path", path, true),
    ...parameterProperty(operation, "query", "query", operation.query),
    ...querystringProperty(operation),
    ...parameterProperty(operation, "headers", "header", operation.headers),
    ...parameterProperty(operation, "cookies", "cookie", operation.cookies),
  ];
}

/** One list of properties for each of the bodies that a call may choose from. */
function bodyProperties(operation: OperationModel, names: RuntimeNames): InputProperty[][] {
  const { body } = operation;
  if (body === undefined) return [];
  return bodyChoices(body, operation, names).map(({ contentType, body: type }, index) => [
    ...(contentType ? [{ key: "contentType", ...contentType }] : []),
    // Who says which of several bodies it is has one.
    { key: "body", type, isOptional: !body.required && (index === 0 || contentType?.isOptional !== false) },
  ]);
}

/** The types of the document have it among those of the query, alone there. */
function querystringProperty(operation: OperationModel): InputProperty[] {
  const { querystring } = operation;
  if (querystring === undefined) return [];
  const group = `${operationType(operation)}["parameters"]["query"]`;
  const name = stringLiteral(querystring.name);
  return querystring.required
    ? [{ key: "query", type: `${group}[${name}]`, isOptional: false }]
    : [{ key: "query", type: `NonNullable<NonNullable<${group}>[${name}]>`, isOptional: true }];
}

function parameterProperty(
  operation: OperationModel,
  key: string,
  location: string,
  parameters: readonly ParameterModel[],
  isRequired = parameters.some(({ required }) => required),
): InputProperty[] {
  if (parameters.length === 0) return [];
  const type = `${operationType(operation)}["parameters"][${stringLiteral(location)}]`;
  // The group is optional in the document's types too, and then its type there includes undefined.
  return [{ key, type: isRequired ? type : `NonNullable<${type}>`, isOptional: !isRequired }];
}

function resultTypes(operation: OperationModel, names: RuntimeNames): string[] {
  const { resultType, streamedType } = operation;
  const result = resultAlias(resultType, ({ dataTypes }) => dataTypes, operation, names);
  if (streamedType === undefined) return [result];
  return [result, resultAlias(streamedType, ({ streamTypes }) => streamTypes, operation, names)];
}

function resultAlias(
  alias: string,
  dataOf: (response: ResponseModel) => readonly TypeModel[],
  operation: OperationModel,
  names: RuntimeNames,
): string {
  const members = operation.responses.flatMap((response) => {
    const { status, outcome, errorTypes } = response;
    const name = /^\d+$/.test(status) ? status : stringLiteral(status);
    const member = (runtimeType: "Success" | "Failure", types: readonly TypeModel[]) =>
      `${names.use(runtimeType)}<${name}, ${unionOf(types, operation, names)}>`;
    return [
      ...(outcome === "failure" ? [] : [member("Success", dataOf(response))]),
      ...(outcome === "success" ? [] : [member("Failure", errorTypes)]),
    ];
  });
  return typeAlias(alias, [...members, names.use("Undeclared")]);
}
