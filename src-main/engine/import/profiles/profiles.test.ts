import { describe, expect, it } from 'vitest';
import { entityOf } from '#engine/base/entities.ts';
import { kindOfName } from '../mapping/schema.ts';
import { collect } from '../mapping/collect.testing.ts';
import { hasSamples, sample } from '../read/shared-samples.testing.ts';
import { PROFILES, profileOf } from './index.ts';

/** Names in profiles that are no field of `data-model.md`: they become attributes on purpose. */
const ATTRIBUTES = new Set(['stripe.payments payment_created']);

describe('profiles', () => {
  it('have ids of their own that start with a vendor or product', () => {
    const ids = PROFILES.map((profile) => profile.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(PROFILES.filter((profile) => !profile.id.startsWith(`${profile.vendor}.`)).map((p) => p.id)).toEqual([]);
    expect([profileOf('stripe.payments')?.vendor, profileOf('nobody.nothing')]).toEqual(['stripe', null]);
  });

  it('name fields that exist', () => {
    const unknown = PROFILES.flatMap((profile) =>
      profile.entities.flatMap((entity) => [
        ...Object.values(entity.columns).flatMap((mapped) => (Array.isArray(mapped) ? mapped : [mapped]).map((m) => m.field)),
        ...Object.keys(entity.constants ?? {}),
      ].filter((field) => kindOfName(entity.entity, field) === 'attribute' && !ATTRIBUTES.has(`${profile.id} ${field}`)).map((field) => `${profile.id} ${entity.entity}.${field}`)),
    ); // prettier-ignore
    expect(unknown).toEqual([]);
    expect(PROFILES.every((profile) => profile.entities.every((entity) => entityOf(entity.entity) !== null))).toBe(
      true,
    );
  });

  it.skipIf(!hasSamples).each([
    ['dynamics365--leads.csv', 'dynamics.leads', { lead: 12 }],
    ['zoho-crm--leads.csv', 'zoho.leads', { lead: 12 }],
    ['pipedrive--deals.csv', 'pipedrive.deals', { opportunity: 13 }],
    ['pipedrive--people.csv', 'pipedrive.people', { party: 12 }],
    ['suitecrm--leads.csv', 'suitecrm.leads', { lead: 12 }],
    ['espocrm--cases.csv', 'espocrm.cases', { ticket: 12 }],
    ['quickbooks-online--journal.csv', 'quickbooks.journal', { transaction: 9 }],
    ['quickbooks-online--ar-aging-detail.csv', 'quickbooks.ar-aging', { transaction: 10 }],
    ['shopify--orders.csv', 'shopify.orders', { transaction: 14 }],
    ['shopify--customers-legacy.csv', 'shopify.customers', { party: 12 }],
    ['paypal--activity.csv', 'paypal.activity', { transaction: 12 }],
    ['likely/paypal--activity-de.csv', 'paypal.activity', { transaction: 12 }],
    ['qualtrics--responses.csv', 'qualtrics.responses', { survey_response: 12 }],
    ['typeform--responses.csv', 'typeform.responses', { survey_response: 11 }],
    ['google-forms--responses.csv', 'google-forms.responses', { survey_response: 12 }],
    ['freshservice--tickets.csv', 'freshservice.tickets', { ticket: 11 }],
    ['eventbrite--attendees.csv', 'eventbrite.attendees', { touch: 14 }],
    ['mailchimp--audience-unsubscribed.csv', 'mailchimp.audience-unsubscribed', { party: 10 }],
    ['klaviyo--campaigns.csv', 'klaviyo.campaigns', { campaign: 10 }],
    ['klaviyo--profiles.csv', 'klaviyo.profiles', { party: 12 }],
    ['facebook--leads.csv', 'meta.leads', { lead: 12 }],
    ['likely/facebook--leads-utf16.csv', 'meta.leads', { lead: 12 }],
    ['hubspot--companies.csv', 'hubspot.companies', { account: 13 }],
  ])('%s is %s', (name, id, counts) => {
    const { plan, facts, rejects } = collect(sample(name), name);
    expect([plan.profile?.id, facts.controlTotals.rows, rejects]).toEqual([id, counts, []]);
  });
});
