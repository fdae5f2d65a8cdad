/** Word lists. Firms and people are invented; a resemblance to a real firm or person is chance. */
export const FIRM_STEMS = [
  'Aldbruch', 'Arnvold', 'Barnhecke', 'Bolvik', 'Brackmoor', 'Corvenau', 'Dahlquell', 'Dornbruch', 'Drevenau', 'Eibstadt',
  'Elmvoss', 'Eskerode', 'Fahlmoor', 'Farnhege', 'Felquist', 'Fintal', 'Gardmoor', 'Gehlrode', 'Glanau', 'Grevental',
  'Gundvoss', 'Halmvik', 'Harnquell', 'Heidmar', 'Hilvoss', 'Holmrath', 'Ilvenau', 'Immerfurt', 'Jarnbek', 'Jelmstedt',
  'Kaldenmar', 'Karvik', 'Kelmhorst', 'Kirnau', 'Krellmoor', 'Landquist', 'Lechmar', 'Lindvold', 'Lohquell', 'Luhvik',
  'Maarbrook', 'Malvenau', 'Mirowtal', 'Moldquist', 'Morbach-Ilz', 'Nahlvik', 'Nebrath', 'Niedmoor', 'Norquell', 'Odervoss',
  'Ohmstede', 'Orlamar', 'Pahlquist', 'Perlmoor', 'Plonrath', 'Quernheim', 'Rahmvik', 'Randquell', 'Rehmstett', 'Rodevoss',
  'Saalquist', 'Sandvik-Au', 'Selmrath', 'Sievmoor', 'Solquell', 'Steinvold', 'Sulmvoss', 'Tannrath', 'Tarvik', 'Telgmoor',
  'Tollquist', 'Uckvoss', 'Ulmenau', 'Varnquell', 'Velrath', 'Vilsmoor', 'Wackquist', 'Wehlvik', 'Wernvold', 'Wiesmar',
  'Wolmrath', 'Zarnquell', 'Zellmoor', 'Zirnau',
];
export const TRADES = [
  { word: 'Werkzeugbau', industry: 'Machinery' },
  { word: 'Feinmechanik', industry: 'Machinery' },
  { word: 'Kunststofftechnik', industry: 'Manufacturing' },
  { word: 'Pumpen', industry: 'Machinery' },
  { word: 'Armaturen', industry: 'Manufacturing' },
  { word: 'Optik', industry: 'Electronics' },
  { word: 'Medizintechnik', industry: 'Healthcare' },
  { word: 'Gießerei', industry: 'Manufacturing' },
  { word: 'Laborbedarf', industry: 'Biotechnology' },
  { word: 'Getriebe', industry: 'Machinery' },
  { word: 'Federn', industry: 'Manufacturing' },
  { word: 'Molkerei', industry: 'Food & Beverage' },
  { word: 'Lacke', industry: 'Chemicals' },
  { word: 'Dichtungen', industry: 'Manufacturing' },
  { word: 'Elektronik', industry: 'Electronics' },
];
export const GIVEN = [
  ['Anna', 'Ms.'], ['Bernd', 'Mr.'], ['Carla', 'Ms.'], ['Dieter', 'Mr.'], ['Elif', 'Ms.'], ['Felix', 'Mr.'], ['Greta', 'Ms.'], ['Hannes', 'Mr.'],
  ['Ines', 'Ms.'], ['Jörg', 'Mr.'], ['Katrin', 'Ms.'], ['Lukas', 'Mr.'], ['Mareike', 'Ms.'], ['Nils', 'Mr.'], ['Olga', 'Ms.'], ['Peer', 'Mr.'],
  ['Rosa', 'Ms.'], ['Stefan', 'Mr.'], ['Tanja', 'Ms.'], ['Uwe', 'Mr.'], ['Vera', 'Ms.'], ['Wim', 'Mr.'], ['Yvonne', 'Ms.'], ['Zoltán', 'Mr.'],
  ['Aylin', 'Ms.'], ['Björn', 'Mr.'], ['Céline', 'Ms.'], ['Davide', 'Mr.'], ['Esther', 'Ms.'], ['Florian', 'Mr.'],
] as const;
export const FAMILY = [
  'Ahrendt', 'Bäcker', 'Claasen', 'Döring', 'Ebers', 'Fährmann', 'Gruber', 'Hübner', 'Imhof', 'Jansen', 'Köster', 'Lüders', 'Moser', 'Nägele',
  'Ostermann', 'Pfeil', 'Quast', 'Reuß', 'Sauer', 'Töpfer', 'Ulrich', 'Voigt', 'Weigel', 'Yildiz', 'Zeller', 'Brandl', 'Conrad', 'Dreher',
  'Engel', 'Friese', 'Götz', 'Hartwig', 'Iven', 'Jakobs', 'Kruse', 'Lorenz', 'Mertens', 'Nowak', 'Otte', 'Paulsen', 'Rieger', 'Schuster',
  'Thoma', 'Urban', 'Vogt', 'Wendt', 'Zander', 'Bühler', 'Egli', 'Frei',
];
export const TITLES = ['Head of Quality', 'Managing Director', 'Purchasing', 'Production Manager', 'Laboratory Manager', 'Plant Manager', 'Metrology Engineer'];
export const STREETS = ['Am Kanal', 'Industriestraße', 'Mühlweg', 'Gewerbepark Süd', 'Bahnhofstraße', 'Werftallee', 'Lange Gasse', 'Hüttenweg', 'Fabrikstraße'];
export const PLACES: readonly { city: string; region: string; country: 'Germany' | 'Austria' | 'Switzerland'; zip: number; dial: string }[] = [
  { city: 'Kassel', region: 'Hessen', country: 'Germany', zip: 34110, dial: '496990009' },
  { city: 'Göttingen', region: 'Niedersachsen', country: 'Germany', zip: 37070, dial: '494066969' },
  { city: 'Köln', region: 'Nordrhein-Westfalen', country: 'Germany', zip: 50660, dial: '492214710' },
  { city: 'Nürnberg', region: 'Bayern', country: 'Germany', zip: 90400, dial: '498999998' },
  { city: 'Chemnitz', region: 'Sachsen', country: 'Germany', zip: 9110, dial: '493023125' },
  { city: 'Bielefeld', region: 'Nordrhein-Westfalen', country: 'Germany', zip: 33600, dial: '492214710' },
  { city: 'Ulm', region: 'Baden-Württemberg', country: 'Germany', zip: 89070, dial: '498999998' },
  { city: 'Erfurt', region: 'Thüringen', country: 'Germany', zip: 99080, dial: '493023125' },
  { city: 'Bremen', region: 'Bremen', country: 'Germany', zip: 28190, dial: '494066969' },
  { city: 'Würzburg', region: 'Bayern', country: 'Germany', zip: 97070, dial: '496990009' },
  { city: 'Linz', region: 'Oberösterreich', country: 'Austria', zip: 4020, dial: '43155501' },
  { city: 'Winterthur', region: 'Zürich', country: 'Switzerland', zip: 8400, dial: '41445550' },
];

const ASCII: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', á: 'a', é: 'e', è: 'e' };
/** Lower-case ASCII with hyphens, as a domain or the left part of an address is written. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[äöüßáéè]/g, (letter) => ASCII[letter] ?? letter)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
