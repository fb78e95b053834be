// ESLint rule: shared -> features -> app. Nothing imports against the arrow, and features never import each other.
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ORDER = ['shared', 'features', 'app'];

/** Where a file stands: { layer: 'features', feature: 'search' }; null outside the layers. */
function placeOf(path) {
  const [layer, feature] = path.split(sep);
  return ORDER.includes(layer) ? { layer, feature: layer === 'features' ? feature : null } : null;
}

function targetOf(source, file) {
  if (source.startsWith('@wayfare/')) return placeOf(source.slice('@wayfare/'.length).split('/').join(sep));
  if (source.startsWith('.')) return placeOf(join(relative(ROOT, dirname(file)), source));
  return null;
}

export const oneWay = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      upwards: '{{from}} must not import {{to}}: shared -> features -> app',
      sideways: 'feature {{from}} must not import feature {{to}}: what both need belongs to shared',
    },
  },
  create(context) {
    const own = placeOf(relative(ROOT, context.filename));
    if (!own) return {};
    function check(node) {
      if (typeof node?.value !== 'string') return;
      const target = targetOf(node.value, context.filename);
      if (!target) return;
      if (ORDER.indexOf(target.layer) > ORDER.indexOf(own.layer)) {
        context.report({ node, messageId: 'upwards', data: { from: own.layer, to: target.layer } });
      } else if (own.feature && target.feature && own.feature !== target.feature) {
        context.report({ node, messageId: 'sideways', data: { from: own.feature, to: target.feature } });
      }
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
    };
  },
};
