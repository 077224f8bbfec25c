import { describe, expect, test } from "vitest";
import { groupTokenSchemes } from "../../../../generator/src/cli/init/token-groups.ts";
import type { TokenScheme } from "../../../../generator/src/cli/init/token-schemes.ts";
import type { SecurityRequirement, SourceOperation } from "../../../../generator/src/model.ts";

const at = (name: string, kind: TokenScheme["kind"], host?: string): TokenScheme => ({
  name,
  kind,
  ...(host !== undefined && { server: { tokenEndpoint: `https://${host}/token` } }),
});

/** Operations with these alternatives; a text names schemes that are all needed. */
function group(schemes: readonly TokenScheme[], operations: readonly (readonly string[] | undefined)[]) {
  const sources = operations.map((alternatives): SourceOperation => {
    const security = alternatives?.map(
      (names): SecurityRequirement =>
        Object.fromEntries(
          names
            .split(" ")
            .filter(Boolean)
            .map((name) => [name, []]),
        ),
    );
    return {
      pointer: "",
      path: "",
      method: "get",
      operation: {},
      parameters: [],
      servers: [],
      tags: [],
      ...(security && { security }),
    };
  });
  const { groups, isByScheme } = groupTokenSchemes(schemes, sources);
  return [groups.map(({ schemes: found }) => found.map(({ name }) => name).join(" ")), isByScheme];
}

describe("groupTokenSchemes", () => {
  const own = at("own", "clientCredentials", "a.example");
  const partner = at("partner", "clientCredentials", "b.example");

  test.each<[string, TokenScheme[], (string[] | undefined)[], string[], boolean]>([
    ["one scheme", [own], [["own"]], ["own"], false],
    [
      "schemes of one server",
      [own, at("other", "otherFlow", "a.example")],
      [["own"], ["other"]],
      ["own other"],
      false,
    ],
    [
      "the likelier server where either will do",
      [at("user", "otherFlow", "b.example"), own],
      [["user", "own"]],
      ["own"],
      true,
    ],
    ["the server of most operations", [own, partner], [["own", "partner"], ["partner"]], ["partner"], true],
    [
      "both servers where operations need both",
      [own, partner],
      [["own"], ["own"], ["partner"]],
      ["own", "partner"],
      true,
    ],
    [
      "the known server where another scheme says none",
      [at("jwt", "bearer"), own],
      [["jwt"], ["own"]],
      ["own jwt"],
      false,
    ],
    ["schemes that are used", [own, partner], [["own"]], ["own"], false],
    ["schemes that are declared, where no operation says anything", [own], [undefined], ["own"], false],
    ["an unknown one where the document says nothing at all", [], [undefined], [""], false],
    [
      "an API key in the Authorization field, where there is nothing else",
      [at("key", "key")],
      [["key"]],
      ["key"],
      true,
    ],
    ["a token rather than such a key", [at("key", "key"), own], [["key"], ["own"]], ["own"], false],
    ["none where no operation takes a token", [own], [[], [""]], [], true],
  ])("has %s", (_, schemes, operations, groups, isByScheme) => {
    expect(group(schemes, operations)).toEqual([groups, isByScheme]);
  });
});
