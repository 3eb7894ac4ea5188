// What wrangler.jsonc and the secrets put into `env`.
interface CloudflareEnv {
  readonly DATABASE_URL: string;
}
