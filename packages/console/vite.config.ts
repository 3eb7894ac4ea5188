// How the page is built: hashed files that the gateway serves below /console, each protocol's page in files of its own.
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a gateway. Default: that of `npm start`. */
const GATEWAY = process.env.GATEWAY ?? 'http://127.0.0.1:8787';

export default defineConfig({
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // No file may be inlined as a data: URL where the page's policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: { '^/(?!console/)': { target: GATEWAY, ws: true } },
  },
});
