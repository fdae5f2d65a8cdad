import { createHash } from 'node:crypto';
import { headerKey } from '../detect/headers.ts';

/** Identifies a kind of export by its header names, whatever their order, case or spacing: 16 hexadecimal digits. */
export function mappingFingerprint(headers: readonly string[]): string {
  const keys = [...new Set(headers.map(headerKey).filter((key) => key !== ''))].sort();
  return createHash('sha256').update(keys.join('\u001f')).digest('hex').slice(0, 16);
}
