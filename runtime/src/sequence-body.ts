import type { BinaryBody } from "./binary-body.ts";

/** Items to be sent one by one, as they come. */
export type ItemSource<Item> = Iterable<Item> | AsyncIterable<Item>;

/**
 * What a call may give for a body that is a sequence of items: a list or any other iterable, or what is written as such
 * a sequence already. A list, and a function that gives an iterable, are sent again after a 401.
 */
export type SequenceBody<Item> = ItemSource<Item> | (() => ItemSource<Item>) | BinaryBody;
