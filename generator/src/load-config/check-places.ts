import { readdirSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { isBelow } from "../below.ts";
import { asObject, asString, type JsonObject, own } from "../document.ts";
import { lookAt } from "../look-at.ts";
import { abridge, suggestion } from "../names.ts";
import { urlProblem } from "../secure-url.ts";
import type { Problem } from "./problem.ts";
import type { ConfigSource } from "./read-config.ts";

/** Of each client, what is wrong with the places that it names. */
export function checkPlaces({ file, value }: ConfigSource): Map<string, Problem[]> {
  const clients = Object.entries(asObject(own(value, "clients")));
  return new Map(
    clients.map(([className, client]) => {
      const path = ["clients", className];
      return [
        className,
        [
          ...checkSpec([...path, "spec"], asString(own(client, "spec")), file),
          ...checkSpecRoot([...path, "specRoot"], asObject(client), file),
        ],
      ];
    }),
  );
}

function checkSpec(path: string[], spec: string | undefined, configFile: string): Problem[] {
  if (spec === undefined || spec === "") return [];
  if (isRemote(spec)) {
    const message = urlProblem(spec);
    return message === undefined
      ? []
      : [{ path, message, fix: "write such an address, or the path of a file" }];
  }
  const file = resolve(dirname(configFile), spec);
  const { stats, reason } = lookAt(file);
  if (stats?.isFile()) return [];
  if (reason !== undefined) {
    return [
      {
        path,
        message: `"${spec}" cannot be read: ${reason}`,
        fix: "correct the path, or let whoever runs this read it",
      },
    ];
  }
  if (stats?.isDirectory()) return [{ path, message: `"${spec}" is a folder`, fix: suggestWithin(file) }];
  if (stats !== undefined)
    return [{ path, message: `"${spec}" is no regular file`, fix: "name a file that can be read again" }];
  const meant = suggestion(basename(file), documentsIn(dirname(file)));
  const fix = meant ?? "correct the path: it starts from the folder of the config";
  return [{ path, message: `there is no file "${spec}"`, fix }];
}

/** Symbolic links followed, as when the document is read. */
function checkSpecRoot(path: string[], client: JsonObject, configFile: string): Problem[] {
  const [spec, root] = [asString(client["spec"]), asString(client["specRoot"])];
  if (root === undefined || root === "" || spec === undefined) return [];
  if (isRemote(spec))
    return [
      {
        path,
        about: "key",
        message: "is for files; a document at a URL has remoteHosts",
        fix: "leave it out",
      },
    ];
  const folder = resolve(dirname(configFile), root);
  if (!lookAt(folder).stats?.isDirectory())
    return [
      {
        path,
        message: `there is no folder "${root}"`,
        fix: "correct the path: it starts from the folder of the config",
      },
    ];
  const file = resolve(dirname(configFile), spec);
  if (lookAt(file).stats === undefined) return [];
  if (isBelow(realpathSync(folder), realpathSync(file))) return [];
  return [{ path, message: `"${spec}" is not below it`, fix: "name a folder that has all of its files" }];
}

function suggestWithin(folder: string): string {
  const names = documentsIn(folder);
  return names.length === 0 ? "name a document" : `name a document in it: ${abridge(names)}`;
}

function documentsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.(json|ya?ml)$/.test(name));
  } catch {
    return []; // the folder is missing too: there is nothing to suggest
  }
}

export function isRemote(spec: string): boolean {
  return /^[a-z]+:\/\//i.test(spec);
}
