import { aircallCalls } from './aircall/profile.ts';
import { dynamicsContacts, dynamicsLeads } from './dynamics/profile.ts';
import { espocrmCases } from './espocrm/profile.ts';
import { eventbriteAttendees } from './eventbrite/profile.ts';
import { freshdeskTickets, freshserviceTickets } from './freshworks/profile.ts';
import { googleFormsResponses } from './google-forms/profile.ts';
import { hubspotCompanies, hubspotContacts, hubspotDeals } from './hubspot/profile.ts';
import { klaviyoCampaigns, klaviyoProfiles } from './klaviyo/profile.ts';
import { mailchimpAudience, mailchimpUnsubscribed } from './mailchimp/profile.ts';
import { metaLeads } from './meta/profile.ts';
import { outlookCalendar } from './outlook/profile.ts';
import { paypalActivity } from './paypal/profile.ts';
import { pipedriveDeals, pipedrivePeople } from './pipedrive/profile.ts';
import { qualtricsLegacy, qualtricsResponses } from './qualtrics/profile.ts';
import { quickbooksAging, quickbooksGeneralLedger, quickbooksJournal } from './quickbooks/profile.ts';
import {
  salesforceAccounts,
  salesforceContacts,
  salesforceContactsReport,
  salesforceLeads,
  salesforceLeadsReport,
  salesforceOpportunities,
} from './salesforce/profile.ts';
import { shopifyCustomers, shopifyOrders } from './shopify/profile.ts';
import { stripeCustomers, stripePayments, stripeSubscriptions } from './stripe/profile.ts';
import { suitecrmLeads } from './suitecrm/profile.ts';
import { surveymonkeyOlder, surveymonkeyResponses } from './surveymonkey/profile.ts';
import { typeformResponses } from './typeform/profile.ts';
import { xeroSalesInvoices } from './xero/profile.ts';
import { zendeskTickets } from './zendesk/profile.ts';
import { zohoLeads } from './zoho/profile.ts';
import { zoomWebinarAttendees } from './zoom/profile.ts';
import type { Profile } from './define.ts';

/** Every import profile; one line per export. */
export const PROFILES: readonly Profile[] = [
  aircallCalls,
  dynamicsContacts,
  dynamicsLeads,
  espocrmCases,
  eventbriteAttendees,
  freshdeskTickets,
  freshserviceTickets,
  googleFormsResponses,
  hubspotCompanies,
  hubspotContacts,
  hubspotDeals,
  klaviyoCampaigns,
  klaviyoProfiles,
  mailchimpAudience,
  mailchimpUnsubscribed,
  metaLeads,
  outlookCalendar,
  paypalActivity,
  pipedriveDeals,
  pipedrivePeople,
  qualtricsLegacy,
  qualtricsResponses,
  quickbooksAging,
  quickbooksGeneralLedger,
  quickbooksJournal,
  salesforceAccounts,
  salesforceContacts,
  salesforceContactsReport,
  salesforceLeads,
  salesforceLeadsReport,
  salesforceOpportunities,
  shopifyCustomers,
  shopifyOrders,
  stripeCustomers,
  stripePayments,
  stripeSubscriptions,
  suitecrmLeads,
  surveymonkeyOlder,
  surveymonkeyResponses,
  typeformResponses,
  xeroSalesInvoices,
  zendeskTickets,
  zohoLeads,
  zoomWebinarAttendees,
];

/** The profile of that id, or null. */
export function profileOf(id: string): Profile | null {
  return PROFILES.find((profile) => profile.id === id) ?? null;
}
