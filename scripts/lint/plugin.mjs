/**
 * Lint rules of this repository.
 * - `wall-clock`: the engine reads the time in base/clock.ts alone, and nothing is random; the same inputs and days
 *   give the same bytes.
 * - `default-locale`: no formatting or sorting by whatever language the machine is set to.
 */
const formatters = /^toLocale(String|DateString|TimeString|UpperCase|LowerCase)$/;

function isGlobal(node, name) {
  return node.type === 'Identifier' && node.name === name;
}

function isMember(node, object, property) {
  return (
    node.type === 'MemberExpression' &&
    isGlobal(node.object, object) &&
    ((!node.computed && node.property.name === property) || node.property.value === property)
  );
}

const wallClock = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const report = (node, what) =>
      context.report({ node, message: `${what} in the engine: take the time from base/clock.ts; nothing is random.` });
    return {
      MemberExpression(node) {
        if (isMember(node, 'Date', 'now')) report(node, 'Date.now');
        else if (isMember(node, 'Math', 'random')) report(node, 'Math.random');
      },
      NewExpression(node) {
        if (isGlobal(node.callee, 'Date') && node.arguments.length === 0) report(node, 'new Date()');
      },
      CallExpression(node) {
        if (isGlobal(node.callee, 'Date')) report(node, 'Date()');
      },
    };
  },
};

const defaultLocale = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const report = (node, what) =>
      context.report({ node, message: `${what} without a locale follows the machine's language: name the locale.` });
    const intl = (node) => {
      if (
        node.callee.type === 'MemberExpression' &&
        isGlobal(node.callee.object, 'Intl') &&
        (node.arguments.length === 0 || isGlobal(node.arguments[0], 'undefined'))
      )
        report(node, `Intl.${node.callee.property.name}`);
    };
    return {
      NewExpression: intl,
      CallExpression(node) {
        intl(node);
        if (node.callee.type !== 'MemberExpression' || node.callee.computed) return;
        const name = node.callee.property.name;
        if (formatters.test(name) && node.arguments.length === 0) report(node, name);
        if (name === 'localeCompare' && node.arguments.length < 2) report(node, name);
      },
    };
  },
};

export default {
  meta: { name: 'ladderline' },
  rules: { 'wall-clock': wallClock, 'default-locale': defaultLocale },
};
