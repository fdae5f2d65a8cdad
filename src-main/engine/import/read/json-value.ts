/** Deeper nesting is not read: no export has it, and a reader that follows it can be made to overflow. */
const DEPTH = 64;

export class JsonError extends Error {}

/**
 * Reads one JSON object (RFC 8259) and hands its values over as texts: nested objects under `outer.inner`, lists of plain
 * values joined by `;`, lists that hold objects as their own JSON. Numbers keep every digit they are written with; null,
 * NaN, empty lists and objects are empty. Names are only ever looked up in a Map by the caller: `__proto__` is a name like any other.
 * Throws JsonError with place and reason.
 */
export function readObject(text: string, give: (path: string, value: string) => void): void {
  let at = 0;

  const fail = (what: string): never => {
    throw new JsonError(`${what} at character ${at + 1}`);
  };
  const blanks = (): number => {
    let c = text.charCodeAt(at);
    while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt((at += 1));
    return c;
  };
  /** The string at `at`, which stands on its opening quote. */
  const string = (): string => {
    const from = at;
    let escaped = false;
    for (;;) {
      const c = text.charCodeAt((at += 1));
      if (c === 34) break;
      if (c === 92) {
        escaped = true;
        at += 1;
      } else if (c < 32) {
        fail('a line end or control character within a text');
      } else if (Number.isNaN(c)) {
        at = text.length;
        fail('a text that does not end');
      }
    }
    at += 1;
    if (!escaped) return text.slice(from + 1, at - 1);
    try {
      return JSON.parse(text.slice(from, at)) as string;
    } catch {
      return fail('a wrong escape within a text');
    }
  };
  const plain = (): string => {
    const from = at;
    for (;;) {
      const c = text.charCodeAt(at);
      if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 43 || c === 45 || c === 46))
        break;
      at += 1;
    }
    const word = text.slice(from, at);
    if (word === 'true' || word === 'false') return word;
    if (word === 'null' || word === 'NaN') return '';
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word))
      return /[eE]/.test(word) ? withoutExponent(word) : word;
    at = from;
    return fail(word === '' ? 'a value is missing' : `"${word.slice(0, 20)}" is no value`);
  };
  /** Moves behind the value at `at` without keeping it. */
  const skip = (depth: number): void => {
    if (depth > DEPTH) fail(`nesting deeper than ${DEPTH}`);
    const c = blanks();
    if (c === 34) string();
    else if (c === 123) object((_, d) => skip(d), depth);
    else if (c === 91) list(() => skip(depth + 1));
    else plain();
  };
  const list = (item: () => void): void => {
    at += 1;
    if (blanks() === 93) {
      at += 1;
      return;
    }
    for (;;) {
      item();
      const c = blanks();
      at += 1;
      if (c === 93) return;
      if (c !== 44) {
        at -= 1;
        fail('a comma or ] is missing');
      }
    }
  };
  const object = (member: (name: string, depth: number) => void, depth: number): void => {
    at += 1;
    if (blanks() === 125) {
      at += 1;
      return;
    }
    for (;;) {
      if (blanks() !== 34) fail('a name in quotes is missing');
      const name = string();
      if (blanks() !== 58) fail('a colon is missing');
      at += 1;
      member(name, depth + 1);
      const c = blanks();
      at += 1;
      if (c === 125) return;
      if (c !== 44) {
        at -= 1;
        fail('a comma or } is missing');
      }
    }
  };
  const value = (path: string, depth: number): void => {
    if (depth > DEPTH) fail(`nesting deeper than ${DEPTH}`);
    const c = blanks();
    if (c === 34) give(path, string());
    else if (c === 123) object((name, d) => value(`${path}.${name}`, d), depth);
    else if (c === 91) {
      const from = at;
      let joined = '';
      let nested = false;
      list(() => {
        const first = blanks();
        if (first === 123 || first === 91) {
          nested = true;
          skip(depth + 1);
        } else {
          const text1 = first === 34 ? string() : plain();
          if (text1 !== '') joined += joined === '' ? text1 : `;${text1}`;
        }
      });
      give(path, nested ? text.slice(from, at) : joined);
    } else give(path, plain());
  };

  if (blanks() !== 123) fail('{ is missing');
  object((name, depth) => value(name, depth), 0);
  blanks();
  if (at < text.length) fail('more text behind the record');
}

/** `5.1E+3` as `5100` when that loses nothing, else unchanged. */
function withoutExponent(word: string): string {
  const value = Number(word);
  const written = String(value);
  return Number.isFinite(value) && Math.abs(value) < 1e15 && !/e/.test(written) ? written : word;
}
