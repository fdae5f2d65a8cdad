// Answers the window's questions with a few invented rows, so that frame and kit can be looked at in a browser.
(() => {
  const NAMES = [
    'Alder & Finch',
    'Bramble Press',
    'Cobalt Yard',
    'Dunmore Tools',
    'Elmfield Labs',
    'Fenwick Sails',
    'Gorse Mill',
    'Harrow Quay',
  ];
  const RUNGS = ['prospect', 'customer', 'client', 'supporter', 'advocate', 'partner', 'lapsed'];
  const params = new URLSearchParams(location.search);
  const TOTAL = Number(params.get('customers') ?? 12);
  const customer = (i) => ({
    customer: `C-${i + 1}`,
    name: `${NAMES[i % NAMES.length]}${i >= NAMES.length ? ` ${Math.floor(i / NAMES.length)}` : ''}`,
    externalIds: [],
    rung: RUNGS[(i * 5) % RUNGS.length],
    revenue12m: i % 4 === 3 ? [] : [{ currency: 'EUR', minor: ((i * 7919) % 900000) * 10 }],
    openGap: i % 5 === 4 ? null : (i * 37) % 300,
    npsClass: i % 3 === 0 ? null : 'promoter',
  });
  const state = new Map(Object.entries(JSON.parse(localStorage.getItem('state') ?? '{}')));
  let info = params.has('closed') ? null : { name: 'invented-sample', dataVersion: 1, sample: true };
  let asOf = null;
  const answers = {
    workspaceInfo: () => info,
    workspaceSample: () => (info = { name: 'invented-sample', dataVersion: 1, sample: true }),
    workspaceClose: () => (info = null),
    workspaceScratch: () => (info = { name: 'Untitled 1', dataVersion: 1, sample: false }),
    recents: () => ({
      recents: [
        { id: '0', name: 'spring review', missing: false },
        { id: '1', name: 'old plan', missing: true },
      ],
    }),
    stateGet: ({ key }) => ({ value: state.get(key) ?? null }),
    stateSet: ({ key, value }) => {
      state.set(key, value);
      localStorage.setItem('state', JSON.stringify(Object.fromEntries(state)));
      return null;
    },
    fileNames: ({ tokens }) => ({ files: tokens.map((token) => ({ token, name: `${token}.csv`, bytes: 1000 })) }),
    status: () => ({
      schema: 1,
      asOf: asOf ?? '2026-09-30',
      asOfSet: asOf !== null,
      unit: 'company',
      currency: 'EUR',
      timezone: 'UTC',
      fiscalYearStart: 1,
      dataVersion: info.dataVersion,
      tables: {},
      customers: TOTAL,
      lastImport: null,
      problems: [{ code: 'x', count: 4, message: 'm' }],
      integrity: 'ok',
    }),
    problems: () => ({
      total: 4,
      problems: [
        {
          code: 'orphan',
          severity: 'warning',
          count: 17,
          message: '17 payments name a customer that no file contains',
          batch: '3',
          file: 'stripe-payments.csv',
          line: null,
          column: 'Customer ID',
        },
        {
          code: 'reject',
          severity: 'error',
          count: 1,
          message: 'The amount "n/a" is not a number',
          batch: '4',
          file: 'xero-invoices.csv',
          line: 214,
          column: 'Total',
        },
        {
          code: 'score',
          severity: 'info',
          count: 5,
          message: '5 answers of “N/A” left out of NPS',
          batch: null,
          file: null,
          line: null,
          column: null,
        },
      ],
    }),
    history: () => ({
      changes: [
        {
          id: '2',
          command: 'importCommit',
          sentence: 'Imported stripe-payments.csv: 812 rows, 17 rejected',
          at: '2026-10-01 09:14',
          undone: false,
          undoable: true,
        },
        {
          id: '1',
          command: 'importCommit',
          sentence: 'Imported xero-invoices.csv: 411 rows',
          at: '2026-10-01 09:12',
          undone: true,
          undoable: true,
        },
      ],
    }),
    search: ({ text, limit }) => ({
      hits: Array.from({ length: TOTAL > 5000 ? 5000 : TOTAL }, (_, i) => customer(i))
        .filter((c) => c.name.toLowerCase().includes(text.toLowerCase()))
        .slice(0, limit)
        .map((c) => ({ customer: c.customer, name: c.name, detail: c.rung })),
    }),
    customers: ({ offset = 0, limit = 200, where }) => {
      const total = where ? Math.ceil(TOTAL / 3) : TOTAL;
      return {
        asOf: '2026-09-30',
        total,
        unknown: where ? 2 : 0,
        clauses: where ? [{ text: where, true: total, unknown: 2 }] : [],
        columns: [
          { id: 'name', label: 'Name', type: 'text', meaning: 'Name of the customer' },
          { id: 'rung', label: 'Rung', type: 'rung', meaning: 'Rung as of the day' },
          { id: 'revenue12m', label: 'Revenue 12 mo.', type: 'money', meaning: 'Net revenue of the last 365 days' },
          { id: 'openGap', label: 'Since last touch', type: 'days', meaning: 'Days since the last touch' },
          { id: 'npsClass', label: 'NPS class', type: 'text', meaning: 'Class of the last answer' },
        ],
        rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => customer(offset + i)),
      };
    },
    setAsOf: ({ day }) => {
      asOf = day;
      return {};
    },
    undoChange: () => ({}),
    sourceLines: ({ batch, line }) => ({
      batch,
      file: 'xero-invoices.csv',
      first: Math.max(1, line - 3),
      focus: line,
      lines: Array.from(
        { length: 7 },
        (_, i) =>
          `INV-${line - 3 + i},2026-0${1 + (i % 9)}-14,"Bramble Press, Ltd",${i === 3 ? 'n/a' : 120 + i}.00,EUR`,
      ),
    }),
  };
  const SLOW = Number(params.get('slow') ?? 0);
  let port = null;
  const answer = ({ data }) => {
    if ('cancel' in data) return;
    const { id, name, input } = data;
    const reply = () => {
      const found = answers[name];
      if (params.get('fail') === name || !found) {
        port.postMessage({
          id,
          ok: false,
          error: { code: 'not-there', message: `The fake host knows no "${name}". Ask the real one.`, exit: 1 },
        });
        return;
      }
      port.postMessage({ id, ok: true, result: structuredClone(found(input)) });
      if (name === 'setAsOf' || name === 'undoChange') {
        info = { ...info, dataVersion: info.dataVersion + 1 };
        port.postMessage({ topic: 'changed', value: { dataVersion: info.dataVersion } });
      }
    };
    setTimeout(reply, SLOW);
  };
  window.ladderline = Object.freeze({
    connect() {
      const channel = new MessageChannel();
      port = channel.port1;
      port.onmessage = answer;
      window.postMessage('ladderline:port', '*', [channel.port2]);
    },
    pick: async () => [],
    drop: async (files) => files.map((f) => f.name),
  });
})();
