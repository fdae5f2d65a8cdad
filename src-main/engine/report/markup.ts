/** A piece of markup that is safe as it is: only `tag` makes it, and `tag` escapes every text and attribute. */
export type Markup = { readonly markup: string };

export type Child = Markup | string | number | null | readonly Child[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for element content and quoted attributes; control characters other than white space become U+FFFD. */
export function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (c) => ('\t\n\r'.includes(c) ? c : '\ufffd'))
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

const EMPTY = new Set(['meta', 'br', 'rect', 'line', 'path', 'circle']);

/** One element. Attributes whose value is null are left out; texts are escaped. Names are ours, never data. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | number | null>> = {},
  ...children: Child[]
): Markup {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escapeText(String(value))}"`)
    .join('');
  return {
    markup: EMPTY.has(name) ? `<${name}${list}>` : `<${name}${list}>${children.map(render).join('')}</${name}>`,
  };
}

/** An element of a drawing: SVG elements without content are closed. */
export function shape(
  name: string,
  attributes: Readonly<Record<string, string | number | null>>,
  ...children: Child[]
): Markup {
  const { markup } = tag(name, attributes, ...children);
  return EMPTY.has(name) ? { markup: `${markup.slice(0, -1)}/>` } : { markup };
}

function render(child: Child): string {
  if (child === null) return '';
  if (typeof child === 'string') return escapeText(child);
  if (typeof child === 'number') return String(child);
  if (Array.isArray(child)) return (child as readonly Child[]).map(render).join('');
  return (child as Markup).markup;
}
