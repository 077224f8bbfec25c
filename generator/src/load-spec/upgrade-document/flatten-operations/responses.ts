import { asObject, isObject, type JsonObject, own } from "../../../document.ts";
import { isFile } from "../collection-format.ts";
import { followIn, type PathItem, pointerTo, reportMissing } from "./path-item.ts";

/** A response of an operation, and where it is in the main file. */
export interface PlacedResponse {
  readonly response: JsonObject;
  readonly pointer: string;
  readonly isFile: boolean;
}

/** The responses of an operation by status. */
export async function flattenResponses(
  item: PathItem,
  method: string,
): Promise<ReadonlyMap<string, PlacedResponse>> {
  const byStatus = new Map<string, PlacedResponse>();
  const declared = asObject(own(item.value[method], "responses"));
  for (const [status, value] of Object.entries(declared)) {
    if (status.startsWith("x-")) continue;
    const placed = await flattenResponse(item, [method, "responses", status], value);
    if (placed !== undefined) byStatus.set(status, placed);
  }
  return byStatus;
}

async function flattenResponse(
  item: PathItem,
  keys: readonly string[],
  value: unknown,
): Promise<PlacedResponse | undefined> {
  const here = pointerTo(item, keys);
  const found = await followIn(item, keys, value);
  if (found === undefined) {
    reportMissing(item, here, "response");
    return undefined;
  }
  // Of examples, the upgrade would make media types.
  const { examples: _, headers, ...rest } = item.refs.moved(found);
  const sound = Object.entries(asObject(headers)).filter(([, header]) => isObject(header));
  const response = { ...rest, ...(sound.length > 0 && { headers: Object.fromEntries(sound) }) };
  return { response, pointer: item.refs.pointerOf(found, here), isFile: isFile(rest["schema"]) };
}
