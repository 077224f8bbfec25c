import { tokenJson } from "../token-json.ts";
import type { PlacedClient } from "./check-text.ts";

/** What became of the token clients, as programs read it. */
export function checkJson(clients: readonly PlacedClient[], ok: boolean): object {
  return { ok, tokenClients: clients.map(clientJson) };
}

function clientJson({ name, place, problems, notes, tokens, isLeftOut }: PlacedClient): object {
  return {
    name,
    ok: problems.length === 0,
    checked: !isLeftOut,
    ...(place !== undefined && { place }),
    problems,
    notes,
    tokens: tokens.map(({ asked, needs, description }) => {
      const { header: _, claims: __, ...token } = tokenJson(description);
      return { asked: asked ?? null, needed: Object.fromEntries(needs), ...token };
    }),
  };
}
