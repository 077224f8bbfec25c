import { asObject, type JsonObject } from "../document.ts";
import type { ParameterModel, SourceOperation } from "../model.ts";
import { encodingsOf } from "./encodings.ts";
import { parametersIn } from "./parameters.ts";

/** The parameter that is the whole query string of an operation. */
export function querystringOf(document: JsonObject, source: SourceOperation): ParameterModel | undefined {
  const [model] = parametersIn(document, source, "querystring");
  const declared = source.parameters.find((parameter) => parameter["in"] === "querystring");
  if (model?.content === undefined || declared === undefined) return model;
  const media = asObject(asObject(declared["content"])[model.content]);
  const { encoding } = encodingsOf(document, model.content, media);
  return { ...model, ...(encoding !== undefined && { encoding }) };
}
