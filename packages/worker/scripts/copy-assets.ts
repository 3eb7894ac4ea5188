// Puts the static files of /docs into dist/assets: our page and Swagger UI's files, from its npm package.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png', 'LICENSE', 'NOTICE'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'dist', 'assets');
const swagger = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, 'docs'), { recursive: true });
cpSync(join(root, 'pages'), target, { recursive: true });
for (const file of SWAGGER_FILES) cpSync(join(swagger, file), join(target, 'docs', file));
