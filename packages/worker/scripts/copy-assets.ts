// Puts the static files into dist/assets: our page at /docs with Swagger UI's files, from its npm package; the console, from its
// build; and the platform's `_headers`.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headersFile } from '../src/pages/file-headers.ts';

const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', 'LICENSE', 'NOTICE'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'dist', 'assets');
const swagger = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const consolePage = join(dirname(root), 'console', 'dist');

if (!existsSync(join(consolePage, 'index.html'))) {
  console.error(
    `There is no ${join(consolePage, 'index.html')}: build the console first (npm run build -w @fairlead/console).`,
  );
  process.exit(1);
}
rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, 'docs'), { recursive: true });
cpSync(join(root, 'pages'), target, { recursive: true });
for (const file of SWAGGER_FILES) cpSync(join(swagger, file), join(target, 'docs', file));
cpSync(consolePage, join(target, 'console'), { recursive: true });
writeFileSync(join(target, '_headers'), headersFile());
