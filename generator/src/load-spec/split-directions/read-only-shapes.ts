import type { JsonObject } from "../../document.ts";
import type { ReadOnlyPlace, ReadOnlyShape } from "../../model.ts";
import { numbered } from "../../names.ts";
import type { PropertyFlags } from "./property-flags.ts";
import { declaredItems, declaredPlaces, declaredProperties, wholeOf } from "./value-schemas.ts";

/** Where read-only values are in the bodies of a document's requests. */
export interface ReadOnlyShapes {
  /** Undefined where a schema has none. */
  placeOf(schema: unknown): ReadOnlyPlace | undefined;
  /** What places refer to by name, sorted. */
  readonly shapes: Readonly<Record<string, ReadOnlyShape>>;
}

export interface ShapeOptions {
  readonly flags: PropertyFlags;
  /** Whether there can be read-only values in the values of a schema. */
  readonly mayHold: (schema: unknown) => boolean;
  readonly isComponent: (name: string) => boolean;
}

/** Those of a sound document are far fewer. */
const MAX_SHAPES = 20_000;

/** Of schemas looked at, over all shapes. */
const MAX_LOOKS = 2_000_000;

/** What a value may be, said by all the schemas that say something of it. */
interface Shape {
  /** What a shape with component schemas in it is called; there is one on every cycle. */
  readonly name: string | undefined;
  readonly schemas: readonly JsonObject[];
  readonly omit: string[];
  readonly properties: Map<string, Shape | undefined>;
  additionalProperties: Shape | undefined;
  readonly prefixItems: (Shape | undefined)[];
  items: Shape | undefined;
}

/**
 * Finds where read-only values are in the values of schemas, those of schemas that hold themselves too.
 *
 * Where several schemas say what a value may be, a property of it is read-only when all say so that declare it. What a
 * document says in endlessly many ways is left to the server, which ignores such values.
 */
export function readOnlyShapes(schemas: Iterable<unknown>, options: ShapeOptions): ReadOnlyShapes {
  const finder = new ShapeFinder(options);
  const roots = new Map([...schemas].map((schema) => [schema, finder.find([schema])]));
  finder.explore();
  return new ShapePrinter(roots, usefulOf(finder.all));
}

class ShapeFinder {
  readonly #options: ShapeOptions;
  readonly #ids = new Map<JsonObject, number>();
  readonly #shapes = new Map<string, Shape>();
  /** How many shapes are called after a component schema. */
  readonly #namesakes = new Map<string, number>();
  #looks = 0;

  constructor(options: ShapeOptions) {
    this.#options = options;
  }

  get all(): readonly Shape[] {
    return [...this.#shapes.values()];
  }

  /** One for the same schemas, however they are led to; undefined where there is nothing to find. */
  find(schemas: readonly unknown[]): Shape | undefined {
    const { flags, mayHold } = this.#options;
    if (this.#isTired() || !schemas.some(mayHold)) return undefined;
    const whole = wholeOf(flags, schemas);
    this.#looks += whole.looks;
    // All of what says something has to be known: what one calls read-only another may not.
    if (whole.schemas === undefined || this.#isTired()) return undefined;
    const ids = whole.schemas.map((schema) => this.#idOf(schema));
    const key = ids.toSorted((a, b) => a - b).join();
    const known = this.#shapes.get(key);
    if (known !== undefined || this.#shapes.size >= MAX_SHAPES) return known;
    const shape = createShape(this.#nameFor(whole.component), whole.schemas);
    this.#shapes.set(key, shape);
    return shape;
  }

  explore(): void {
    // What is found on the way comes at its end.
    for (const shape of this.#shapes.values()) this.#fill(shape);
  }

  #isTired(): boolean {
    return this.#looks > MAX_LOOKS;
  }

  #fill(shape: Shape): void {
    if (this.#isTired()) return;
    const { schemas } = shape;
    const { named, others } = declaredProperties(schemas);
    for (const [name, declared] of named) {
      this.#looks += 1 + declared.length;
      if (this.#isTired()) return;
      const open = declared.filter((one) => !this.#options.flags.has("readOnly", name, one));
      if (open.length === 0) shape.omit.push(name);
      else shape.properties.set(name, this.find(open));
    }
    shape.additionalProperties = this.find(others);
    for (const place of declaredPlaces(schemas)) {
      this.#looks += schemas.length;
      if (this.#isTired()) return;
      shape.prefixItems.push(this.find(place));
    }
    shape.items = this.find(declaredItems(schemas));
  }

  #idOf(schema: JsonObject): number {
    const id = this.#ids.get(schema) ?? this.#ids.size;
    this.#ids.set(schema, id);
    return id;
  }

  /** That of the component schema, for the first shape that begins with it. */
  #nameFor(component: string | undefined): string | undefined {
    if (component === undefined) return undefined;
    let count = this.#namesakes.get(component) ?? 0;
    let name = component;
    do {
      count += 1;
      name = numbered(component, count);
    } while (count > 1 && this.#options.isComponent(name));
    this.#namesakes.set(component, count);
    return name;
  }
}

function createShape(name: string | undefined, schemas: readonly JsonObject[]): Shape {
  return {
    name,
    schemas,
    omit: [],
    properties: new Map(),
    additionalProperties: undefined,
    prefixItems: [],
    items: undefined,
  };
}

function below({ properties, additionalProperties, prefixItems, items }: Shape): Shape[] {
  return [...properties.values(), additionalProperties, ...prefixItems, items].filter(
    (shape) => shape !== undefined,
  );
}

/** The shapes that leave something out, or lead to such. */
function usefulOf(all: readonly Shape[]): ReadonlySet<Shape> {
  const users = new Map<Shape, Shape[]>();
  for (const user of all)
    for (const used of below(user)) {
      const known = users.get(used);
      if (known === undefined) users.set(used, [user]);
      else known.push(user);
    }
  const useful = new Set(all.filter(({ omit }) => omit.length > 0));
  for (const shape of useful) for (const user of users.get(shape) ?? []) useful.add(user);
  return useful;
}

class ShapePrinter implements ReadOnlyShapes {
  readonly #useful: ReadonlySet<Shape>;
  readonly #places: ReadonlyMap<unknown, ReadOnlyPlace | undefined>;
  readonly #named = new Map<string, Shape>();
  readonly shapes: Readonly<Record<string, ReadOnlyShape>>;

  constructor(roots: ReadonlyMap<unknown, Shape | undefined>, useful: ReadonlySet<Shape>) {
    this.#useful = useful;
    this.#places = new Map([...roots].map(([schema, shape]) => [schema, this.#place(shape)]));
    const printed = new Map<string, ReadOnlyShape>();
    // What is referred to on the way comes at its end.
    for (const [name, shape] of this.#named) printed.set(name, this.#print(shape));
    this.shapes = Object.fromEntries([...printed].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  readonly placeOf = (schema: unknown): ReadOnlyPlace | undefined => this.#places.get(schema);

  #place(shape: Shape | undefined): ReadOnlyPlace | undefined {
    if (shape === undefined || !this.#useful.has(shape)) return undefined;
    if (shape.name === undefined) return this.#print(shape);
    this.#named.set(shape.name, shape);
    return shape.name;
  }

  #print(shape: Shape): ReadOnlyShape {
    const { omit } = shape;
    const additionalProperties = this.#place(shape.additionalProperties);
    const items = this.#place(shape.items);
    const properties = [...shape.properties].flatMap(([name, value]): [string, ReadOnlyPlace][] => {
      // What holds for the others does not for one that is named.
      const place = this.#place(value) ?? (additionalProperties === undefined ? undefined : {});
      return place === undefined ? [] : [[name, place]];
    });
    const places = shape.prefixItems.map((place) => this.#place(place));
    const tellsApart = items !== undefined || places.some((place) => place !== undefined);
    return {
      ...(omit.length > 0 && { omit }),
      ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
      ...(additionalProperties !== undefined && { additionalProperties }),
      ...(places.length > 0 && tellsApart && { prefixItems: places.map((place) => place ?? {}) }),
      ...(items !== undefined && { items }),
    };
  }
}
