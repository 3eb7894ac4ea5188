// Writes the JSON Schema of the settings, which is published with the package: npm run schema. A test holds it equal.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsJsonSchema } from '../src/check/index.ts';

writeFileSync(
  join(import.meta.dirname, '..', 'settings.schema.json'),
  `${JSON.stringify(await settingsJsonSchema(), undefined, 2)}\n`,
);
