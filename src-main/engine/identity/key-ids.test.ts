import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyIds } from './key-ids.ts';

test('equal texts have one id, others have others, in order of appearance, through every growth', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 300 }), (texts) => {
      const ids = new KeyIds();
      const model = new Map<string, number>();
      for (const text of texts) {
        expect(ids.find(text)).toBe(model.get(text) ?? 0);
        if (!model.has(text)) model.set(text, model.size + 1);
        expect(ids.idOf(text)).toBe(model.get(text));
      }
      expect(ids.count).toBe(model.size);
    }),
  );
  const many = new KeyIds();
  let wrong = 0;
  for (let i = 0; i < 200_000; i++) if (many.idOf(`key ${i}`) !== i + 1) wrong++;
  for (let i = 0; i < 200_000; i += 7) if (many.find(`key ${i}`) !== i + 1) wrong++;
  expect(wrong).toBe(0);
  expect(many.find('key 200000')).toBe(0);
});
