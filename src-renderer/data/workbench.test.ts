import { beforeEach, describe, expect, it } from 'vitest';
import { tabKey, useWorkbench } from './workbench.ts';

const act = () => useWorkbench.getState();
const keys = () => act().tabs.map((t) => t.key);

beforeEach(() => act().restoreTabs([], null));

describe('tabs', () => {
  it('the same view with the same params is one tab', () => {
    act().open('ladder');
    act().open('customer', { id: 'C-1' });
    act().open('ladder');
    expect(keys()).toEqual(['ladder', 'customer?id=C-1']);
    expect(act().active).toBe('ladder');
    expect(tabKey('x', { b: '2', a: '1 1' })).toBe('x?a=1%201&b=2');
  });

  it('a preview is replaced by the next preview unless it was kept', () => {
    act().open('customer', { id: 'C-1' }, { preview: true });
    act().open('customer', { id: 'C-2' }, { preview: true });
    expect(keys()).toEqual(['customer?id=C-2']);
    act().keep('customer?id=C-2');
    act().open('customer', { id: 'C-3' }, { preview: true });
    expect(keys()).toEqual(['customer?id=C-2', 'customer?id=C-3']);
  });

  it('closing goes back to the tab used before, reopening brings it back', () => {
    act().open('ladder');
    act().open('nps');
    act().open('touches');
    act().activate('ladder');
    act().close('ladder');
    expect(act().active).toBe('touches');
    act().reopen();
    expect(act().active).toBe('ladder');
  });

  it('pinned tabs stay in front and survive closing the others', () => {
    act().open('ladder');
    act().open('nps');
    act().pin('nps', true);
    expect(keys()).toEqual(['nps', 'ladder']);
    act().move('ladder', 0);
    expect(keys()).toEqual(['nps', 'ladder']);
    act().open('touches');
    act().closeOthers('touches');
    expect(keys()).toEqual(['nps', 'touches']);
  });
});
