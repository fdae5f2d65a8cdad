import { describe, expect, it } from 'vitest';
import { paperStyle } from './paper.ts';

describe('paperStyle', () => {
  it('moves the rules of html and body to the shadow tree and leaves the others alone', () => {
    expect(
      paperStyle(
        '@page { size: 1280px 720px; margin: 0; }\nhtml { background: #f0f0f0; }\nbody { margin: 0; }\ntable, .body { top: 0; }\n@media print { html { background: #fff; } }',
      ),
    ).toBe(
      '\n:host { background: #f0f0f0; }\n.paper { margin: 0; }\ntable, .body { top: 0; }\n@media print { :host { background: #fff; } }',
    );
  });
});
