// What wrangler.jsonc and the secrets put into `env`.
declare namespace Cloudflare {
  interface Env {
    readonly DATABASE_URL: string;
  }
}
