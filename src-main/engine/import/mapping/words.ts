/** A header as its words: lower case, one spelling, English; `qualifier` is what stands in brackets behind it. */
export type Phrase = { readonly text: string; readonly qualifier: string };

/** Words of exports in other languages, and other words for one thing. Longer phrases are replaced before shorter ones. */
const SAME: Readonly<Record<string, string>> = {
  // German
  rechnungsnummer: 'invoice number', belegnummer: 'invoice number', rechnungsnr: 'invoice number', rechnungsdatum: 'invoice date', belegdatum: 'invoice date', rechnung: 'invoice',
  kundennummer: 'customer number', kundennr: 'customer number', kundenname: 'customer name', kunde: 'customer', debitor: 'customer', debitorennummer: 'customer number', firmenname: 'company', unternehmen: 'company',
  nettobetrag: 'net amount', 'betrag netto': 'net amount', netto: 'net amount', bruttobetrag: 'gross amount', 'betrag brutto': 'gross amount', brutto: 'gross amount', betrag: 'amount', gesamtbetrag: 'total', rechnungsbetrag: 'total', umsatz: 'revenue', summe: 'total', gesamt: 'total',
  'mw st betrag': 'tax', 'mwst betrag': 'tax', 'mw st': 'tax', mwst: 'tax', ust: 'tax', steuer: 'tax', steuerbetrag: 'tax', 'fällig am': 'due', fälligkeit: 'due', fälligkeitsdatum: 'due', faelligkeit: 'due', fällig: 'due', 'bezahlt am': 'paid', zahlungsdatum: 'paid', bezahlt: 'paid', 'offener betrag': 'open balance', 'offener saldo': 'open balance', saldo: 'balance',
  währung: 'currency', waehrung: 'currency', zahlungsstatus: 'payment status', rechnungsstatus: 'invoice status', auftragsnummer: 'order number', bestellnummer: 'order number', bestelldatum: 'order date', auftragsdatum: 'order date', vertragsnummer: 'contract number', vertragsbeginn: 'contract start', vertragsende: 'contract end', laufzeitbeginn: 'start date', laufzeitende: 'end date', kündigungsdatum: 'canceled at', verlängerung: 'renewal date',
  besuchsdatum: 'visit date', besuchsart: 'visit type', anrufdatum: 'call date', kontaktart: 'channel', kontaktdatum: 'activity date', außendienst: 'owner', aussendienst: 'owner', vertriebsmitarbeiter: 'owner', datum: 'date', kunden: 'customer', rechnungs: 'invoice', beleg: 'invoice', auftrags: 'order', bestell: 'order', nummer: 'number', uhrzeit: 'time', vorname: 'first name', nachname: 'last name', ansprechpartner: 'contact name', telefon: 'phone', telefonnummer: 'phone', rufnummer: 'phone', handy: 'mobile', mobil: 'mobile', straße: 'street', plz: 'postcode', postleitzahl: 'postcode', stadt: 'city', bundesland: 'region',
  branche: 'industry', betreuer: 'owner', verkäufer: 'owner', bearbeiter: 'owner', mitarbeiter: 'owner', zuständig: 'owner', vertreter: 'owner', abteilung: 'department', kanal: 'channel', richtung: 'direction', dauer: 'duration', gesprächsdauer: 'duration', ergebnis: 'outcome', notiz: 'notes', notizen: 'notes', bemerkung: 'notes', bemerkungen: 'notes', kommentar: 'comment', betreff: 'subject', beschreibung: 'description', priorität: 'priority', 'erstellt am': 'created', erstelldatum: 'created', 'angelegt am': 'created', geschlossen: 'closed', 'geschlossen am': 'closed', 'gelöst am': 'closed', bewertung: 'rating', umfrage: 'survey', antwortdatum: 'responded', 'beantwortet am': 'responded', weiterempfehlung: 'likelihood to recommend', empfehlungsbereitschaft: 'likelihood to recommend', punktzahl: 'score', punkte: 'score', kampagne: 'campaign', artikel: 'product', produkt: 'product', menge: 'quantity', anzahl: 'quantity', quelle: 'source', anruf: 'call', besuch: 'visit', termin: 'appointment', zustand: 'status',
  // French
  'numéro de facture': 'invoice number', 'n° facture': 'invoice number', 'date de facture': 'invoice date', 'date facture': 'invoice date', facture: 'invoice', 'code client': 'customer number', 'numéro client': 'customer number', 'n° client': 'customer number', 'nom du client': 'customer name', 'nom client': 'customer name', 'montant ht': 'net amount', 'total ht': 'net amount', 'montant ttc': 'gross amount', 'total ttc': 'gross amount', montant: 'amount', tva: 'tax', 'date d échéance': 'due', échéance: 'due', 'date de paiement': 'paid', devise: 'currency', statut: 'status', prénom: 'first name', société: 'company', entreprise: 'company', 'raison sociale': 'company', 'date de création': 'created', téléphone: 'phone', pays: 'country', ville: 'city', 'code postal': 'postcode', commercial: 'owner', commentaire: 'comment', priorité: 'priority', courriel: 'email', 'adresse e mail': 'email', produit: 'product', quantité: 'quantity', durée: 'duration', heure: 'time', 'date de réponse': 'responded', appel: 'call',
  // Spanish and Portuguese
  'número de factura': 'invoice number', 'numero de factura': 'invoice number', 'nº factura': 'invoice number', 'fecha de factura': 'invoice date', 'fecha factura': 'invoice date', factura: 'invoice', fecha: 'date', 'código cliente': 'customer number', 'codigo cliente': 'customer number', 'código de cliente': 'customer number', cliente: 'customer', 'nombre del cliente': 'customer name', 'base imponible': 'net amount', iva: 'tax', 'importe total': 'total', importe: 'amount', vencimiento: 'due', 'fecha de vencimiento': 'due', estado: 'status', moneda: 'currency', divisa: 'currency', apellidos: 'last name', apellido: 'last name', empresa: 'company', correo: 'email', 'correo electrónico': 'email', teléfono: 'phone', país: 'country', provincia: 'region', 'código postal': 'postcode', puntuación: 'score', comentario: 'comment', comentarios: 'comment', asunto: 'subject', duración: 'duration', llamada: 'call', 'fecha de creación': 'created', 'número da fatura': 'invoice number', fatura: 'invoice', 'valor total': 'total', vencimento: 'due', moeda: 'currency', telefone: 'phone', sobrenome: 'last name', 'data de criação': 'created',
  // Italian and Dutch
  'numero fattura': 'invoice number', 'n fattura': 'invoice number', 'data fattura': 'invoice date', fattura: 'invoice', 'codice cliente': 'customer number', 'ragione sociale': 'company', imponibile: 'net amount', totale: 'total', scadenza: 'due', 'data scadenza': 'due', valuta: 'currency', cognome: 'last name', azienda: 'company', telefono: 'phone', punteggio: 'score', commento: 'comment', oggetto: 'subject', durata: 'duration', 'data creazione': 'created',
  factuurnummer: 'invoice number', factuurdatum: 'invoice date', factuur: 'invoice', klantnummer: 'customer number', klantnaam: 'customer name', klant: 'customer', debiteurnummer: 'customer number', 'bedrag excl btw': 'net amount', 'bedrag incl btw': 'gross amount', 'totaal incl btw': 'gross amount', 'totaal excl btw': 'net amount', bedrag: 'amount', totaal: 'total', btw: 'tax', vervaldatum: 'due', betaald: 'paid', voornaam: 'first name', achternaam: 'last name', bedrijf: 'company', bedrijfsnaam: 'company', 'e mailadres': 'email', telefoonnummer: 'phone', aangemaakt: 'created', onderwerp: 'subject', opmerking: 'notes', opmerkingen: 'notes', cijfer: 'score', kanaal: 'channel', duur: 'duration',
  // English and what programs write
  'mail date': 'mail date', 'mailing date': 'mail date', versanddatum: 'mail date', 'drop date': 'mail date',
  'e mail address': 'email', 'e mail adresse': 'email', 'e mail': 'email', 'email address': 'email', 'email addresses': 'email', emailaddress: 'email', 'mail address': 'email', 'primary email': 'email', 'work email': 'email', 'business email': 'email', 'email 1': 'email',
  firstname: 'first name', 'given name': 'first name', forename: 'first name', fname: 'first name', lastname: 'last name', surname: 'last name', 'family name': 'last name', lname: 'last name', fullname: 'full name', 'display name': 'full name', 'user name original name': 'full name',
  'phone number': 'phone', telephone: 'phone', 'work phone': 'phone', 'business phone': 'phone', 'office phone': 'phone', 'mobile phone': 'phone', 'mobile number': 'phone', mobile: 'phone', 'cell phone': 'phone', 'primary phone': 'phone', 'main phone': 'phone', 'phone 1': 'phone', 'phone work': 'phone', 'phone mobile': 'phone',
  organisation: 'organization', 'organisation name': 'organization', 'organization name': 'organization', 'company name': 'company', 'business name': 'company', 'firm name': 'company', companyname: 'company', cancelled: 'canceled', cancellation: 'cancel', colour: 'color', zip: 'postcode', zipcode: 'postcode', 'zip code': 'postcode', 'postal code': 'postcode', postalcode: 'postcode', 'post code': 'postcode', ccy: 'currency', 'currency code': 'currency', 'currency iso code': 'currency', 'price unit': 'currency', vat: 'tax', gst: 'tax', qty: 'quantity', dept: 'department', acct: 'account', cust: 'customer', customers: 'customer', 'client name': 'customer name', client: 'customer', clients: 'customer', cancelation: 'cancel', identifier: 'id', uuid: 'id', guid: 'id', ids: 'id', nbr: 'number', nr: 'number', num: 'number', 'n°': 'number', 'nº': 'number', datetime: 'date time', timestamp: 'date time',
}; // prettier-ignore

/** Words that mean this only when the header holds nothing else. */
const ALONE: Readonly<Record<string, string>> = {
  land: 'country', ort: 'city', stand: 'status', art: 'type', typ: 'type', nom: 'last name', valor: 'amount', data: 'date', nombre: 'first name', nome: 'first name', sens: 'direction', objet: 'subject', offen: 'open balance', mail: 'email', stato: 'status', no: 'number', sid: 'id', cell: 'phone', tel: 'phone', firma: 'company', canal: 'channel',
}; // prettier-ignore

const LONGEST = Math.max(...Object.keys(SAME).map((phrase) => phrase.split(' ').length));

/** The verb of an instant, whatever the export calls it: `created at`, `date created`, `creation date`, `created time`. */
const VERBS: readonly (readonly [RegExp, string])[] = [
  ['creat(?:ed|e|ion)|added|record created', 'created'], ['clos(?:ed|e|ing)', 'closed'], ['open(?:ed|ing)', 'opened'], ['sent|send|sending', 'sent'], ['due|due by', 'due'], ['paid|last payment', 'paid'],
  ['issued?', 'issued'], ['start(?:ed|s)?|begins?|began', 'started'], ['end(?:ed|s)?|finished', 'ended'], ['cancel(?:ed|lation)?', 'canceled'], ['resolved?|resolution|solved', 'resolved'], ['respon(?:ded|se)|answered|replied|submitted|submission|completed|completion|returned', 'responded'],
  ['updated?|modified|last modified|last updated|last modification', 'updated'], ['assigned|assignment', 'assigned'], ['converted|conversion', 'converted'], ['renew(?:al|s|ed)?|next renewal|next billing', 'renews'], ['posted|published|publish', 'posted'], ['received', 'received'], ['activat(?:ed|ion)', 'activated'], ['expir(?:es|ed|y|ation)', 'expires'], ['unsubscribed?|unsub', 'unsubscribed'], ['registered|registration', 'registered'], ['visited|visit', 'visited'], ['invited|invitation', 'invited'],
].map(([verb, word]) => [new RegExp(`^(.*?)(?:(?:date(?: and)? time|date|time|day) (?:of )?(?:(?:survey|invoice|order|case|ticket) )?(?:${verb})|(?:${verb}) (?:at|on|date and time|date time|date|time|day|datetime))$`), word!] as const); // prettier-ignore

/** Lower-case words of a text: camel case split, punctuation dropped, `#` read as number. */
function wordsOf(text: string): string[] {
  const camel = /\s/.test(text.trim())
    ? text
    : text
        .replace(/IDs\b/g, '_ids')
        .replace(/(\p{Ll}|\d)(?=\p{Lu})/gu, '$1 ')
        .replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ');
  return camel
    .toLowerCase()
    .normalize('NFC')
    .replace(/#/g, ' number ')
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{N}\p{M}°º%]+/gu, ' ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Replaces the longest known phrases from left to right. */
function translated(words: readonly string[]): string {
  const [only] = words;
  if (words.length === 1 && Object.hasOwn(ALONE, only!)) return ALONE[only!]!;
  if (words.length > 1 && words.at(-1) === 'no') return translated([...words.slice(0, -1), 'number']);
  const out: string[] = [];
  for (let i = 0; i < words.length;) {
    let n = Math.min(LONGEST, words.length - i);
    let hit: string | undefined;
    for (; n > 0; n -= 1) {
      const phrase = words.slice(i, i + n).join(' ');
      hit = Object.hasOwn(SAME, phrase) ? SAME[phrase] : undefined;
      if (hit !== undefined) break;
    }
    out.push(hit ?? words[i]!);
    i += hit === undefined ? 1 : n;
  }
  return out.join(' ');
}

/** A zone that a header names, as in `created Europe/Berlin`. */
const IANA = /\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Za-z_/]+/;

/** The IANA zone that a header names, or null. */
export function zoneInHeader(header: string): string | null {
  return IANA.exec(header)?.[0] ?? null;
}

const known = new Map<string, Phrase>();

/** The words of a header. */
export function phraseOf(header: string): Phrase {
  const before = known.get(header);
  if (before) return before;
  const plain = header
    .replace(/^\uFEFF/, '')
    .slice(0, 200)
    .replace(IANA, '');
  const qualifiers: string[] = [];
  const bare = plain.replace(/\(([^()]*)\)|\[([^[\]]*)\]/g, (_all, round?: string, square?: string) => {
    const inside = wordsOf(round ?? square ?? '').join(' ');
    if (inside !== '' && !/^(?:utc|gmt|local time|[a-z]{3})$/.test(inside)) qualifiers.push(inside);
    return ' ';
  });
  let text = translated(wordsOf(bare)).replace(/\s(?:utc|gmt)$/, '');
  for (const [pattern, word] of VERBS) {
    const match = pattern.exec(text);
    if (match) {
      text = `${match[1]!.replace(/\b(?:date|time)\b/g, '')} ${word}`.replace(/\s+/g, ' ').trim();
      break;
    }
  }
  const phrase: Phrase = { text: text === '' ? wordsOf(plain).join(' ') : text, qualifier: qualifiers.join(' ') };
  if (known.size > 20_000) known.clear();
  known.set(header, phrase);
  return phrase;
}
