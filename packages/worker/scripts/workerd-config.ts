// The configuration with which workerd, Cloudflare's runtime, serves the bundle on a machine of one's own.
import { SETTING_NAMES } from '@fairlead/http/settings';

/**
 * The text of `workerd.capnp`.
 * @param modules The bundle's files, the entry first.
 */
export function workerdConfig(
  modules: readonly string[],
  { compatibilityDate, flags }: { readonly compatibilityDate: string; readonly flags: readonly string[] },
): string {
  const list = (items: readonly string[]) => items.map((item) => `    ${item},\n`).join('');
  const embedded = modules.map((file) => `(name = "${file}", esModule = embed "bundle/${file}")`);
  // From the process's environment; what is not set is null in the Worker, which means unset.
  const settings = SETTING_NAMES.map((name) => `(name = "${name}", fromEnvironment = "${name}")`);
  return `# The gateway in workerd. Start it as docs/self-hosting.md of the project says; made by the build, do not edit.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "gateway", worker = .gateway),
    # What the Worker dials by itself, callers' own addresses among it: public networks alone.
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true))),
    # What it dials for connections with "via": "PRIVATE".
    (name = "private", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    # Where they are is said at the start: --directory-path documents=... --directory-path objects=...
    (name = "documents", disk = (path = "assets")),
    (name = "objects", disk = (path = "objects", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "gateway")]
);

const gateway :Workerd.Worker = (
  modules = [
${list(embedded)}  ],
  compatibilityDate = "${compatibilityDate}",
  compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],
  bindings = [
${list(settings)}    (name = "MOORING", durableObjectNamespace = "Mooring"),
    (name = "PRIVATE", service = "private"),
    (name = "ASSETS", service = "documents"),
  ],
  durableObjectNamespaces = [(className = "Mooring", uniqueKey = "fairlead-mooring", enableSql = true)],
  durableObjectStorage = (localDisk = "objects"),
);
`;
}
