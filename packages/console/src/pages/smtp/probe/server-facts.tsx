// What a mail server has told of itself.
import type { Output } from '@fairlead/sdk';
import type { ComponentChildren } from 'preact';
import { formatBytes } from '../../../browser/format.ts';
import { extensionWords } from './extension-words.ts';

type Server = Output<'smtpProbe'>;

/** The facts, then every word of its EHLO answer. */
export function ServerFacts({ server }: { readonly server: Server }) {
  const { capabilities, greeting, tls, address, connection } = server;
  const { size, auth, extensions, name } = capabilities;
  return (
    <section class="stack" aria-label="The server" role="status">
      <h3>
        <bdi>{name}</bdi> <span class="muted">{address ?? connection}</span>
      </h3>
      <dl class="smtp-facts">
        <Fact name="TLS">
          <TlsFact tls={tls} />
        </Fact>
        <Fact name="Greeting">
          <code>{greeting}</code>
        </Fact>
        <Fact name="Logins">{auth.length === 0 ? 'None offered' : auth.join(', ')}</Fact>
        <Fact name="Largest message">
          {size === undefined || size === 0 ? 'It does not say' : formatBytes(size)}
        </Fact>
        <Fact name="Speaks">{capabilities.extended ? 'Extended SMTP (EHLO)' : 'Plain SMTP (HELO) only'}</Fact>
      </dl>
      <table>
        <caption class="visually-hidden">Words of its EHLO answer</caption>
        <thead>
          <tr>
            <th scope="col">Extension</th>
            <th scope="col">With</th>
            <th scope="col">Means</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(extensions).map(([extension, words]) => (
            <tr key={extension}>
              <td>
                <code>{extension}</code>
              </td>
              <td class="smtp-words">{words.join(' ')}</td>
              <td class="muted">{extensionWords(extension)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TlsFact({ tls }: { readonly tls: Server['tls'] }) {
  if (tls === false) return <span class="badge danger">No TLS: everything is readable on the way</span>;
  return (
    <>
      <span class="badge ok">{tls === true ? 'From the first byte' : 'By STARTTLS'}</span> with a certificate
      that is valid for this name
    </>
  );
}
