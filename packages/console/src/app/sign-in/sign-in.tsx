// Asks for the token.
import { useSignal } from '@preact/signals';
import { session, signIn } from '../../session/session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Field } from '../../ui/controls/field.tsx';
import { ProblemView } from '../../ui/feedback/problem.tsx';
import { Logo } from '../frame/logo.tsx';

const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);

/** The form that asks for the token. */
export function SignIn() {
  const token = useSignal('');
  const isKept = useSignal(true);
  const isChecking = session.state.value === 'checking';
  const submit = (event: Event) => {
    event.preventDefault();
    void signIn(token.value.trim(), isKept.value);
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <h1>
          <Logo /> Fairlead console
        </h1>
        <p class="muted">
          A bearer token of the gateway at <strong>{location.host}</strong>. You will see the connections that
          it may use.
          {isLocal && (
            <>
              {' '}
              <code>npm start</code> prints its own: <code>dev</code>.
            </>
          )}
        </p>
        <Field label="Token">
          {(id) => (
            <input
              id={id}
              type="password"
              autocomplete="current-password"
              spellcheck={false}
              required
              value={token}
              onInput={(event) => {
                token.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
        <label class="check">
          <input
            type="checkbox"
            checked={isKept}
            onChange={(event) => {
              isKept.value = event.currentTarget.checked;
            }}
          />
          Keep it for this browser tab, so that a reload does not ask again
        </label>
        <ProblemView error={session.failure.value} />
        <Button kind="primary" type="submit" isBusy={isChecking}>
          Sign in
        </Button>
        <p class="muted">
          <a href="/docs">API documents</a>
        </p>
      </form>
    </main>
  );
}
