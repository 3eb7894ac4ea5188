// The whole page: signing in, then the frame.
import { session } from '../session/session.ts';
import { Confirmations } from '../ui/dialog/confirm.tsx';
import { Announcements } from '../ui/feedback/announce.tsx';
import { Frame } from './frame/frame.tsx';
import { SignIn } from './sign-in/sign-in.tsx';

/** The console. */
export function App() {
  return (
    <>
      {session.access.value === undefined ? <SignIn /> : <Frame access={session.access.value} />}
      <Confirmations />
      <Announcements />
    </>
  );
}
