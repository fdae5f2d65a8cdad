import { useState } from 'react';
import { Button, Check, Dialog, Sentence, TextField } from '../../kit/index.ts';
import { useEngine } from '../../data/index.ts';

/** Which facts of the catalogue the table shows; they stand in the order in which they were chosen. */
export function ColumnChooser({
  chosen,
  standard,
  onChange,
}: {
  chosen: readonly string[];
  standard: readonly string[];
  onChange: (names: string[]) => void;
}) {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState('');
  const fields = useEngine('fields', { relation: 'customer' }, { enabled: open });
  const words = wanted.trim().toLowerCase();
  const facts = (fields.data?.fields ?? []).filter(
    (f) => words === '' || `${f.name} ${f.label} ${f.meaning}`.toLowerCase().includes(words),
  );
  return (
    <>
      <Button icon="list-selection" onClick={() => setOpen(true)}>
        Columns
      </Button>
      {open ? (
        <Dialog
          title="Columns of the customer table"
          onClose={() => setOpen(false)}
          width={720}
          footer={
            <>
              <Button onClick={() => onChange([...standard])}>As at first</Button>
              <Button kind="primary" onClick={() => setOpen(false)}>
                Done
              </Button>
            </>
          }
        >
          <TextField label="Find a fact" value={wanted} onChange={setWanted} placeholder="gap, revenue, dispute" />
          <div className="customers-columns">
            {facts.map((f) => (
              <div key={f.name} title={f.meaning}>
                <Check
                  label={f.label}
                  checked={chosen.includes(f.name)}
                  disabled={chosen.length === 1 && chosen.includes(f.name)}
                  onChange={(on) => onChange(on ? [...chosen, f.name] : chosen.filter((name) => name !== f.name))}
                />
              </div>
            ))}
          </div>
          {facts.length === 0 && fields.data ? <Sentence dim>No fact has these words.</Sentence> : null}
        </Dialog>
      ) : null}
    </>
  );
}
