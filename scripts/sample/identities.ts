import { csv } from './csv.ts';
import type { World } from './model.ts';

/** Who is who: every account, person, lead and Stripe customer with an id of its own, and the customer it belongs to (the account name of the world). */
export function clusters({ companies }: World): Buffer {
  const file = csv({ quote: 'needed', eol: '\n', delimiter: ',', encoding: 'utf-8' }, [
    'source',
    'kind',
    'external_id',
    'customer',
  ]);
  for (const c of companies) {
    if (c.salesforceId) file.add(['salesforce', 'company', c.salesforceId, c.name]);
    for (const p of c.contacts) {
      if (p.salesforceId) file.add(['salesforce', 'person', p.salesforceId, c.name]);
      if (p.hubspotId) file.add(['hubspot', 'person', p.hubspotId, c.name]);
    }
    for (const lead of c.leads) file.add(['salesforce', 'lead', lead.id, c.name]);
    if (c.stripeId) file.add(['stripe', 'person', c.stripeId, c.name]);
  }
  return file.bytes();
}
