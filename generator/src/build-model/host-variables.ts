import { own } from "../document.ts";
import type { ServerModel, ServerVariableModel } from "../model.ts";

/**
 * The variable of a server whose value decides whose host it is: one that may be anything and stands at the end of the
 * host, or before no more than its last label. `https://{tenant}.example.com` has none, `https://api.{domain}` has.
 */
export function hostVariable({ url, variables = {} }: ServerModel): string | undefined {
  const names: string[] = [];
  const known = url.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const variable = own(variables, name) as ServerVariableModel | undefined;
    const [first] = variable?.enum ?? [];
    return first ?? `{${names.push(name) - 1}}`;
  });
  const [, host = ""] = /^(?:[^/?#]*:)?\/\/([^/?#:]*)/.exec(known) ?? [];
  const [, index] = /\{(\d+)\}[^.{}]*(?:\.(?!localhost$)[^.{}]+)?$/i.exec(host) ?? [];
  return index === undefined ? undefined : names[Number(index)];
}
