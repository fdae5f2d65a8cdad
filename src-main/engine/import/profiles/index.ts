import { aircallCalls } from './aircall/profile.ts';
import { hubspotCompanies, hubspotContacts, hubspotDeals } from './hubspot/profile.ts';
import { outlookCalendar } from './outlook/profile.ts';
import {
  salesforceAccounts,
  salesforceContacts,
  salesforceContactsReport,
  salesforceLeads,
  salesforceLeadsReport,
  salesforceOpportunities,
} from './salesforce/profile.ts';
import { stripeCustomers, stripePayments, stripeSubscriptions } from './stripe/profile.ts';
import { surveymonkeyResponses } from './surveymonkey/profile.ts';
import { xeroSalesInvoices } from './xero/profile.ts';
import { zendeskTickets } from './zendesk/profile.ts';
import type { Profile } from './define.ts';

/** Every import profile; one line per export. */
export const PROFILES: readonly Profile[] = [
  aircallCalls,
  hubspotCompanies,
  hubspotContacts,
  hubspotDeals,
  outlookCalendar,
  salesforceAccounts,
  salesforceContacts,
  salesforceContactsReport,
  salesforceLeads,
  salesforceLeadsReport,
  salesforceOpportunities,
  stripeCustomers,
  stripePayments,
  stripeSubscriptions,
  surveymonkeyResponses,
  xeroSalesInvoices,
  zendeskTickets,
];

/** The profile of that id, or null. */
export function profileOf(id: string): Profile | null {
  return PROFILES.find((profile) => profile.id === id) ?? null;
}
