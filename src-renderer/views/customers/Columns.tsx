import { useState } from 'react';
import { Button, Check, Dialog } from '../../kit/index.ts';
import { useEngine } from '../../data/index.ts';

/** Which facts of the catalogue the table shows. */
export function ColumnChooser({ chosen, onChange }: { chosen: readonly string[]; onChange: (names: string[]) => void }) {
  const [open, setOpen] = useState(false);
  const fields = useEngine('fields', {}, { enabled: open });
  const facts = (fields.data?.fields ?? []).filter((f) => f.relation === 'customer');
  return (
    <>
      <Button icon="list-selection" onClick={() => setOpen(true)}>
        Columns
      </Button>
      {open ? (
        <Dialog title="Columns of the customer table" onClose={() => setOpen(false)} width={640} footer={<Button kind="primary" onClick={() => setOpen(false)}>Done</Button>}>
          <div className="customers-columns">
            {facts.map((f) => (
              <div key={f.name} title={f.meaning}>
                <Check
                  label={f.name.replaceAll('_', ' ')}
                  checked={chosen.includes(f.name)}
                  onChange={(on) => onChange(on ? [...chosen, f.name] : chosen.filter((name) => name !== f.name))}
                />
              </div>
            ))}
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
