/** What one list at a time can hold; {@link LinkedList} alone sets its members. */
export abstract class LinkedItem {
  previous: this | undefined;
  next: this | undefined;
  isLinked = false;
}

/**
 * Items that link to each other: to come and to go costs nothing, however many there are.
 *
 * For what changes with every call. A container that outlives the calls would keep those that have left it from being
 * collected young: the tables that a `Set` outgrows still point to them.
 */
export class LinkedList<Item extends LinkedItem> {
  #first: Item | undefined;
  #last: Item | undefined;

  get isEmpty(): boolean {
    return this.#last === undefined;
  }

  add(item: Item): void {
    item.isLinked = true;
    item.previous = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.next = item;
    this.#last = item;
  }

  remove(item: Item): void {
    const { previous, next } = item;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    item.isLinked = false;
    item.previous = undefined;
    item.next = undefined;
  }

  /** Those of it that pass a test, the first that came first. */
  filter(test: (item: Item) => boolean): Item[] {
    const items: Item[] = [];
    for (let item = this.#first; item !== undefined; item = item.next) if (test(item)) items.push(item);
    return items;
  }
}
