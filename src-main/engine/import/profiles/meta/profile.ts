import { defineProfile } from '../define.ts';

/** Lead forms: values carry a type prefix (`l:`, `p:`, `z:`); questions are headers; test leads are left out. */
export const metaLeads = defineProfile({
  id: 'meta.leads',
  vendor: 'meta',
  title: 'Facebook and Instagram lead form',
  signature: ['id', 'created_time', 'ad_id', 'form_id', 'is_organic', 'platform'],
  aliases: {
    full_name: ['nombre_completo', 'vollständiger_name', 'nom_complet'],
    company_name: ['nombre_de_la_empresa'],
    phone_number: ['número_de_teléfono', 'telefonnummer'],
  },
  skip: [{ column: 'full_name', pattern: '^<test lead', reason: 'The lead is a test of the form.' }],
  entities: [
    {
      entity: 'lead',
      columns: {
        id: { field: 'external_id', strip: 'l:' },
        created_time: { field: 'created_at' },
        platform: { field: 'source', values: { ig: 'Instagram', fb: 'Facebook' } },
        campaign_name: { field: 'campaign' },
        full_name: { field: 'name' },
        email: { field: 'email' },
        phone_number: { field: 'phone', strip: 'p:' },
        company_name: { field: 'company' },
        lead_status: { field: 'status' },
      },
    },
  ],
});
