import { describe, expect, it } from 'vitest';
import { encode } from '../read/encode.testing.ts';
import { ENCODINGS, type Encoding } from '../read/encoding.ts';
import { bytesSource } from '../read/source.ts';
import { detectEncoding } from './encoding.ts';
import { sniff } from './sniff.ts';

/** Comments as customers write them; invented. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  German: ['Lieferung kam verspätet, Gerät beschädigt', 'Grüße aus Köln, sehr zufrieden', 'Für uns zu teuer, große Enttäuschung', 'Schöne Oberfläche'],
  French: ['Très déçu par le délai', 'Réponse rapide, merci à l’équipe', 'Où est ma commande ? J’ai été débité', 'Ça marche très bien'],
  Spanish: ['El envío llegó tarde, ¿por qué?', 'Atención rápida y cálida, señor Núñez', 'Volveré a comprar mañana', 'Así está bien'],
  Portuguese: ['Não gostei da entrega, muito lenta', 'Ótima atenção, solução rápida', 'São três cartões para renovação', 'Até amanhã'],
  Nordic: ['Smørrebrød på tirsdag, ja tak', 'Vi er ikke fornøyd med åpningstidene', 'Får ej tag på någon på lördagar', 'Hjälp önskas'],
  Polish: ['Bardzo dobra obsługa, dziękuję', 'Zamówienie przyszło za późno', 'Żółty kolor jest inny niż na zdjęciu', 'Proszę o zwrot pieniędzy'],
  Czech: ['Příliš žluťoučký kůň úpěl ďábelské ódy', 'Děkuji za rychlé vyřízení', 'Zboží přišlo poškozené', 'Nikdy více'],
  Hungarian: ['Nagyon jó ügyintézés, köszönöm szépen', 'A szállítás késett, elégedetlen vagyok', 'Tűrhető, de drága; jövőre is jövünk', 'Őszintén köszönöm'],
  Turkish: ['Ürün çok güzel, teşekkürler', 'Kargo geç geldi, iade istiyorum', 'Müşteri hizmetleri ilgisizdi, şikâyetçiyim', 'Ağustos ayında aldığım ürün'],
  Russian: ['Доставка опоздала на неделю', 'Очень доволен, спасибо', 'Цена слишком высокая', 'Поддержка не отвечает'],
  Greek: ['Η παράδοση άργησε πολύ', 'Πολύ καλή εξυπηρέτηση, ευχαριστώ', 'Η τιμή είναι υψηλή', 'Δεν απαντούν στο τηλέφωνο'],
  Japanese: ['配送が遅れました、とても残念です', 'サポートの対応が丁寧でした', '価格が高いと思います', 'また購入します'],
  Chinese: ['送货太慢了，我很不满意', '客服的态度很好，谢谢你们', '价格有点高，但是质量不错', '我会再次购买这个产品'],
  Taiwanese: ['送貨太慢了，我很不滿意', '客服的態度很好，謝謝你們', '價格有點高，但是品質不錯', '我會再次購買這個產品'],
  Korean: ['배송이 너무 늦었습니다', '상담원이 친절해서 좋았어요', '가격이 조금 비싸지만 품질은 좋습니다', '다시 구매하겠습니다'],
}; // prettier-ignore

const file = (language: string): string =>
  ['id,comment,score', ...TEXTS[language]!.map((text, i) => `A${i + 1},"${text}",${i + 3}`), ''].join('\r\n');

/** Languages in the encodings that programs of their countries write. */
const FIXTURES: readonly [language: string, encoding: Encoding, or?: Encoding][] = [
  ['German', 'cp1252'], ['German', 'utf-8'], ['German', 'utf-16-le'], ['French', 'cp1252'], ['Spanish', 'cp1252'], ['Portuguese', 'cp1252'],
  ['Nordic', 'cp1252'], ['Polish', 'cp1250'], ['Polish', 'iso-8859-2'], ['Czech', 'cp1250'], ['Czech', 'iso-8859-2'], ['Hungarian', 'cp1250', 'iso-8859-2'],
  ['Turkish', 'cp1254'], ['Russian', 'cp1251'], ['Russian', 'koi8-r'], ['Greek', 'cp1253'], ['Japanese', 'shift-jis'], ['Japanese', 'euc-jp'],
  ['Chinese', 'gb18030'], ['Taiwanese', 'big5'], ['Korean', 'euc-kr'], ['Russian', 'utf-16-be'],
]; // prettier-ignore

describe('R48: encodings', () => {
  it.each([...FIXTURES])('%s in %s is found, and no character is lost', (language, encoding, or) => {
    const bytes = encode(file(language), encoding);
    const found = detectEncoding(bytes);
    expect([encoding, or]).toContain(found.encoding);
    const result = sniff(bytesSource(bytes), 'f.csv', { records: 10 });
    expect(result.records.map((r) => r['comment'])).toEqual(TEXTS[language]);
    expect(result.columns.map((c) => c.header)).toEqual(['id', 'comment', 'score']);
  });

  it('finds at least 18 of the 22 when only two comments are there', () => {
    const right = FIXTURES.filter(([language, encoding, or]) => {
      const text = file(language).split('\r\n').slice(0, 3).join('\r\n');
      const { encoding: found } = detectEncoding(encode(text, encoding));
      return found === encoding || found === or;
    });
    expect(right.length).toBeGreaterThanOrEqual(18);
  });

  it('CONTROL: the same bytes under windows-1252 are other texts', () => {
    for (const [language, encoding] of FIXTURES.filter(([, e]) => !/^(cp1252|utf)/.test(e))) {
      const result = sniff(bytesSource(encode(file(language), encoding)), 'f.csv', { records: 10, encoding: 'cp1252' });
      expect(result.records.map((r) => r['comment'])).not.toEqual(TEXTS[language]);
    }
  });

  it('stays with windows-1252 for names of several western languages and for a few signs', () => {
    const names = [
      'Müller & Söhne',
      'Café de l’Orée',
      'Señor Núñez',
      'João Gonçalves',
      'Søren Ågård',
      'Žan Šik',
      'Ævar Þór',
      'Zoë',
      '10 °C, 5 € ± 2',
      '½ und ¾',
    ];
    const text = `name,n\n${names.map((n, i) => `"${n}",${i}`).join('\n')}\n`;
    expect(detectEncoding(encode(text, 'cp1252')).encoding).toBe('cp1252');
    for (const name of names) expect(detectEncoding(encode(`name,n\n"${name}",1\n`, 'cp1252')).encoding).toBe('cp1252');
  });

  it('knows every encoding it names by its own bytes when told', () => {
    for (const encoding of ENCODINGS) {
      const text =
        {
          cp1251: 'Привет',
          'koi8-r': 'Привет',
          cp1253: 'Γειά',
          'shift-jis': 'テスト',
          'euc-jp': 'テスト',
          gb18030: '测试',
          big5: '測試',
          'euc-kr': '시험',
          cp1250: 'żółw',
          'iso-8859-2': 'żółw',
          cp1254: 'ağaç',
        }[encoding as string] ?? 'Zürich';
      const result = sniff(bytesSource(encode(`a,b\n${text},2\n`, encoding)), 'f.csv', { records: 1, encoding });
      expect(result.records).toEqual([{ a: text, b: '2' }]);
    }
  });
});
