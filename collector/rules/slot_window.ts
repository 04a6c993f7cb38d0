/**
 * What happened in the last seconds, in slots: one a second for a minute, longer ones for longer windows, so that a window of days costs as
 * much memory as one of a minute. The price: a window of more than SLOTS seconds reaches back up to one slot less than asked for.
 */
export class SlotWindow<Content> {
  readonly #slotSeconds: number;
  readonly #slots: number;
  readonly #make: () => Content;
  readonly #leave: (content: Content) => void;
  #held: { readonly index: number; readonly content: Content }[] = [];

  /** @param leave told of every content that the window no longer holds */
  constructor(seconds: number, make: () => Content, leave: (content: Content) => void = () => undefined) {
    this.#slotSeconds = Math.ceil(seconds / SLOTS);
    this.#slots = Math.ceil(seconds / this.#slotSeconds);
    this.#make = make;
    this.#leave = leave;
  }

  /** Moves the window so that it ends with this second, and returns that second's content. A clock that is set back empties the window. */
  at(second: number): Content {
    const index = Math.floor(second / this.#slotSeconds);
    const last = this.#held.at(-1);
    if (last !== undefined && last.index > index) this.#drop(this.#held.length);
    const first = this.#held.findIndex((slot) => slot.index > index - this.#slots);
    this.#drop(first === -1 ? this.#held.length : first);
    const present = this.#held.at(-1);
    if (present?.index === index) return present.content;
    const content = this.#make();
    this.#held.push({ index, content });
    return content;
  }

  /** What the window holds, oldest first. */
  contents(): readonly Content[] {
    return this.#held.map(({ content }) => content);
  }

  #drop(count: number): void {
    for (const { content } of this.#held.splice(0, count)) this.#leave(content);
  }
}

/** More would sharpen the edge of long windows, and cost memory in every rule. */
export const SLOTS = 60;
