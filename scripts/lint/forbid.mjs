/** A lint rule that forbids whatever the selectors match. https://eslint.org/docs/latest/extend/selectors */
export const forbid = (message, ...selectors) => ({
  meta: { type: 'problem', schema: [], messages: { found: message } },
  create: (context) => Object.fromEntries(selectors.map((selector) => [selector, (node) => context.report({ node, messageId: 'found' })])),
});

/** A lint rule over a file's path, relative to the repository and with forward slashes. */
export const forbidPath = (message, isWrong) => ({
  meta: { type: 'problem', schema: [], messages: { found: message } },
  create: (context) => ({
    Program(node) {
      const path = context.filename.slice(context.cwd.length + 1).replaceAll('\\', '/');
      if (isWrong(path)) context.report({ node, messageId: 'found' });
    },
  }),
});

/** A lint rule over the text of strings and templates: this is where SQL lives. */
export const forbidText = (message, pattern) => ({
  meta: { type: 'problem', schema: [], messages: { found: message } },
  create(context) {
    const check = (node, text) => typeof text === 'string' && pattern.test(text) && context.report({ node, messageId: 'found' });
    return {
      Literal: (node) => check(node, node.value),
      TemplateLiteral: (node) => check(node, node.quasis.map((part) => part.value.cooked ?? '').join('?')),
    };
  },
});
