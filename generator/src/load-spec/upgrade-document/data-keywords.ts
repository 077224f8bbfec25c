/** Keywords whose values are data: what looks like a reference or a schema in them is none. */
const DATA = /^(example|examples|default|enum)$/;

/** Keywords whose values are maps: a response may be called `default`, and a property `example`. */
const MAPS = /^(paths|definitions|parameters|responses|properties|patternProperties|headers)$/;

/** @param isName - whether the key is one of a map, and so means nothing by itself */
export function isData(key: string, isName: boolean): boolean {
  return !isName && DATA.test(key);
}

/** Whether the keys of the value below this key are names. */
export function isMap(key: string, isName: boolean): boolean {
  return !isName && MAPS.test(key);
}
