import { asObject, asString, type JsonObject } from "../document.ts";
import type { ParameterModel, SourceOperation } from "../model.ts";
import { valueType } from "./value-type.ts";

const DEFAULT_STYLE: Record<string, string> = {
  path: "simple",
  header: "simple",
  query: "form",
  cookie: "form",
};

const STYLES = new Set(
  "simple label matrix form spaceDelimited pipeDelimited tabDelimited deepObject cookie".split(" "),
);

const EXPLODED_BY_DEFAULT = new Set(["form", "deepObject", "cookie"]);

/** The parameters of an operation in one location. */
export function parametersIn(
  document: JsonObject,
  { parameters }: SourceOperation,
  location: string,
): ParameterModel[] {
  const here = parameters.filter((parameter) => parameter["in"] === location);
  return here.map((parameter) => parameterModel(document, parameter));
}

/** `/items/{id}` -> `["/items/", { name: "id" }]`; a fragment never goes on the wire and is left out. */
export function pathParts(document: JsonObject, source: SourceOperation): (string | ParameterModel)[] {
  const byName = new Map(
    parametersIn(document, source, "path").map((parameter) => [parameter.name, parameter]),
  );
  const [template = ""] = source.path.split(/#(?![^{]*\})/);
  return template.split(/\{([^{}]+)\}/).flatMap((part, index): (string | ParameterModel)[] => {
    if (index % 2 === 0) return part === "" ? [] : [part];
    // Path parameters are always required: saying so would only add bytes.
    const { required: _, ...parameter } = byName.get(part) ?? { name: part };
    return [parameter];
  });
}

/** A header of a part, whose name and place are known. */
export function headerModel(document: JsonObject, name: string, header: JsonObject): ParameterModel {
  return parameterModel(document, { ...header, name, in: "header" });
}

function parameterModel(document: JsonObject, parameter: JsonObject): ParameterModel {
  const name = asString(parameter["name"]) ?? "";
  const required = parameter["required"] === true && { required: true as const };
  const [content] = Object.keys(asObject(parameter["content"]));
  if (content !== undefined) return { name, ...required, content };
  const style = effectiveStyle(parameter, asString(parameter["in"]) ?? "");
  const type = valueType(document, parameter["schema"]);
  return { name, ...required, ...style, ...(type !== undefined && { type }) };
}

/** Style, explode and allowReserved, where they are not what goes without saying in that location. */
export function effectiveStyle(
  declared: JsonObject,
  location: string,
): Pick<ParameterModel, "style" | "explode" | "allowReserved"> {
  const style = asString(declared["style"]);
  const effective = style !== undefined && STYLES.has(style) ? style : (DEFAULT_STYLE[location] ?? "form");
  const explode = declared["explode"];
  return {
    ...(effective !== DEFAULT_STYLE[location] && { style: effective }),
    ...(typeof explode === "boolean" && explode !== EXPLODED_BY_DEFAULT.has(effective) && { explode }),
    ...(declared["allowReserved"] === true && { allowReserved: true as const }),
  };
}
