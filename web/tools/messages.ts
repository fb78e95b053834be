import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

const CATALOGUE = /[\\/]messages[\\/][a-z]{2}\.json$/;

/** Message catalogues (ICU MessageFormat in JSON) become modules of compiled messages: no parser in the browser. */
export function messages(): Plugin {
  return {
    name: 'wayfare-messages',
    enforce: 'pre',
    transform(code, id) {
      if (!CATALOGUE.test(id)) return null;
      const catalogue = JSON.parse(code) as Record<string, string>;
      const compiled = Object.entries(catalogue).map(([key, text]) => [key, compileMessage(text)] as const);
      return {
        code: `export default ${JSON.stringify(Object.fromEntries(compiled))}`,
        map: null,
        moduleType: 'js',
      };
    },
  };
}
