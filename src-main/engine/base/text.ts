/** The one fold of the language: case and accents gone (NFD without combining marks, lower case). */
export function fold(text: string): string {
  return isPlain(text)
    ? text.toLowerCase()
    : text
        .normalize('NFD')
        .replaceAll(/\p{M}+/gu, '')
        .toLowerCase()
        .normalize('NFC');
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** `www.acme.com`, `https://acme.com/about`, `ann@acme.com` -> `acme.com`; null for a text without a dot. */
export function hostOf(text: string | null): string | null {
  if (text === null) return null;
  const host = /^(?:[a-z]+:\/\/)?(?:.*@)?(?:www\.)?([^\s/:?#@]+\.[^\s/:?#@]+)/.exec(text.trim().toLowerCase())?.[1];
  return host ?? null;
}
