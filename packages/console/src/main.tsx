// Where the console starts: the styles of the frame, and the frame.
import { render } from 'preact';
import './effects.ts';
import './styles/index.css';
import { App } from './app/app.tsx';
import { applyTheme } from './browser/theme.ts';
import { restoreSession } from './session/session.ts';

applyTheme();
void restoreSession();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
