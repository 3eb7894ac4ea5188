import { initOpenNextCloudflareForDev } from '@opennextjs/cloudflare';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // Left to OpenNext's bundler, which takes the builds for workerd. Next's own would take those for Node.
  serverExternalPackages: ['@fairlead/postgres', '@fairlead/transport'],
};

export default config;

initOpenNextCloudflareForDev();
