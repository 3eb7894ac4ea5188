// Prints the gateway's OpenAPI document, as JSON. The gateway has to be built.
import { createGateway } from '@fairlead/worker';

const TOKENS = [{ name: 'document', token: 'none', scopes: ['*'] }];

const response = await createGateway().request('/openapi.json', {}, { FAIRLEAD_TOKENS: TOKENS });
process.stdout.write(await response.text());
