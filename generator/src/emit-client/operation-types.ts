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
    ...acceptProperty(operation),
  ];
}

/** Where it makes a difference for the result, the method has it. */
function acceptProperty({ accepts, resultsType }: OperationModel): InputProperty[] {
  if (accepts.length === 0 || resultsType !== undefined) return [];
  const type = accepts.map(({ mediaType }) => stringLiteral(mediaType)).join(" | ");
  return [{ key: "accept", type, isOptional: true }];
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

type DataOf = (response: ResponseModel) => readonly TypeModel[];

function resultTypes(operation: OperationModel, names: RuntimeNames): string[] {
  const { resultType, resultsType, streamedType, responses } = operation;
  const ofData: DataOf = ({ dataTypes }) => dataTypes;
  const ofStreams: DataOf = ({ streamTypes }) => streamTypes;
  const result = typeAlias(resultType, resultMembers(responses, ofData, operation, names));
  if (resultsType !== undefined) {
    const results = resultsByAccept(resultsType, ofData, operation, names);
    if (streamedType === undefined) return [result, results];
    return [result, results, resultsByAccept(streamedType, ofStreams, operation, names)];
  }
  if (streamedType === undefined) return [result];
  return [result, typeAlias(streamedType, resultMembers(responses, ofStreams, operation, names))];
}

function resultsByAccept(
  name: string,
  dataOf: DataOf,
  operation: OperationModel,
  names: RuntimeNames,
): string {
  const lines = operation.accepts.map(({ mediaType, responses }) => {
    const members = resultMembers(responses, dataOf, operation, names);
    return `  ${stringLiteral(mediaType)}: ${members.join(" | ")};\n`;
  });
  return `export interface ${identifier(name)} {\n${lines.join("")}}`;
}

function resultMembers(
  responses: readonly ResponseModel[],
  dataOf: DataOf,
  operation: OperationModel,
  names: RuntimeNames,
): string[] {
  const members = responses.flatMap((response) => {
    const { status, outcome, errorTypes } = response;
    const name = /^\d+$/.test(status) ? status : stringLiteral(status);
    const member = (runtimeType: "Success" | "Failure", types: readonly TypeModel[]) =>
      `${names.use(runtimeType)}<${name}, ${unionOf(types, operation, names)}>`;
    return [
      ...(outcome === "failure" ? [] : [member("Success", dataOf(response))]),
      ...(outcome === "success" ? [] : [member("Failure", errorTypes)]),
    ];
  });
  return [...members, names.use("Undeclared")];
}
