/** What a terminal acts on, or shows in another order than it stands: control characters, C1 among them, and marks of direction. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Texts of callers, of the graph and of engines: in one line, and without power over the terminal of whoever reads them. */
export const printable = (text: string): string =>
  text.replace(unprintable, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A value as JSON, for a terminal; as texts in it are escaped by the rules of JSON, it is read back the same. */
export const jsonOf = (value: unknown): string => printable(JSON.stringify(value));
