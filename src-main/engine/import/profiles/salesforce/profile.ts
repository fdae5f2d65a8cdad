import { defineProfile } from '../define.ts';

const DELETED = [{ column: 'IsDeleted', is: ['true', '1'], reason: 'The record is deleted or merged in Salesforce.' }];

/** Accounts as Data Loader writes them: API names in capitals, every value quoted. */
export const salesforceAccounts = defineProfile({
  id: 'salesforce.accounts',
  vendor: 'salesforce',
  title: 'Salesforce accounts (Data Loader or data export)',
  signature: ['ID', 'ISDELETED', 'MASTERRECORDID', 'BILLINGSTREET', 'OWNERID'],
  zone: 'UTC',
  skip: DELETED,
  entities: [
    {
      entity: 'account',
      columns: {
        ID: { field: 'external_id' },
        NAME: { field: 'name' },
        TYPE: { field: 'type' },
        PARENTID: { field: 'parent_external_id' },
        INDUSTRY: { field: 'industry' },
        WEBSITE: { field: 'website' },
        PHONE: { field: 'phone' },
        BILLINGPOSTALCODE: { field: 'postcode' },
        BILLINGSTATE: { field: 'region' },
        BILLINGCOUNTRY: { field: 'country' },
        OWNERID: { field: 'owner' },
        CREATEDDATE: { field: 'created_at' },
        ISDELETED: { field: 'deleted' },
        VATID__C: { field: 'tax_id' },
      },
    },
  ],
  // Tax ids are custom fields: every organisation names its own.
  aliases: {
    VATID__C: ['VAT_ID__c', 'VATNumber__c', 'VAT_Number__c', 'TaxId__c', 'Tax_ID__c', 'UStIdNr__c', 'USt_IdNr__c'],
  },
});

/** Contacts of the weekly data export or of Data Loader. */
export const salesforceContacts = defineProfile({
  id: 'salesforce.contacts',
  vendor: 'salesforce',
  title: 'Salesforce contacts (data export)',
  signature: ['Id', 'AccountId', 'ReportsToId', 'MailingCity', 'IsEmailBounced'],
  zone: 'UTC',
  skip: DELETED,
  entities: [
    {
      entity: 'party',
      columns: {
        Id: { field: 'external_id' },
        AccountId: { field: 'account_external_id' },
        Name: { field: 'name' },
        FirstName: { field: 'given_name' },
        LastName: { field: 'family_name' },
        Email: { field: 'email' },
        Phone: { field: 'phone' },
        Title: { field: 'title' },
        OwnerId: { field: 'owner' },
        CreatedDate: { field: 'created_at' },
        HasOptedOutOfEmail: { field: 'opt_out' },
        IsEmailBounced: { field: 'email_bounced' },
      },
    },
  ],
});

/** Leads of the data export. An owner that starts with 00G is a queue: nobody yet. */
export const salesforceLeads = defineProfile({
  id: 'salesforce.leads',
  vendor: 'salesforce',
  title: 'Salesforce leads (data export)',
  signature: ['Id', 'Company', 'IsConverted', 'ConvertedDate', 'IsUnreadByOwner'],
  zone: 'UTC',
  skip: DELETED,
  entities: [
    {
      entity: 'lead',
      columns: {
        Id: { field: 'external_id' },
        Name: { field: 'name' },
        FirstName: { field: 'party.given_name' },
        LastName: { field: 'party.family_name' },
        Company: { field: 'company' },
        Email: { field: 'email' },
        Phone: { field: 'phone' },
        LeadSource: { field: 'source' },
        Status: { field: 'status' },
        Rating: { field: 'rating' },
        CreatedDate: { field: 'created_at' },
        OwnerId: { field: 'assigned_to', pattern: '^(?!00G).+' },
        ConvertedDate: { field: 'converted_at' },
      },
    },
  ],
});

/** The leads report: no id and, in most accounts, no date. */
export const salesforceLeadsReport = defineProfile({
  id: 'salesforce.leads-report',
  vendor: 'salesforce',
  title: 'Salesforce leads report',
  signature: ['Lead Owner', 'Company / Account', 'Lead Source', 'Rating'],
  entities: [
    {
      entity: 'lead',
      columns: {
        'Lead ID': { field: 'external_id' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        'Company / Account': { field: 'company' },
        Email: { field: 'email' },
        Phone: { field: 'phone' },
        'Lead Source': { field: 'source' },
        'Lead Status': { field: 'status' },
        Rating: { field: 'rating' },
        'Create Date': { field: 'created_at' },
        'Lead Owner': { field: 'assigned_to' },
      },
    },
  ],
});

/** The report of contacts with their accounts. */
export const salesforceContactsReport = defineProfile({
  id: 'salesforce.contacts-report',
  vendor: 'salesforce',
  title: 'Salesforce contacts and accounts report',
  signature: ['Salutation', 'Mailing State/Province', 'Mailing Zip/Postal Code', 'Account Owner', 'Account Name'],
  entities: [
    {
      entity: 'party',
      columns: {
        'Contact ID': { field: 'external_id' },
        'First Name': { field: 'given_name' },
        'Last Name': { field: 'family_name' },
        Title: { field: 'title' },
        Email: { field: 'email' },
        Phone: { field: 'phone' },
        'Account Name': { field: 'company' },
        'Account Owner': { field: 'owner' },
      },
    },
  ],
});

export const salesforceOpportunities = defineProfile({
  id: 'salesforce.opportunities',
  vendor: 'salesforce',
  title: 'Salesforce opportunities (Data Loader)',
  signature: ['ID', 'STAGENAME', 'CLOSEDATE', 'ISWON', 'FORECASTCATEGORY'],
  zone: 'UTC',
  skip: DELETED,
  entities: [
    {
      entity: 'opportunity',
      columns: {
        ID: { field: 'external_id' },
        ACCOUNTID: { field: 'account_external_id' },
        NAME: { field: 'name' },
        STAGENAME: { field: 'stage' },
        AMOUNT: { field: 'amount' },
        CURRENCYISOCODE: { field: 'currency' },
        CLOSEDATE: { field: 'close_date' },
        ISWON: { field: 'won' },
        OWNERID: { field: 'owner' },
        CREATEDDATE: { field: 'created_at' },
      },
    },
  ],
});
