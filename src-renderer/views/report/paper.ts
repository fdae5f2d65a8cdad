/** What the preview needs of the made file: its sections as nodes and its style for a shadow tree. */
type Policy = { createHTML(text: string): string };
type Factory = { createPolicy(name: string, rules: { createHTML: (text: string) => string }): Policy };

let policy: Policy | null = null;

/** The window's content policy asks for a named policy before any text is parsed as HTML. */
function asHtml(text: string): string {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  policy ??= factory ? factory.createPolicy('ladderline-report', { createHTML: (t) => t }) : { createHTML: (t) => t };
  return policy.createHTML(text);
}

/** The file's style with its page as a `.paper` of a shadow tree, where `html` and `body` do not exist. */
export function paperStyle(css: string): string {
  return css
    .replace(/@page\s*\{[^}]*\}/g, '')
    .replace(/(^|[\s}])html(\s*\{)/g, '$1:host$2')
    .replace(/(^|[\s}])body(\s*\{)/g, '$1.paper$2');
}

const STYLE = /<style>([\s\S]*?)<\/style>/g;

/** Parses the report; scripts and event attributes, which it never has, would be dropped. */
export function parseReport(html: string): { style: string; sections: Element[] } {
  const style = [...html.matchAll(STYLE)].map((m) => m[1] ?? '').join('\n');
  // The window's policy refuses inline style even in a document that is only parsed, and says so in its console.
  const parsed = new DOMParser().parseFromString(asHtml(html.replace(STYLE, '')), 'text/html');
  for (const script of parsed.querySelectorAll('script, iframe, object, embed, link, base')) script.remove();
  for (const element of parsed.querySelectorAll('*')) {
    for (const name of element.getAttributeNames()) if (name.startsWith('on')) element.removeAttribute(name);
  }
  return { style: paperStyle(style), sections: [...parsed.querySelectorAll('body > section')] };
}
